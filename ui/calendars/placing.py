"""Where entries stand: rows of a week that no two of them share, and lanes beside each other in the hours of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.calendars.spans import WEEK

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from ui.calendars.entries import Entry

ROWS = 3
"""How many entries a day of a month shows before it says how many more there are."""
_EARLIEST, _LATEST = 8, 18
_HALVES = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry in a week: its first column, over how many, and in which row, all counted from 1.

    `before` and `behind` say that it goes on beyond the week.
    """

    entry: Entry
    column: int
    span: int
    row: int
    before: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week with what lies on them, and how many more there are on each day."""

    days: tuple[dt.date, ...]
    placed: tuple[Placed, ...]
    more: tuple[int, ...]


def weeks(days: Sequence[dt.date], entries: Sequence[Entry], rows: int = ROWS) -> list[Week]:
    """Give the weeks of a span with their entries in rows; what finds no row is counted."""
    return [_week(days[at : at + WEEK], entries, rows) for at in range(0, len(days), WEEK)]


def _week(days: Sequence[dt.date], entries: Sequence[Entry], rows: int) -> Week:
    here = [one for one in entries if one.first <= days[-1] and one.last >= days[0]]
    here.sort(key=lambda one: (not one.is_bar, one.begins))
    taken: list[set[int]] = [set() for _ in days]
    placed, more = [], [0] * len(days)
    for one in here:
        first, last = max((one.first - days[0]).days, 0), min((one.last - days[0]).days, len(days) - 1)
        row = next(row for row in range(1, len(here) + 2) if all(row not in taken[at] for at in range(first, last + 1)))
        for at in range(first, last + 1):
            taken[at].add(row)
        if row > rows:
            for at in range(first, last + 1):
                more[at] += 1
            continue
        beyond = (one.first < days[0], one.last > days[-1])
        placed.append(Placed(one, first + 1, last - first + 1, row, *beyond))
    placed.sort(key=lambda one: (one.column, one.row))
    return Week(tuple(days), tuple(placed), tuple(more))


@dataclass(frozen=True, slots=True)
class Timed:
    """An entry in the hours of a day, in half hours from the first hour shown; `lane` of `lanes` beside each other."""

    entry: Entry
    column: int
    row: int
    rows: int
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that a week or a day shows, from `first` to before `after`, with the entries that have a time."""

    first: int
    after: int
    timed: tuple[Timed, ...]


MOST_LANES = 4


def hours(days: Sequence[dt.date], entries: Iterable[Entry]) -> Hours:
    """Place the entries of each day side by side where they overlap."""
    here = [one for one in entries if not one.is_bar and days[0] <= one.first <= days[-1]]
    first = min([_EARLIEST, *(one.begins.hour for one in here)])
    after = max([_LATEST, *(_end_hour(one) for one in here)])
    timed = [placed for day in days for placed in _of_day(day, (day - days[0]).days + 1, here, first)]
    return Hours(first, after, tuple(timed))


def _of_day(day: dt.date, column: int, here: Sequence[Entry], first: int) -> list[Timed]:
    found: list[Timed] = []
    group: list[tuple[Entry, int]] = []
    until = 0
    for one in sorted((one for one in here if one.first == day), key=lambda one: (one.begins, one.ends)):
        start = _half(one.begins, first)
        if group and start >= until:
            found += _beside(group, column, first)
            group = []
        busy = {lane for other, lane in group if _end(other, first) > start}
        group.append((one, next(lane for lane in range(len(group) + 1) if lane not in busy)))
        until = max(until, _end(one, first))
    return found + _beside(group, column, first)


def _beside(group: Sequence[tuple[Entry, int]], column: int, first: int) -> list[Timed]:
    lanes = min(max((lane for _, lane in group), default=0) + 1, MOST_LANES)
    return [
        Timed(
            one,
            column,
            _half(one.begins, first) + 1,
            _end(one, first) - _half(one.begins, first),
            min(lane, lanes - 1) + 1,
            lanes,
        )
        for one, lane in group
    ]


def _half(moment: dt.datetime, first: int) -> int:
    return (moment.hour - first) * _HALVES + moment.minute // 30


def _end(one: Entry, first: int) -> int:
    if one.ends.date() > one.first:
        return (24 - first) * _HALVES
    end = (one.ends.hour - first) * _HALVES + -(-one.ends.minute // 30)
    return max(end, _half(one.begins, first) + 1)


def _end_hour(one: Entry) -> int:
    return 24 if one.ends.date() > one.first else one.ends.hour + (one.ends.minute > 0)


def by_day(days: Sequence[dt.date], entries: Iterable[Entry]) -> list[tuple[dt.date, list[Entry]]]:
    """Give the days that have entries, each with all that touch it."""
    found = [(day, [one for one in entries if one.first <= day <= one.last]) for day in days]
    return [(day, some) for day, some in found if some]
