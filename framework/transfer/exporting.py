"""Records into a file, page by page, with what the actor may read: what leaves as CSV comes back unchanged."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from framework.errors import ForbiddenError
from framework.permissions import policy_for
from framework.records.parse import list_query
from framework.records.planner import require_entity
from framework.transfer.cells import writer
from framework.transfer.workbook import is_titled, write_workbook
from i18n.lazy import msg
from metadata.expressions import logic
from metadata.expressions.tree import In, Literal, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from framework.context import Context
    from framework.plans import Query
    from framework.records import Door
    from framework.records.reader import Rows
    from framework.transfer.workbook import Words
    from metadata.snapshot import Entity

_PAGE = 500
_IDENTS = 100
"""How many records that are named one by one are asked for at once: a condition has only so many parts."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which records leave: those that a filter and a search let in, of `idents` where it is given."""

    filter: str | None = None
    search: str | None = None
    idents: tuple[str, ...] | None = None


EVERY = Which()


def export_records(door: Door, context: Context, entity: str, which: Which, form: str) -> Iterator[str]:
    """The parts of a file (`csv` or `jsonl`) with every wanted record that the actor sees.

    All names are looked up before the first part is asked for. Raises ForbiddenError without the
    ability `export`, NotFoundError, MalformedError.
    """
    described, names, pages = _exported(door, context, entity, which)
    return map(_csv(described, names) if form == "csv" else _jsonl, pages)


def export_workbook(
    door: Door, context: Context, entity: str, which: Which, target: BinaryIO, words: Words | None = None
) -> None:
    """The same records as a spreadsheet; with `words` one to be read, which does not come back.

    Raises as `export_records`, and CommandError.
    """
    write_workbook(*_exported(door, context, entity, which, titles=words is not None), target, words)


def _exported(
    door: Door, context: Context, entity: str, which: Which, *, titles: bool = False
) -> tuple[Entity, tuple[str, ...], Iterator[list[msgspec.Struct]]]:
    """The entity, the fields that leave, and pages of records, links with `titles`; the first is read at once."""
    described, rights = require_entity(context, entity)
    if "export" not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("You may not export records"))
    names = tuple(name for name in described.fields if name in rights.readable and not name.startswith("deleted_"))
    asked = list_query(entity, [("filter", which.filter)] if which.filter else [])
    ordered = tuple(sorted(names, key=lambda name: name != "id"))
    query = replace(asked, fields=ordered, search=which.search, sort=("id",), limit=_PAGE)
    if titles:
        query = replace(query, expand=tuple(name for name in ordered if is_titled(described.fields[name])))
    queries = [query] if which.idents is None else list(_of_idents(query, sorted(which.idents)))
    return described, ordered, _pages(door, context, queries, door.rows(context, queries[0]))


def _of_idents(query: Query, idents: Sequence[str]) -> Iterator[Query]:
    """The query of each part of the records that are named, of none at least."""
    for at in range(0, max(len(idents), 1), _IDENTS):
        named = In(Path(("id",)), tuple(Literal(one) for one in idents[at : at + _IDENTS]))
        yield replace(query, filter=logic("and", [*([query.filter] if query.filter else []), named]))


def _pages(door: Door, context: Context, queries: Sequence[Query], page: Rows) -> Iterator[list[msgspec.Struct]]:
    """The pages of all queries; of the first of them the first is there already."""
    for at, query in enumerate(queries):
        if at:
            page = door.rows(context, query)
        yield page.wire()
        while page.next is not None:
            page = door.rows(context, replace(query, after=page.next))
            yield page.wire()


def _jsonl(records: Sequence[msgspec.Struct]) -> str:
    """One record a line, as the API gives it."""
    return "".join(f"{msgspec.json.encode(record).decode()}\n" for record in records)


def _csv(entity: Entity, names: Sequence[str]) -> Callable[[Sequence[msgspec.Struct]], str]:
    """Lines of separated values, the first with the names of the fields."""
    writers = {name: writer(entity.fields[name]) for name in names}
    begun: list[bool] = []

    def write(records: Sequence[msgspec.Struct]) -> str:
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\r\n")  # RFC 4180
        if not begun:
            begun.append(True)
            lines.writerow(names)
        for record in records:
            values = msgspec.to_builtins(record)
            lines.writerow([write_one(values[name]) for name, write_one in writers.items()])
        return text.getvalue()

    return write
