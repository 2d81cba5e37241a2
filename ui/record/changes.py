"""What happened to a record, in words and values: changes of one hand folded, with the way back for each field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError
from framework.extension import services
from framework.fields.base import ValueRefusedError, type_of
from framework.records import Linked, Record
from framework.records.parse import list_query
from i18n.lazy import msg, nmsg
from ui.forms.filled import writable
from ui.forms.lines import there_of
from ui.page.addresses import Address, history_url, record_url
from ui.page.offered import is_open
from ui.page.people import face
from ui.values.cells import cell_of
from ui.values.doors import door_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metadata.snapshot import Field
    from ui.page.asked import Asked
    from ui.page.people import Face

    Change = Mapping[str, Any]

_PAGE, _MOST_TITLES = 50, 200
_TOGETHER = dt.timedelta(minutes=5)
_DID = {
    "create": msg("Record created"),
    "update": msg("Record changed"),
    "delete": msg("Moved to the recycle bin"),
    "restore": msg("Restored"),
    "merge": msg("Merged with others"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A value with the cell that prints it."""

    cell: str
    value: object


@dataclass(frozen=True, slots=True)
class Line:
    """A field that changed; `restores` where it can be set back."""

    name: str
    label: str
    was: Shown
    now: Shown
    restores: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; `bare` where nothing stood there before it."""

    version: int
    what: str
    iso: str
    when: str
    exact: str
    bare: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Neighbouring changes of one person, or of the product itself (no `person`), by one door; `count` of several."""

    who: Face
    door: str
    count: str
    entries: tuple[Entry, ...]
    person: bool = True

    @property
    def last(self) -> Entry:
        """The newest of them."""
        return self.entries[0]


@dataclass(frozen=True, slots=True)
class HistoryView:
    """All that the templates of a history print."""

    title: str
    url: str
    record_url: str
    version: int
    folds: tuple[Fold, ...]
    more_url: str | None
    first_url: str | None


def history_of(asked: Asked, present: Record, after: str | None) -> HistoryView:
    """Read a page of a record's history. Raises ForbiddenError without the ability, MalformedError for a bad cursor."""
    found = services().door.history(asked.context, asked.entity.name, present.id, after, _PAGE)
    here = history_url(asked.entity.name, present.id)
    return HistoryView(
        title=present.title or present.id,
        url=here,
        record_url=record_url(asked.entity.name, present.id),
        version=present.version,
        folds=tuple(folds_of(asked, present, found.items)),
        more_url=str(Address(here, (("after", found.next),))) if found.next else None,
        first_url=here if after else None,
    )


def folds_of(asked: Asked, present: Record, changes: Sequence[Change]) -> Iterator[Fold]:
    """Give changes, newest first, with neighbouring ones of one hand folded."""
    titles = _titles(asked, present, changes)
    allowed = _restorable(asked, present)
    for some in _neighbours(changes):
        first = some[0]
        entries = tuple(_entry(asked, present, one, titles, allowed) for one in some)
        count = nmsg("1 change", "%(count)s changes", len(some))
        name = first["actor_name"]
        yield Fold(
            face(first["actor"] or name, name),
            door_words(first["door"], asked.reader),
            asked.text(count) if len(some) > 1 else "",
            entries,
            person=first["actor"] is not None,
        )


def _neighbours(changes: Sequence[Change]) -> list[list[Change]]:
    """Give changes together that one person made by one door, each within five minutes of the next."""
    found: list[list[Change]] = []
    for one in changes:
        before = found[-1][-1] if found else None
        if before is not None and _same_hand(before, one) and _at(before) - _at(one) <= _TOGETHER:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _same_hand(one: Change, other: Change) -> bool:
    return all(one[name] == other[name] for name in ("actor", "actor_name", "door"))


def _at(change: Change) -> dt.datetime:
    return dt.datetime.fromisoformat(change["at"])


def _entry(
    asked: Asked, present: Record, change: Change, titles: Mapping[tuple[str, str], str], allowed: frozenset[str]
) -> Entry:
    at, formats = _at(change), asked.reader.formats
    fields = [field for field in asked.readable(asked.entity.fields) if field.name in change["fields"]]
    return Entry(
        version=change["version"],
        what=asked.text(_DID.get(change["op"], _DID["update"])),
        iso=at.isoformat(),
        when=formats.datetime(at),
        exact=formats.exact(at),
        bare=change["op"] == "create",
        lines=tuple(
            line
            for field in fields
            if not field.name.startswith("deleted_")
            for line in _lines(asked, present, field, change, titles, allowed)
        ),
    )


