"""Records that are lines of another one: whoever writes them writes the other's version and history too."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, InvalidError
from framework.fields.members import MOST_MEMBERS
from framework.plans import Access, ReadPlan
from framework.plans.predicates import EVERYTHING
from framework.records.history import change_row, history_value
from framework.records.locks import lock_first
from framework.storage.bulk import rows_of
from framework.storage.change import append_changes, update_records
from framework.storage.figures import hold
from framework.storage.links import led_to
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity


def whole_of(entity: Entity, values: Mapping[str, Any]) -> str | None:
    """The record of which a record with these values is a line; its changes are part of the other's."""
    return None if entity.part_of is None else values.get(entity.part_of.link)


def hold_wholes(connection: Connection, context: Context, entity: Entity, owners: Iterable[str | None]) -> None:
    """Let nobody else write lines of these records, or the records, until the end of the transaction.

    Whoever writes lines begins with it, as whoever writes a record with its lines does, so that none waits for a
    line that the other has while the other waits for the record.
    """
    ids = {one for one in owners if one is not None}
    if entity.part_of is not None and ids:
        hold(connection, context.snapshot, {(entity.part_of.entity, entity.part_of.link): ids})


def hold_wholes_of(connection: Connection, context: Context, entity: Entity, lines: Collection[str]) -> None:
    """As `hold_wholes`, for the records of which these are lines; a line is never one of another record."""
    if entity.part_of is not None and lines:
        owners = led_to(connection, context.snapshot, entity.name, entity.part_of.link, lines)
        hold_wholes(connection, context, entity, owners)


@contextmanager
def moving(connection: Connection, context: Context, entity: Entity, owners: Iterable[str | None]) -> Iterator[None]:
    """While lines of these records are written. Afterwards each of those that are live has a version more.

    Raises InvalidError where one has too many lines then. Three statements, however many records.
    """
    part, ids = entity.part_of, sorted({one for one in owners if one is not None})
    if part is None or not ids:
        yield
        return
    before = _lines_of(connection, context, part.entity, part.field, ids)
    yield
    after = _lines_of(connection, context, part.entity, part.field, ids)
    whole = context.snapshot.entities[part.entity]
    field = whole.fields[part.field]
    most = field.options.get("max", MOST_MEMBERS)
    if any(len(lines or ()) > most for _, lines in after.values()):
        message = msg("A record has at most %(count)s of them", count=most)
        raise InvalidError(msg("Some values are not valid"), [Fault(f"/{part.link}", "max", message)])
    if not before:
        return
    stamps = {"updated_at": context.now, "updated_by": context.actor.id}
    moved = [(one, version, {**stamps, "version": version + 1}) for one, (version, _) in before.items()]
    update_records(connection, context.snapshot, whole.name, moved)
    told = {one: [history_value(field, lines[one][1]) for lines in (before, after)] for one in before}
    append_changes(
        connection,
        [change_row(context, whole, one, was + 1, "update", {part.field: told[one]}) for one, was, _ in moved],
    )


def _lines_of(
    connection: Connection, context: Context, entity: str, field: str, ids: list[str]
) -> dict[str, tuple[int, tuple[str, ...] | None]]:
    """Version and lines of live records, which are locked, by id."""
    plan = ReadPlan(Access(entity, EVERYTHING), ("id", "version", field), lock=True)
    engine: EngineName = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    lock_first(connection, engine, context, plan, ids)
    return {row[0]: (row[1], row[2]) for row in rows_of(connection, context.snapshot, plan, ids, {})}
