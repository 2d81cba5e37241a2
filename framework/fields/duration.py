"""Lengths of time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.formats.durations import SECONDS, clock_parts
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

LONGEST = dt.timedelta(hours=999_999)
_DEFAULT_UNITS = ("hours", "minutes")
# As in expressions; a month or a year is no certain length of time.
_ISO = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,10})S)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Duration(FieldType):
    """A length of time, kept in whole seconds: time worked, a response time. A day is 24 hours of it."""

    name = "duration"
    label = msg("Duration")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "units": {
            "type": "array",
            "items": {"enum": list(SECONDS)},
            "minItems": 1,
            "uniqueItems": True,
            "default": list(_DEFAULT_UNITS),
            "description": (
                "The units that are shown, of `days`, `hours`, `minutes`, `seconds`; a finer one is shown where it is "
                "needed. A number typed alone is in the finest of them."
            ),
        },
    }
    column_kind = ColumnKind.DURATION
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "sum", "avg", "min", "max")
    control = "duration"
    cell = "duration"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Duration."""
        return types.DURATION

    def load(self, field: Field, value: Any) -> dt.timedelta:  # noqa: ANN401, ARG002
        """An ISO 8601 duration of weeks, days, hours, minutes and seconds."""
        if not isinstance(value, str) or not _ISO.fullmatch(value):
            raise ValueRefusedError(msg("Give a duration as in ISO 8601"), hint=msg("Such as PT1H30M"))
        span = span_of(value)
        if span > LONGEST:
            raise ValueRefusedError(msg("Not more than %(most)s", most=span_text(LONGEST)), "max")
        return span

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A duration."""
        return {"type": ["string", "null"], "format": "duration"}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """`PT1H30M`; days are told as hours."""
        return span_text

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """The duration in the reader's short words for the units."""
        return "" if value is None else formats.duration(value, units_of(field))

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """`1h 30m`, `90 min`, `1.5 h`, `1:30` (hours and minutes), ISO; blank is none."""
        word = text.strip()
        if not word or _ISO.fullmatch(word):
            return word or None
        try:
            return span_text(formats.parse_duration(word, units_of(field)[-1]))
        except ValueError as error:
            raise ValueRefusedError(getattr(error, "message", None) or msg("This is not a duration")) from error


def units_of(field: Field) -> Sequence[str]:
    """The units that the field shows, the coarsest first."""
    wanted = field.options.get("units", _DEFAULT_UNITS)
    return [unit for unit in SECONDS if unit in wanted]


def span_of(text: str) -> dt.timedelta:
    """The span that `span_text` wrote. Raises ValueError for anything else."""
    found = _ISO.fullmatch(text.removeprefix("-"))
    if found is None:
        raise ValueError(text)
    span = dt.timedelta(**{unit: int(count) for unit, count in found.groupdict(default="0").items()})
    return -span if text.startswith("-") else span


def span_text(value: dt.timedelta) -> str:
    """`PT1H30M`, `PT0S`; a negative one, which only sums and formulas have, with a sign in front."""
    sign = "-" if value < dt.timedelta() else ""
    parts = clock_parts(abs(value), ("hours", "minutes", "seconds"))
    told = "".join(f"{count}{unit[0].upper()}" for unit, count in parts if count)
    return f"{sign}PT{told or '0S'}"
