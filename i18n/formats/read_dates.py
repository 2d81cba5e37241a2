"""Typed days and times: short forms of the locale, names, steps from today, ISO.

A day without a year is in this year, as it is shown; what is no day gets a reason and examples.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from babel.core import Locale
from babel.dates import tokenize_pattern

from i18n.cldr import SOURCE
from i18n.formats.dates import DateFormat
from i18n.formats.names import habits
from i18n.formats.read import NotUnderstood, tidy
from i18n.lazy import msg
from i18n.words import own_words

_LONGEST = 60
_STEP = re.compile(r"([+-])\s*(\d{1,4})\s*([dwmy])")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PIECES = re.compile(r"\d+|[^\s\d.,/\u060c-]+")
_BETWEEN = re.compile(r" |(?<=\d)T(?=\d)")
_BLANKS = re.compile(r"\s+")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})"
    r"(?:\s*[:.h]\s*(?P<minute>\d{2})(?::(?P<second>\d{2}))?|(?P<packed>\d{2}))?"
    r"\s*(?P<period>[^\W\d_.][^\d]*)?"
)
_DAY_OFFSETS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_MONTHS_A_YEAR, _DAYS_A_WEEK, _HOURS_A_HALF = 12, 7, 12
# A year of two digits: up to this many years ahead, else in the hundred years before.
_YEARS_AHEAD = 20
_LONGEST_SHORT_YEAR = 2


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads days and times of one locale. `_order` is such as "dmy".

    `examples` shows in words what is understood, for help below a field: "+30d, fri, 12.3."
    """

    examples: str
    _format: DateFormat
    _order: str
    _months: Mapping[str, int]
    _weekdays: Mapping[str, int]
    _offsets: Mapping[str, int]
    _periods: Mapping[str, int]
    _fillers: frozenset[str]

    @classmethod
    def of(cls, locale: str) -> "DateReader":
        """Gather the locale's names and the order of its short dates."""
        data, english = habits(locale), habits(SOURCE)
        words = own_words(locale)
        translated = {words.gettext(word).casefold(): step for word, step in _DAY_OFFSETS.items()}
        written, short = DateFormat.of(locale), data.date_formats["short"].pattern
        return cls(
            _examples(data, written, short),
            written,
            _order(short),
            _names(english.months) | _names(data.months),
            _names(english.days) | _names(data.days),
            _DAY_OFFSETS | translated,
            {"am": 0, "a": 0, "pm": 1, "p": 1} | _periods(data),
            _fillers(data),
        )

    def date(self, text: str, today: dt.date) -> dt.date:
        """Read a day. Raises NotUnderstood."""
        plain = _BLANKS.sub(" ", tidy(text)).casefold()
        if not plain or len(plain) > _LONGEST:
            raise self._no_date()
        try:
            found = self._simple(plain, today) or self._written(plain, today)
        except (ValueError, OverflowError) as error:
            raise self._no_such_day() from error
        if found is None:
            raise self._no_date()
        return found

    def time(self, text: str) -> dt.time:
        """Read a time of day. Raises NotUnderstood."""
        found = _TIME.fullmatch(tidy(text)[:_LONGEST].casefold())
        if found is None:
            raise self._no_time()
        period = found["period"]
        half = self._periods.get(_bare(period)) if period else None
        if period and half is None:
            raise self._no_time()
        minute = found["minute"] or found["packed"] or "0"
        try:
            return dt.time(_hour(int(found["hour"]), half), int(minute), int(found["second"] or "0"))
        except ValueError as error:
            raise self._no_time() from error

    def datetime(self, text: str, today: dt.date, zone: dt.tzinfo) -> dt.datetime:
        """Read day and time; gives an aware datetime in `zone`. Raises NotUnderstood."""
        plain = _BLANKS.sub(" ", tidy(text))
        moment = _iso_moment(plain)
        if moment is None:
            moment = self._day_and_time(plain, today)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=zone)
        try:
            return moment.astimezone(zone)
        except OverflowError as error:
            raise self._no_such_day() from error

    def _simple(self, plain: str, today: dt.date) -> dt.date | None:
        """Read what is not a written date: a word, a weekday, a step, ISO."""
        if plain in self._offsets:
            return today + dt.timedelta(days=self._offsets[plain])
        weekday = self._weekdays.get(plain.rstrip("."))
        if weekday is not None:
            ahead = (weekday - today.weekday() - 1) % _DAYS_A_WEEK + 1
            return today + dt.timedelta(days=ahead)
        step = _STEP.fullmatch(plain)
        if step:
            return _stepped(today, int(step[1] + step[2]), step[3])
        iso = _ISO.fullmatch(plain) or _COMPACT.fullmatch(plain)
        return dt.date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None

    def _written(self, plain: str, today: dt.date) -> dt.date | None:
        """Read day, month and perhaps year, in digits or with the month's name."""
        pieces = [piece for piece in _PIECES.findall(plain) if piece not in self._fillers]
        numbers = [piece for piece in pieces if piece.isdecimal()]
        words = [piece for piece in pieces if not piece.isdecimal()]
        # A Spanish "mar" beside a number is March, not Tuesday.
        names = [word for word in words if word in self._months or word not in self._weekdays]
        if not names:
            return _placed(numbers, self._order, today)
        if len(names) > 1 or names[0] not in self._months:
            return None
        return _placed(numbers, self._order.replace("m", ""), today, self._months[names[0]])

    def _day_and_time(self, plain: str, today: dt.date) -> dt.datetime:
        """Try each blank as the place between day and time; a time alone is one of today."""
        places = [match.start() for match in _BETWEEN.finditer(plain)]
        if not self._is_date(plain, today):  # "4 Dec 2026" is no 20:26 on a fourth of December
            for place in reversed(places):
                try:
                    day = self.date(plain[:place].rstrip(" ,\u060c"), today)
                    return dt.datetime.combine(day, self.time(plain[place + 1 :]))
                except NotUnderstood:
                    continue
            with suppress(NotUnderstood):
                return dt.datetime.combine(today, self.time(plain))
        example = f"{self._format.input(today)} {self._format.time(_EXAMPLE_TIME)}"
        raise NotUnderstood(msg("Give a day and a time. Example: %(example)s", example=example))

    def _is_date(self, plain: str, today: dt.date) -> bool:
        try:
            self.date(plain, today)
        except NotUnderstood:
            return False
        return True

    def _no_date(self) -> NotUnderstood:
        return NotUnderstood(msg("This is no date. Understood are: %(examples)s", examples=self.examples))

    def _no_such_day(self) -> NotUnderstood:
        return NotUnderstood(msg("There is no such day. Understood are: %(examples)s", examples=self.examples))

    def _no_time(self) -> NotUnderstood:
        example = self._format.time(_EXAMPLE_TIME)
        return NotUnderstood(msg("This is no time. Example: %(example)s", example=example))


