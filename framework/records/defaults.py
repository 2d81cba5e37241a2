"""Values that a new record gets where its maker gave none.

A default is told to who makes the record, so it takes from linked records only what the actor may
read: what is hidden counts as blank, as in a formula.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from framework.fields.base import type_of
from framework.fields.formula import part_expression
from framework.permissions import policy_for
from framework.plans import Access
from framework.plans.predicates import EVERYTHING
from framework.records.env import env_of
from framework.records.known import Known, Memory
from framework.records.planner import access_to, reached_by
from framework.rules.binds import env_parameters
from framework.storage.rows import first_row
from framework.storage.select import prepare_values
from metadata.expressions import Ref, Root, refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.permissions import Policy
    from framework.rules.operand import EngineName
    from metadata.expressions import TypedNode
    from metadata.snapshot import Entity, Field, Snapshot


def with_defaults(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: Entity,
    stored: Mapping[str, Any],
    memory: Memory | None = None,
) -> dict[str, Any]:
    """The values with those of the defaults that nobody gave; a given null stays null.

    Many records of one transaction share a memory. One statement for each link that defaults follow.
    """
    found = dict(stored)
    for field in entity.fields.values():
        if field.name in found or field.computed or field.system:
            continue
        if field.default_expression is not None:
            memory = memory or Memory(env_of(context))
            value = Seen(connection, engine, context, entity, found, None, memory).made(field, field.default_expression)
        elif field.default is not None:
            value = type_of(field).load(field, field.default)
        else:
            continue
        if value is not None:
            found[field.name] = value
    return found


class Seen(Known):
    """A record being made, as its maker knows it: of linked records only what the actor may read."""

    __slots__ = ()

    def _behind(self, ref: Ref, entity: str, ident: str) -> Any:  # noqa: ANN401
        wanted = _behind_link(ref)
        key = (entity, ident, wanted.key)
        if key not in self.memory.seen:
            # All that the defaults want of this record is read at once.
            asked = dict.fromkeys((wanted, *_wanted(self.context.snapshot, self.entity.name).get(entity, ())))
            self.memory.seen |= {(entity, ident, one): value for one, value in self._read(entity, ident, asked)}
        return self.memory.seen[key]

    def _read(self, entity: str, ident: str, asked: Mapping[Ref, object]) -> Iterator[tuple[str, Any]]:
        """(key, value) of references into a record; null for what the actor may not read."""
        policy = policy_for(self.context.snapshot, self.context.actor)
        own = entity == _USER and ident == self.context.actor.id
        access = Access(entity, EVERYTHING) if own else access_to(policy, entity)
        open_ = tuple(ref for ref in asked if _is_readable(policy, ref, own=own))
        yield from ((ref.key, None) for ref in asked if ref not in open_)
        if not open_:
            return
        statement, read = prepare_values(self.context.snapshot, self.engine, access, reached_by(policy, open_), open_)
        parameters = {**env_parameters(self.memory.env, self.engine), "id": ident}
        row = first_row(self.connection, statement, parameters)
        values = [None] * len(open_) if row is None else [get(value) for get, value in zip(read, row, strict=True)]
        yield from ((ref.key, value) for ref, value in zip(open_, values, strict=True))


_USER = "user"


def _is_readable(policy: Policy, ref: Ref, *, own: bool) -> bool:
    """Whether the actor may read every field on the way; of the actor's own record every field is."""
    return all(
        step.field in policy.entity(step.entity).readable for place, step in enumerate(ref.steps) if place or not own
    )


@lru_cache(maxsize=1024)
def _wanted(snapshot: Snapshot, name: str) -> Mapping[str, tuple[Ref, ...]]:
    """What the defaults of an entity ask of linked records, by the entity of the record."""
    found: dict[str, dict[Ref, None]] = defaultdict(dict)
    for field in snapshot.entities[name].fields.values():
        for node in _nodes(snapshot, name, field):
            for ref in sorted(refs(node), key=lambda one: one.key):
                if ref.root is Root.SELF and len(ref.steps) > 1:
                    found[ref.steps[1].entity][_behind_link(ref)] = None
    return {entity: tuple(asked) for entity, asked in found.items()}


def _nodes(snapshot: Snapshot, name: str, field: Field) -> Iterator[TypedNode]:
    """The expressions that make a default: its own, and one for each part with a column of its own."""
    node = field.default_expression
    if node is None:
        return
    yield node
    for part, fixed in type_of(field).named_parts(field).items():
        if fixed is None:
            yield part_expression(snapshot, name, node, part)


def _behind_link(ref: Ref) -> Ref:
    """The reference as the linked record, or the actor's own, says it."""
    return Ref(Root.SELF, ref.steps if ref.root is Root.ME else ref.steps[1:], ref.part, ref.type)
