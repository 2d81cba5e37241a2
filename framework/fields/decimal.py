"""Numbers with a fixed count of decimal places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import Column, ColumnKind, FieldType
from framework.fields.numeric import (
    MAX_OPTION,
    MIN_OPTION,
    PRECISION_OPTION,
    SCALE_OPTION,
    WIRE_PATTERN,
    check_digits,
    decimal_column,
    digits_of,
    load_decimal,
    plain,
    typed_number,
)
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal as Number

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field


@dataclass(frozen=True)
class Decimal(FieldType):
    """An exact number of up to 18 digits. It leaves as text, since JSON readers make floats of numbers."""

    name = "decimal"
    label = msg("Decimal number")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "precision": PRECISION_OPTION,
        "scale": SCALE_OPTION,
        "min": MIN_OPTION,
        "max": MAX_OPTION,
        "unit": {"type": "string", "maxLength": 20, "description": "Shown behind the number, such as `kg`."},
    }
    column_kind = ColumnKind.DECIMAL
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "sum", "avg", "min", "max")
    control = "number"
    cell = "number"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """Digits that fit."""
        return check_digits(field)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """One exact column."""
        return (decimal_column(field),)

    def expression_type(self, field: Field) -> types.Type:
        """Decimal with the field's digits."""
        precision, scale = digits_of(field)
        return types.decimal(scale, precision)

    def load(self, field: Field, value: Any) -> Number:  # noqa: ANN401
        """The number, from text or a JSON number."""
        return load_decimal(field, value)

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Text as it leaves; a number is accepted too."""
        return {"type": ["string", "number", "null"], "pattern": WIRE_PATTERN}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """Text with all places."""
        return plain

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """The number in the reader's signs, with all places."""
        return "" if value is None else formats.number(value, digits_of(field)[1])

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The number typed, with or without grouping; blank is none."""
        return typed_number(text, formats)
