"""What names mean in an expression about an entity: its fields, links up to three deep, and parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from metadata.expressions.scope import Resolved, UnknownNameError
from metadata.expressions.tree import Root
from metadata.expressions.typed import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.expressions.types import Type
    from metadata.snapshot import Entity, Field

MAX_LINKS = 3
USER = "user"


@dataclass(frozen=True, slots=True)
class EntityScope:
    """The names for one place: see `metadata.places.Place`.

    `entities` may be any mapping, such as one that hides what an actor may not know of.
    """

    entities: Mapping[str, Entity]
    entity: str
    record: str | None = None
    old: bool = False
    named: Mapping[str, Entity] = field(default_factory=dict)

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        """Find a path; old names of fields work where the entities have aliases."""
        if root is Root.NAMED:
            return self._resolve_named(names)
        name = self._start(root)
        if name is None:
            raise UnknownNameError(0)
        return self._walk(self.entities.get(name), names)

    def _resolve_named(self, names: tuple[str, ...]) -> Resolved:
        """A path whose first name stands for a record of the place's own."""
        if names[0] not in self.named:
            raise UnknownNameError(0, tuple(self.named))
        try:
            found = self._walk(self.named[names[0]], names[1:])
        except UnknownNameError as error:
            raise UnknownNameError(error.index + 1, error.offered) from None
        return replace(found, steps=(Step("", names[0]), *found.steps))

    def _walk(self, entity: Entity | None, names: tuple[str, ...]) -> Resolved:
        steps: list[Step] = []
        for index, wanted in enumerate(names):
            found = _field(entity, wanted)
            if entity is None or found is None:
                raise UnknownNameError(index, tuple(entity.fields) if entity else ())
            steps.append(Step(entity.name, found.name))
            type_ = found.type.expression_type(found)
            if index + 1 == len(names):
                return Resolved(type_, tuple(steps))
            parts = found.type.part_types(found)
            if parts and index + 2 == len(names):
                return Resolved(part_type(parts, names, index + 1), tuple(steps), names[index + 1])
            if found.only_target is None or index >= MAX_LINKS:
                raise UnknownNameError(index + 1, names[: index + 1])
            entity = self.entities.get(found.only_target)
        raise UnknownNameError(0)

    def _start(self, root: Root) -> str | None:
        match root:
            case Root.SELF:
                return self.entity
            case Root.RECORD:
                return self.record
            case Root.OLD:
                return self.entity if self.old else None
            case Root.ME:
                return USER
        return None


def _field(entity: Entity | None, name: str) -> Field | None:
    if entity is None:
        return None
    return entity.fields.get(name) or entity.fields.get(entity.aliases.get(name, ""))


def part_type(parts: Mapping[str, Type], names: tuple[str, ...], index: int) -> Type:
    """The type of the part that `names[index]` is. Raises UnknownNameError with the parts that there are."""
    if names[index] not in parts:
        raise UnknownNameError(index, tuple(parts))
    return parts[names[index]]
