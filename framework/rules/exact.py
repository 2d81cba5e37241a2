"""Exact numbers: what `+ - * / %` and rounding give, the same on every engine.

Sums are exact; products and quotients keep 10 places, rounded half away from zero; nothing overflows here,
only at assignment.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

PLACES = 10

Number = int | Decimal

# An expression of 4,000 characters and 400 parts cannot make a longer number, so nothing is ever cut.
_WIDE = Context(prec=50_000, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)
_FLOOR = Context(prec=50_000, rounding=ROUND_FLOOR, Emin=MIN_EMIN, Emax=MAX_EMAX)


def add(left: Number, right: Number) -> Number:
    """The exact sum."""
    return left + right if isinstance(left, int) and isinstance(right, int) else _WIDE.add(left, right)


def subtract(left: Number, right: Number) -> Number:
    """The exact difference."""
    return left - right if isinstance(left, int) and isinstance(right, int) else _WIDE.subtract(left, right)


def multiply(left: Number, right: Number) -> Number:
    """The product, rounded to 10 places; of whole numbers exactly."""
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    return rounded(_WIDE.multiply(left, right), PLACES)


def divide(left: Number, right: Number) -> Decimal | None:
    """The quotient, rounded to 10 places; None for a division by zero."""
    if not right:
        return None
    # Eleven places cut off say all that rounding to ten asks; rounding twice would not.
    cut = _WIDE.divide_int(_WIDE.scaleb(Decimal(left), PLACES + 1), right)
    return rounded(_WIDE.scaleb(cut, -PLACES - 1), PLACES)


def remainder(left: Number, right: Number) -> Number | None:
    """What is left of `left` after division, with its sign; None for a division by zero."""
    if not right:
        return None
    found = _WIDE.remainder(Decimal(left), right)
    return int(found) if isinstance(left, int) and isinstance(right, int) else found


def negate(value: Number) -> Number:
    """The number with the other sign."""
    return -value if isinstance(value, int) else _WIDE.minus(value)


def rounded(value: Number, places: int) -> Decimal:
    """The number with so many places, half away from zero; negative places round to tens and hundreds."""
    exact = Decimal(value)
    if -int(exact.as_tuple().exponent) <= places:
        return exact
    return _WIDE.quantize(exact, _WIDE.scaleb(Decimal(1), -places))


def fitted(value: Number, limit: int, places: int) -> Decimal | None:
    """The number rounded to a field's places; None where it does not stay below the field's limit."""
    found = rounded(value, places)
    return found if found.copy_abs() < limit else None


def floor(value: Number) -> int:
    """The greatest whole number that is not greater."""
    return value if isinstance(value, int) else int(_FLOOR.to_integral_value(value))


def canonical(value: Number) -> str:
    """The one text of a number: no exponent, no zeros after the last place, no minus before zero."""
    # By way of Decimal, for Python refuses to write an int of thousands of digits.
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def scaled(value: Number, places: int) -> Decimal:
    """The number times ten to the power of `places`, exactly."""
    return _WIDE.scaleb(Decimal(value), places)
