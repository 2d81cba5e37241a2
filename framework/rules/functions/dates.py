"""Functions of dates. The calendar is the Gregorian one of the years 1 to 9999; outside it there is null."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Date, DateTime

from framework.rules.fragment import sql
from framework.rules.functions.base import Builder, Function, Vector, count, numeric
from metadata.expressions.types import DATE, INTEGER, Kind, Parameter, Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement
    from sqlalchemy.types import TypeEngine

    from framework.rules.operand import Operand

# Four thousand years; PostgreSQL's own calendar begins 4,713 years before the first.
_MOST_MONTHS = 48_000
_MOST_DAYS = 1_460_000

_Day = TypeVar("_Day", dt.date, dt.datetime)


def _add_days(day: _Day, days: int) -> _Day | None:
    if abs(days) > _MOST_DAYS:
        return None
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def _add_days_sql(day: Operand, days: Operand) -> ColumnElement[Any]:
    number = count(days, _MOST_DAYS)
    if day.kind is Kind.DATE:
        return _in_calendar("{} + {}", day.sql, number, type_=Date())
    # Hours, for a day of an interval would follow the session's time zone.
    return _in_calendar("{} + make_interval(hours => {} * 24)", day.sql, number, type_=DateTime(timezone=True))


def _add_months(day: dt.date, months: int) -> dt.date | None:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if abs(months) > _MOST_MONTHS or not dt.MINYEAR <= years <= dt.MAXYEAR:
        return None
    return dt.date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def _add_months_sql(day: Operand, months: Operand) -> ColumnElement[Any]:
    moved = "CAST({} + make_interval(months => {}) AS date)"
    return _in_calendar(moved, day.sql, count(months, _MOST_MONTHS), type_=Date())


def _in_calendar(template: str, *operands: ColumnElement[Any], type_: TypeEngine[Any]) -> ColumnElement[Any]:
    """The day or moment, or null before year 1 and after 9999; null stays null by way of a bound."""
    low, high = _DAYS_BEYOND if isinstance(type_, Date) else _MOMENTS_BEYOND
    within = f"nullif(nullif(least(greatest({template}, {low}), {high}), {low}), {high})"
    return sql(within, *operands, type_=type_)


_DAYS_BEYOND = ("DATE '0001-12-31 BC'", "DATE '10000-01-01'")
_MOMENTS_BEYOND = ("TIMESTAMPTZ '0001-12-31 23:59:59.999999+00 BC'", "TIMESTAMPTZ '10000-01-01 00:00:00+00'")


def _business_days(start: dt.date, end: dt.date) -> int:
    return _weekdays_up_to(end) - _weekdays_up_to(start)


def _weekdays_up_to(day: dt.date) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday, up to and with this day: one term for each of the five."""
    passed = day.toordinal() - 1
    return sum((passed + k) // 7 for k in range(3, 8))


def _business_days_sql(start: Operand, end: Operand) -> ColumnElement[Any]:
    return numeric(f"CAST({_WEEKDAYS} - {_WEEKDAYS} AS numeric)", end.sql, start.sql)


# The same sum, with the day written once.
_WEEKDAYS = "(SELECT sum(({} - DATE '0001-01-01' + k) / 7) FROM (VALUES (3), (4), (5), (6), (7)) AS weekday (k))"


def _part(name: str) -> Builder:
    return lambda day: numeric(f"CAST(extract({name} FROM {{}}) AS numeric)", day.sql)


def day_of_sql(moment: Operand, zone: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day of a moment in a zone."""
    return _in_calendar("CAST({} AT TIME ZONE {} AS date)", moment.sql, zone, type_=Date())


def _start_of_week(day: dt.date, first: int) -> dt.date | None:
    if not 1 <= first <= _WEEK:
        return None
    try:
        return day - dt.timedelta(days=(day.isoweekday() - first) % _WEEK)
    except OverflowError:
        return None


_WEEK = 7
# The day is written once, as everywhere: what is written twice would double with every level.
_START_OF_WEEK = (
    "(SELECT one.day - mod(CAST(extract(isodow FROM one.day) AS integer) - one.first + 7, 7) "
    "FROM (VALUES (CAST({} AS date), CAST({} AS integer))) AS one (day, first) WHERE one.first BETWEEN 1 AND 7)"
)


def _start_of_week_sql(day: Operand, first: Operand) -> ColumnElement[Any]:
    return _in_calendar(_START_OF_WEEK, day.sql, count(first, _WEEK), type_=Date())


def _start_of(months: int) -> Callable[[dt.date], dt.date]:
    return lambda day: dt.date(day.year, (day.month - 1) // months * months + 1, 1)


def _start_of_sql(unit: str) -> Builder:
    # A timestamp without zone, for with one it would follow the session's.
    return lambda day: sql(f"CAST(date_trunc('{unit}', CAST({{}} AS timestamp)) AS date)", day.sql, type_=Date())


_DATE = Parameter("date", frozenset({Kind.DATE}))
_MOMENT = Parameter("date", frozenset({Kind.DATE, Kind.DATETIME}))
_FIRST = Parameter("first", frozenset({Kind.INTEGER}))
_DAYS = Parameter("days", frozenset({Kind.INTEGER}))
_MONTHS = Parameter("months", frozenset({Kind.INTEGER}))
_FROM = Parameter("from", frozenset({Kind.DATE}))
_TO = Parameter("to", frozenset({Kind.DATE}))

FUNCTIONS = (
    Function(
        Signature("year", (_DATE,), INTEGER),
        lambda day: day.year,
        _part("year"),
        vectors=(Vector("year('2026-11-25')", 2026),),
    ),
    Function(
        Signature("month", (_DATE,), INTEGER),
        lambda day: day.month,
        _part("month"),
        vectors=(Vector("month('2026-11-25')", 11),),
    ),
    Function(
        Signature("day", (_DATE,), INTEGER),
        lambda day: day.day,
        _part("day"),
        vectors=(Vector("day('2026-11-25')", 25),),
    ),
    Function(
        Signature("start_of_week", (_DATE, _FIRST), DATE),
        _start_of_week,
        _start_of_week_sql,
        vectors=(
            Vector("start_of_week('2026-11-25', 1)", dt.date(2026, 11, 23)),
            Vector("start_of_week('2026-11-25', 7)", dt.date(2026, 11, 22)),
            Vector("start_of_week('2026-11-22', 7)", dt.date(2026, 11, 22)),
            Vector("start_of_week('2026-11-25', 6)", dt.date(2026, 11, 21)),
            Vector("start_of_week('0001-01-01', 7)", None),
            Vector("start_of_week('9999-12-31', 1)", dt.date(9999, 12, 27)),
            Vector("start_of_week('2026-11-25', 0)", None),
            Vector("start_of_week('2026-11-25', 8)", None),
        ),
    ),
    Function(
        Signature("start_of_month", (_DATE,), DATE),
        _start_of(1),
        _start_of_sql("month"),
        vectors=(
            Vector("start_of_month('2026-11-25')", dt.date(2026, 11, 1)),
            Vector("start_of_month('0001-01-31')", dt.date(1, 1, 1)),
            Vector("start_of_month('9999-12-31')", dt.date(9999, 12, 1)),
        ),
    ),
    Function(
        Signature("start_of_quarter", (_DATE,), DATE),
        _start_of(3),
        _start_of_sql("quarter"),
        vectors=(
            Vector("start_of_quarter('2026-11-25')", dt.date(2026, 10, 1)),
            Vector("start_of_quarter('2026-03-31')", dt.date(2026, 1, 1)),
        ),
    ),
    Function(
        Signature("start_of_year", (_DATE,), DATE),
        _start_of(12),
        _start_of_sql("year"),
        vectors=(Vector("start_of_year('2026-11-25')", dt.date(2026, 1, 1)),),
    ),
    Function(
        Signature("add_days", (_MOMENT, _DAYS), lambda types: types[0]),
        _add_days,
        _add_days_sql,
        vectors=(
            Vector("add_days('2026-02-28', 1)", dt.date(2026, 3, 1)),
            Vector("add_days('0001-01-01', -1)", None),
            Vector("add_days('9999-12-31', 1)", None),
            Vector("add_days('2026-03-29T00:30:00+01:00', 1)", dt.datetime(2026, 3, 29, 23, 30, tzinfo=dt.UTC)),
        ),
    ),
    Function(
        Signature("add_months", (_DATE, _MONTHS), DATE),
        _add_months,
        _add_months_sql,
        vectors=(
            Vector("add_months('2024-01-31', 1)", dt.date(2024, 2, 29)),
            Vector("add_months('2026-01-31', -11)", dt.date(2025, 2, 28)),
            Vector("add_months('9999-12-31', 1)", None),
        ),
    ),
    Function(
        Signature("days_between", (_FROM, _TO), INTEGER),
        lambda start, end: (end - start).days,
        lambda start, end: numeric("CAST({} - {} AS numeric)", end.sql, start.sql),
        vectors=(
            Vector("days_between('2026-02-27', '2026-03-01')", 2),
            Vector("days_between('2026-03-01', '2026-02-27')", -2),
        ),
    ),
    Function(
        Signature("business_days", (_FROM, _TO), INTEGER),
        _business_days,
        _business_days_sql,
        vectors=(
            Vector("business_days('2026-11-27', '2026-11-30')", 1),
            Vector("business_days('2026-11-23', '2026-11-29')", 4),
            Vector("business_days('2026-11-30', '2026-11-27')", -1),
        ),
    ),
)
