"""The page of a plan in plain words, whatever is planned: a draft, or the way back to a revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from admin.desk import abilities, answer
from admin.telling import labels_of, place_of, ticks, told_changes, told_problems, told_rights
from framework.errors import Fault
from framework.publishing import LONGEST_MESSAGE
from i18n.lazy import msg
from metadata.layers import merge
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Complaint, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from flask import Response

    from framework.errors import ArmatureError
    from framework.publishing import Plan
    from i18n.lazy import Message
    from metadata.layers import Effective

_MESSAGE, _CONFIRMATION = msg("What this change is for"), msg("Confirmation")


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a plan is shown and sent: `step` goes along to `url`, and says what the plan was made of.

    `confirmed` are the kinds of what has to be said yes to, `message` what is proposed to say of the change.
    """

    title: Message
    confirmed: Collection[str]
    message: str
    step: str
    url: str
    shows_impact: bool


def plan_page(
    plan: Plan,
    planned: Mapping[tuple[str, str], Effective],
    proposal: Proposal,
    error: ArmatureError | None = None,
) -> Response:
    """Answer a plan, with what was refused; `planned` are the definitions as they would be."""
    text, may = reader().words.text, "publish" in abilities()
    labels = labels_of(planned, merge(plan.target.live.content.layers).documents)
    places = {place_of(one, labels) for change in plan.changes for one in change.change.impact if one != "api"}
    return answer(
        "desk/plan.html",
        title=text(proposal.title),
        status=error.status if error else 200,
        changes=told_changes(((one.change, [step.do for step in one.steps], one.rows) for one in plan.changes), labels),
        moved=plan.target.moved,
        rights=told_rights(plan, labels),
        problems=told_problems(plan.problems),
        ticks=ticks(plan, proposal.confirmed, labels),
        confirmed=set(request.form.getlist("confirm")),
        publishable=plan.publishable and may,
        may_publish=may,
        impact=sorted(places) if proposal.shows_impact else [],
        message=request.form.get("message", proposal.message),
        step=proposal.step,
        url=proposal.url,
        form=_refusal(error) if error else NOTHING_REFUSED,
    )


def message_faults(message: str) -> list[Fault]:
    """What is wrong with what somebody says a change is for: nothing, or its length."""
    if 0 < len(message) <= LONGEST_MESSAGE:
        return []
    return [Fault("/message", "message", msg("Between 1 and %(most)s characters", most=LONGEST_MESSAGE))]


def _refusal(error: ArmatureError) -> Refusal:
    text, found = reader().words.text, []
    for fault in error.faults:
        name = fault.pointer.strip("/").replace("/", "-")
        found.append(
            Complaint(f"f-{name}", text(_MESSAGE if name == "message" else _CONFIRMATION), text(fault.message))
        )
    return Refusal(text(error.detail), tuple(found))
