"""`if`, `coalesce`, `is_blank`, and the least and greatest of several values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnClause, ColumnElement, Text, literal_column, or_

from framework.rules.fragment import sql
from framework.rules.functions.base import Builder, Function, Vector, number
from metadata.expressions.types import ANY, BOOLEAN, NUMBERS, ORDERED, TEXTS, Kind, Parameter, Signature, Type

if TYPE_CHECKING:
    from framework.rules.operand import Operand

_EMPTY: ColumnElement[str] = literal_column("''", Text())


def _if(condition: object, then: object, otherwise: object = None) -> object:
    return then if condition is True else otherwise


def _if_sql(condition: Operand, then: Operand, otherwise: Operand | None = None) -> ColumnElement[Any]:
    value = value_sql(then)
    if otherwise is None:
        return sql("CASE WHEN {} THEN {} END", condition.sql, value, type_=value.type)
    return sql("CASE WHEN {} THEN {} ELSE {} END", condition.sql, value, value_sql(otherwise), type_=value.type)


def _coalesce(*values: object) -> object:
    return next((value for value in values if value is not None), None)


def _first_of(function: str) -> Builder:
    """One of the functions that take any number of values of one type."""

    def build(*values: Operand) -> ColumnElement[Any]:
        parts = [value_sql(value) for value in values]
        return sql(f"{function}({', '.join('{}' for _ in parts)})", *parts, type_=parts[0].type)

    return build


def _by_code_point(function: str) -> Builder:
    """The same where order counts: the one of texts is said once, at the first."""

    def build(*values: Operand) -> ColumnElement[Any]:
        first, *rest = (value_sql(value) for value in values)
        if values[0].kind in TEXTS:
            first = sql('(({}) COLLATE "C")', first, type_=first.type)
        return sql(f"{function}({', '.join('{}' for _ in values)})", first, *rest, type_=first.type)

    return build


def value_sql(operand: Operand) -> ColumnElement[Any]:
    """The value in the form that branches of one expression share."""
    return number(operand) if operand.kind in NUMBERS else operand.sql


def _is_blank_sql(value: Operand) -> ColumnElement[Any]:
    if value.kind not in TEXTS or value.many:
        return value.sql.is_(None)
    if isinstance(value.sql, ColumnClause):
        return or_(value.sql.is_(None), value.sql == _EMPTY)
    return sql("(coalesce({}, '') = '')", value.sql, type_=Boolean())


def _least(*values: Any) -> object:  # noqa: ANN401  # of any ordered kind
    return min((value for value in values if value is not None), default=None)


def _greatest(*values: Any) -> object:  # noqa: ANN401  # of any ordered kind
    return max((value for value in values if value is not None), default=None)


def _last(types: tuple[Type, ...]) -> Type:
    return types[-1]


_VALUE = Parameter("value", joined=True)
_ORDERED_VALUE = Parameter("value", ORDERED, joined=True)

FUNCTIONS = (
    Function(
        Signature("if", (Parameter("condition", frozenset({Kind.BOOLEAN})), _VALUE, _VALUE), _last, optional=1),
        _if,
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
        _first_of("coalesce"),
        strict=False,
        vectors=(Vector("coalesce(null, 2, 3)", 2), Vector("coalesce('', 'a')", "")),
    ),
    Function(
        Signature("is_blank", (Parameter("value", ANY, many=True),), BOOLEAN),
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
        _by_code_point("least"),
        strict=False,
        vectors=(Vector("min(3, null, 2.5)", Decimal("2.5")), Vector("min('b', 'a')", "a")),
    ),
    Function(
        Signature("max", (_ORDERED_VALUE,), _last, repeated=True, one_currency=True),
        _greatest,
        _by_code_point("greatest"),
        strict=False,
        vectors=(Vector("max(3, null, 2.5)", 3), Vector("max(null)", None)),
    ),
)