def _lines(
    asked: Asked,
    present: Record,
    field: Field,
    change: Change,
    titles: Mapping[tuple[str, str], str],
    allowed: frozenset[str],
) -> Iterator[Line]:
    """Give what a change did to a field; of lines what became of each of them."""
    pair = change["fields"][field.name]
    if field.lines is None:
        yield _line(asked, present, field, pair, titles, allowed)
        return
    there, none = there_of(asked, field), Shown("text", None)
    for one in (one for one in change.get("lines", ()) if one["entity"] == there.entity.name):
        title = titles.get((one["entity"], one["id"])) or there.text(there.entity.label)
        named, label = Shown("text", title), asked.text(field.label)
        if one["op"] != "update":
            gone = one["op"] == "delete"
            yield Line(field.name, label, named if gone else none, none if gone else named, restores=False)
            continue
        for inner in there.readable(one["fields"]):
            was, now = (_shown(there, inner, side, titles) for side in one["fields"][inner.name])
            words = asked.text(msg("%(line)s: %(field)s", line=title, field=there.text(inner.label)))
            yield Line(field.name, words, was, now, restores=False)


def _line(
    asked: Asked,
    present: Record,
    field: Field,
    pair: Sequence[Any],
    titles: Mapping[tuple[str, str], str],
    allowed: frozenset[str],
) -> Line:
    was, now = pair
    return Line(
        name=field.name,
        label=asked.text(field.label),
        was=_shown(asked, field, was, titles),
        now=_shown(asked, field, now, titles),
        restores=field.name in allowed and _differs(field, was, present),
    )


def _shown(asked: Asked, field: Field, wire: Any, titles: Mapping[tuple[str, str], str]) -> Shown:  # noqa: ANN401
    """Give a value of the log as its cell prints it; plainly, where the field's present type no longer takes it."""
    found = tuple(Linked(entity, ident, titles.get((entity, ident))) for entity, ident in _ends(field, wire))
    links = {field.name: found[0]} if found and field.targets else {}
    try:
        values = {field.name: stored_value(field, wire)}
    except ValueRefusedError:
        return Shown("text", str(wire))
    cell = cell_of(field, asked.reader, exact=True)
    return Shown(cell.template, cell.write(Record("", "", 0, None, values, links, {field.name: found})))


def _differs(field: Field, wire: Any, present: Record) -> bool:  # noqa: ANN401
    """Whether the field would be another with this value of the log, which it must still take."""
    try:
        return bool(stored_value(field, wire) != present.values.get(field.name))
    except ValueRefusedError:
        return False


def stored_value(field: Field, wire: Any) -> Any:  # noqa: ANN401
    """Give the stored value. Raises ValueRefusedError where the field's present type no longer takes it."""
    return None if wire is None else type_of(field).load(field, wire)


def _ends(field: Field, wire: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """Give (entity, id) of what a link, or links, name; nothing for other fields and blanks."""
    if wire is None or not field.leads_to:
        return []
    named = wire if isinstance(wire, list) else [wire]
    return [(one["entity"], one["id"]) if isinstance(one, dict) else (field.leads_to[0], str(one)) for one in named]


def _ends_of_line(asked: Asked, line: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the line itself and what its links named."""
    yield line["entity"], line["id"]
    fields = asked.context.snapshot.entities[line["entity"]].fields
    for name, pair in line["fields"].items():
        for wire in pair:
            yield from _ends(fields[name], wire)


def _restorable(asked: Asked, present: Record) -> frozenset[str]:
    """Give the fields that this actor may set back, as far as one can see."""
    if not is_open(asked.rights.update, present, asked.context):
        return frozenset()
    return frozenset(field.name for field in writable(asked, creating=False) if field.lines is None)


def _titles(asked: Asked, present: Record, changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """Give the titles of the linked records that the actor sees: a statement for each entity, but for what is known."""
    lines = [line for lines in present.lines.values() for line in lines]
    ends = (end for record in (present, *lines) for end in record.links.values() if end is not None)
    known = {(one.entity, one.id): one.title for one in ends}
    known |= {(one.entity, one.id): one.title or one.id for one in (present, *lines)}
    wanted: dict[str, set[str]] = {}
    for field in asked.readable(asked.entity.fields):
        pairs = [one["fields"][field.name] for one in changes if field.name in one["fields"]]
        for wire in (value for pair in pairs for value in pair):
            for entity, ident in _ends(field, wire):
                wanted.setdefault(entity, set()).add(ident)
    for entity, ident in (
        end for one in changes for line in one.get("lines", ()) for end in _ends_of_line(asked, line)
    ):
        wanted.setdefault(entity, set()).add(ident)
    found = {end: title for end, title in known.items() if title is not None}
    for entity, ids in wanted.items():
        lacking = sorted(one for one in ids if (entity, one) not in known)[:_MOST_TITLES]
        found |= _titles_of(asked, entity, lacking) if lacking else {}
    return found


def _titles_of(asked: Asked, entity: str, ids: Sequence[str]) -> dict[tuple[str, str], str]:
    query = list_query(entity, [("filter[id][in]", ",".join(ids))], limit=_MOST_TITLES)
    try:
        page = services().door.find(asked.context, replace(query, fields=("id",)))
    except NotFoundError:
        return {}
    return {(entity, one.id): one.title or one.id for one in page.records}
