"""A link to one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import Column, ColumnKind, FieldType
from framework.fields.key import record_id
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from metadata.snapshot import Field


@dataclass(frozen=True)
class Link(FieldType):
    """The id of one record of another entity. That it exists and may be seen is the door's business."""

    name = "link"
    label = msg("Link")
    options_schema = {
        "to": {"type": "string", "description": "The entity of the linked record."},
        "filter": {"type": "string", "description": "A condition that offered records meet; `$record` is this record."},
        "on_delete": {
            "enum": ["restrict", "clear", "cascade"],
            "default": "restrict",
            "description": "What becomes of this record when the linked one is deleted.",
        },
        "create_inline": {"type": "boolean"},
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
