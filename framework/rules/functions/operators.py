"""Operators as rows: `+ - * / %`, `&`, the unary minus, and rounding at assignment.

Comparisons and boolean logic are SQL's own and stand with the back ends.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from framework.rules import exact
from framework.rules.functions.base import MAX_TEXT, Builder, Function, Python, bounded, number, numeric, textual
from metadata.expressions.types import Kind, Signature

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from framework.rules.exact import Number
    from framework.rules.operand import Operand

_LONGEST_SPAN = dt.timedelta(days=999_999_999)
_LONGEST_SPAN_SECONDS = 999_999_999 * 86_400


def _operator(sign: str, python: Python, postgresql: Builder) -> Function:
    return Function(Signature(sign), python, postgresql)


def _add(left: Any, right: Any) -> object:  # noqa: ANN401  # numbers or durations
    return _span(left, right) if isinstance(left, dt.timedelta) else exact.add(left, right)


def _add_sql(left: Operand, right: Operand) -> ColumnElement[Any]:
    total = numeric("({} + {})", number(left), number(right))
    return bounded(total, _LONGEST_SPAN_SECONDS) if left.kind is Kind.DURATION else total


def _subtract(left: Any, right: Any) -> object:  # noqa: ANN401  # numbers or durations
    return _span(left, -right) if isinstance(left, dt.timedelta) else exact.subtract(left, right)


def _subtract_sql(left: Operand, right: Operand) -> ColumnElement[Any]:
    total = numeric("({} - {})", number(left), number(right))
    return bounded(total, _LONGEST_SPAN_SECONDS) if left.kind is Kind.DURATION else total


def _span(left: dt.timedelta, right: dt.timedelta) -> dt.timedelta | None:
    try:
        total = left + right
    except OverflowError:
        return None
    return total if abs(total) <= _LONGEST_SPAN else None


def _multiply_sql(left: Operand, right: Operand) -> ColumnElement[Any]:
    whole = left.kind is right.kind is Kind.INTEGER
    return numeric("({} * {})" if whole else f"round({{}} * {{}}, {exact.PLACES})", number(left), number(right))


def _divide_sql(left: Operand, right: Operand) -> ColumnElement[Any]:
    # div() cuts the quotient off exactly; PostgreSQL's / rounds at a place of its own choice.
    shift, back = f"1{'0' * (exact.PLACES + 1)}", f"0.{'0' * exact.PLACES}1"
    template = f"round(div({{}} * {shift}, nullif({{}}, 0)) * {back}, {exact.PLACES})"
    return numeric(template, number(left), number(right))


def _remainder_sql(left: Operand, right: Operand) -> ColumnElement[Any]:
    return numeric("mod({}, nullif({}, 0))", number(left), number(right))


def _negate(value: Any) -> object:  # noqa: ANN401  # a number or a duration
    return -value if isinstance(value, dt.timedelta) else exact.negate(value)


def _joined(left: str, right: str) -> str:
    return (left + right)[:MAX_TEXT]


def _assign_whole(value: Number, limit: int, places: int) -> int | None:
    found = exact.fitted(value, limit, places)
    return None if found is None else int(found)


def _assign_sql(value: Operand, limit: Operand, places: Operand) -> ColumnElement[Any]:
    template = "nullif(nullif(least(greatest(round({}, CAST({} AS integer)), -{}), {}), -{}), {})"
    bound = number(limit)
    return numeric(template, number(value), places.sql, bound, bound, bound, bound)


OPERATORS = (
    _operator("+", _add, _add_sql),
    _operator("-", _subtract, _subtract_sql),
    _operator("*", exact.multiply, _multiply_sql),
    _operator("/", exact.divide, _divide_sql),
    _operator("%", exact.remainder, _remainder_sql),
    _operator("negate", _negate, lambda value: numeric("(-{})", number(value))),
    _operator("&", _joined, lambda left, right: textual(f"left({{}} || {{}}, {MAX_TEXT})", left.sql, right.sql)),
    _operator("assign", exact.fitted, _assign_sql),
    _operator("assign_whole", _assign_whole, _assign_sql),
)
