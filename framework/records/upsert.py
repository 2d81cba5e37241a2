"""Upsert: change the record that a unique value names, or create it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import Fault, MalformedError, NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.permissions import policy_for
from framework.plans import ReadPlan
from framework.records.changes import plan_alteration, plan_creation
from framework.records.names import present_field
from framework.records.planner import access_to, require_entity
from framework.records.reader import row_of
from i18n.lazy import msg
from metadata.expressions import Apply, Const, Ref, Root, Step
from metadata.expressions.types import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.plans import Alteration, Creation
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity, Field


def plan_upsert(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: str,
    by: tuple[str, Any],
    values: Mapping[str, Any],
) -> Alteration | Creation:
    """The plan that fits: a change where the actor sees a record with that value, else a creation.

    `by` is the unique field and its wire value. Raises MalformedError for a field that is not unique
    or a value that is none, and what the plans raise.
    """
    found = find_by(connection, engine, context, entity, by)
    if found is not None:
        return plan_alteration(context, entity, found, values, None)
    return plan_creation(context, entity, {**values, by[0]: values.get(by[0], by[1])})


def find_by(connection: Connection, engine: EngineName, context: Context, name: str, by: tuple[str, Any]) -> str | None:
    """The id of the live record with this value in a unique field, None where the actor sees none."""
    entity, rights = require_entity(context, name)
    field = _unique(entity, rights.readable, by[0])
    try:
        stored = type_of(field).load(field, by[1])
    except ValueRefusedError as error:
        raise MalformedError(error.message, [Fault(by[0], error.code, error.message, error.hint)]) from None
    if stored is None:
        raise NotFoundError(msg("A blank value names no record"))
    kind = type_of(field).expression_type(field)
    same = Apply("=", (Ref(Root.SELF, (Step(entity.name, field.name),), None, kind), Const(stored, kind)), BOOLEAN)
    plan = ReadPlan(access_to(policy_for(context.snapshot, context.actor), entity.name), ("id",), filter=same, limit=1)
    _, row = row_of(connection, engine, context, plan)
    return None if row is None else str(row[0])


def _unique(entity: Entity, readable: frozenset[str], name: str) -> Field:
    present = present_field(entity, name)
    field = entity.fields.get(present)
    if field is None or present not in readable:
        message = msg("There is no field “%(name)s”", name=name[:60])
        raise MalformedError(message, [Fault("by", "unknown_field", message)], code="unknown_field")
    if not (field.unique or any(one.fields == (present,) for one in entity.unique.values())):
        message = msg("“%(name)s” is not unique, so it names no single record", name=present)
        raise MalformedError(message, [Fault("by", "not_unique", message)], code="not_unique")
    return field
