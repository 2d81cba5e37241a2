"""History and the change feed: what happened, as far as the actor may see the record and the field now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, MalformedError, NotFoundError
from framework.fields.datetime import moment_text
from framework.permissions import policy_for
from framework.records import opaque
from framework.records.changes import known_id
from framework.records.ends import hidden_ends, without
from framework.records.history import by_present_names, entity_of_log
from framework.records.planner import access_to, plan_one, require_entity
from framework.records.reader import environment, read_one
from framework.storage.feed import changes_after, changes_of, changes_within
from framework.storage.rows import all_rows
from framework.storage.select import prepare_seen
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.sealed import Seal
    from framework.rules.operand import EngineName
    from framework.storage.change import Change
    from framework.storage.engines import Database
    from framework.storage.feed import Placed

_START = (-1, -1)
# Rows read at once after the first try; a request passes over so many chunks of which the actor sees nothing.
_CHUNK, _MOST_CHUNKS = 1_000, 5


@dataclass(frozen=True, slots=True)
class Feed:
    """Changes as the API gives them, and the cursor to go on with (None: the end of a history)."""

    items: list[dict[str, Any]]
    next: str | None


def changes(
    database: Database, seal: Seal, context: Context, after: str | None, entity: str | None, limit: int
) -> Feed:
    """Changes behind a cursor in commit order: never skips one, may repeat some after a restart.

    A page is filled over what the actor may not see, so that its length counts nothing hidden.
    Raises MalformedError for a damaged cursor, NotFoundError for an entity that is not there.
    """
    policy = policy_for(context.snapshot, context.actor)
    tables = [one.table for one in ([require_entity(context, entity)[0]] if entity else policy.visible_entities())]
    position = _START if after is None else _position(seal, after)
    items: list[dict[str, Any]] = []
    with reading(database) as connection:
        for chunk in (limit, *repeat(_CHUNK, _MOST_CHUNKS)):
            found = changes_after(connection, position, tables, chunk)
            told = _told(connection, database.name, context, found)[: limit - len(items)]
            items += (item for _, item in told)
            if len(items) == limit:
                position = told[-1][0]
                break
            position = found[-1].position if found else position
            if len(found) < chunk:
                # A cursor that stays says "nothing new", whatever others wrote that the actor may not see.
                return Feed(items, after if after and not items else seal.sealed(position))
    return Feed(items, seal.sealed(position))


def history(database: Database, context: Context, entity: str, ident: str, after: str | None, limit: int) -> Feed:
    """What happened to a record, newest first.

    Raises NotFoundError where the actor does not see it, ForbiddenError without the ability.
    """
    plan, known = plan_one(context, entity, ("id",)), known_id(ident)
    # The record's own version: its place in the log of everything would tell how much others wrote.
    before = None if after is None else _version(after)
    with reading(database) as connection:
        read_one(connection, database.name, context, plan, known)
        if "view_history" not in policy_for(context.snapshot, context.actor).abilities():
            raise ForbiddenError(msg("Your roles do not let you see history"))
        table = context.snapshot.entities[plan.entity].table
        found = changes_of(connection, table, known, before, limit + 1)
        items = [item for _, item in _told(connection, database.name, context, found[:limit])]
        _add_lines(connection, database.name, context, plan.entity, known, found[:limit], items)
    more = len(found) > limit
    return Feed(items, history_cursor(found[limit - 1].change.version) if more else None)


def _add_lines(
    connection: Connection,
    engine: EngineName,
    context: Context,
    name: str,
    ident: str,
    rows: Sequence[Placed],
    items: Sequence[dict[str, Any]],
) -> None:
    """Put what a change did to the lines of its record beside it, as far as the actor sees them. Two statements."""
    entity = context.snapshot.entities[name]
    kinds = {one.lines[0] for one in entity.fields.values() if one.lines is not None}
    if not kinds or not rows:
        return
    within = changes_within(connection, ident, sorted({row.change.op_id for row in rows}))
    operations = {row.position: row.change.op_id for row in within}
    by_version = {item["version"]: item for item in items}
    # Lines are written before the row of their record that tells of them.
    whole = sorted((row.position[1], row.change.op_id, row.change.version) for row in rows)
    for position, line in _told(connection, engine, context, within):
        after = (v for seq, op, v in whole if seq > position[1] and op == operations[position])
        item = by_version.get(next(after, None))
        if line["entity"] in kinds and item is not None:
            told = {key: line[key] for key in ("entity", "id", "op", "fields")}
            item.setdefault("lines", []).append(told)


def history_cursor(version: int) -> str:
    """The cursor behind the change that gave a record this version."""
    return opaque.written([version])


def change_to(database: Database, context: Context, entity: str, ident: str, version: int) -> dict[str, Any]:
    """The change that gave a record this version. Raises as `history`, and NotFoundError where there is none."""
    found = history(database, context, entity, ident, history_cursor(version + 1), 1).items
    if not found or found[0]["version"] != version:
        raise NotFoundError(msg("There is no such change"))
    return found[0]


def _told(
    connection: Connection, engine: EngineName, context: Context, rows: Sequence[Placed]
) -> list[tuple[tuple[int, int], dict[str, Any]]]:
    """(position, change) of the records that the actor sees, with the fields that the actor reads on them."""
    present = [one for row in rows if (one := in_present_names(context, row)) is not None]
    records = {(row.change.entity, row.change.record) for row in present}
    readable = readable_fields(connection, engine, context, records)
    present = [
        replace(row, change=change)
        for row, change in zip(
            present, in_sight(connection, engine, context, [row.change for row in present]), strict=True
        )
    ]
    return [
        (row.position, _wire(row.change, fields))
        for row in present
        if (fields := readable.get((row.change.entity, row.change.record))) is not None
    ]


def in_sight(connection: Connection, engine: EngineName, context: Context, changes: Sequence[Change]) -> list[Change]:
    """Rows of the log without the ends of links that the actor does not see. A statement for each such field."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for change in changes:
        for side in (0, 1):
            told.setdefault(change.entity, []).append({name: pair[side] for name, pair in change.fields.items()})
    hidden = {
        name: hidden_ends(connection, engine, context, context.snapshot.entities[name], values)
        for name, values in told.items()
    }
    return [replace(change, fields=_seen_pairs(change.fields, hidden[change.entity])) for change in changes]


