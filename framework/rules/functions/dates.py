"""Functions of dates. The calendar is the Gregorian one of the years 1 to 9999; outside it there is null."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Date, DateTime, Integer, Numeric, cast, extract, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from framework.rules.functions.base import Function, Vector, count, whole
from metadata.expressions.types import DATE, INTEGER, Kind, Parameter, Signature

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler
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
    if day.kind is Kind.DATETIME:
        # Hours, for a day of an interval would follow the session's time zone.
        span = func.make_interval(0, 0, 0, 0, count(days, _MOST_DAYS) * 24)
        return _in_calendar(day.sql.op("+")(span), DateTime(timezone=True))
    return _in_calendar(day.sql.op("+")(count(days, _MOST_DAYS)), Date())


def _add_months(day: dt.date, months: int) -> dt.date | None:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if abs(months) > _MOST_MONTHS or not dt.MINYEAR <= years <= dt.MAXYEAR:
        return None
    return dt.date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def _add_months_sql(day: Operand, months: Operand) -> ColumnElement[Any]:
    moved = day.sql.op("+")(func.make_interval(0, count(months, _MOST_MONTHS)))
    return _in_calendar(cast(moved, Date()), Date())


def _in_calendar(sql: ColumnElement[Any], result: TypeEngine[Any]) -> ColumnElement[Any]:
    """The day or moment, or null before year 1 and after 9999; null stays null by way of a bound."""
    low, high = _BOUNDS[type(result)]
    within = func.least(func.greatest(sql, literal_column(low)), literal_column(high))
    return func.nullif(func.nullif(within, literal_column(low)), literal_column(high), type_=result)


_BOUNDS: dict[type, tuple[str, str]] = {
    Date: ("DATE '0001-12-31 BC'", "DATE '10000-01-01'"),
    DateTime: ("TIMESTAMPTZ '0001-12-31 23:59:59.999999+00 BC'", "TIMESTAMPTZ '10000-01-01 00:00:00+00'"),
}


def _days_between_sql(start: Operand, end: Operand) -> ColumnElement[Any]:
    return whole(end.sql.op("-", return_type=Integer())(start.sql))


def _business_days(start: dt.date, end: dt.date) -> int:
    return _weekdays_up_to(end) - _weekdays_up_to(start)


def _weekdays_up_to(day: dt.date) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday, up to and with this day: one term for each of the five."""
    passed = day.toordinal() - 1
    return sum((passed + k) // 7 for k in range(3, 8))


class _WeekdaysUpTo(FunctionElement[Any]):
    """The same sum for a number of days passed, which stands in it only once."""

    type = Numeric()
    name = "weekdays_up_to"
    inherit_cache = True


@compiles(_WeekdaysUpTo, "postgresql")
def _compile_weekdays(element: _WeekdaysUpTo, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    passed = compiler.process(element.clauses, **options)
    # The only text put in is SQL that SQLAlchemy has just compiled.
    return f"(SELECT sum(({passed} + k) / 7)::numeric FROM (VALUES (3), (4), (5), (6), (7)) AS weekday (k))"  # noqa: S608


def _business_days_sql(start: Operand, end: Operand) -> ColumnElement[Any]:
    first, last = (_WeekdaysUpTo(day.sql.op("-", return_type=Integer())(_FIRST_DAY)) for day in (start, end))
    return last - first


_FIRST_DAY = literal_column("DATE '0001-01-01'", Date())
_DATE = Parameter("date", frozenset({Kind.DATE}))
_MOMENT = Parameter("date", frozenset({Kind.DATE, Kind.DATETIME}))
_DAYS = Parameter("days", frozenset({Kind.INTEGER}))
_MONTHS = Parameter("months", frozenset({Kind.INTEGER}))
_FROM = Parameter("from", frozenset({Kind.DATE}))
_TO = Parameter("to", frozenset({Kind.DATE}))

FUNCTIONS = (
    Function(
        Signature("year", (_DATE,), INTEGER),
        lambda day: day.year,
        lambda day: whole(extract("year", day.sql)),
        vectors=(Vector("year('2026-11-25')", 2026),),
    ),
    Function(
        Signature("month", (_DATE,), INTEGER),
        lambda day: day.month,
        lambda day: whole(extract("month", day.sql)),
        vectors=(Vector("month('2026-11-25')", 11),),
    ),
    Function(
        Signature("day", (_DATE,), INTEGER),
        lambda day: day.day,
        lambda day: whole(extract("day", day.sql)),
        vectors=(Vector("day('2026-11-25')", 25),),
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
        _days_between_sql,
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
