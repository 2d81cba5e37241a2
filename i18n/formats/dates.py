"""Dates and times as text.

Patterns come from CLDR skeletons and are compiled once per locale; the same few hundred days and
1,440 minutes are written again and again, so what was written is remembered.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from babel.core import Locale
from babel.dates import DateTimePattern, parse_pattern

from i18n.formats.names import habits

_DAYS_REMEMBERED = 4_000
_MINUTES_A_DAY = 1_440


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How one locale writes dates; every value is taken as local."""

    _same_year: Callable[[dt.date], str]
    _other_year: Callable[[dt.date], str]
    _full: Callable[[dt.date], str]
    _input: Callable[[dt.date], str]
    _minute: Callable[[int, int], str]
    _second: Callable[[dt.datetime], str]
    _joined: str

    @classmethod
    def of(cls, locale: str) -> "DateFormat":
        """Compile the locale's patterns."""
        data = habits(locale)
        writer = _Writer(data)
        short_time = data.time_formats["short"]

        def minute(hour: int, minutes: int) -> str:
            return str(short_time.apply(dt.time(hour, minutes), data))

        return cls(
            writer.of(_skeleton(data, "MMMd")),
            writer.of(_skeleton(data, "yMMMd")),
            writer.of(data.date_formats["full"]),
            writer.of(parse_pattern(_input_pattern(data.date_formats["short"].pattern))),
            lru_cache(_MINUTES_A_DAY)(minute),
            lambda value: data.time_formats["long"].apply(value, data),
            str(data.datetime_formats["medium"]),
        )

    def short(self, value: dt.date, today: dt.date | None) -> str:
        """Write the day, with its year unless that is the year of `today`."""
        day = value.date() if isinstance(value, dt.datetime) else value
        if today is not None and day.year == today.year:
            return self._same_year(day)
        return self._other_year(day)

    def full(self, value: dt.date) -> str:
        """Write weekday, day, month and year in words."""
        return self._full(value)

    def input(self, value: dt.date) -> str:
        """Write the day in digits, as `read_dates` reads it back."""
        return self._input(value.date() if isinstance(value, dt.datetime) else value)

    def time(self, value: dt.time | dt.datetime) -> str:
        """Write hour and minute."""
        return self._minute(value.hour, value.minute)

    def datetime(self, value: dt.datetime, today: dt.date | None) -> str:
        """Write day and minute."""
        return self._join(self.short(value, today), self.time(value))

    def exact(self, value: dt.datetime) -> str:
        """Write the day in words, and the time with seconds and zone if it has one."""
        return self._join(self.full(value.date()), self._second(value))

    def _join(self, day: str, moment: str) -> str:
        return self._joined.replace("{1}", day).replace("{0}", moment)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes remembering functions of patterns."""

    locale: Locale

    def of(self, pattern: DateTimePattern) -> Callable[[dt.date], str]:
        def write(value: dt.date) -> str:
            return pattern.apply(value, self.locale)

        return lru_cache(_DAYS_REMEMBERED)(write)


def _skeleton(data: Locale, name: str) -> DateTimePattern:
    pattern: DateTimePattern = data.datetime_skeletons[name]
    return pattern


def _input_pattern(pattern: str) -> str:
    """Give the short date with its whole year and without marks of writing direction.

    Two digits of a year are read wrong too easily in a field that is edited.
    """
    plain = "".join(sign for sign in pattern if sign not in "\u200e\u200f")
    return plain if "yyyy" in plain else plain.replace("yy", "y")
