"""A link to one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from framework.fields.base import Column, ColumnKind, FieldType, ValueRefusedError
from framework.fields.key import record_id
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field


class Pointer(str):
    """The id of a record, which also knows its entity: the stored value of a link to several entities."""

    __slots__ = ("entity",)
    entity: str

    def __new__(cls, ident: str, entity: str) -> Self:
        """Equal to the bare id, since no two records share one."""
        made = super().__new__(cls, ident)
        made.entity = entity
        return made


@dataclass(frozen=True)
class Link(FieldType):
    """One record of another entity, or of one of several. That it exists and may be seen is the door's business."""

    name = "link"
    label = msg("Link")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "on_delete": {
            "enum": ["restrict", "clear", "cascade"],
            "default": "restrict",
            "description": "What becomes of this record when the linked one is deleted: that is refused, the link "
            "is cleared, or this record is deleted too.",
        },
        "create_inline": {
            "type": "boolean",
            "description": "Whether the control offers to make a new record where none is found.",
        },
    }
    relation = True
    column_kind = ColumnKind.KEY
    operators = ("eq", "ne", "in", "blank")
    control = "link"
    cell = "link"

    def columns(self, field: Field) -> tuple[Column, ...]:
        """The id, with a foreign key; for several entities without one, but with the entity's name."""
        if several(field):
            return (Column(ColumnKind.KEY), Column(ColumnKind.TEXT, "__entity"))
        return (Column(ColumnKind.KEY, references=field.targets[0] if field.targets else None),)

    def parts(self, field: Field, value: Any) -> tuple[Any, ...]:  # noqa: ANN401
        """The id, and the entity where it is not always the same."""
        return (str(value), field.target_tables.get(value.entity, value.entity)) if several(field) else (value,)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any] | None:
        """The id; for several entities one that knows its entity."""
        if not several(field):
            return None
        # The table keeps the entity's identity, so that a rename touches no data.
        names = {table: name for name, table in field.target_tables.items()}
        return lambda columns: Pointer(columns[0], names.get(columns[1], columns[1]))

    def expression_type(self, field: Field) -> types.Type:
        """A link to its target."""
        return types.link(*field.targets)

    def load(self, field: Field, value: Any) -> str:  # noqa: ANN401
        """The id; for several entities an object that also names the entity."""
        if not several(field):
            return record_id(value)
        if not isinstance(value, dict) or value.keys() != {"entity", "id"}:
            raise ValueRefusedError(msg("Give an object with entity and id"))
        entity = value["entity"]
        if entity not in field.targets:
            # Which entities it may link to is not said here: the caller may not know of all of them.
            name = entity[:60] if isinstance(entity, str) else "…"
            raise ValueRefusedError(msg("This cannot link to “%(name)s”", name=name), "entity")
        return Pointer(record_id(value["id"]), entity)

    def json_schema(self, field: Field) -> dict[str, Any]:
        """A UUID, or an object with it and the entity, of which the definition tells as far as rights reach."""
        if not several(field):
            return {"type": ["string", "null"], "format": "uuid"}
        return {
            "type": ["object", "null"],
            "properties": {"entity": {"type": "string"}, "id": {"type": "string", "format": "uuid"}},
            "required": ["entity", "id"],
            "additionalProperties": False,
        }

    def wire(self, field: Field) -> Callable[[Any], Any] | None:
        """The id; for several entities the object."""
        return (lambda value: {"entity": value.entity, "id": str(value)}) if several(field) else None

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The id; for several entities with the entity before it: `account/0189…`."""
        if value is None:
            return ""
        return f"{value.entity}/{value}" if several(field) else str(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """As `to_text` writes it; blank is none."""
        word = text.strip()
        if not word or not several(field):
            return word or None
        entity, _, ident = word.rpartition("/")
        return {"entity": entity, "id": ident}


def several(field: Field) -> bool:
    """Whether the link may point at records of more than one entity."""
    return field.to_several


def entity_of(field: Field, value: str) -> str:
    """The entity of the record that a stored value points at."""
    return value.entity if isinstance(value, Pointer) else field.targets[0]
