"""Records beside each other: value for value, what belongs to each, and what becomes of them when they are merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.plans import AggregateQuery
from framework.records.history import history_value
from framework.records.merging import MOST_MERGED, may_merge
from i18n.lazy import msg
from metadata.expressions.tree import In, Literal, Path
from ui.forms.filled import writable
from ui.forms.reading import read_for_page
from ui.page.addresses import Address, record_url
from ui.page.offered import is_open
from ui.values.stored import stored_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.records import Record
    from metadata.snapshot import Entity, Field
    from ui.page.asked import Asked

TAKE = "take."
BOTH = "*"
"""What is taken where a field of several values takes those of all records."""


@dataclass(frozen=True, slots=True)
class Column:
    """One of the records; `merges` where it takes part, `keeps` where it is the one that stays."""

    id: str
    version: int
    title: str
    url: str
    changed: str
    why: str
    keeps: bool
    merges: bool
    belongs: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a record has in a field; `key` is the choice of it, blank where there is nothing to choose."""

    text: str
    key: str
    chosen: bool
    head: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field over all records."""

    name: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that keeps the others from being merged, and why."""

    text: str
    title: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the template of compared records prints."""

    heading: str
    url: str
    back_url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    same: tuple[Row, ...]
    may: bool
    """Whether the reader merges such records at all."""
    merges: bool
    button: str
    problem: str
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person has chosen so far: the record that stays, those that take part, whose value each field takes."""

    keep: str | None = None
    among: frozenset[str] | None = None
    take: Mapping[str, str] | None = None


def read_compared(asked: Asked, idents: Sequence[str]) -> list[Record]:
    """Read the records in this order. Raises NotFoundError for one that the actor does not see."""
    return [read_for_page(asked, ident) for ident in dict.fromkeys(idents)][:MOST_MERGED]


def comparison_of(
    asked: Asked,
    here: str,
    records: Sequence[Record],
    why: Mapping[str, str],
    wanted: Wanted,
    problem: str = "",
    refusals: tuple[Refusal, ...] = (),
) -> Comparison:
    """Give the page of these records, of which the first is the one that it was asked for at."""
    merges = may_merge(policy_for(asked.context.snapshot, asked.context.actor), asked.entity)
    keep = wanted.keep or _fullest(asked, records).id
    belongs = _belongings(asked, [one.id for one in records])
    columns = tuple(
        Column(
            one.id,
            one.version,
            one.title or one.id,
            record_url(asked.entity.name, one.id),
            _changed(asked, one),
            why.get(one.id, ""),
            keeps=one.id == keep,
            merges=wanted.among is None or one.id in wanted.among,
            belongs=belongs.get(one.id, ""),
        )
        for one in records
    )
    rows = [row for field in _fields(asked) if (row := _row(asked, field, records, keep, wanted.take or {}))]
    many = len(records) > 1
    count = asked.reader.formats.integer(len(records))
    what = asked.counted(asked.entity, len(records))
    words = msg("Merge %(count)s %(what)s") if merges else msg("Compare %(count)s %(what)s")
    heading = asked.text(msg(words.msgid, count=count, what=what)) if many else records[0].title or records[0].id
    open_ = any(is_open(asked.rights.update, one, asked.context) for one in records)
    return Comparison(
        heading=heading,
        url=f"{here}/merge",
        back_url=here,
        columns=columns,
        rows=tuple(row for row in rows if _differs(row)),
        same=tuple(row for row in rows if not _differs(row)),
        may=merges,
        merges=merges and many and open_,
        button=asked.text(msg("Merge")) if len(records) > 2 else heading,  # noqa: PLR2004  (a choice of which)
        problem=problem,
        refusals=refusals,
    )


def values_taken(asked: Asked, records: Sequence[Record], keep: str, take: Mapping[str, str]) -> dict[str, Any]:
    """Give the wire values that the record which stays gets: those chosen that it has not."""
    by_id = {one.id: one for one in records}
    found: dict[str, Any] = {}
    for field in writable(asked, creating=False):
        chosen, kept = take.get(field.name, keep), by_id[keep].values.get(field.name)
        if field.name not in asked.rights.readable:
            continue
        if chosen == BOTH:
            value: Any = tuple(dict.fromkeys(one for record in records for one in record.values.get(field.name) or ()))
        else:
            value = by_id[chosen].values.get(field.name) if chosen in by_id else kept
        if value != kept and not _is_among(field, value, by_id):
            found[field.name] = history_value(field, value or None if isinstance(value, tuple) else value)
    return found


