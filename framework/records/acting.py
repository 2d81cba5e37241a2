"""What the expressions of an action mean: a record as whoever acts reads it, the inputs, and what steps made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.fields.formula import part_within
from framework.fields.link import Pointer, several
from framework.records.defaults import Seen
from framework.records.history import history_value
from framework.records.known import part_of
from metadata.expressions import Ref, Root, refs
from metadata.scopes import EntityScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.expressions import TypedNode
    from metadata.snapshot import Entity, Field

Named = tuple["Entity", "Mapping[str, Any]"]
"""An entity and stored values of one of its records, as far as whoever acts reads them."""
_ID = "id"


class Acting(Seen):
    """A record that an action is about. What its reader may not read, and what was left out, is blank."""

    __slots__ = ("named",)
    named: dict[str, Named]

    def wire(self, field: Field, node: TypedNode) -> object:
        """The value of an expression as a caller would give it for a field."""
        value = self.made(field, node)
        if value is not None and several(field) and not isinstance(value, Pointer):
            value = Pointer(value, self._entity_of(node))
        return history_value(field, value)

    def _of(self, ref: Ref) -> Any:  # noqa: ANN401
        if ref.root is not Root.NAMED:
            return super()._of(ref)
        called, first, *rest = ref.steps
        entity, values = self.named.get(called.field, (None, {}))
        if entity is None:
            return None
        if rest:
            target = values.get(first.field)
            tail = Ref(Root.SELF, ref.steps[1:], ref.part, ref.type)
            return None if target is None else self._behind(tail, rest[0].entity, target)
        found = entity.fields[first.field]
        if found.formula is not None:
            there = Seen(self.connection, self.engine, self.context, entity, values, None, self.memory)
            return part_of(found, there.made(found, found.formula), ref.part)
        return part_of(found, values.get(first.field), ref.part)

    def _part(self, node: TypedNode, name: str) -> TypedNode:
        if all(ref.root is not Root.NAMED for ref in refs(node)):
            return super()._part(node, name)
        snapshot, named = self.context.snapshot, {called: entity for called, (entity, _) in self.named.items()}
        scope = EntityScope(snapshot.entities, self.entity.name, self.entity.name, named=named)
        return part_within(scope, snapshot.site.currency, node, name)

    def _entity_of(self, node: TypedNode) -> str:
        """The entity of the record to which an expression leads, for a link to records of several."""
        if isinstance(node, Ref) and node.steps[-1].field == _ID:
            here = node.root in {Root.SELF, Root.RECORD}
            return self.entity.name if here else self.named[node.steps[0].field][0].name
        return node.type.entities[0] if node.type.entities else ""
