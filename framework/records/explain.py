"""The explainer: who may do what with which record or field, and which grant decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, MalformedError, NotFoundError
from framework.permissions import policy_for, role_by_role
from framework.plans import Access, ReadPlan
from framework.plans.predicates import EVERYTHING, NOTHING, any_of
from framework.records.changes import known_id
from framework.records.names import present_entity, present_field
from framework.records.reader import row_of
from framework.storage.session import reading
from i18n.lazy import msg
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from framework.context import Context
    from framework.permissions import RoleSays
    from framework.plans.predicates import Predicate
    from framework.storage.engines import Database

ACTIONS = ("read", "create", "update", "delete")


def explain(
    database: Database,
    context: Context,
    about: Context,
    action: str,
    entity: str,
    ident: str | None = None,
    field: str | None = None,
) -> dict[str, Any]:
    """Whether the actor of `about` may do it, and what each of their roles says.

    `allowed` is None where it depends on the record and none was named. Raises ForbiddenError unless
    one asks about oneself or manages people; MalformedError and NotFoundError for unknown names.
    """
    mine = context.actor.id is not None and context.actor.id == about.actor.id
    if not mine and "manage_people" not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("Only those who manage people may ask about others"))
    entity, field = _known_names(context, action, entity, field)
    known = None if ident is None else known_id(ident)
    said = role_by_role(policy_for(about.snapshot, about.actor), entity, action, field)
    roles = [_told(database, about, entity, known, one) for one in said]
    allowed = _decided(database, about, entity, known, any_of(one.rows for one in said))
    return {
        "allowed": allowed,
        "user": about.actor.email,
        "action": action,
        "entity": entity,
        "id": known,
        "field": field,
        "decided_by": next((one["role"] for one in roles if one["allows"]), None),
        "roles": roles,
    }


def _known_names(context: Context, action: str, entity: str, field: str | None) -> tuple[str, str | None]:
    """The present names of the entity and the field. Raises MalformedError, NotFoundError."""
    if action not in ACTIONS:
        message = msg("The actions are %(names)s", names=", ".join(ACTIONS))
        raise MalformedError(message, [Fault("action", "action", message)])
    found = context.snapshot.entities.get(present_entity(context.snapshot, entity))
    if found is None:
        hint = nearest_hint(entity, context.snapshot.entities)
        faults = [Fault("entity", "unknown_entity", hint)] if hint else ()
        raise NotFoundError(msg("There is no entity “%(name)s”", name=entity), faults)
    present = None if field is None else present_field(found, field)
    if field is not None and present not in found.fields:
        hint = nearest_hint(field, found.fields)
        message = msg("There is no field “%(name)s”", name=field)
        raise MalformedError(message, [Fault("field", "unknown_field", message, hint)])
    return found.name, present


def _told(database: Database, about: Context, entity: str, ident: str | None, one: RoleSays) -> dict[str, Any]:
    return {
        "role": one.role,
        "grant": one.grant,
        "reach": one.reach,
        "row_rule": one.row_rule,
        "field": one.field,
        "allows": _decided(database, about, entity, ident, one.rows),
    }


def _decided(database: Database, about: Context, entity: str, ident: str | None, rows: Predicate) -> bool | None:
    """Whether the record is among the rows, by the SQL that decides it everywhere else."""
    if rows == NOTHING:
        return False
    if ident is None:
        return True if rows == EVERYTHING else None
    plan = ReadPlan(Access(entity, EVERYTHING), ("id",), one=True, extra=rows)
    with reading(database) as connection:
        prepared, row = row_of(connection, database.name, about, plan, ident)
    return row is not None and bool(row[prepared.extra])
