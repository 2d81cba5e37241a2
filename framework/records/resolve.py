"""What a form shows for the values typed so far: the same rules that a write will be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.records.changes import known_id
from framework.records.defaults import Seen, with_defaults
from framework.records.env import env_of
from framework.records.judge import FieldState, state_of
from framework.records.known import Known, Memory
from framework.records.planner import require_entity
from framework.records.writer import several_stored, stored_values
from framework.storage.session import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from metadata.snapshot import Entity


def states(
    database: Database, context: Context, name: str, given: Mapping[str, Any], ident: str | None
) -> dict[str, FieldState]:
    """The state of every field that the actor reads, under wire values typed so far.

    `ident` names the record that is edited, None for a new one; a value that is not valid yet counts
    as blank. Raises NotFoundError for an entity or record that is not there for the actor.
    """
    entity, rights = require_entity(context, name)
    with reading(database) as connection:
        old, new = _old_and_new(connection, database.name, context, entity, given, ident)
        known = Known(connection, database.name, context, entity, new, old)
        return {field: state_of(known, entity.fields[field]) for field in sorted(rights.readable)}


def worked_out(
    database: Database, context: Context, name: str, given: Mapping[str, Any], ident: str | None
) -> dict[str, Any]:
    """What the server makes of wire values typed so far, as stored values: formulas, and defaults that nobody gave.

    Only fields that the actor reads on every visible record, made of what the actor reads. `ident` and errors as
    for `states`.
    """
    entity, rights = require_entity(context, name)
    with reading(database) as connection:
        old, new = _old_and_new(connection, database.name, context, entity, given, ident)
        seen = Seen(connection, database.name, context, entity, new, old)
        found = {} if old is not None else {one: new[one] for one in new.keys() - given.keys()}
        found |= {one.name: seen.made(one, one.formula) for one in entity.fields.values() if one.formula is not None}
        return {one: value for one, value in found.items() if one in rights.readable and one not in rights.guards}


def lines_worked_out(
    database: Database, context: Context, name: str, rows: Sequence[tuple[Mapping[str, Any], str | None]]
) -> list[dict[str, Any]]:
    """What the server makes of each of several lines as they are typed so far, given as (wire values, id).

    As `worked_out`, but what lines link to is read once for all of them, and a line that is not there counts as new.
    """
    entity, rights = require_entity(context, name)
    readable = rights.readable - rights.guards.keys()
    made = []
    with reading(database) as connection:
        memory = Memory(env_of(context))
        kept = several_stored(
            connection, database.name, context, name, [ident for _, ident in rows if ident is not None]
        )
        for given, ident in rows:
            old, typed = kept.get(ident or ""), _loaded(entity, given)
            new = {**old, **typed} if old else with_defaults(connection, database.name, context, entity, typed, memory)
            seen = Seen(connection, database.name, context, entity, new, old, memory)
            formulas = ((one, one.formula) for one in entity.fields.values() if one.formula is not None)
            found = {**new, **{one.name: seen.made(one, node) for one, node in formulas if node is not None}}
            made.append({one: value for one, value in found.items() if one in readable})
    return made


def _old_and_new(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: Entity,
    given: Mapping[str, Any],
    ident: str | None,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The stored values of the record that is edited, if any, and those under what is typed."""
    typed = _loaded(entity, given)
    if ident is None:
        return None, with_defaults(connection, engine, context, entity, typed)
    old = stored_values(connection, engine, context, entity.name, known_id(ident))
    if old is None:
        raise NotFoundError(NotFoundError.title)
    return old, {**old, **typed}


def _loaded(entity: Entity, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        field = entity.fields.get(name)
        if field is None or field.system or field.computed:
            continue
        try:
            found[name] = None if value is None else type_of(field).load(field, value)
        except ValueRefusedError:
            found[name] = None
    return found
