"""In which fields the records of an entity are found by a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.fields.base import type_of

if TYPE_CHECKING:
    from metadata.snapshot import Entity, Field

_MOST_FIELDS = 40


def searched_fields(entity: Entity) -> tuple[Field, ...]:
    """The searchable fields, in the order of the metadata; no more than so many."""
    found = (field for field in entity.fields.values() if field.searchable and type_of(field).searchable)
    return tuple(found)[:_MOST_FIELDS]
