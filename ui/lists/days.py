"""Days as people group and filter by them: the spans that begin on a day, their names, and their conditions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions import logic
from metadata.expressions.tree import Binary, Literal, Path
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from i18n.formats import Formats
    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.page.reader import Reader

UNITS = {
    "day": msg("Day"),
    "week": msg("Week"),
    "month": msg("Month"),
    "quarter": msg("Quarter"),
    "year": msg("Year"),
}
"""By what a day or a moment groups records."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_QUARTER = msg("Q%(number)s %(year)s")
_YEAR = 12


def shifted(day: dt.date, months: int) -> dt.date:
    """Give the first of the month so many months later."""
    count = day.year * _YEAR + day.month - 1 + months
    return dt.date(count // _YEAR, count % _YEAR + 1, 1)


def following(unit: str, start: dt.date) -> dt.date | None:
    """Give the first day behind the span that begins on a day; None where the calendar ends."""
    try:
        return shifted(start, _MONTHS[unit]) if unit in _MONTHS else start + dt.timedelta(days=_DAYS[unit])
    except (ValueError, OverflowError):
        return None


def span_label(unit: str, start: dt.date, reader: Reader) -> str:
    """Give the name of the span that begins on a day, in the reader's language."""
    formats = reader.formats
    if unit == "day":
        return formats.date_full(start)
    if unit == "week":
        last = start + dt.timedelta(days=6) if start < dt.date.max - dt.timedelta(days=6) else dt.date.max
        return f"{formats.date(start, last)}\u2009\u2013\u2009{formats.date(last)}"
    if unit == "month":
        return month_label(start, formats, "wide")
    if unit == "year":
        return str(start.year)
    number = (start.month - 1) // 3 + 1
    return reader.words.text(msg(_QUARTER.msgid, number=number, year=start.year))


def month_label(day: dt.date, formats: Formats, width: str) -> str:
    """Give the name of a month, with its year where there is room (`wide`)."""
    if width == "wide":
        return f"{formats.month(day.month)} {day.year}"
    return formats.month(day.month, "abbreviated")


def start_text(field: Field, unit: str, formats: Formats) -> str:
    """Give the expression of the day on which the span of a record's day or moment begins, for the reader."""
    day = field.name if shown_type(field).cell == "date" else f"day_of({field.name})"
    if unit == "day":
        return day
    if unit == "week":
        return f"start_of_week({day}, {formats.first_weekday + 1})"
    return f"start_of_{unit}({day})"


def between(field: Field, start: dt.date, after: dt.date | None, zone: dt.tzinfo) -> Node:
    """Give the condition that a day or a moment lies from one day to before another, as the reader's zone has days."""
    path = Path((field.name,))
    first = Binary(">=", path, day_literal(field, start, zone))
    return first if after is None else logic("and", [first, Binary("<", path, day_literal(field, after, zone))])


def day_literal(field: Field, day: dt.date, zone: dt.tzinfo) -> Literal:
    """Give a day, or the moment at which it begins, as what the field holds is compared with."""
    if shown_type(field).cell == "date":
        return Literal(day.isoformat())
    return Literal(dt.datetime.combine(day, dt.time(), zone).isoformat())
