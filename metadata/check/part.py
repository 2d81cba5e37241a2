"""What checks of fields look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.check.look import Look
    from metadata.snapshot import Entity, Field


@dataclass(frozen=True, slots=True)
class Part:
    """One field under check: its entity, its shell (live or retired) and what was written."""

    entity: Entity
    field: Field
    body: Mapping[str, Any]
    look: Look

    @property
    def name(self) -> str:
        """Name of the field."""
        return self.field.name
