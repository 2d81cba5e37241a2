"""Roles become rights: for one entity, which rows and fields an actor's roles give.

Roles add up per row and per field. A field that only some of the roles give is guarded by the
rows of just those roles, so two roles never give more than each of them does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from framework.fields.base import type_of
from framework.plans.predicates import (
    EVERYTHING,
    NOTHING,
    BelowRows,
    Condition,
    Follows,
    OwnRows,
    Predicate,
    TeamRows,
    Via,
    all_of,
    any_of,
)
from metadata.expressions.tree import Root
from metadata.expressions.typed import Ref, refs
from metadata.figures import inputs_of
from metadata.snapshot import Entity, Field, FieldRight, Grant, Reach, Role, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from framework.context import Actor, Scope

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
_ORDER = list(FieldRight)
_DEEPEST = 5
ACTIONS = ("read", "create", "update", "delete")


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

    @property
    def named(self) -> frozenset[str]:
        """The fields that are there for the actor, to be read or to be set; all others are as if absent."""
        return self.readable | self.creatable | self.writable


@dataclass(frozen=True, slots=True)
class Policy:
    """The rights of a set of roles in a snapshot, narrowed by a token's scope."""

    snapshot: Snapshot
    roles: frozenset[str]
    scope: tuple[Scope, ...] | None

    def entity(self, name: str) -> EntityRights:
        """Rights on the entity of that name, which must exist in the snapshot."""
        return _entity_rights(self, name)

    def abilities(self) -> frozenset[str]:
        """Rights that are not about records."""
        return frozenset().union(*(role.abilities for role in self.held())) if self.scope is None else frozenset()

    def held(self) -> list[Role]:
        """The roles that exist in the snapshot, in the order of their names."""
        return [self.snapshot.roles[name] for name in sorted(self.roles) if name in self.snapshot.roles]

    def in_scope(self, entity: str, action: str, field: str | None = None) -> bool:
        """Whether the token's scope lets the action through, on a field or at all; without a scope everything is."""
        return self.scope is None or any(_lets(self.snapshot, one, entity, action, field) for one in self.scope)

    def visible_entities(self) -> tuple[Entity, ...]:
        """Every entity of which the actor may read something, in the snapshot's order."""
        return _visible_entities(self)


def policy_for(snapshot: Snapshot, actor: Actor) -> Policy:
    """The policy of an actor; cheap, since all the work is cached per snapshot and roles."""
    return Policy(snapshot, actor.roles, actor.scope)


def _lets(snapshot: Snapshot, scope: Scope, entity: str, action: str, field: str | None) -> bool:
    """Whether one part of a scope lets an action through. Names that it was given before a renaming go on counting."""
    if snapshot.aliases.get(scope.entity, scope.entity) not in {entity, "*"} or action not in scope.actions:
        return False
    if field is None or scope.fields is None or field in _ALWAYS_READABLE:
        return True
    aliases = snapshot.entities[entity].aliases
    return field in {aliases.get(name, name) for name in scope.fields}


@lru_cache(maxsize=256)
def _visible_entities(policy: Policy) -> tuple[Entity, ...]:
    return tuple(entity for name, entity in policy.snapshot.entities.items() if policy.entity(name).visible)


def _server_set(field: Field) -> bool:
    return field.system or field.computed or type_of(field).server_set


@lru_cache(maxsize=8192)
def _entity_rights(policy: Policy, name: str) -> EntityRights:
    entity = policy.snapshot.entities[name]
    within = narrowing(policy, name)
    rows = {action: all_of((within, any_of(_role_rows(policy, entity, action)))) for action in ACTIONS}
    # Nothing can be changed or removed that cannot be seen.
    rows = {
        action: rows["read"] if action == "read" else all_of((rows["read"], found)) for action, found in rows.items()
    }
    writable = [field.name for field in entity.fields.values() if not _server_set(field)]
    reads = {field: _read_rows(policy, name, field) for field in entity.fields}
    changes = {field: _field_rows(policy, entity, field, FieldRight.WRITE, "update") for field in writable}
    makes = {field: _field_rows(policy, entity, field, FieldRight.WRITE, "create") for field in writable}
    readable = frozenset(field for field, found in reads.items() if found != NOTHING and rows["read"] != NOTHING)
    return EntityRights(
        read=rows["read"],
        create=rows["create"],
        update=rows["update"],
        delete=rows["delete"],
        readable=readable,
        writable=frozenset(f for f, found in changes.items() if found != NOTHING and rows["update"] != NOTHING),
        creatable=frozenset(f for f, found in makes.items() if found != NOTHING and rows["create"] != NOTHING),
        guards={field: reads[field] for field in readable if reads[field] != rows["read"]},
        writes={field: found for field, found in changes.items() if found != NOTHING},
        makes={field: found for field, found in makes.items() if found != NOTHING},
    )


