"""What a form shows for the values typed so far: the same rules that a write will be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.records.changes import known_id
from framework.records.defaults import with_defaults
from framework.records.judge import FieldState, state_of
from framework.records.known import Known
from framework.records.planner import require_entity
from framework.records.writer import stored_values
from framework.storage.session import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
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
        old = None if ident is None else stored_values(connection, database.name, context, entity.name, known_id(ident))
        if ident is not None and old is None:
            raise NotFoundError(NotFoundError.title)
        typed = _loaded(entity, given)
        new = {**old, **typed} if old is not None else with_defaults(connection, database.name, context, entity, typed)
        known = Known(connection, database.name, context, entity, new, old)
        return {field: state_of(known, entity.fields[field]) for field in sorted(rights.readable)}


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
