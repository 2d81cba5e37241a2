"""A link to one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import Column, ColumnKind, FieldType
from framework.fields.key import record_id
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.snapshot import Field


@dataclass(frozen=True)
class Link(FieldType):
    """The id of one record of another entity. That it exists and may be seen is the door's business."""

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
        """The id, with a foreign key."""
        return (Column(ColumnKind.KEY, references=field.targets[0] if field.targets else None),)

    def expression_type(self, field: Field) -> types.Type:
        """A link to its target."""
        return types.link(*field.targets)

    def load(self, field: Field, value: Any) -> str:  # noqa: ANN401, ARG002
        """The id."""
        return record_id(value)

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A UUID, or the object that expanding gives."""
        return {"type": ["string", "null"], "format": "uuid"}
