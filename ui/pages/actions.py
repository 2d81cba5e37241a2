"""What a person did in the last days, day by day, and the button that takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context, services
from framework.records.actions import in_words
from framework.records.parse import closed
from framework.records.undo import NotUndoneError
from i18n.lazy import msg, nmsg
from ui.forms.controls import typed_texts
from ui.page.addresses import ACTIONS_URL, job_url, list_url, own_path, record_url, undo_url
from ui.page.reader import reader
from ui.page.render import answer, fragment, is_fragment, redirect
from ui.page.toasts import done_undoable
from ui.values.doors import door_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response

    from framework.context import Context
    from framework.records.actions import Action
    from framework.records.undo import Touched, Undoing
    from i18n.lazy import Message
    from ui.page.reader import Reader

blueprint = Blueprint("actions", __name__)

_PAGE = 50
_STATES = {
    "undone": msg("Undone"),
    "changed_since": msg("Cannot be undone: changed since"),
}
_DID = {
    "update": msg("Changed back"),
    "delete": msg("Moved to the recycle bin"),
    "restore": msg("Restored"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One operation: what, when, by which door, and what has become of it (`state`) or how it is undone."""

    text: str
    url: str | None
    iso: str
    time: str
    exact: str
    door: str
    state: str
    undo_url: str | None
    undone: bool
    is_undo: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The operations of one day."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """All that the templates of one's own operations print."""

    days: tuple[Day, ...]
    more_url: str | None
    first_url: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record that was undone, or why it was left as it is."""

    title: str
    url: str | None
    text: str


@dataclass(frozen=True, slots=True)
class UndonePage:
    """What undoing took back and what it left, where it could not take back everything."""

    text: str
    undone: tuple[Outcome, ...]
    skipped: tuple[Outcome, ...]


@blueprint.get("/me/actions")
def show() -> Response:
    """List one's own operations."""
    given = closed(request.args.items(multi=True), frozenset({"after", "done"}))
    known, after = context(), given.get("after") or None
    found = services().door.actions(known, after, _PAGE)
    page = ActionsPage(
        days=tuple(_days(known, found.items)),
        more_url=f"{ACTIONS_URL}?after={found.next}" if found.next else None,
        first_url=ACTIONS_URL if after else None,
    )
    if is_fragment("more"):
        return fragment("page/actions_days.html", page=page)
    return answer("page/actions.html", title=reader().words.text(msg("Your changes")), page=page)


@blueprint.post("/me/actions/<op_id>/undo")
def undo(op_id: str) -> Response:
    """Take an operation back, and show where it was done, or what could not be taken back."""
    texts, known = typed_texts(request.form), context()
    try:
        found = services().jobs.undo(known, op_id)
    except NotUndoneError as error:
        return _answer_outcome(error.detail, (), tuple(_outcome(one, one.why) for one in error.skipped), error.status)
    if isinstance(found, str):
        return redirect(job_url(found))
    if found.skipped:
        count = len(found.skipped)
        text = nmsg("One record was left as it is.", "%(count)s records were left as they are.", count)
        undone = tuple(_outcome(one, _DID[one.did]) for one in found.undone)
        return _answer_outcome(text, undone, tuple(_outcome(one, one.why) for one in found.skipped), 200)
    return redirect(done_undoable(own_path(texts.get("next", "")) or _where(found), "undone", known))


def _days(known: Context, actions: Iterable[Action]) -> Iterable[Day]:
    formats = reader().formats
    for day, some in groupby(actions, key=lambda one: one.at.astimezone(formats.zone).date()):
        label = reader().words.text(msg("Today")) if day == known.today else formats.date_full(day)
        yield Day(label, tuple(_line(known, one, reader()) for one in some))


def _line(known: Context, one: Action, reads: Reader) -> Line:
    return Line(
        text=in_words(known.snapshot, one, reads.words),
        url=record_url(one.entity, one.ident) if one.ident and one.live else None,
        iso=one.at.isoformat(),
        time=reads.formats.time(one.at),
        exact=reads.formats.exact(one.at),
        door=door_words(one.door, reads),
        state=reads.words.text(_STATES[one.state]) if one.state in _STATES else "",
        undo_url=undo_url(one.op_id) if one.state == "undoable" else None,
        undone=one.state == "undone",
        is_undo=one.undoes is not None,
    )


def _answer_outcome(text: Message, undone: tuple[Outcome, ...], skipped: tuple[Outcome, ...], status: int) -> Response:
    words = reader().words
    heading = words.text(msg("Not everything could be undone") if undone else msg("Nothing was undone"))
    page = UndonePage(words.text(text), undone, skipped)
    return answer("page/undone.html", title=heading, status=status, page=page)


def _outcome(one: Touched, text: Message | None) -> Outcome:
    url = None if one.did == "delete" and one.why is None else record_url(one.entity, one.ident)
    return Outcome(one.title or one.ident, url, reader().words.text(text or ""))


def _where(found: Undoing) -> str:
    """Give the page on which one sees what came of it: of a single record its own, or the list that it left."""
    if len(found.undone) > 1:
        return ACTIONS_URL
    (one,) = found.undone
    return list_url(one.entity) if one.did == "delete" else record_url(one.entity, one.ident)
