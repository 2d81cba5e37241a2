"""Sizes of files as text, in steps of a thousand as the units of every locale are."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from i18n.formats.names import habits

if TYPE_CHECKING:
    from i18n.formats.numbers import NumberFormat

_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte")
_STEP = 1000
_FEW = 10


def write_size(locale: str, numbers: NumberFormat, size: int) -> str:
    """A number of bytes in the largest unit of which there is one: "860 byte", "1.2 MB", "25 MB"."""
    value, unit = Decimal(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    rounded = value.quantize(Decimal("0.1") if unit and value < _FEW else Decimal(1))
    text = numbers.number(rounded, 0 if rounded == rounded.to_integral_value() else 1)
    return _pattern(locale, _UNITS[unit]).replace("{0}", text)


@lru_cache(maxsize=200)
def _pattern(locale: str, unit: str) -> str:
    found: str = habits(locale)._data["unit_patterns"][f"digital-{unit}"]["short"]["other"]  # noqa: SLF001  (no way round)
    return found
