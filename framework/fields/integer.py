"""Whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from framework.fields.numeric import check_limits, typed_number
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

LARGEST = 2**63 - 1
_DIGITS = len(str(LARGEST))


@dataclass(frozen=True)
class Integer(FieldType):
    """A whole number of up to 64 bits."""

    name = "integer"
    label = msg("Whole number")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "min": {"type": "integer", "description": "The least value that is accepted."},
        "max": {"type": "integer", "description": "The greatest value that is accepted."},
        "step": {"type": "integer", "minimum": 1, "description": "Only multiples of it are accepted."},
        "unit": {"type": "string", "maxLength": 20, "description": "Shown behind the number, such as `km`."},
        "grouping": {
            "type": "boolean",
            "default": True,
            "description": "Whether thousands are parted (1,999). `false` is for years and numbers that only name.",
        },
    }
    column_kind = ColumnKind.INTEGER
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "sum", "avg", "min", "max")
    control = "number"
    cell = "number"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Integer."""
        return types.INTEGER

    def load(self, field: Field, value: Any) -> int:  # noqa: ANN401
        """The number, if it is whole and within its limits."""
        number = whole_number(value)
        check_limits(number, field.options.get("min", -LARGEST - 1), field.options.get("max", LARGEST))
        step = field.options.get("step")
        if step and number % step:
            raise ValueRefusedError(msg("Give a multiple of %(step)s", step=step), "step")
        return number

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An integer with its limits."""
        limits = {"minimum": field.options.get("min", -LARGEST - 1), "maximum": field.options.get("max", LARGEST)}
        return {"type": ["integer", "null"], **limits}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """The number in the reader's grouping, if it is to be grouped."""
        return "" if value is None else formats.number(value, grouped=field.options.get("grouping", True))

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The number typed, with or without grouping."""
        return typed_number(text, formats)


def whole_number(value: Any) -> int:  # noqa: ANN401
    """A JSON number, if it is whole. Raises ValueRefusedError."""
    found: object = _whole(value) if isinstance(value, Decimal | float) else value
    if isinstance(found, bool) or not isinstance(found, int):
        raise ValueRefusedError(msg("Give a whole number"))
    return found


def _whole(value: Decimal | float) -> object:
    """The whole number that JSON wrote with a point or exponent (`3.0`); anything else as it is."""
    exact = Decimal(value)
    return int(exact) if exact.is_finite() and exact.adjusted() < _DIGITS and exact == int(exact) else value
