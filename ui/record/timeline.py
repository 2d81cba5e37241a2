"""What was noted, done and changed on a record, in one stream, newest first; above it what is still to be done.

Three sources are read page by page, each in its own order, and merged: their cursors together are the stream's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError
from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.records import opaque
from framework.records.feed import damaged, history_cursor
from framework.records.mentions import people_named, pieces, possible_names
from i18n.lazy import msg, nmsg
from metadata.expressions.tree import Binary, Call, Literal, Path, Unary, logic
from ui.page.addresses import Address, record_url
from ui.page.asked import ABSENT
from ui.page.offered import is_open
from ui.page.people import Face, face
from ui.record.changes import Fold, folds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from framework.records import Record
    from metadata.expressions.tree import Node
    from ui.page.asked import Asked

_PAGE, _MOST_OPEN = 20, 30
ACTIVITY, COMMENT = "activity", "comment"
NOTE, CHANGE = "note", "change"
ICONS = {
    "call": "phone",
    "meeting": "users",
    "email": "mail",
    "task": "checkbox",
    NOTE: "note",
    CHANGE: "adjustments-horizontal",
}
_DID = {
    "call": msg("called"),
    "meeting": msg("met"),
    "email": msg("wrote an e-mail"),
    "task": msg("finished a task"),
}
# A reader from whom one of these is hidden is shown nothing of that kind.
_NEEDED = {ACTIVITY: frozenset({"about", "kind", "done_at"}), COMMENT: frozenset({"about", "created_at"})}
_FIELDS = ("kind", "subject", "body", "due_on", "starts_at", "ends_at", "done_at", "owner")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the kinds that the stream can be narrowed to."""

    name: str
    label: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Open:
    """Something still to be done. `late` says by how much, where it is; `tick_url` is None for who may not."""

    id: str
    icon: str
    title: str
    url: str
    text: tuple[tuple[str, bool], ...]
    who: Face | None
    due: str
    due_exact: str
    late: str
    tick_url: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: something done, a note, or changes of fields (`fold`)."""

    id: str
    icon: str
    who: Face | None
    did: str
    title: str
    url: str | None
    text: tuple[tuple[str, bool], ...]
    iso: str
    time: str
    exact: str
    fold: Fold | None = None
    untick_url: str | None = None

    @property
    def single(self) -> bool:
        """Whether it is the change of just one field, which needs no unfolding."""
        fold = self.fold
        return fold is not None and not fold.count and len(fold.last.lines) == 1 and not fold.last.bare


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the templates of a timeline print."""

    open: tuple[Open, ...]
    days: tuple[Day, ...]
    kinds: tuple[Kind, ...]
    kind: str
    history_url: str
    more_url: str | None
    first_url: str | None

    @property
    def empty(self) -> bool:
        """Whether nothing was done, noted or changed."""
        return not self.open and not self.days


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing of one source: `after` is the cursor of that source behind it."""

    at: dt.datetime
    source: int
    after: str
    record: Record | None = None
    change: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    """A page of one source; `more` where it goes on."""

    found: list[_Found]
    more: bool


_NONE = _Source([], more=False)
_END = ""


def timeline_of(asked: Asked, present: Record, here: Address, kind: str, after: str | None) -> Timeline:
    """Read a page of the stream, narrowed to a kind where one is named.

    Raises NotFoundError for a kind that there is not for the reader, MalformedError for a bad cursor.
    """
    if kind and kind not in kinds_of(asked):
        raise NotFoundError(ABSENT)
    cursors = _cursors(after)
    sources = [
        _activities(asked, present, kind, cursors[0]),
        _comments(asked, present, kind, cursors[1]),
        _changes(asked, present, kind, cursors[2]),
    ]
    merged = sorted((one for source in sources for one in source.found), key=lambda one: one.at, reverse=True)
    page = merged[:_PAGE]
    ahead = () if after else _ahead(asked, present, kind)
    names = _names(asked, [*(one.record for one in page if one.record), *ahead])
    return Timeline(
        open=tuple(_open(asked, one, here, names) for one in ahead),
        days=tuple(_days(asked, present, page, here, names)),
        kinds=tuple(_kinds(asked, here, kind)),
        kind=kind,
        history_url=f"{here.path}/history",
        more_url=_more_url(here, sources, merged, page, cursors),
        first_url=str(here.having("after", None)) if after else None,
    )


def kinds_of(asked: Asked) -> tuple[str, ...]:
    """Give the names of the kinds that the stream of this entity can hold for this reader."""
    activities = tuple(_options(asked)) if _has(asked, ACTIVITY, "activities") else ()
    notes = (NOTE,) if _has(asked, COMMENT, "comments") else ()
    return (*notes, *activities, *((CHANGE,) if _sees_history(asked) else ()))


def offers_timeline(asked: Asked) -> bool:
    """Whether records of the entity have a stream for this reader: what is done or noted can stand in it."""
    return _has(asked, ACTIVITY, "activities") or _has(asked, COMMENT, "comments")


def _has(asked: Asked, entity: str, trait: str) -> bool:
    rights = policy_for(asked.context.snapshot, asked.context.actor).entity(entity)
    return trait in asked.entity.traits and rights.visible and rights.readable >= _NEEDED[entity]


def _sees_history(asked: Asked) -> bool:
    return "view_history" in policy_for(asked.context.snapshot, asked.context.actor).abilities()


def _options(asked: Asked) -> Mapping[str, Any]:
    choices = asked.context.snapshot.entities[ACTIVITY].fields["kind"].choices
    return choices.options if choices else {}


def _kinds(asked: Asked, here: Address, chosen: str) -> Iterator[Kind]:
    words = {NOTE: msg("Note"), CHANGE: msg("Changes"), **{key: one.label for key, one in _options(asked).items()}}
    plain = here.without({"kind", "after"})
    yield Kind("", asked.text(msg("All kinds")), str(plain), not chosen)
    for name in kinds_of(asked):
        yield Kind(name, asked.text(words[name]), str(plain.having("kind", name)), name == chosen)


def _cursors(after: str | None) -> list[str | None]:
    """Give the cursor of each source: None at its beginning, "" behind its end."""
    if after is None:
        return [None, None, None]
    try:
        found = opaque.read(after)
    except ValueError:
        raise damaged() from None
    if len(found) != len(_SOURCES) or not all(one is None or isinstance(one, str) for one in found):
        raise damaged()
    return found


_SOURCES = (ACTIVITY, COMMENT, CHANGE)


def _more_url(
    here: Address,
    sources: Sequence[_Source],
    merged: Sequence[_Found],
    page: Sequence[_Found],
    cursors: Sequence[str | None],
) -> str | None:
    if len(merged) == len(page) and not any(source.more for source in sources):
        return None
    following = []
    for number, source in enumerate(sources):
        taken = [one for one in page if one.source == number]
        ended = len(taken) == len(source.found) and not source.more
        following.append(_END if ended else taken[-1].after if taken else cursors[number])
    return str(here.having("after", opaque.written(following)))


def _about(present: Record, *more: Node) -> Node:
    return logic("and", [Binary("=", Path(("about",)), Literal(present.id)), *more])


def _blank(field: str) -> Node:
    return Call("is_blank", (Path((field,)),))


def _of_kind(kind: str) -> list[Node]:
    return [Binary("=", Path(("kind",)), Literal(kind))] if kind else []


def _activities(asked: Asked, present: Record, kind: str, after: str | None) -> _Source:
    if after == _END or kind in {NOTE, CHANGE} or not _has(asked, ACTIVITY, "activities"):
        return _NONE
    condition = _about(present, Unary("not", _blank("done_at")), *_of_kind(kind))
    query = Query(ACTIVITY, None, condition, ("-done_at",), _PAGE, after)
    return _records(asked, _reading(asked, query, _FIELDS, "owner"), 0)


def _comments(asked: Asked, present: Record, kind: str, after: str | None) -> _Source:
    if after == _END or kind not in {"", NOTE} or not _has(asked, COMMENT, "comments"):
        return _NONE
    query = Query(COMMENT, None, _about(present), ("-created_at",), _PAGE, after)
    return _records(asked, _reading(asked, query, ("body", "created_at", "created_by"), "created_by"), 1)


def _reading(asked: Asked, query: Query, fields: Sequence[str], link: str) -> Query:
    """Give the query with those of the fields that may be read, and the title behind a link."""
    readable = policy_for(asked.context.snapshot, asked.context.actor).entity(query.entity).readable
    kept = tuple(name for name in fields if name in readable)
    return replace(query, fields=kept, expand=(link,) if link in kept else ())


def _records(asked: Asked, query: Query, source: int) -> _Source:
    rows = services().door.rows(asked.context, query)
    moment = query.sort[0].removeprefix("-")
    found = [
        _Found(one.values[moment], source, rows.after(position), record=one)
        for position, one in enumerate(rows.records())
    ]
    return _Source(found, more=rows.next is not None)


def _changes(asked: Asked, present: Record, kind: str, after: str | None) -> _Source:
    if after == _END or kind not in {"", CHANGE} or not _sees_history(asked):
        return _NONE
    page = services().door.history(asked.context, asked.entity.name, present.id, after, _PAGE)
    found = [
        _Found(dt.datetime.fromisoformat(one["at"]), 2, history_cursor(one["version"]), change=one)
        for one in page.items
    ]
    return _Source(found, more=page.next is not None)


def _ahead(asked: Asked, present: Record, kind: str) -> tuple[Record, ...]:
    """What is still to be done, late first."""
    if kind in {NOTE, CHANGE} or not _has(asked, ACTIVITY, "activities"):
        return ()
    condition = _about(present, _blank("done_at"), *_of_kind(kind))
    query = _reading(asked, Query(ACTIVITY, None, condition, limit=_MOST_OPEN), _FIELDS, "owner")
    sort = ("due_on",) if "due_on" in (query.fields or ()) else ()
    found = services().door.find(asked.context, replace(query, sort=sort)).records
    return tuple(sorted(found, key=lambda one: _due(asked, one) or dt.date.max))


def _due(asked: Asked, one: Record) -> dt.date | None:
    starts = one.values.get("starts_at")
    if starts is not None:
        return starts.astimezone(asked.reader.formats.zone).date()  # type: ignore[no-any-return]
    return one.values.get("due_on")


def _open(asked: Asked, one: Record, here: Address, names: frozenset[str]) -> Open:
    formats, today, due = asked.reader.formats, asked.context.today, _due(asked, one)
    starts = one.values.get("starts_at")
    late = due is not None and due < today
    told = formats.datetime(starts, today) if starts else formats.date(due, today) if due else ""
    days = (today - due).days if late and due else 0
    return Open(
        id=one.id,
        icon=ICONS.get(one.values["kind"], "checkbox"),
        title=one.title or "",
        url=record_url(ACTIVITY, one.id),
        text=_text(one.values.get("body"), names),
        who=_face(one, "owner"),
        due=told,
        due_exact=formats.exact(starts) if starts else formats.exact(due) if due else "",
        late=asked.text(nmsg("1 day late", "%(count)s days late", days)) if late else "",
        tick_url=_tick_url(asked, one, here),
    )


def _tick_url(asked: Asked, one: Record, here: Address) -> str | None:
    rights = policy_for(asked.context.snapshot, asked.context.actor).entity(ACTIVITY)
    allowed = "done_at" in rights.writable and is_open(rights.update, one, asked.context)
    return f"{here.path}/timeline/{one.id}" if allowed else None


def _face(one: Record, link: str) -> Face | None:
    end = one.links.get(link)
    return face(end.id, end.title) if end and end.title else None


def _days(asked: Asked, present: Record, page: Sequence[_Found], here: Address, names: frozenset[str]) -> Iterator[Day]:
    """Give the page by days; changes without anything between them are folded by hand."""
    by_day: dict[dt.date, list[Entry]] = {}
    for at, entry in _entries(asked, present, page, here, names):
        by_day.setdefault(at.astimezone(asked.reader.formats.zone).date(), []).append(entry)
    for day, entries in by_day.items():
        yield Day(_day_label(asked, day), tuple(entries))


def _day_label(asked: Asked, day: dt.date) -> str:
    formats, today = asked.reader.formats, asked.context.today
    plain = formats.date(day, today)
    if (today - day).days > 1:
        return plain
    near = formats.relative(day, asked.context.now)
    return asked.text(msg("%(day)s, %(date)s", day=near[:1].upper() + near[1:], date=plain))


def _entries(
    asked: Asked, present: Record, page: Sequence[_Found], here: Address, names: frozenset[str]
) -> Iterator[tuple[dt.datetime, Entry]]:
    waiting: list[_Found] = []
    for one in [*page, None]:
        if one is not None and one.change is not None:
            waiting.append(one)
            continue
        yield from _folded(asked, present, waiting)
        waiting = []
        if one is not None and one.record is not None:
            make = _done if one.record.entity == ACTIVITY else _noted
            yield one.at, make(asked, one.record, one.at, here, names)


def _folded(asked: Asked, present: Record, changes: Sequence[_Found]) -> Iterator[tuple[dt.datetime, Entry]]:
    if not changes:
        return
    for fold in folds_of(asked, present, [one.change for one in changes if one.change]):
        at = dt.datetime.fromisoformat(fold.last.iso)
        # What the product did by itself has the door for its author.
        who = fold.who if fold.person else None
        yield (
            at,
            replace(
                _entry(asked, CHANGE, who, fold.count or fold.last.what, at), id=f"v{fold.last.version}", fold=fold
            ),
        )


def _entry(asked: Asked, kind: str, who: Face | None, did: str, at: dt.datetime) -> Entry:
    formats = asked.reader.formats
    return Entry(
        "", ICONS.get(kind, "point"), who, did, "", None, (), at.isoformat(), formats.time(at), formats.exact(at)
    )


def _done(asked: Asked, one: Record, at: dt.datetime, here: Address, names: frozenset[str]) -> Entry:
    kind = one.values["kind"]
    option = _options(asked).get(kind)
    did = asked.text(_DID.get(kind, option.label if option else kind))
    made = _entry(asked, kind, _face(one, "owner"), did, at)
    return replace(
        made,
        id=one.id,
        title=one.title or "",
        url=record_url(ACTIVITY, one.id),
        text=_text(one.values.get("body"), names),
        untick_url=_tick_url(asked, one, here) if kind == "task" else None,
    )


def _noted(asked: Asked, one: Record, at: dt.datetime, _here: Address, names: frozenset[str]) -> Entry:
    made = _entry(asked, NOTE, _face(one, "created_by"), asked.text(msg("noted")), at)
    return replace(made, id=one.id, text=_text(one.values.get("body"), names), url=record_url(COMMENT, one.id))


def _text(text: str | None, names: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    return tuple(pieces(text, names)) if text else ()


def _names(asked: Asked, records: Iterable[Record]) -> frozenset[str]:
    """Give the names of people that stand in the texts: one statement where any may."""
    wanted = possible_names(text for one in records if (text := one.values.get("body")))
    if not wanted or not policy_for(asked.context.snapshot, asked.context.actor).entity("user").visible:
        return frozenset()
    return frozenset(one.title or "" for one in services().door.find(asked.context, people_named(wanted)).records)
