"""Roles become rights: for one entity, which rows and fields an actor's roles give.

Roles add up per row and per field. A field that only some of the roles give is guarded by the
rows of just those roles, so two roles never give more than each of them does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from framework.plans.predicates import (
    EVERYTHING,
    NOTHING,
    BelowRows,
    Condition,
    OwnRows,
    Predicate,
    TeamRows,
    all_of,
    any_of,
)
from metadata.expressions.typed import refs
from metadata.snapshot import Entity, Field, FieldRight, Grant, Reach, Role, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.context import Actor

_REACH: dict[Reach, Predicate] = {
    Reach.NONE: NOTHING,
    Reach.OWN: OwnRows(),
    Reach.TEAM: TeamRows(),
    Reach.BELOW: BelowRows(),
    Reach.ALL: EVERYTHING,
}
# Without these a record could not be named or changed at all; they say nothing of its content.
_ALWAYS_READABLE = frozenset({"id", "version"})
_NO_GRANT = Grant()


@dataclass(frozen=True, slots=True)
class EntityRights:
    """What an actor may do with one entity.

    `read`, `update`, `delete` are the rows of each right, `create` whether records may be made and
    which a new one must be among; `guards` gives, per readable field, the rows on which it may be
    read where these are fewer than `read`; `writes` and `makes` give per writable field the rows on
    which it may be changed, and on which it may be set at creation.
    """

    read: Predicate
    create: Predicate
    update: Predicate
    delete: Predicate
    readable: frozenset[str]
    writable: frozenset[str]
    creatable: frozenset[str]
    guards: Mapping[str, Predicate]
    writes: Mapping[str, Predicate]
    makes: Mapping[str, Predicate]

    @property
    def visible(self) -> bool:
        """Whether the entity exists for the actor at all."""
        return self.read != NOTHING


@dataclass(frozen=True, slots=True)
class Policy:
    """The rights of a set of roles in a snapshot, narrowed by a token's scope."""

    snapshot: Snapshot
    roles: frozenset[str]
    scope: tuple[tuple[str, frozenset[str]], ...] | None

    def entity(self, name: str) -> EntityRights:
        """Rights on the entity of that name, which must exist in the snapshot."""
        return _entity_rights(self.snapshot, self.roles, self.scope, name)

    def abilities(self) -> frozenset[str]:
        """Rights that are not about records."""
        held = _held(self.snapshot, self.roles)
        return frozenset().union(*(role.abilities for role in held)) if self.scope is None else frozenset()

    def visible_entities(self) -> tuple[Entity, ...]:
        """Every entity of which the actor may read something, in the snapshot's order."""
        return _visible_entities(self)


def policy_for(snapshot: Snapshot, actor: Actor) -> Policy:
    """The policy of an actor; cheap, since all the work is cached per snapshot and roles."""
    scope = None if actor.scope is None else tuple(sorted(actor.scope.items()))
    return Policy(snapshot, actor.roles, scope)


@lru_cache(maxsize=256)
def _visible_entities(policy: Policy) -> tuple[Entity, ...]:
    return tuple(entity for name, entity in policy.snapshot.entities.items() if policy.entity(name).visible)


def _held(snapshot: Snapshot, roles: Iterable[str]) -> list[Role]:
    return [snapshot.roles[name] for name in sorted(roles) if name in snapshot.roles]


@lru_cache(maxsize=8192)
def _entity_rights(
    snapshot: Snapshot, roles: frozenset[str], scope: tuple[tuple[str, frozenset[str]], ...] | None, name: str
) -> EntityRights:
    entity = snapshot.entities[name]
    grants = [_grant(role, name) for role in _held(snapshot, roles)]
    allowed = {"read", "create", "update", "delete"} if scope is None else _scoped(dict(scope), name)
    rows = {
        action: any_of(_rows(entity, grant, action) for grant in grants) if action in allowed else NOTHING
        for action in ("read", "create", "update", "delete")
    }
    # Nothing can be changed or removed that cannot be seen.
    rows = {
        action: rows["read"] if action == "read" else all_of((rows["read"], found)) for action, found in rows.items()
    }
    reads = {f.name: _field_rows(entity, grants, f, FieldRight.READ, "read") for f in entity.fields.values()}
    reads = {f: _with_inputs(entity, entity.fields[f], reads) for f in reads}
    changes = {f.name: _field_rows(entity, grants, f, FieldRight.WRITE, "update") for f in _writable(entity)}
    makes = {f.name: _field_rows(entity, grants, f, FieldRight.WRITE, "create") for f in _writable(entity)}
    readable = frozenset(f for f, found in reads.items() if found != NOTHING and rows["read"] != NOTHING)
    return EntityRights(
        read=rows["read"],
        create=rows["create"],
        update=rows["update"],
        delete=rows["delete"],
        readable=readable,
        writable=frozenset(f for f, found in changes.items() if found != NOTHING and rows["update"] != NOTHING),
        creatable=frozenset(f for f, found in makes.items() if found != NOTHING and rows["create"] != NOTHING),
        guards={f: reads[f] for f in readable if reads[f] != rows["read"]},
        writes={f: found for f, found in changes.items() if found != NOTHING},
        makes={f: found for f, found in makes.items() if found != NOTHING},
    )


def _grant(role: Role, entity: str) -> Grant:
    """The role's own word on the entity, else its word on all entities."""
    return role.grants.get(entity) or role.grants.get("*") or _NO_GRANT


def _scoped(scope: Mapping[str, frozenset[str]], entity: str) -> frozenset[str]:
    return scope.get(entity, frozenset()) | scope.get("*", frozenset())


def _rows(entity: Entity, grant: Grant, action: str) -> Predicate:
    if action == "create":
        reach: Predicate = EVERYTHING if grant.create else NOTHING
    else:
        reach = _REACH[getattr(grant, action)]
        if not entity.owned and reach not in {EVERYTHING, NOTHING}:
            reach = NOTHING  # there is no owner by whom it could reach anything
    if reach == NOTHING:
        return NOTHING
    rule = grant.rows.get(action)
    return all_of((reach, Condition(rule))) if rule else reach


def _writable(entity: Entity) -> list[Field]:
    return [f for f in entity.fields.values() if not f.system and not f.computed]


def _field_rows(entity: Entity, grants: Iterable[Grant], field: Field, right: FieldRight, action: str) -> Predicate:
    """The rows on which the field has at least this right, over all grants."""
    order = list(FieldRight)
    return any_of(
        _rows(entity, grant, action)
        for grant in grants
        if field.name in _ALWAYS_READABLE or order.index(_field_right(grant, field.name)) >= order.index(right)
    )


def _field_right(grant: Grant, field: str) -> FieldRight:
    """The grant's own word on the field, else its word on all fields, else the entity's right."""
    return grant.fields.get(field) or grant.fields.get("*") or FieldRight.WRITE


def _with_inputs(entity: Entity, field: Field, reads: Mapping[str, Predicate]) -> Predicate:
    """A computed field is as secret as the most secret field it is made of."""
    own = reads[field.name]
    if field.formula is None:
        return own
    inputs = {ref.steps[0].field for ref in refs(field.formula) if ref.steps} & entity.fields.keys()
    return all_of((own, *(_with_inputs(entity, entity.fields[name], reads) for name in sorted(inputs))))
