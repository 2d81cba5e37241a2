"""Which days a calendar shows, and where its entries stand: no two in one place, none forgotten."""

import datetime as dt
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from ui.calendars.entries import Entry
from ui.calendars.placing import MOST_LANES, by_day, hours, weeks
from ui.calendars.spans import span_of

DAY = dt.date(2026, 11, 23)  # a Monday
DAYS = [DAY + dt.timedelta(days=number) for number in range(7)]


def entry(start: float, length: float, *, whole: bool = False) -> Entry:
    """An entry so many hours behind Monday's beginning."""
    begins = dt.datetime.combine(DAY, dt.time(), dt.UTC) + dt.timedelta(hours=start)
    ends = begins + dt.timedelta(hours=length)
    return Entry(f"{start}", "x", "", begins, ends, "" if whole else "9", "", "", "", None, "")


ENTRIES = st.lists(
    st.builds(entry, st.integers(-60, 200).map(lambda n: n / 2), st.integers(1, 60).map(lambda n: n / 2)), max_size=25
)


def test_a_month_is_of_whole_weeks_from_the_day_on_which_they_begin() -> None:
    monday, sunday = (dt.date(2026, 10, 26), dt.date(2026, 12, 7)), (dt.date(2026, 11, 1), dt.date(2026, 12, 6))
    for first, (begins, ends) in ((0, monday), (6, sunday)):
        span = span_of("month", dt.date(2026, 11, 25), first)
        assert (span.start, span.after) == (begins, ends)
        assert len(span.days) % 7 == 0


def test_what_is_before_and_behind_begins_where_this_ends() -> None:
    week = span_of("week", dt.date(2026, 11, 25), 0)
    assert (week.start, week.after) == (DAY, dt.date(2026, 11, 30))
    assert span_of("week", week.moved(1), 0).start == week.after
    assert span_of("week", week.moved(-1), 0).after == week.start
    month = span_of("month", dt.date(2026, 12, 31), 0)
    assert (month.moved(1), month.moved(-1)) == (dt.date(2027, 1, 1), dt.date(2026, 11, 1))


def test_an_entry_of_several_weeks_goes_on_in_each() -> None:
    days = span_of("month", DAY, 0).days
    long = entry(-24, 24 * 10)
    parts = [placed for week in weeks(days, [long]) for placed in week.placed]
    assert [(one.column, one.span, one.before, one.behind) for one in parts] == [
        (7, 1, False, True),
        (1, 7, True, True),
        (1, 2, True, False),
    ]


@given(ENTRIES)
def test_no_two_entries_of_a_week_share_a_place_and_the_rest_is_counted(entries: list[Entry]) -> None:
    (week,) = weeks(DAYS, entries, rows=3)
    for one, other in combinations(week.placed, 2):
        apart = one.column + one.span <= other.column or other.column + other.span <= one.column
        assert one.row != other.row or apart
    for at, day in enumerate(DAYS):
        there = sum(one.first <= day <= one.last for one in entries)
        shown = sum(one.column <= at + 1 < one.column + one.span for one in week.placed)
        assert there == shown + week.more[at]


@given(ENTRIES)
def test_no_two_entries_of_a_day_cover_each_other(entries: list[Entry]) -> None:
    found = hours(DAYS, entries)
    shown = [one for one in entries if not one.is_bar and DAYS[0] <= one.first <= DAYS[-1]]
    assert len(found.timed) == len(shown)
    for one in found.timed:
        assert 1 <= one.row < one.row + one.rows <= (found.after - found.first) * 2 + 1
        assert 1 <= one.lane <= one.lanes <= MOST_LANES
    for one, other in combinations(found.timed, 2):
        if one.column == other.column and one.row < other.row + other.rows and other.row < one.row + one.rows:
            assert one.lanes == other.lanes
            assert one.lane != other.lane or one.lanes == MOST_LANES


def test_an_agenda_has_the_days_with_entries_only() -> None:
    assert [day for day, _ in by_day(DAYS, [entry(30, 40)])] == DAYS[1:3]


def test_what_ends_at_midnight_is_not_on_the_next_day() -> None:
    assert entry(20, 4).last == DAY
    assert entry(0, 24, whole=True).last == DAY
