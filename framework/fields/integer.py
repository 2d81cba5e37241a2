"""Whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Integer(FieldType):
    """A whole number of up to 64 bits."""

    name = "integer"
    label = msg("Whole number")
    options_schema = {
        "min": {"type": "integer"},
        "max": {"type": "integer"},
        "step": {"type": "integer", "minimum": 1},
        "unit": {"type": "string", "maxLength": 20, "description": "Shown behind the number, such as `km`."},
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
        if isinstance(value, Decimal) and value.is_finite() and abs(value) <= LARGEST and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueRefusedError(msg("Give a whole number"))
        check_limits(value, field.options.get("min", -LARGEST - 1), field.options.get("max", LARGEST))
        step = field.options.get("step")
        if step and value % step:
            raise ValueRefusedError(msg("Give a multiple of %(step)s", step=step), "step")
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An integer with its limits."""
        limits = {"minimum": field.options.get("min", -LARGEST - 1), "maximum": field.options.get("max", LARGEST)}
        return {"type": ["integer", "null"], **limits}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The number in the reader's grouping."""
        return "" if value is None else formats.number(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The number typed, with or without grouping."""
        return typed_number(text, formats)


def check_limits(value: Decimal | int, least: Decimal | int | None, most: Decimal | int | None) -> None:
    """Raise ValueRefusedError where the value lies outside."""
    if least is not None and value < least:
        raise ValueRefusedError(msg("Not less than %(least)s", least=least), "min")
    if most is not None and value > most:
        raise ValueRefusedError(msg("Not more than %(most)s", most=most), "max")


def typed_number(text: str, formats: Formats) -> Decimal | None:
    """The number that a person typed; blank is none. Raises ValueRefusedError."""
    if not text.strip():
        return None
    try:
        return formats.parse_number(text)
    except ValueError as error:
        raise ValueRefusedError(getattr(error, "message", None) or msg("This is not a number")) from error
