"""Limits that move with the day or moment of the write."""

import datetime as dt

import pytest

from framework.fields.limits import check_limits, day_limit, moment_limit

DAY = dt.date(2026, 3, 31)
NOW = dt.datetime(2026, 3, 31, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("limit", "day"),
    [
        ("2026-11-25", "2026-11-25"),
        ("today", "2026-03-31"),
        ("today+1d", "2026-04-01"),
        ("today-2w", "2026-03-17"),
        ("today-1m", "2026-02-28"),
        ("today+11m", "2027-02-28"),
        ("today-18y", "2008-03-31"),
        ("today+9999y", "9999-12-31"),
        ("today-9999y", "0001-01-01"),
    ],
)
def test_a_day_is_counted_from_the_day_of_the_write(limit: str, day: str) -> None:
    assert day_limit(limit, DAY) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("limit", "moment"),
    [
        ("2026-11-25T09:00+01:00", "2026-11-25T08:00Z"),
        ("now", "2026-03-31T12:30Z"),
        ("now+2h", "2026-03-31T14:30Z"),
        ("now-1d", "2026-03-30T12:30Z"),
        ("now+1w", "2026-04-07T12:30Z"),
    ],
)
def test_a_moment_is_counted_from_the_write(limit: str, moment: str) -> None:
    assert moment_limit(limit, NOW) == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"min": "2026-02-30"}, ["min"]),
        ({"min": "2026-02-28", "max": "2026-02-27"}, ["min"]),
        ({"min": "today+1d", "max": "today"}, ["min"]),
        ({"min": "today+1d", "max": "2026-01-01"}, []),
        ({"max": "today"}, []),
    ],
)
def test_limits_that_nothing_can_meet_are_told(options: dict[str, str], keys: list[str]) -> None:
    assert [key for key, _ in check_limits(options, day_limit, DAY)] == keys
