"""What an expression of a request may name: what the actor may read, and nothing else.

Unknown and unreadable names fail alike, and hints come from readable names only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.records.names import present_field
from metadata.expressions.scope import Resolved, UnknownNameError
from metadata.expressions.tree import Root
from metadata.expressions.typed import Step
from metadata.scopes import part_type

if TYPE_CHECKING:
    from framework.permissions import Policy
    from metadata.snapshot import Entity

MAX_LINKS = 3


@dataclass(frozen=True, slots=True)
class PolicyScope:
    """The scope of one entity under a policy."""

    policy: Policy
    entity: str

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        """Follow links from the root's entity to a field. Raises UnknownNameError."""
        if root not in {Root.SELF, Root.ME}:
            raise UnknownNameError(0)
        entity = self.policy.snapshot.entities[self.entity if root is Root.SELF else "user"]
        steps: list[Step] = []
        for index, name in enumerate(names):
            readable = self.policy.entity(entity.name).readable
            name = present_field(entity, name)  # noqa: PLW2901  (the present name goes on)
            if name not in readable:
                raise UnknownNameError(index, readable)
            field = entity.fields[name]
            steps.append(Step(entity.name, name))
            if index + 1 == len(names):
                return Resolved(field.type.expression_type(field), tuple(steps))
            parts = field.type.part_types(field)
            if parts and index + 2 == len(names):
                return Resolved(part_type(parts, names, index + 1), tuple(steps), names[index + 1])
            following = self._far_end(entity, name)
            if following is None or len(steps) > MAX_LINKS:
                raise UnknownNameError(index + 1)
            entity = following
        raise UnknownNameError(0)

    def _far_end(self, entity: Entity, name: str) -> Entity | None:
        target = entity.fields[name].only_target
        if target is None or not self.policy.entity(target).visible:
            return None
        return self.policy.snapshot.entities[target]
