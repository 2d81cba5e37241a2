"""One's draft: its problems and its plan in plain words, publishing it, undoing steps, and what went live meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from admin.bench import bench
from admin.desk import Area, DeskPages, Place, answer
from admin.planning import Proposal, message_faults, plan_page
from framework.errors import ArmatureError, ClashError, InvalidError, NotFoundError
from framework.extension import context, services
from framework.publishing import Refused
from i18n.lazy import msg
from ui.page.addresses import own_path
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from flask import Response

    from framework.publishing import Draft, Plan

URL = "/admin/draft"
_NOTHING = msg("You have no draft; the first edit begins one")

pages = DeskPages(
    "draft",
    Place(
        Area.DESIGN,
        5,
        msg("Draft and plan"),
        msg("What you changed and did not publish yet, its problems, and what publishing would do."),
        "list-check",
        URL,
        frozenset({"design"}),
    ),
)


@pages.get(URL)
def show() -> Response:
    """Show the draft with its problems and its plan."""
    draft = bench().draft
    if draft is None:
        text = reader().words.text
        return answer("desk/no_draft.html", title=text(msg("Draft and plan")), told=text(_NOTHING))
    if services().drafts.moved_on(draft):
        return redirect(f"{URL}/moved")
    return _plan_page(services().drafts.plan(draft), draft)


@pages.post(f"{URL}/apply")
def apply() -> Response:
    """Publish the draft, or say what is in the way."""
    draft, form = _draft(), request.form
    message = form.get("message", "").strip()
    try:
        _require_shown(draft, message)
        found = services().drafts.publish(draft, message, form.getlist("confirm"), context().actor)
    except ClashError as error:
        if services().drafts.moved_on(draft):
            return redirect(f"{URL}/moved")
        return _plan_page(services().drafts.plan(draft), draft, error)
    except InvalidError as error:
        return _plan_page(services().drafts.plan(draft), draft, error)
    if isinstance(found, Refused):
        refused = InvalidError(msg("Problems are in the way of publishing"))
        return _plan_page(services().drafts.plan(draft), draft, refused)
    return redirect(done(f"/admin/revisions/{found.revision}", "published"))


@pages.post(f"{URL}/undo")
def undo() -> Response:
    """Take the last step back."""
    return _step(-1, "undone")


@pages.post(f"{URL}/redo")
def redo() -> Response:
    """Do a step again that was taken back."""
    return _step(1, "redone")


@pages.get(f"{URL}/discard")
def ask_discard() -> Response:
    """Ask before a draft is forgotten: that cannot be undone."""
    draft = _draft()
    return answer("desk/discard.html", title=reader().words.text(msg("Discard the draft")), draft=draft)


@pages.post(f"{URL}/discard")
def discard() -> Response:
    """Forget the draft."""
    if not request.form.get("sure"):
        return redirect(f"{URL}/discard")
    services().drafts.discard(_draft(), context().snapshot, context().actor)
    return redirect(done("/admin/entities", "draft_discarded"))


@pages.get(f"{URL}/moved")
def moved() -> Response:
    """Show what went live meanwhile, and what both sides changed."""
    return _moved_page(_draft())


@pages.post(f"{URL}/moved")
def take_over() -> Response:
    """Put the draft over what is live, with what was chosen where both sides changed the same document."""
    draft, known = _draft(), context()
    choices = {name: value for name, value in request.form.items() if name.endswith(".json")}
    try:
        services().drafts.rebase(draft, choices, known.snapshot, known.actor)
    except ClashError as error:
        return _moved_page(draft, error)
    return redirect(done(URL, "taken_over"))


def _plan_page(plan: Plan, draft: Draft, error: ArmatureError | None = None) -> Response:
    proposal = Proposal(
        title=msg("Draft and plan"),
        confirmed=plan.needs_confirmation,
        message=reader().words.text(draft.note) if draft.note else "",
        step=f"{draft.base}.{draft.step}",
        url=f"{URL}/apply",
        shows_impact=True,
    )
    return plan_page(plan, bench().merged.documents, proposal, error)


def _require_shown(draft: Draft, message: str) -> None:
    faults = message_faults(message)
    if faults:
        raise InvalidError(msg("Say what this change is for"), faults)
    if request.form.get("step") != f"{draft.base}.{draft.step}":
        raise ClashError(msg("The draft changed since this plan was shown; look at it anew"))


def _moved_page(draft: Draft, error: ClashError | None = None) -> Response:
    text, drafts = reader().words.text, services().drafts
    found = drafts.rebased(draft)
    head = services().publisher.revision(services().publisher.head_number())
    told = text(
        msg(
            "Revision %(number)s (“%(message)s”, %(who)s) went live since your draft began on %(base)s.",
            number=head.number,
            message=head.message,
            who=head.actor_name,
            base=draft.base,
        )
    )
    return answer(
        "desk/moved.html",
        title=text(msg("Live moved on")),
        status=error.status if error else 200,
        told=told,
        clashing=found.clashing,
        chosen=request.form,
        problem=text(error.detail) if error else "",
        moved=drafts.moved_on(draft),
    )


def _step(by: int, what: str) -> Response:
    known = context()
    services().drafts.step(_draft(), by, known.snapshot, known.actor)
    return redirect(done(own_path(request.form.get("next", "")) or URL, what))


def _draft() -> Draft:
    draft = bench().draft
    if draft is None:
        raise NotFoundError(_NOTHING)
    return draft
