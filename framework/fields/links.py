"""Links to several records of one entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import Column, ColumnKind
from framework.fields.key import record_id
from framework.fields.members import Several
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from metadata.snapshot import Field


@dataclass(frozen=True)
class Links(Several):
    """Ids of records. That they exist and may be seen, and which of them a reader is shown, is the door's business."""

    name = "links"
    label = msg("Links")
    relation = True
    many = True
    operators = ("contains", "in", "blank")
    listed_by_default = False
    control = "links"
    cell = "links"

    def member_column(self, field: Field) -> Column:
        """An id, with a foreign key."""
        return Column(ColumnKind.KEY, references=field.linked)

    def member_type(self, field: Field) -> types.Type:
        """A link to the entity."""
        return types.link(*([field.linked] if field.linked else []))

    def load_member(self, field: Field, value: Any) -> str:  # noqa: ANN401, ARG002
        """An id."""
        return record_id(value)

    def member_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A UUID."""
        return {"type": "string", "format": "uuid"}
