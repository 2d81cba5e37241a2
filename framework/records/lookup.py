"""Records by the values of their fields, many at once: how imports find what their rows name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, MalformedError
from framework.fields.base import ValueRefusedError, type_of
from framework.permissions import policy_for
from framework.records.env import env_of
from framework.records.names import present_field
from framework.records.planner import access_to, require_entity, unknown_name
from framework.rules.binds import env_parameters
from framework.storage.bulk import matching
from framework.storage.rows import all_rows
from framework.storage.select import prepare_members_in_use
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from framework.context import Context
    from framework.storage.engines import Database
    from metadata.snapshot import Entity, Field


def look_up(
    database: Database, context: Context, name: str, fields: tuple[str, ...], wanted: Collection[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[str]]:
    """The ids of the live, visible records with each of the wanted combinations of wire values.

    A combination with a blank, or with what is no value of its field, names nothing. Raises
    MalformedError for a field that is unknown or whose values stand for no single column.
    """
    entity, described = look_up_fields(context, name, fields)
    asked: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for combination in wanted:
        stored = _stored(described, combination)
        if stored is not None:
            asked[stored].append(combination)
    found: dict[tuple[Any, ...], list[str]] = {combination: [] for combination in wanted}
    if not asked:
        return found
    access = access_to(policy_for(context.snapshot, context.actor), entity.name)
    values = [{stored[n] for stored in asked} for n in range(len(fields))]
    with reading(database) as connection:
        names = tuple(field.name for field in described)
        parameters = env_parameters(env_of(context), database.name)
        for ident, columns in matching(connection, context.snapshot, access, names, values, parameters):
            for combination in asked.get(tuple(columns), ()):
                found[combination].append(ident)
    return found


def members_in_use(database: Database, context: Context, name: str, field: str) -> list[str]:
    """The members that a field which keeps several values has in visible records, most used first; the first 1,000.

    Raises NotFoundError for an entity that is not for the actor, MalformedError for a field that is not, or has none.
    """
    entity, rights = require_entity(context, name)
    present = present_field(entity, field)
    if present not in rights.readable or type_of(entity.fields[present]).member_column(entity.fields[present]) is None:
        fault = unknown_name(field, rights.readable, "field")
        raise MalformedError(fault.message, [fault], code="unknown_field")
    access = access_to(policy_for(context.snapshot, context.actor), entity.name)
    statement = prepare_members_in_use(context.snapshot, database.name, access, present)
    with reading(database) as connection:
        return [row[0] for row in all_rows(connection, statement, env_parameters(env_of(context), database.name))]


def look_up_fields(context: Context, name: str, fields: Sequence[str]) -> tuple[Entity, list[Field]]:
    """The entity and the fields, which can be looked up. Raises as `look_up`."""
    entity, rights = require_entity(context, name)
    found = []
    for asked in fields:
        present = present_field(entity, asked)
        if present not in rights.readable:
            fault = unknown_name(asked, rights.readable, asked)
            raise MalformedError(fault.message, [fault], code="unknown_field")
        field = entity.fields[present]
        if field.computed or type_of(field).stored(field) is not None or not type_of(field).columns(field):
            message = msg("Records cannot be found by “%(name)s”", name=present)
            raise MalformedError(message, [Fault(asked, "no_look_up", message)], code="no_look_up")
        found.append(field)
    return entity, found


def _stored(fields: Sequence[Field], combination: Sequence[Any]) -> tuple[Any, ...] | None:
    """The stored values; None where one of them is blank or no value at all."""
    try:
        found = tuple(
            None if value is None else type_of(field).load(field, value)
            for field, value in zip(fields, combination, strict=True)
        )
    except ValueRefusedError:
        return None
    return None if None in found else found
