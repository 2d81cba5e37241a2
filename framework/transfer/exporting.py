"""Records into a file, page by page, with what the actor may read: what leaves as CSV comes back unchanged."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from framework.errors import ForbiddenError
from framework.permissions import policy_for
from framework.records.parse import list_query
from framework.records.planner import require_entity
from framework.transfer.cells import writer
from framework.transfer.workbook import write_workbook
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from framework.context import Context
    from framework.plans import Query
    from framework.records import Door
    from framework.records.reader import Rows
    from metadata.snapshot import Entity

_PAGE = 500


def export_records(door: Door, context: Context, entity: str, filter_: str | None, form: str) -> Iterator[str]:
    """The parts of a file (`csv` or `jsonl`) with every record that the actor sees and the filter lets in.

    All names are looked up before the first part is asked for. Raises ForbiddenError without the
    ability `export`, NotFoundError, MalformedError.
    """
    described, names, pages = _exported(door, context, entity, filter_)
    return map(_csv(described, names) if form == "csv" else _jsonl, pages)


def export_workbook(door: Door, context: Context, entity: str, filter_: str | None, target: BinaryIO) -> None:
    """The same records as a spreadsheet. Raises as `export_records`, and CommandError."""
    write_workbook(*_exported(door, context, entity, filter_), target)


def _exported(
    door: Door, context: Context, entity: str, filter_: str | None
) -> tuple[Entity, tuple[str, ...], Iterator[list[msgspec.Struct]]]:
    """The entity, the fields that leave, and pages of records; the first is read at once."""
    described, rights = require_entity(context, entity)
    if "export" not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("You may not export records"))
    names = tuple(name for name in described.fields if name in rights.readable and not name.startswith("deleted_"))
    asked = list_query(entity, [("filter", filter_)] if filter_ else [])
    ordered = tuple(sorted(names, key=lambda name: name != "id"))
    query = replace(asked, fields=ordered, sort=("id",), limit=_PAGE)
    return described, ordered, _pages(door, context, query, door.rows(context, query))


def _pages(door: Door, context: Context, query: Query, page: Rows) -> Iterator[list[msgspec.Struct]]:
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
