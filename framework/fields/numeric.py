"""Exact decimals from JSON: read without a binary detour, refused rather than rounded or cut."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from framework.fields.base import Column, ColumnKind, ValueRefusedError
from i18n.lazy import msg, nmsg
from metadata.expressions.types import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

PRECISION_OPTION = {
    "type": "integer",
    "minimum": 1,
    "maximum": MAX_DIGITS,
    "default": MAX_DIGITS,
    "description": "Digits in all, before and after the decimal point.",
}
SCALE_OPTION = {
    "type": "integer",
    "minimum": 0,
    "maximum": MAX_DIGITS,
    "default": 2,
    "description": "Digits after the decimal point. A value with more is refused, never rounded.",
}
MIN_OPTION = {"type": "number", "description": "The least value that is accepted."}
MAX_OPTION = {"type": "number", "description": "The greatest value that is accepted."}

WIRE_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"

_PLAIN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?|[+-]?\.[0-9]{1,40}", re.ASCII)
# Wide enough for 40 digits on both sides of the point, so that fitting a number to a scale is exact.
_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
_MOST_ADJUSTED = 40


def digits_of(field: Field) -> tuple[int, int]:
    """Precision and scale of a field. The scale of a short number is that of all its digits at most."""
    precision = field.options.get("precision", MAX_DIGITS)
    return precision, min(field.options.get("scale", 2), precision)


def check_digits(field: Field) -> Iterator[tuple[str, Message]]:
    """What is wrong with the options `precision` and `scale`."""
    precision, scale = field.options.get("precision", MAX_DIGITS), field.options.get("scale", 0)
    if scale > precision:
        yield "scale", msg("There are more decimal places than digits in all (%(digits)s).", digits=precision)


def decimal_column(field: Field) -> Column:
    """The exact column of the field's precision and scale."""
    precision, scale = digits_of(field)
    return Column(ColumnKind.DECIMAL, precision=precision, scale=scale)


def load_decimal(field: Field, value: Any) -> Decimal:  # noqa: ANN401
    """The number with exactly the field's scale, inside its digits and limits. Raises ValueRefusedError."""
    precision, scale = digits_of(field)
    exact = _fitted(exact_number(value), scale)
    if abs(exact) >= Decimal(10) ** (precision - scale):
        raise ValueRefusedError(_too_long(precision - scale), "max")
    check_limits(exact, _limit(field, "min"), _limit(field, "max"))
    return exact


def exact_number(value: object) -> Decimal:
    """The number that a JSON value is, with whatever digits it has. Raises ValueRefusedError."""
    if isinstance(value, str) and _PLAIN.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > _MOST_ADJUSTED * 4:  # Decimal() of a number of a million digits takes its time
            raise ValueRefusedError(_too_long(MAX_DIGITS), "max")
        return Decimal(value)
    # A float's shortest text is what was written in the JSON that it came from.
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(exact, Decimal) and exact.is_finite():
        return exact
    raise ValueRefusedError(msg("Give a number"), "type", msg("As a text or a number, such as 1234.50"))


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


def plain(value: Decimal) -> str:
    """The number without exponent, with the places it has: `12.50`."""
    return format(value, "f")


def _fitted(value: Decimal, scale: int) -> Decimal:
    if not value:
        return Decimal(0).scaleb(-scale)  # also for minus nought and for 0E+99999
    if value.adjusted() >= _MOST_ADJUSTED:
        raise ValueRefusedError(_too_long(MAX_DIGITS), "max")
    fitted = value.quantize(Decimal(1).scaleb(-scale), context=_WIDE)
    if fitted != value:
        words = nmsg("At most 1 decimal place", "At most %(count)s decimal places", scale)
        raise ValueRefusedError(words if scale else msg("Give a whole number"), "scale")
    return fitted


def _too_long(digits: int) -> Any:  # noqa: ANN401
    return nmsg("At most 1 digit before the decimal point", "At most %(count)s digits before the decimal point", digits)


def _limit(field: Field, key: str) -> Decimal | None:
    limit = field.options.get(key)
    return None if limit is None else Decimal(repr(limit) if isinstance(limit, float) else limit)
