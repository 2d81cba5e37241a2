"""The id of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from metadata.snapshot import Field


@dataclass(frozen=True)
class Key(FieldType):
    """A UUID, made by the application in the order of time."""

    name = "key"
    label = msg("Id")
    column_kind = ColumnKind.KEY
    operators = ("eq", "ne", "in")
    telling = False

    def expression_type(self, field: Field) -> types.Type:
        """A key of the field's entity."""
        return types.Type(types.Kind.KEY, entities=field.targets)

    def load(self, field: Field, value: Any) -> str:  # noqa: ANN401, ARG002
        """The canonical text of a UUID."""
        return record_id(value)

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A UUID."""
        return {"type": "string", "format": "uuid"}


def record_id(value: object) -> str:
    """The canonical form of an id. Raises ValueRefusedError for anything that is no UUID."""
    if isinstance(value, str):
        try:
            return str(UUID(value))
        except ValueError:
            pass
    raise ValueRefusedError(msg("Give the id of a record"))
