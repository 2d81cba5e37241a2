"""Functions of numbers; all of them exact."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.rules import exact
from framework.rules.functions.base import Function, Vector, count, number, numeric
from metadata.expressions.types import INTEGER, NUMBERS, Kind, Parameter, Signature, Type

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from framework.rules.exact import Number
    from framework.rules.operand import Operand

_NUMBER = Parameter("number", NUMBERS)
_MOST_PLACES = 100


def _round(value: Number, places: int = 0) -> Decimal | None:
    return exact.rounded(value, places) if abs(places) <= _MOST_PLACES else None


def _round_sql(value: Operand, places: Operand | None = None) -> ColumnElement[Any]:
    if places is None:
        return numeric("round({}, 0)", number(value))
    return numeric("round({}, {})", number(value), count(places, _MOST_PLACES))


def _rounded_type(types: tuple[Type, ...]) -> Type:
    scale = 0 if len(types) == 1 else None
    return replace(types[0], kind=Kind.MONEY if types[0].kind is Kind.MONEY else Kind.DECIMAL, scale=scale)


FUNCTIONS = (
    Function(
        Signature("round", (_NUMBER, Parameter("places", frozenset({Kind.INTEGER}))), _rounded_type, optional=1),
        _round,
        _round_sql,
        vectors=(
            Vector("round(2.5)", 3),
            Vector("round(-2.5)", -3),
            Vector("round(1234.567, 1)", Decimal("1234.6")),
            Vector("round(1250, -2)", 1300),
            Vector("round(1, 101)", None),
        ),
    ),
    Function(
        Signature("floor", (_NUMBER,), INTEGER),
        exact.floor,
        lambda value: numeric("floor({})", number(value)),
        vectors=(Vector("floor(2.9)", 2), Vector("floor(-2.1)", -3), Vector("floor(7)", 7)),
    ),
    Function(
        Signature("abs", (_NUMBER,), lambda types: types[0]),
        lambda value: exact.negate(value) if value < 0 else value,
        lambda value: numeric("abs({})", number(value)),
        vectors=(Vector("abs(-2.5)", Decimal("2.5")), Vector("abs(3)", 3)),
    ),
)