def _role_rows(policy: Policy, entity: Entity, action: str) -> Iterator[Predicate]:
    if policy.in_scope(entity.name, action):
        for role in policy.held():
            yield role_rows(policy, role, entity, action)


@lru_cache(maxsize=8192)
def narrowing(policy: Policy, name: str) -> Predicate:
    """The rows that an entity shows at most, whatever roles grant: those of records in sight, and one's own."""
    entity = policy.snapshot.entities[name]
    own = OwnRows() if entity.private else EVERYTHING
    if entity.follows is None:
        return own
    field = entity.fields[entity.follows]
    reach = {target: policy.entity(target).read for target in field.targets}
    whole = tuple(target for target, rows in reach.items() if rows == EVERYTHING)
    parts = tuple((target, rows) for target, rows in reach.items() if rows not in {EVERYTHING, NOTHING})
    return all_of((own, Follows(field.name, whole, parts)))


def role_rows(policy: Policy, role: Role, entity: Entity, action: str, depth: int = 0) -> Predicate:
    """The rows of an entity on which one role alone gives an action, before `narrowing`."""
    grant = grant_of(role, entity.name)
    if grant.via is not None:
        return _via(policy, role, entity, grant.via, action, depth)
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


def grant_of(role: Role, entity: str) -> Grant:
    """The role's own word on the entity, else its word on all entities."""
    return role.grants.get(entity) or role.grants.get("*") or _NO_GRANT


def field_right(grant: Grant, field: str) -> FieldRight:
    """The grant's own word on the field, else its word on all fields, else the entity's right."""
    if field in _ALWAYS_READABLE:
        return FieldRight.READ
    return grant.fields.get(field) or grant.fields.get("*") or FieldRight.WRITE


def _via(policy: Policy, role: Role, entity: Entity, link: str, action: str, depth: int) -> Predicate:
    """The rows whose parent the role gives: to read where it may be read, to change where it may be changed."""
    field = entity.fields.get(link)
    if field is None or field.only_target is None or depth > _DEEPEST:
        return NOTHING
    parent = policy.snapshot.entities[field.only_target]
    given = role_rows(policy, role, parent, "read" if action == "read" else "update", depth + 1)
    rows = all_of((narrowing(policy, parent.name), given))
    return NOTHING if rows == NOTHING else Via(link, parent.name, rows)


def _field_rows(policy: Policy, entity: Entity, field: str, right: FieldRight, action: str) -> Predicate:
    """The rows on which the field has at least this right, over all roles."""
    if not policy.in_scope(entity.name, action, field):
        return NOTHING
    least = _ORDER.index(right)
    return any_of(
        role_rows(policy, role, entity, action)
        for role in policy.held()
        if _ORDER.index(field_right(grant_of(role, entity.name), field)) >= least
    )


def _sees_of_each(policy: Policy, holder: Entity, of: tuple[str, str], field: str) -> bool:
    """Whether who sees a record sees this field of every record that leads to it by a link.

    So does who sees all of them, and who has their right by way of the record itself, from each role that shows it.
    """
    child, link = of
    if _read_rows(policy, child, field) == EVERYTHING:
        return True
    if narrowing(policy, child) != EVERYTHING or not policy.in_scope(child, "read", field):
        return False
    grants = [grant_of(role, child) for role in policy.held() if role_rows(policy, role, holder, "read") != NOTHING]
    return bool(grants) and all(
        grant.via == link and field_right(grant, field) is not FieldRight.NONE for grant in grants
    )


def _linked(policy: Policy, ref: Ref) -> Iterator[str]:
    """The entity of the records that a reference names by a field of links."""
    last = ref.steps[-1]
    linked = policy.snapshot.entities[last.entity].fields[last.field].linked
    if linked is not None:
        yield linked


@lru_cache(maxsize=65536)
def _read_rows(policy: Policy, name: str, field: str) -> Predicate:
    """The rows on which a field may be read; a computed one is as secret as what it is made of."""
    entity = policy.snapshot.entities[name]
    found = all_of((narrowing(policy, name), _field_rows(policy, entity, field, FieldRight.READ, "read")))
    formula, of = entity.fields[field].formula, entity.fields[field].of
    if of is not None:
        # A figure is made of all records there are, so whoever reads it must see each of them, and all that it is of.
        inputs = inputs_of(policy.snapshot, entity.fields[field])
        return found if all(_sees_of_each(policy, entity, of, one) for one in inputs) else NOTHING
    if formula is None:
        return found
    parts = [found]
    for ref in sorted(refs(formula), key=lambda ref: ref.key):
        if ref.root is not Root.SELF:
            continue
        here, *far = ref.steps
        parts.append(_read_rows(policy, name, here.field))
        # Which linked record a row reaches is not known here, so everything of its kind must be readable.
        parts += [NOTHING for step in far if _read_rows(policy, step.entity, step.field) != EVERYTHING]
        parts += [NOTHING for linked in _linked(policy, ref) if policy.entity(linked).read != EVERYTHING]
    return all_of(parts)
