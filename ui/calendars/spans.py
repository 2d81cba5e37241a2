"""What a calendar shows: a month of whole weeks, a week, a day, or an agenda of the days to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import MalformedError
from i18n.lazy import msg

if TYPE_CHECKING:
    from i18n.formats import Formats

MODES = {"month": msg("Month"), "week": msg("Week"), "day": msg("Day"), "agenda": msg("Agenda")}
DAY = dt.timedelta(days=1)
WEEK = 7
_AGENDA = 31
_FIRST, _LAST = 1_900, 9_000
_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` to before `after`; `on` is the day that the address names, weeks begin on `first`."""

    mode: str
    on: dt.date
    start: dt.date
    after: dt.date
    first: int

    @property
    def days(self) -> list[dt.date]:
        """All its days."""
        return [self.start + DAY * number for number in range((self.after - self.start).days)]

    def moved(self, count: int) -> dt.date:
        """Give the day that shows what is before (-1) or behind (1)."""
        if self.mode == "month":
            months = self.on.year * 12 + self.on.month - 1 + count
            return dt.date(months // 12, months % 12 + 1, 1)
        return self.on + DAY * count * (self.after - self.start).days

    def label(self, formats: Formats) -> str:
        """Give its name: a month, a day, or from when to when."""
        if self.mode == "month":
            return f"{formats.month(self.on.month)} {self.on.year}"
        if self.mode == "day":
            return formats.date_full(self.on)
        return f"{formats.date(self.start)}\u2009\u2013\u2009{formats.date(self.after - DAY)}"


def span_of(mode: str, on: dt.date, first: int) -> Span:
    """Give what a mode shows of a day."""
    if mode == "month":
        begin = week_of(on.replace(day=1), first)
        last = (on.replace(day=1) + DAY * 31).replace(day=1) - DAY
        return Span(mode, on, begin, week_of(last, first) + DAY * WEEK, first)
    if mode == "week":
        return Span(mode, on, week_of(on, first), week_of(on, first) + DAY * WEEK, first)
    return Span(mode, on, on, on + DAY * (1 if mode == "day" else _AGENDA), first)


def week_of(day: dt.date, first: int) -> dt.date:
    """Give the day on which the week of a day begins."""
    return day - DAY * ((day.weekday() - first) % WEEK)


def first_weekday(written: str | None, formats: Formats) -> int:
    """Give the day on which weeks begin: as the metadata has it, else as the reader's locale does; 0 is Monday."""
    return _WEEKDAYS[written] if written else formats.first_weekday


def span_in(mode: str | None, on: str | None, default: str, today: dt.date, first: int) -> Span:
    """Read what an address shows. Raises MalformedError for what there is not."""
    mode, day = mode or default, _day(on) if on else today
    if mode not in MODES or day is None or not _FIRST < day.year < _LAST:
        value = mode if mode not in MODES else on or ""
        raise MalformedError(msg("“%(value)s” is none of the choices", value=value[:40]))
    return span_of(mode, day, first)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
