"""Dates, numbers and money as one person writes and reads them: locale and zone together.

This file is the whole interface; the files beside it do the work. Nothing here asks a clock.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from i18n.formats.dates import DateFormat
from i18n.formats.durations import DurationFormat
from i18n.formats.names import Names, Width
from i18n.formats.numbers import Money, NumberFormat
from i18n.formats.read import NotUnderstood
from i18n.formats.read_dates import DateReader
from i18n.formats.read_numbers import NumberReader
from i18n.formats.relative import RelativeFormat
from i18n.formats.sizes import write_size

__all__ = ["Formats", "Money", "NotUnderstood", "formats"]


@lru_cache(500)
def formats(locale: str, zone: str) -> "Formats":
    """Give the formats of a locale (`de`, `de_CH`) and a zone (`Europe/Zurich`).

    Plain `en` is international English: day before month, 24 hours. Raises
    zoneinfo.ZoneInfoNotFoundError or ValueError for a zone that is none.
    """
    return Formats(
        locale,
        ZoneInfo(zone),
        NumberFormat.of(locale),
        DateFormat.of(locale),
        RelativeFormat.of(locale),
        Names.of(locale),
        NumberReader.of(locale),
        DateReader.of(locale),
        DurationFormat.of(locale),
    )


@dataclass(frozen=True, slots=True)
class Formats:
    """Writes values as text and reads text as values; made by `formats()`, shared by requests.

    Digits are written in Latin form and read in any. Aware datetimes are shown in `zone`; naive
    ones are taken as they are.
    """

    locale: str
    zone: dt.tzinfo
    _numbers: NumberFormat
    _dates: DateFormat
    _relative: RelativeFormat
    _names: Names
    _number_reader: NumberReader
    _date_reader: DateReader
    _durations: DurationFormat

    def integer(self, value: int) -> str:
        """Write a whole number with groups: "1,234"."""
        return self._numbers.integer(value)

    def number(self, value: Decimal | int, scale: int | None = None, *, grouped: bool = True) -> str:
        """Write a number with `scale` decimals, or with as many as it has.

        Rounds half away from zero. Without `grouped` thousands are not parted, as in years.
        """
        return self._numbers.number(value, scale, grouped=grouped)

    def percent(self, value: Decimal | int, scale: int | None = None) -> str:
        """Write a percentage; ten per cent is `Decimal(10)`, not a tenth."""
        return self._numbers.percent(value, scale)

    def money(self, amount: Decimal, currency: str, scale: int | None = None) -> Money:
        """Give (sign, amount, sign_first), so that the sign can be paler than the amount.

        Without a `scale`, whole amounts have no decimals and others those of the currency.
        """
        return self._numbers.money(amount, currency, scale)

    def money_text(self, amount: Decimal, currency: str, scale: int | None = None) -> str:
        """Write money as plain text, sign and amount kept on one line: "€ 96,750"."""
        return self._numbers.money_text(amount, currency, scale)

    def date(self, value: dt.date, today: dt.date | None = None) -> str:
        """Write a date for a cell: "4 Dec" if it lies in the year of `today`, else "4 Dec 2026"."""
        return self._dates.short(value, today)

    def date_full(self, value: dt.date) -> str:
        """Write a date for a heading or a title: "Friday, 4 December 2026"."""
        return self._dates.full(value)

    def date_input(self, value: dt.date) -> str:
        """Write a date as it stands in a field to be edited: "04/12/2026", "04.12.2026"."""
        return self._dates.input(value)

    def time(self, value: dt.time | dt.datetime) -> str:
        """Write hour and minute: "16:42" or "4:42 PM"."""
        return self._dates.time(self._local(value) if isinstance(value, dt.datetime) else value)

    def datetime(self, value: dt.datetime, today: dt.date | None = None) -> str:
        """Write date and time for a cell: "4 Dec, 16:42", the year as in `date`."""
        return self._dates.datetime(self._local(value), today)

    def datetime_input(self, value: dt.datetime) -> str:
        """Write date and time as they stand in a field to be edited: "04/12/2026 16:42"."""
        local = self._local(value)
        return f"{self._dates.input(local)} {self._dates.time(local)}"

    def duration(self, value: dt.timedelta, units: Sequence[str]) -> str:
        """Write a length of time in `units` ("days" to "seconds"), finer ones as needed: "1h 30m", "1 Std. 30 Min."."""
        return self._durations.write(value, units)

    def file_size(self, value: int) -> str:
        """Write a number of bytes: "860 byte", "1.2 MB"."""
        return write_size(self.locale, self._numbers, value)

    def exact(self, value: dt.date | dt.datetime) -> str:
        """Write all that is known of a moment, zone too, for the title of a relative time."""
        if isinstance(value, dt.datetime):
            return self._dates.exact(self._local(value))
        return self._dates.full(value)

    def relative(self, value: dt.date | dt.datetime, now: dt.datetime) -> str:
        """Write how far off a day or moment is: "12 min ago", "yesterday", "in 23 days".

        `now` must be aware if `value` is.
        """
        here = self._local(now)
        if isinstance(value, dt.datetime):
            return self._relative.moment(self._local(value), here)
        return self._relative.day(value, here.date())

    def month(self, number: int, width: Width = "wide") -> str:
        """Give the name of a month, 1 to 12, as it stands alone."""
        return self._names.month(number, width)

    def weekday(self, number: int, width: Width = "wide") -> str:
        """Give the name of a day of the week, 0 (Monday) to 6, as it stands alone."""
        return self._names.weekday(number, width)

    @property
    def first_weekday(self) -> Literal[0, 1, 2, 3, 4, 5, 6]:
        """Give the day on which weeks begin in this locale, 0 is Monday."""
        return self._names.first_weekday

    def parse_number(self, text: str) -> Decimal:
        """Read a number with the locale's separators. Raises NotUnderstood."""
        return self._number_reader.number(text)

    def parse_date(self, text: str, today: dt.date) -> dt.date:
        """Read a date: `+3d`, `-1w`, `+2m`, "fri", "tomorrow", "12.3.", "4 Dec 2026", ISO.

        A weekday is the next one after `today`; a day without a year is in the year of `today`.
        Raises NotUnderstood.
        """
        return self._date_reader.date(text, today)

    @property
    def date_examples(self) -> str:
        """Give what `parse_date` understands, for help below a field: "+30d, fri, 12.3."."""
        return self._date_reader.examples

    def parse_time(self, text: str) -> dt.time:
        """Read a time of day: "16:42", "4:42 pm", "1642", "16". Raises NotUnderstood."""
        return self._date_reader.time(text)

    def parse_duration(self, text: str, unit: str) -> dt.timedelta:
        """Read a length of time: "1h 30m", "90 min", "1:30"; a bare number is in `unit`. Raises NotUnderstood."""
        return self._durations.read(text, unit)

    def parse_datetime(self, text: str, today: dt.date) -> dt.datetime:
        """Read a date followed by a time, or a time of today; gives an aware datetime in `zone`.

        ISO text with an offset is that moment. Raises NotUnderstood.
        """
        return self._date_reader.datetime(text, today, self.zone)

    def _local(self, value: dt.datetime) -> dt.datetime:
        return value if value.tzinfo is None else value.astimezone(self.zone)
