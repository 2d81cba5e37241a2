"""What was live: each revision with what it changed, and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from admin.desk import Area, DeskPages, Place, abilities, answer, require
from admin.planning import Proposal, message_faults, plan_page
from admin.telling import ToldChange, labels_of, told_changes
from framework.errors import ClashError, Fault, InvalidError
from framework.extension import context, services
from framework.publishing import Refused
from i18n.lazy import msg
from metadata.diff import difference
from metadata.layers import merge
from ui.page.moments import Moment, moment
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from flask import Response

    from framework.errors import ArmatureError
    from framework.publishing.plan import Plan

URL = "/admin/revisions"
_CONFIRMED = frozenset({"rights", "lossy"})

pages = DeskPages(
    "revisions",
    Place(
        Area.DESIGN,
        40,
        msg("Revisions"),
        msg("What was made live, when and by whom, and the way back."),
        "history",
        URL,
        frozenset({"design", "publish"}),
    ),
)


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One revision; `back_url` is blank for the live one and for who may not publish."""

    number: int
    message: str
    who: str
    at: Moment
    live: bool
    url: str
    back_url: str


@pages.get(URL)
def show() -> Response:
    """List the revisions, newest first."""
    publisher, may = services().publisher, "publish" in abilities()
    head = publisher.head_number()
    lines = [
        RevisionLine(
            one.number,
            one.message,
            one.actor_name,
            moment(one.at, context().now),
            one.number == head,
            f"{URL}/{one.number}",
            f"{URL}/{one.number}/back" if may and one.number != head else "",
        )
        for one in publisher.revisions()
    ]
    return answer("desk/revisions.html", title=reader().words.text(msg("Revisions")), lines=lines)


@pages.get(f"{URL}/<int:number>")
def one(number: int) -> Response:
    """Show a revision and what it changed: from the one before, or from another that the address names."""
    publisher, text = services().publisher, reader().words.text
    found = publisher.revision(number)
    given = request.args.get("from", "")
    base = int(given) if given.isdecimal() and len(given) < 10 else found.base or 0  # noqa: PLR2004 - digits of a number
    return answer(
        "desk/revision.html",
        title=text(msg("Revision %(number)s", number=number)),
        revision=found,
        at=moment(found.at, context().now),
        base=base,
        others=[one.number for one in publisher.revisions() if one.number != number],
        changes=_changes(base, number),
    )


@pages.get(f"{URL}/<int:number>/back")
def ask_back(number: int) -> Response:
    """Show what going back to a revision would do."""
    require("publish")
    return _plan_page(number)


@pages.post(f"{URL}/<int:number>/back")
def go_back(number: int) -> Response:
    """Make the definitions of an earlier revision live again."""
    require("publish")
    publisher, form = services().publisher, request.form
    message = form.get("message", "").strip()
    try:
        if form.get("step") != str(publisher.head_number()):
            raise _moved()
        plan = publisher.plan_rollback(number, publisher.head_number())
        missing = [kind for kind in _asked(plan) if kind not in form.getlist("confirm")]
        faults = [Fault(f"/confirm/{kind}", "confirmation", msg("This has to be confirmed")) for kind in missing]
        faults += message_faults(message)
        if faults:
            return _plan_page(number, InvalidError(msg("Something in the plan has to be confirmed first"), faults))
        found = publisher.carry_out(plan.target, message, context().actor)
    except ClashError as error:
        return _plan_page(number, error)
    if isinstance(found, Refused):
        return _plan_page(number, InvalidError(msg("Problems are in the way of publishing")))
    return redirect(done(f"{URL}/{found.revision}", "published"))


def _asked(plan: Plan) -> list[str]:
    """Give what somebody who goes back has to confirm.

    That what came since is retired is what going back means; the plan shows it, and going forth again brings it back.
    """
    return [kind for kind in plan.needs_confirmation if kind in _CONFIRMED]


def _moved() -> ClashError:
    return ClashError(msg("Another revision went live since this plan was shown; look at it anew"))


def _plan_page(number: int, error: ArmatureError | None = None) -> Response:
    publisher = services().publisher
    head = publisher.head_number()
    plan, title = publisher.plan_rollback(number, head), msg("Back to revision %(number)s", number=number)
    proposal = Proposal(
        title=title,
        confirmed=_asked(plan),
        message=reader().words.text(title),
        step=str(head),
        url=f"{URL}/{number}/back",
        shows_impact=False,
    )
    return plan_page(plan, merge(plan.target.content.layers).documents, proposal, error)


def _changes(before: int, after: int) -> tuple[ToldChange, ...]:
    publisher = services().publisher
    old, new = publisher.layers(before), publisher.layers(after)
    labels = labels_of(merge(new).documents, merge(old).documents)
    return told_changes(((change, (), None) for change in difference(old, new)), labels)
