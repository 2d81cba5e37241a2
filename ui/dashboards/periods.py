"""The period that a dashboard shows: a month, a quarter or a year, and the one before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import MalformedError
from i18n.lazy import msg
from ui.lists.days import UNITS, shifted, span_label

if TYPE_CHECKING:
    from ui.page.reader import Reader

MONTHS = {"month": 1, "quarter": 3, "year": 12}
WORDS = {kind: UNITS[kind] for kind in MONTHS}
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
        return span_label(self.kind, self.start, reader)


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
