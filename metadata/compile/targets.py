"""Links to whatever entities have a trait: found once all entities are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metadata.compile.freeze import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.snapshot import Entity, Field

Known = tuple[tuple[str, str], ...]
"""(name, table) of entities."""


class TraitTargets:
    """Fills in the targets of links by trait; the same shell with the same targets gives the same object again."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._made: dict[str, tuple[Entity, tuple[Known, ...], Entity]] = {}

    def filled(self, shells: Mapping[str, Entity]) -> dict[str, Entity]:
        """The shells with every link knowing its targets, and what stands for them in its table."""
        tables = {entity.name: entity.table for entity in shells.values()}
        return {name: self._filled(shell, shells, tables) for name, shell in shells.items()}

    def _filled(self, shell: Entity, shells: Mapping[str, Entity], tables: Mapping[str, str]) -> Entity:
        links = [field for field in shell.fields.values() if field.to_several]
        if not links:
            return shell
        targets = tuple(_targets(field, shells.values(), tables) for field in links)
        before = self._made.get(shell.name)
        if before is not None and before[0] is shell and before[1] == targets:
            return before[2]
        new = {field.name: _leading(field, known) for field, known in zip(links, targets, strict=True)}
        made = replace(shell, fields=frozen({**shell.fields, **new}))
        self._made[shell.name] = (shell, targets, made)
        return made


def _targets(field: Field, shells: Iterable[Entity], tables: Mapping[str, str]) -> Known:
    """What follows another record is no target: rights that follow each other would have no end."""
    if not field.to_traits:
        return tuple((name, tables.get(name, name)) for name in field.targets)
    return tuple((one.name, one.table) for one in shells if one.traits & field.to_traits and one.follows is None)


def _leading(field: Field, known: Known) -> Field:
    return replace(field, targets=tuple(name for name, _ in known), target_tables=frozen(dict(known)))
