"""Places on the globe by their coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import Column, ColumnKind, ValueRefusedError
from framework.fields.composite import Composite
from framework.fields.numeric import WIRE_PATTERN, check_limits, exact_number, plain
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from i18n.lazy import Message
    from metadata.expressions.types import Type

PLACES = 6
_DIGITS = 9
_MOST = {"lat": 90, "lon": 180}

_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d{1,12})?"
_DEGREES = re.compile(rf"({_NUMBER})(?:\s*[;,\s]\s*)({_NUMBER})", re.ASCII)
_SEXAGESIMAL = re.compile(
    r"(\d{1,3})\s*[°d\s]\s*"
    r"(?:(\d{1,2})\s*[\u2032'\u2019m\s]\s*)?"
    r"(?:(\d{1,2}(?:[.,]\d{1,6})?)\s*(?:[\u2033\"\u201ds]|'')?\s*)?([NSEWO])",
    re.IGNORECASE,
)
_SIDES = {"N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "O": ("lon", 1), "W": ("lon", -1)}
_HINT = msg("Such as 48.2082, 16.3738 or 48° 12' 30\" N 16° 22' 26\" E")


class Location(NamedTuple):
    """Latitude and longitude in degrees with six places: the stored value of a location field."""

    lat: Decimal
    lon: Decimal


@dataclass(frozen=True)
class LocationField(Composite):
    """A place on the globe (WGS 84), to about a tenth of a metre."""

    name = "location"
    label = msg("Location")
    value_class = Location
    part_labels: ClassVar[Mapping[str, Message]] = {"lat": msg("Latitude"), "lon": msg("Longitude")}
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "blank")
    sortable = False
    control = "text"
    cell = "location"

    def part_type(self, name: str) -> Type:  # noqa: ARG002
        """Degrees."""
        return types.decimal(PLACES, _DIGITS)

    def part_column(self, name: str) -> Column:
        """An exact number."""
        return Column(ColumnKind.DECIMAL, f"__{name}", _DIGITS, PLACES)

    def load_part(self, name: str, value: Any) -> Decimal:  # noqa: ANN401
        """Degrees, rounded to six places: what lies behind them no map knows."""
        exact = exact_number(value)
        check_limits(exact, -_MOST[name], _MOST[name])
        # Adding nought makes one of the two noughts.
        return exact.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP) + Decimal(0).scaleb(-PLACES)

    def made(self, parts: Mapping[str, Any]) -> Location | None:
        """Both, or neither."""
        if all(part is None for part in parts.values()):
            return None
        if any(part is None for part in parts.values()):
            raise ValueRefusedError(msg("Give both latitude and longitude"), "required")
        return Location(**parts)

    def part_schema(self, name: str) -> dict[str, Any]:  # noqa: ARG002
        """A decimal."""
        return {"type": ["string", "number", "null"], "pattern": WIRE_PATTERN}

    def part_wire(self, name: str, part: Decimal) -> str:  # noqa: ARG002
        """Text with all places."""
        return plain(part)

    def whole(self, value: Location) -> str:
        """Both numbers as maps take them, the same in every language."""
        return f"{plain(value.lat)}, {plain(value.lon)}"

    def split(self, text: str) -> Sequence[tuple[str, str]]:
        """Two numbers, or degrees, minutes and seconds with the points of the compass."""
        found = _DEGREES.fullmatch(text)
        if found is not None:
            return (("lat", found[1].replace(",", ".")), ("lon", found[2].replace(",", ".")))
        sides = dict(map(_side, _SEXAGESIMAL.findall(text)))
        if sides.keys() != _MOST.keys() or _SEXAGESIMAL.sub("", text).strip(" ,;"):
            raise ValueRefusedError(msg("“%(text)s” is no location", text=text[:40]), "location", _HINT)
        return tuple((name, str(sides[name])) for name in _MOST)


def _side(found: tuple[str, str, str, str]) -> tuple[str, Decimal]:
    degrees, minutes, seconds, point = found
    name, sign = _SIDES[point.upper()]
    whole = Decimal(degrees) + Decimal(minutes or 0) / 60 + Decimal((seconds or "0").replace(",", ".")) / 3600
    return name, sign * whole.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)
