"""Yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

_YES = frozenset({"true", "yes", "1", "on", "y"})
_NO = frozenset({"false", "no", "0", "off", "n"})


@dataclass(frozen=True)
class Boolean(FieldType):
    """Yes or no; a field without a value counts as neither."""

    name = "boolean"
    label = msg("Yes or no")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "labels": {
            "type": "object",
            "properties": {"true": {"type": "string"}, "false": {"type": "string"}},
            "additionalProperties": False,
            "description": "Own words for yes and no.",
        }
    }
    column_kind = ColumnKind.BOOLEAN
    operators = ("eq", "ne", "blank")
    control = "boolean"
    cell = "boolean"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Boolean."""
        return types.BOOLEAN

    def load(self, field: Field, value: Any) -> bool:  # noqa: ANN401, ARG002
        """True or false and nothing else."""
        if not isinstance(value, bool):
            raise ValueRefusedError(msg("Give true or false"))
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A boolean."""
        return {"type": ["boolean", "null"]}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The words that are read back by `from_text`."""
        return "" if value is None else "true" if value else "false"

    def typed(self, field: Field, value: Any, formats: Formats) -> Mapping[str, str]:  # noqa: ANN401
        """A switch has no third place: what is neither stands at no."""
        return {"": self.to_text(field, bool(value), formats)}

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """Common words for yes and no; blank is none."""
        word = text.strip().lower()
        if not word:
            return None
        if word in _YES or word in _NO:
            return word in _YES
        raise ValueRefusedError(msg("“%(text)s” is neither yes nor no", text=text[:40]))