def _seen_pairs(fields: Mapping[str, Sequence[Any]], hidden: Mapping[str, frozenset[str]]) -> dict[str, Sequence[Any]]:
    return {
        name: [without(side, hidden[name]) for side in pair] if name in hidden else pair
        for name, pair in fields.items()
    }


def in_present_names(context: Context, row: Placed) -> Placed | None:
    """A row of the log with present names; None where its entity is retired."""
    entity = entity_of_log(context.snapshot, row.change.entity)
    if entity is None:
        return None
    fields = by_present_names(context.snapshot, entity, row.change.fields)
    return replace(row, change=replace(row.change, entity=entity.name, fields=fields))


def _wire(one: Change, readable: frozenset[str]) -> dict[str, Any]:
    return {
        "entity": one.entity,
        "id": one.record,
        "version": one.version,
        "op": one.op,
        "fields": {name: pair for name, pair in one.fields.items() if name in readable},
        "actor": one.actor,
        "actor_name": one.actor_name,
        "door": one.door,
        "at": moment_text(one.at),
    }


def readable_fields(
    connection: Connection, engine: EngineName, context: Context, records: Collection[tuple[str, str]]
) -> dict[tuple[str, str], frozenset[str]]:
    """The fields that the actor may read, by (entity, id), in the bin too; unseen ones are absent. A statement each."""
    policy = policy_for(context.snapshot, context.actor)
    by_entity: dict[str, set[str]] = {}
    for name, record in records:
        by_entity.setdefault(name, set()).add(record)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for entity, ids in by_entity.items():
        if not policy.entity(entity).visible:
            continue
        access, rights = access_to(policy, entity), policy.entity(entity)
        guarded = tuple(name for name, _ in access.guards)
        statement = prepare_seen(context.snapshot, engine, access)
        parameters = {**environment(context, engine, statement), "ids": sorted(ids)}
        for ident, *open_ in all_rows(connection, statement, parameters):
            shut = {name for name, may in zip(guarded, open_, strict=True) if not may}
            found[entity, ident] = rights.readable - shut
    return found


def _position(seal: Seal, cursor: str) -> tuple[int, int]:
    try:
        return seal.opened(cursor)
    except ValueError:
        raise damaged() from None


def _version(cursor: str) -> int:
    try:
        (found,) = opaque.read(cursor)
    except ValueError:
        raise damaged() from None
    if type(found) is not int or abs(found) >= 2**63:
        raise damaged()
    return found


def damaged() -> MalformedError:
    """What to say of a cursor that is none of ours."""
    message = msg("This cursor is damaged; begin anew")
    return MalformedError(message, [Fault("after", "cursor", message)], code="cursor")