_EXAMPLE_DAY = dt.date(2027, 3, 12)
_EXAMPLE_TIME = dt.time(16, 30)


def _examples(data: Locale, written: DateFormat, pattern: str) -> str:
    friday = str(data.days["format"]["abbreviated"][4]).casefold().rstrip(".")
    sign = next(text for kind, text in tokenize_pattern(pattern) if kind == "chars")
    sign = str(sign).strip("\u200e\u200f")[:1]
    order = _order(pattern).replace("y", "")
    day = sign.join({"d": "12", "m": "3"}[part] for part in order) + ("." if sign == "." else "")
    return f"+30d, {friday}, {day}, {written.input(_EXAMPLE_DAY)}"


def _order(pattern: str) -> str:
    found = [sign for sign in pattern.lower().replace("l", "m") if sign in "dmy"]
    return "".join(dict.fromkeys(found))


def _placed(numbers: list[str], order: str, today: dt.date, month: int = 0) -> dt.date | None:
    """Give each number its meaning by `order`; one of more than two digits can only be the year."""
    years = [place for place, number in enumerate(numbers) if len(number) > _LONGEST_SHORT_YEAR]
    if len(numbers) == len(order) - 1:
        order = order.replace("y", "")
    elif years == [0]:
        order = "ymd" if "m" in order else "yd"
    elif years == [len(numbers) - 1]:
        order = order.replace("y", "") + "y"
    if len(numbers) != len(order):
        return None
    parts = dict(zip(order, numbers, strict=True))
    year = _whole_year(parts["y"], today) if "y" in parts else today.year
    return dt.date(year, month or int(parts["m"]), int(parts["d"]))


def _names(by_context: Mapping[str, Mapping[str, Mapping[int, str]]]) -> dict[str, int]:
    """Gather names in all their forms; the one-letter ones mean too many things."""
    return {
        _bare(name): number
        for widths in by_context.values()
        for width, names in widths.items()
        if width != "narrow"
        for number, name in names.items()
    }


def _periods(data: Locale) -> dict[str, int]:
    return {
        _bare(text): half
        for widths in data.day_periods.values()
        for texts in widths.values()
        for half, name in enumerate(("am", "pm"))
        if (text := texts.get(name))
    }


def _fillers(data: Locale) -> frozenset[str]:
    """Give the words that written-out dates of this locale have between their parts."""
    skeletons = data.datetime_skeletons
    patterns = (data.date_formats["long"], skeletons["yMMMd"], skeletons["MMMd"])
    return frozenset(
        word
        for pattern in patterns
        for kind, text in tokenize_pattern(pattern.pattern)
        if kind == "chars"
        for word in _PIECES.findall(str(text).casefold())
    )


def _bare(name: str) -> str:
    return name.casefold().strip().rstrip(".").replace("\u00a0", " ").replace(".", "")


def _stepped(today: dt.date, count: int, unit: str) -> dt.date:
    if unit in "dw":
        return today + dt.timedelta(days=count * (_DAYS_A_WEEK if unit == "w" else 1))
    months = today.year * _MONTHS_A_YEAR + today.month - 1
    months += count * (_MONTHS_A_YEAR if unit == "y" else 1)
    year, month = months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1
    # A month after 31 January is the last day of February, as in the expression add_months.
    return dt.date(year, month, min(today.day, monthrange(year, month)[1]))


def _whole_year(text: str, today: dt.date) -> int:
    year = int(text)
    if len(text) > _LONGEST_SHORT_YEAR:
        return year
    century = 100
    latest = today.year + _YEARS_AHEAD
    return latest - (latest - year) % century


def _hour(hour: int, half: int | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= _HOURS_A_HALF:
        raise ValueError(hour)
    return hour % _HOURS_A_HALF + half * _HOURS_A_HALF


def _iso_moment(plain: str) -> dt.datetime | None:
    if not _ISO.match(plain):
        return None
    try:
        return dt.datetime.fromisoformat(plain.upper())
    except ValueError:
        return None
