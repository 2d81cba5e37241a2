"""The period that a dashboard shows: a month, a quarter or a year, and the one before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import MalformedError
from i18n.lazy import msg
from metadata.expressions import logic
from metadata.expressions.tree import Binary, Literal, Path
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from i18n.formats import Formats
    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.page.reader import Reader

MONTHS = {"month": 1, "quarter": 3, "year": 12}
WORDS = {"month": msg("Month"), "quarter": msg("Quarter"), "year": msg("Year")}
_QUARTER = msg("Q%(number)s %(year)s")
_YEAR = 12
# Charts look some years back and ahead.
_FIRST, _LAST = 1_900, 9_000


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months: `kind` of how many, from the first day on."""

    kind: str
    start: dt.date

    @property
    def after(self) -> dt.date:
        """The first day behind it."""
        return shifted(self.start, MONTHS[self.kind])

    def moved(self, count: int) -> Period:
        """Give the period so many periods later, or earlier where the count is negative."""
        return Period(self.kind, shifted(self.start, count * MONTHS[self.kind]))

    def label(self, reader: Reader) -> str:
        """Give its name in the reader's language."""
        if self.kind == "month":
            return month_label(self.start, reader.formats, "wide")
        if self.kind == "year":
            return str(self.start.year)
        number = (self.start.month - 1) // 3 + 1
        return reader.words.text(msg(_QUARTER.msgid, number=number, year=self.start.year))


def shifted(day: dt.date, months: int) -> dt.date:
    """Give the first of the month so many months later."""
    count = day.year * _YEAR + day.month - 1 + months
    return dt.date(count // _YEAR, count % _YEAR + 1, 1)


def month_label(day: dt.date, formats: Formats, width: str) -> str:
    """Give the name of a month, with its year where there is room (`wide`)."""
    if width == "wide":
        return f"{formats.month(day.month)} {day.year}"
    return formats.month(day.month, "abbreviated")


def period_of(kind: str, day: dt.date) -> Period:
    """Give the period of a kind that holds a day."""
    length = MONTHS[kind]
    return Period(kind, dt.date(day.year, (day.month - 1) // length * length + 1, 1))


def period_in(kind: str | None, begins: str | None, default: str, today: dt.date) -> Period:
    """Read the period of an address. Raises MalformedError for one that there is not."""
    kind, day = kind or default, _day(begins) if begins else today
    if kind not in MONTHS or day is None or not _FIRST < day.year < _LAST:
        value = kind if kind not in MONTHS else begins or ""
        raise MalformedError(msg("“%(value)s” is none of the choices", value=value[:40]))
    return period_of(kind, day)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def between(field: Field, start: dt.date, after: dt.date, zone: dt.tzinfo) -> Node:
    """Give the condition that a day or a moment lies from one day to before another, as the reader's zone has days."""
    first, end = (_literal(field, day, zone) for day in (start, after))
    path = Path((field.name,))
    return logic("and", [Binary(">=", path, first), Binary("<", path, end)])


def _literal(field: Field, day: dt.date, zone: dt.tzinfo) -> Literal:
    if shown_type(field).cell == "date":
        return Literal(day.isoformat())
    return Literal(dt.datetime.combine(day, dt.time(), zone).isoformat())