def _is_among(field: Field, value: Any, records: Mapping[str, Record]) -> bool:  # noqa: ANN401
    """Whether a link leads to one of the merged records themselves, so that it cannot be taken."""
    return bool(field.targets) and value is not None and str(value) in records


def address_of_merge(entity: str, idents: Sequence[str]) -> str:
    """Give the address at which records are compared, the first of them being the one that it lies below."""
    first, *others = idents
    return str(Address(f"{record_url(entity, first)}/merge", tuple(("with", one) for one in others)))


def _fields(asked: Asked) -> list[Field]:
    """Give what is compared: stored values, of those that the server keeps only those that people may set too."""
    settable = asked.rights.writable
    stored = (field for field in asked.readable(asked.entity.fields) if not field.computed and field.of is None)
    return [field for field in stored if not field.system or field.name in settable]


def _fullest(asked: Asked, records: Sequence[Record]) -> Record:
    """Give the record that stays unless somebody says otherwise: with most values, else the one changed last."""
    names = [field.name for field in _fields(asked)]

    def worth(one: Record) -> tuple[int, str]:
        at = one.values.get("updated_at")
        return sum(one.values.get(name) is not None for name in names), at.isoformat() if at else ""

    return max(records, key=worth)


def _row(asked: Asked, field: Field, records: Sequence[Record], keep: str, take: Mapping[str, str]) -> Row | None:
    """Give one field over all records; None where all are blank."""
    texts = [stored_text(asked, field, one) for one in records]
    values = [one.values.get(field.name) for one in records]
    if all(value is None for value in values):
        return None
    allowed = {one.name for one in writable(asked, creating=False)}
    several = type_of(field).member_column(field) is not None
    chosen = take.get(field.name) or _default(field, records, keep, several=several)
    choices = field.name in allowed and len(set(map(repr, values))) > 1
    cells = [
        Cell(text, one.id if choices else "", chosen == one.id, one.title or one.id)
        for one, text in zip(records, texts, strict=True)
    ]
    if choices and several:
        cells.append(Cell("", BOTH, chosen == BOTH, ""))
    return Row(field.name, asked.text(field.label), tuple(cells))


def _default(field: Field, records: Sequence[Record], keep: str, *, several: bool) -> str:
    """Give whose value is taken unless somebody says otherwise: that of the record that stays, else the newest."""
    if several:
        return BOTH
    filled = [one for one in records if one.values.get(field.name) is not None]
    if any(one.id == keep for one in filled) or not filled:
        return keep
    return max(filled, key=lambda one: str(one.values.get("updated_at", ""))).id


def _differs(row: Row) -> bool:
    return any(cell.key for cell in row.cells) or len({cell.text for cell in row.cells}) > 1


def _changed(asked: Asked, record: Record) -> str:
    at = record.values.get("updated_at")
    if at is None:
        return ""
    return asked.text(msg("Changed %(when)s", when=asked.reader.formats.relative(at, asked.context.now)))


def _belongings(asked: Asked, idents: Sequence[str]) -> dict[str, str]:
    """Say how many records of each entity lead to each: a statement for each link that the actor may read."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    counts: dict[str, dict[str, int]] = {ident: {} for ident in idents}
    for name, link in asked.entity.links_in:
        there, rights = asked.context.snapshot.entities[name], policy.entity(name)
        if link in rights.readable and not there.private:
            for ident, count in _counted(asked, there, link, idents):
                counts[ident][name] = counts[ident].get(name, 0) + count
    return {ident: ", ".join(_in_words(asked, found)) for ident, found in counts.items()}


def _counted(asked: Asked, there: Entity, link: str, idents: Sequence[str]) -> Iterable[tuple[str, int]]:
    condition = In(Path((link,)), tuple(Literal(ident) for ident in idents))
    query = AggregateQuery(there.name, groups=(link,), measures=("count()",), filter=condition)
    for one in services().door.aggregate(asked.context, query):
        value = one[link]
        ident = value["id"] if isinstance(value, dict) else value
        if ident in idents:
            yield ident, one["count()"]


def _in_words(asked: Asked, counts: Mapping[str, int]) -> Iterable[str]:
    for name, count in counts.items():
        there = asked.context.snapshot.entities[name]
        label = asked.counted(there, count)
        yield asked.text(msg("%(count)s %(what)s", count=asked.reader.formats.integer(count), what=label))
