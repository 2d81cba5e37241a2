"""Where the marks of a chart stand, in per cent of its width and height: the server draws, the browser only paints.

Everything is counted from the side where the page begins; `mirrored` turns it round for pages from right to left.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE = 100.0
_BAR = 0.62
_TICKS = 4
_NICE = (1, 2, Decimal("2.5"), 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar; `before` is the height of the figure a year earlier, negative where there is none."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    before: float


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line, and the line to it from the point before, which the first has none of."""

    x: float
    y: float
    from_x: float
    from_y: float
    first: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a ring: how long, and how far it begins behind the top."""

    length: float
    rest: float
    offset: float


def scale_of(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Give the ticks of an axis from nought: round numbers, the last not below any value."""
    most = max([*values, Decimal(0)])
    if most <= 0:
        return (Decimal(0), Decimal(1))
    rough = most / _TICKS
    power = Decimal(10) ** rough.adjusted()
    step = next(Decimal(nice) * power for nice in _NICE if Decimal(nice) * power >= rough)
    count = int((most / step).to_integral_value(rounding="ROUND_CEILING"))
    return tuple(step * number for number in range(count + 1))


def height(value: Decimal, top: Decimal) -> float:
    """Give a value in per cent of the axis; what is below nought has none."""
    return round(float(max(value, Decimal(0)) / top) * WHOLE, 2) if top else 0.0


def bars(values: Sequence[Decimal], before: Sequence[Decimal | None], top: Decimal, *, mirrored: bool) -> list[Bar]:
    """Give one bar per value, of equal width."""
    room = WHOLE / max(len(values), 1)
    found = []
    for at, (value, earlier) in enumerate(zip(values, before, strict=True)):
        high = height(value, top)
        x = _placed(at * room + room * (1 - _BAR) / 2, room * _BAR, mirrored=mirrored)
        tick = -1.0 if earlier is None else WHOLE - height(earlier, top)
        found.append(Bar(x, round(WHOLE - high, 2), round(room * _BAR, 2), high, round(x + room * _BAR / 2, 2), tick))
    return found


def points(values: Sequence[Decimal], top: Decimal, *, mirrored: bool) -> list[Point]:
    """Give the points of a line, each in the middle of its place."""
    room = WHOLE / max(len(values), 1)
    at = [
        (_placed(n * room + room / 2, 0, mirrored=mirrored), round(WHOLE - height(value, top), 2))
        for n, value in enumerate(values)
    ]
    following = [Point(x, y, *last, first=False) for last, (x, y) in pairwise(at)]
    return [Point(*at[0], *at[0], first=True), *following] if at else []


def slices(values: Sequence[Decimal]) -> list[Slice]:
    """Give the parts of a ring, the first at its top."""
    whole = sum((max(value, Decimal(0)) for value in values), Decimal(0))
    found, gone = [], 0.0
    for value in values:
        length = round(float(max(value, Decimal(0)) / whole) * WHOLE, 2) if whole else 0.0
        found.append(Slice(length, round(WHOLE - length, 2), round(WHOLE / 4 - gone, 2)))
        gone += length
    return found


def _placed(x: float, width: float, *, mirrored: bool) -> float:
    return round(WHOLE - x - width if mirrored else x, 2)
