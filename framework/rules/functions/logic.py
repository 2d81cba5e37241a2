"""`if`, `coalesce`, `is_blank`, and the least and greatest of several values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnClause, ColumnElement, Text, case, collate, func, literal_column, or_

from framework.rules.functions.base import Function, Vector, number
from metadata.expressions.types import ANY, BOOLEAN, NUMBERS, ORDERED, TEXTS, Kind, Parameter, Signature, Type

if TYPE_CHECKING:
    from framework.rules.operand import Operand

_EMPTY: ColumnElement[str] = literal_column("''", Text())


def _if(condition: object, then: object, otherwise: object = None) -> object:
    return then if condition is True else otherwise


def _if_sql(condition: Operand, then: Operand, otherwise: Operand | None = None) -> ColumnElement[Any]:
    return case((condition.sql, value_sql(then)), else_=None if otherwise is None else value_sql(otherwise))


def _coalesce(*values: object) -> object:
    return next((value for value in values if value is not None), None)


def _coalesce_sql(*values: Operand) -> ColumnElement[Any]:
    return func.coalesce(*map(value_sql, values)) if len(values) > 1 else value_sql(values[0])


def value_sql(operand: Operand) -> ColumnElement[Any]:
    """The value in the form that branches of one expression share."""
    return number(operand) if operand.kind in NUMBERS else operand.sql


def _is_blank_sql(value: Operand) -> ColumnElement[Any]:
    if value.kind not in TEXTS:
        return value.sql.is_(None)
    if isinstance(value.sql, ColumnClause):
        return or_(value.sql.is_(None), value.sql == _EMPTY)
    # Written once, or an operand inside operands would grow without bound.
    return func.coalesce(value.sql, _EMPTY) == _EMPTY


def _least(*values: Any) -> object:  # noqa: ANN401  # of any ordered kind
    return min((value for value in values if value is not None), default=None)


def _greatest(*values: Any) -> object:  # noqa: ANN401  # of any ordered kind
    return max((value for value in values if value is not None), default=None)


def _ordered_sql(value: Operand) -> ColumnElement[Any]:
    return collate(value.sql, "C") if value.kind in TEXTS else value_sql(value)


def _last(types: tuple[Type, ...]) -> Type:
    return types[-1]


_VALUE = Parameter("value", joined=True)
_ORDERED_VALUE = Parameter("value", ORDERED, joined=True)

FUNCTIONS = (
    Function(
        Signature("if", (Parameter("condition", frozenset({Kind.BOOLEAN})), _VALUE, _VALUE), _last, optional=1),
        _if,
        _if_sql,
        _if_sql,
        strict=False,
        vectors=(
            Vector("if(1 < 2, 'a', 'b')", "a"),
            Vector("if(null, 'a', 'b')", "b"),
            Vector("if(false, 1)", None),
        ),
    ),
    Function(
        Signature("coalesce", (_VALUE,), _last, repeated=True),
        _coalesce,
        _coalesce_sql,
        _coalesce_sql,
        strict=False,
        vectors=(Vector("coalesce(null, 2, 3)", 2), Vector("coalesce('', 'a')", "")),
    ),
    Function(
        Signature("is_blank", (Parameter("value", ANY),), BOOLEAN),
        lambda value: value is None or value == "",
        _is_blank_sql,
        _is_blank_sql,
        strict=False,
        vectors=(
            Vector("is_blank('')", result=True),
            Vector("is_blank(null)", result=True),
            Vector("is_blank(0)", result=False),
        ),
    ),
    Function(
        Signature("min", (_ORDERED_VALUE,), _last, repeated=True, one_currency=True),
        _least,
        lambda *values: func.least(*map(_ordered_sql, values)),
        strict=False,
        vectors=(Vector("min(3, null, 2.5)", Decimal("2.5")), Vector("min('b', 'a')", "a")),
    ),
    Function(
        Signature("max", (_ORDERED_VALUE,), _last, repeated=True, one_currency=True),
        _greatest,
        lambda *values: func.greatest(*map(_ordered_sql, values)),
        strict=False,
        vectors=(Vector("max(3, null, 2.5)", 3), Vector("max(null)", None)),
    ),
)
