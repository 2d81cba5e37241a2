"""The explainer: who may do what with which record or field, and which grant decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, ForbiddenError, MalformedError, NotFoundError
from framework.permissions import policy_for, role_by_role
from framework.plans import Access, ReadPlan
from framework.plans.predicates import (
    EVERYTHING,
    NOTHING,
    AllOf,
    BelowRows,
    Condition,
    Follows,
    OwnRows,
    TeamRows,
    Via,
    all_of,
)
from framework.records.changes import known_id
from framework.records.names import present_entity, present_field
from framework.records.planner import require_visible, unknown_name
from framework.records.reader import row_of
from framework.storage.session import reading
from i18n.lazy import msg
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Collection

    from framework.context import Context
    from framework.permissions import EntityRights, Policy, RoleSays
    from framework.plans.predicates import Predicate
    from framework.storage.engines import Database
    from metadata.snapshot import Entity

ACTIONS = ("read", "create", "update", "delete")
_MOST_ROLES = 20  # each is a statement
_LACKS = {
    OwnRows: "owner",
    TeamRows: "team",
    BelowRows: "below",
    Condition: "row_rule",
    Via: "parent",
    Follows: "followed",
}


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

    `allowed` is None where it depends on the record and none was named; of a record that the asker
    does not see it is told as of one that is not there. Raises ForbiddenError unless one asks about
    oneself or manages people; MalformedError and NotFoundError for names that are not for the asker.
    """
    asker, policy = policy_for(context.snapshot, context.actor), policy_for(about.snapshot, about.actor)
    manages = "manage_people" in asker.abilities()
    mine = context.actor.id is not None and context.actor.id == about.actor.id
    if not (mine or manages):
        raise ForbiddenError(msg("Only those who manage people may ask about others"))
    if action not in ACTIONS:
        message = msg("The actions are %(names)s", names=", ".join(ACTIONS))
        raise MalformedError(message, [Fault("action", "action", message)])
    entity, field = _every_name(context, entity, field) if manages else _own_names(asker, entity, field)
    known = None if ident is None else known_id(ident)
    seen = known is not None and _is_among(database, context, entity, known, asker.entity(entity).read)
    question = _Question(database, about, entity, known, seen)
    roles = [_told(question, one) for one in role_by_role(policy, entity, action, field)]
    return {
        "allowed": question.decided(_rows(policy.entity(entity), action, field)),
        "user": about.actor.email,
        "action": action,
        "entity": entity,
        "id": known,
        "field": field,
        "decided_by": next((one["role"] for one in roles if one["allows"]), None),
        "roles": roles,
    }


def roles_that_would(
    database: Database,
    context: Context,
    about: Context,
    action: str,
    entity: str,
    ident: str,
    field: str | None = None,
) -> tuple[str, ...]:
    """Of the roles that the actor of `about` has not: those of which one alone would allow it, of the first so many.

    For those who manage people, since only they give roles; raises ForbiddenError for others, else as `explain`.
    """
    if "manage_people" not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("Only those who manage people may ask about others"))
    entity, field = _every_name(context, entity, field)
    policy = policy_for(about.snapshot, about.actor)
    known = known_id(ident)
    seen = _is_among(database, context, entity, known, policy_for(context.snapshot, context.actor).entity(entity).read)
    question = _Question(database, about, entity, known, seen)
    others = [name for name in sorted(about.snapshot.roles) if name not in policy.roles][:_MOST_ROLES]
    with_one = {name: replace(policy, roles=policy.roles | {name}) for name in others}
    return tuple(
        name for name, wider in with_one.items() if question.decided(_rows(wider.entity(entity), action, field))
    )


def _every_name(context: Context, name: str, asked: str | None) -> tuple[str, str | None]:
    """The present names of any entity and field. Raises MalformedError, NotFoundError."""
    entity = context.snapshot.entities.get(present_entity(context.snapshot, name))
    if entity is None:
        hint = nearest_hint(name, context.snapshot.entities)
        faults = [Fault("entity", "unknown_entity", hint)] if hint else ()
        raise NotFoundError(msg("There is no entity “%(name)s”", name=name[:60]), faults)
    return entity.name, _field(entity, asked, entity.fields)


def _own_names(policy: Policy, name: str, asked: str | None) -> tuple[str, str | None]:
    """The present names of an entity and a field that the asker knows of: for others they are not there."""
    entity, rights = require_visible(policy, name)
    return entity.name, _field(entity, asked, rights.named)


def _field(entity: Entity, asked: str | None, known: Collection[str]) -> str | None:
    present = None if asked is None else present_field(entity, asked)
    if asked is None or present in known:
        return present
    fault = unknown_name(asked, known, "field")
    raise MalformedError(fault.message, [fault])


def _rows(rights: EntityRights, action: str, field: str | None) -> Predicate:
    """The rows on which the action is allowed, on the field where one is asked about."""
    if field is None or action == "delete":
        found: Predicate = getattr(rights, action)
        return found
    if action == "read":
        return rights.guards.get(field, rights.read) if field in rights.readable else NOTHING
    fields, whole = (rights.makes, rights.create) if action == "create" else (rights.writes, rights.update)
    return all_of((whole, fields.get(field, NOTHING)))


@dataclass(frozen=True, slots=True)
class _Question:
    """Which record is asked about, if one is, and whether the asker sees it."""

    database: Database
    about: Context
    entity: str
    ident: str | None
    seen: bool

    def decided(self, rows: Predicate) -> bool | None:
        """Whether these rows hold the record; None where that depends on the record."""
        if rows == NOTHING:
            return False
        if self.ident is None:
            return True if rows == EVERYTHING else None
        return self.seen and _is_among(self.database, self.about, self.entity, self.ident, rows)

    def lacks(self, one: RoleSays) -> list[str]:
        """Why a role does not allow it here: what of its conditions the record does not fulfil."""
        if one.rows == NOTHING:
            return ["field" if one.granted else "grant"]
        parts = one.rows.parts if isinstance(one.rows, AllOf) else (one.rows,)
        return [_LACKS.get(type(part), "row_rule") for part in parts if self.decided(part) is False]


def _is_among(database: Database, who: Context, entity: str, ident: str, rows: Predicate) -> bool:
    """Whether a live record is among rows, by the SQL that decides it everywhere else."""
    plan = ReadPlan(Access(entity, EVERYTHING), ("id",), one=True, extra=rows)
    with reading(database) as connection:
        prepared, row = row_of(connection, database.name, who, plan, ident)
    return row is not None and bool(row[prepared.extra])


def _told(question: _Question, one: RoleSays) -> dict[str, Any]:
    return {
        "role": one.role,
        "grant": one.grant,
        "reach": one.reach,
        "row_rule": one.row_rule,
        "field": one.field,
        "allows": question.decided(one.rows),
        "lacks": question.lacks(one),
    }
