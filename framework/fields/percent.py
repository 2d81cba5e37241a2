"""Percentages: ten per cent is 10, everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.decimal import Decimal
from framework.fields.numeric import MAX_OPTION, MIN_OPTION, PRECISION_OPTION, SCALE_OPTION, typed_number
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

_SIGNS = "%\u066a\ufe6a\uff05"  # also the Arabic, small and wide ones


@dataclass(frozen=True)
class Percent(Decimal):
    """A percentage; `10` is ten per cent in JSON, formulas and limits alike."""

    name = "percent"
    label = msg("Percentage")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "precision": PRECISION_OPTION,
        "scale": SCALE_OPTION,
        "min": MIN_OPTION,
        "max": MAX_OPTION,
    }
    cell = "percent"

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The number without the sign and without decimals that say nothing: `12.5`."""
        return "" if value is None else formats.number(short(value))

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The number typed, with or without the sign; blank is none."""
        return typed_number(text.strip().strip(_SIGNS), formats)


def short(value: Number) -> Number:
    """The number without zeros at the end of its decimals: 12.50 is 12.5, 10.00 is 10."""
    return value.quantize(Number(1)) if value == value.to_integral_value() else value.normalize()
