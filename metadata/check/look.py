"""What checks may ask about the definitions around the one that they look at.

Every answer is noted, so that a result can be kept for as long as the answers stay the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metadata.layers import CORE, SITE
from metadata.meanings import Meanings

if TYPE_CHECKING:
    from metadata.catalogue import Catalogue
    from metadata.documents import Layer
    from metadata.layers import Effective, Merged
    from metadata.snapshot import Choices, Entity

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """All definitions of sound form, and what was made of them.

    `present` holds every name that exists, those of broken or malformed definitions too, so that one
    mistake is not reported at every place that names the definition. `former` holds, by entity, the
    names of fields that the revision before had, `reach` by layer the layers that it may build on.
    """

    merged: Merged
    catalogue: Catalogue
    present: frozenset[Key]
    sound: Mapping[Key, Effective]
    entities: Mapping[str, Entity]
    lists: Mapping[str, Choices]
    former: Mapping[str, frozenset[str]]
    reach: Mapping[str, frozenset[str]]

    def names(self, kind: str) -> list[str]:
        """All names of a kind, for hints."""
        return [name for of, name in self.present if of == kind]

    def face(self, key: Key) -> object:
        """What others see of a definition: the same object for as long as nothing of it changed."""
        kind, name = key
        if kind == "requires":
            return self.reach.get(name)
        made = self.entities.get(name) if kind == "entity" else self.lists.get(name) if kind == "choices" else None
        return made or self.sound.get(key) or key in self.present


class Look:
    """The view of one check run over one definition; `asked` is what it depends on."""

    def __init__(self, known: Known) -> None:
        """Begin with nothing asked."""
        self.known = known
        self.asked: set[Key] = set()
        self.meanings = Meanings(_Noting(known.entities, self.asked), known.catalogue.functions)

    def has(self, kind: str, name: str) -> bool:
        """Whether a definition of this kind and name exists, however faulty."""
        self.asked.add((kind, name))
        return (kind, name) in self.known.present

    def entity(self, name: str) -> Entity | None:
        """The entity of this name, None where it is unknown or faulty."""
        self.asked.add(("entity", name))
        return self.known.entities.get(name)

    def is_gone(self, entity: Entity, field: str) -> bool:
        """Whether the entity had such a field that is retired now, or no longer written at all."""
        return field in entity.retired_fields or (
            field not in entity.fields and field in self.known.former.get(entity.name, ())
        )

    def allowed(self, layer: str) -> frozenset[str]:
        """The layers that a layer may build on."""
        self.asked.add(("requires", layer))
        return self.known.reach.get(layer, frozenset())

    def definition(self, kind: str, name: str) -> Effective | None:
        """A definition of sound form."""
        self.asked.add((kind, name))
        return self.known.sound.get((kind, name))


def reach_of(layers: Sequence[Layer]) -> dict[str, frozenset[str]]:
    """Layer → itself, the core and all that it requires, directly or over others; the site builds on all."""
    found: dict[str, frozenset[str]] = {}
    for layer in layers:  # each comes after those that it requires
        above = (found.get(name, frozenset({name})) for name in layer.requires)
        found[layer.name] = frozenset({CORE, layer.name}).union(*above)
    found[SITE] = frozenset(layer.name for layer in layers)
    return found


class _Noting(Mapping[str, "Entity"]):
    """Entities by name; which were asked for is noted."""

    def __init__(self, entities: Mapping[str, Entity], asked: set[Key]) -> None:
        self._entities = entities
        self._asked = asked

    def __getitem__(self, name: str) -> Entity:
        self._asked.add(("entity", name))
        return self._entities[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entities)

    def __len__(self) -> int:
        return len(self._entities)
