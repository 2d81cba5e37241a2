"""History and the change feed: what happened, as far as the actor may see the record and the field now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, MalformedError
from framework.fields.datetime import moment_text
from framework.permissions import policy_for
from framework.records import opaque
from framework.records.changes import known_id
from framework.records.planner import access_to, plan_one, require_entity
from framework.records.reader import environment, read_one
from framework.storage.feed import changes_after, changes_of
from framework.storage.rows import all_rows
from framework.storage.select import prepare_seen
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from framework.storage.feed import Placed


@dataclass(frozen=True, slots=True)
class Feed:
    """Changes as the API gives them, and the cursor to go on with (None: the end of a history)."""

    items: list[dict[str, Any]]
    next: str | None


def changes(database: Database, context: Context, after: str | None, entity: str | None, limit: int) -> Feed:
    """Changes behind a cursor in commit order: never skips one, may repeat some after a restart.

    Raises MalformedError for a damaged cursor, NotFoundError for an entity that is not there.
    """
    policy = policy_for(context.snapshot, context.actor)
    names = [entity] if entity else [one.name for one in policy.visible_entities()]
    if entity:
        require_entity(context, entity)
    xid, seq = (-1, -1) if after is None else _numbers(after, 2)
    with reading(database) as connection:
        found = changes_after(connection, (xid, seq), names, limit)
        items = _told(connection, database.name, context, found)
    last = found[-1].position if found else (xid, seq)
    return Feed(items, opaque.written(last))


def history(database: Database, context: Context, entity: str, ident: str, after: str | None, limit: int) -> Feed:
    """What happened to a record, newest first.

    Raises NotFoundError where the actor does not see it, ForbiddenError without the ability.
    """
    plan, known = plan_one(context, entity, ("id",)), known_id(ident)
    # The record's own version: its place in the log of everything would tell how much others wrote.
    before = None if after is None else _numbers(after, 1)[0]
    with reading(database) as connection:
        read_one(connection, database.name, context, plan, known)
        if "view_history" not in policy_for(context.snapshot, context.actor).abilities():
            raise ForbiddenError(msg("Your roles do not let you see history"))
        found = changes_of(connection, entity, known, before, limit + 1)
        items = _told(connection, database.name, context, found[:limit])
    more = len(found) > limit
    return Feed(items, opaque.written([found[limit - 1].change.version]) if more else None)


def _told(connection: Connection, engine: EngineName, context: Context, rows: Sequence[Placed]) -> list[dict[str, Any]]:
    """The rows of records that the actor sees, with the fields that the actor reads on them."""
    readable = _readable(connection, engine, context, rows)
    return [
        {
            "entity": one.entity,
            "id": one.record,
            "version": one.version,
            "op": one.op,
            "fields": {name: pair for name, pair in one.fields.items() if name in fields},
            "actor": one.actor,
            "actor_name": one.actor_name,
            "door": one.door,
            "at": moment_text(one.at),
        }
        for one in (row.change for row in rows)
        if (fields := readable.get((one.entity, one.record))) is not None
    ]


def _readable(
    connection: Connection, engine: EngineName, context: Context, rows: Iterable[Placed]
) -> dict[tuple[str, str], frozenset[str]]:
    """The fields that the actor may read, by record; unseen records are absent. One statement an entity."""
    policy = policy_for(context.snapshot, context.actor)
    by_entity: dict[str, set[str]] = {}
    for row in rows:
        by_entity.setdefault(row.change.entity, set()).add(row.change.record)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for entity, ids in by_entity.items():
        if entity not in context.snapshot.entities or not policy.entity(entity).visible:
            continue
        access, rights = access_to(policy, entity), policy.entity(entity)
        guarded = tuple(name for name, _ in access.guards)
        statement = prepare_seen(context.snapshot, engine, access)
        parameters = {**environment(context, engine, statement), "ids": sorted(ids)}
        for ident, *open_ in all_rows(connection, statement, parameters):
            shut = {name for name, may in zip(guarded, open_, strict=True) if not may}
            found[entity, ident] = rights.readable - shut
    return found


def _numbers(cursor: str, count: int) -> list[int]:
    """The whole numbers that a cursor holds. Raises MalformedError for any other text."""
    try:
        found = opaque.read(cursor)
    except ValueError:
        found = []
    if len(found) != count or not all(type(one) is int and abs(one) < 2**63 for one in found):
        message = msg("This cursor is damaged; begin anew")
        raise MalformedError(message, [Fault("after", "cursor", message)], code="cursor")
    return found
