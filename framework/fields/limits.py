"""Limits of days and moments: a fixed one, or one that is counted from the time of the write."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import TYPE_CHECKING, Any, TypeVar

from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from i18n.lazy import Message

_T = TypeVar("_T", dt.date, dt.datetime)

DAY = r"^(\d{4}-\d{2}-\d{2}|today([+-]\d{1,4}[dwmy])?)$"
MOMENT = r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})|now([+-]\d{1,4}[hdw])?)$"

_STEP = re.compile(r"(?:today|now)([+-]\d{1,4})([hdwmy])", re.ASCII)
_SPANS = {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}
_MONTHS = {"m": 1, "y": 12}


def is_relative(limit: str) -> bool:
    """Whether the limit moves with time."""
    return limit.startswith(("today", "now"))


def day_limit(limit: str, today: dt.date) -> dt.date:
    """The day of a limit such as `2026-03-01` or `today+30d`; the calendar's end where it lies beyond.

    Raises ValueError for a fixed day that is not in the calendar, which `check_options` reports.
    """
    if not is_relative(limit):
        return dt.date.fromisoformat(limit)
    found = _STEP.fullmatch(limit)
    if found is None:
        return today
    count, unit = int(found[1]), found[2]
    try:
        return today + count * _SPANS[unit] if unit in _SPANS else _later(today, count * _MONTHS[unit])
    except (OverflowError, ValueError):
        return dt.date.max if count > 0 else dt.date.min


def moment_limit(limit: str, now: dt.datetime) -> dt.datetime:
    """The moment of a limit such as `2026-03-01T09:00Z` or `now+2h`. Raises ValueError as `day_limit`."""
    if not is_relative(limit):
        return dt.datetime.fromisoformat(limit)
    found = _STEP.fullmatch(limit)
    return now if found is None else now + int(found[1]) * _SPANS[found[2]]


def check_limits(
    options: Mapping[str, Any], read: Callable[[str, _T], _T], sample: _T
) -> Iterator[tuple[str, Message]]:
    """What is wrong with the options `min` and `max`, tried at a sample of the time of a write."""
    found: dict[str, _T] = {}
    for key in ("min", "max"):
        if key in options:
            try:
                found[key] = read(options[key], sample)
            except ValueError:
                yield key, msg("“%(limit)s” is not in the calendar.", limit=options[key])
    same_measure = len({is_relative(options[key]) for key in found}) == 1
    if len(found) == len(("min", "max")) and same_measure and found["min"] > found["max"]:
        yield "min", msg("“min” lies after “max”, so no value is allowed.")


def _later(day: dt.date, months: int) -> dt.date:
    """The same day so many months on, or the last one of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
