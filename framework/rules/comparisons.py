"""Comparisons, in a form that leaves a stored column bare wherever an index could serve it.

A constant is brought to the column's form, never the column to the constant's: `amount > 0.001` on a column
with two places is `amount > 0`, and on SQLite, where 12.50 is stored as 1250, so is every other constant.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, any_, collate
from sqlalchemy.dialects.postgresql import array

from framework.rules.binds import SIXTY_FOUR_BITS, bound
from framework.rules.exact import floor, scaled
from framework.rules.sqlite import NUMBER_ORDER
from framework.rules.sqlite_sql import computed
from metadata.expressions.types import NUMBERS, TEXTS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from framework.rules.operand import EngineName, Operand

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compared(sign: str, left: Operand, right: Operand, engine: EngineName) -> ColumnElement[bool]:
    """`left sign right` for two operands of kinds that `check` found comparable."""
    if left.kind in NUMBERS:
        return _numbers(sign, left, right, engine)
    # Equality is bytewise under every collation in use; only order needs the code points.
    by_code_point = engine == "postgresql" and left.kind in TEXTS and sign in _MIRRORED
    return _SIGNS[sign](collate(left.sql, "C") if by_code_point else left.sql, right.sql)


def contained(subject: Operand, options: Sequence[Operand], engine: EngineName) -> ColumnElement[bool]:
    """`subject in (options)`, with null as SQL has it."""
    values = [option.value for option in options]
    if subject.kind in NUMBERS and _takes_constants(subject, engine) and None not in values:
        return _among_constants(subject, [value for value in values if value is not None], engine)
    if engine == "postgresql" and not all(isinstance(option.sql, BindParameter) for option in options):
        # PostgreSQL reads `x IN (a, b)` as `x = a OR x = b` where a and b are not constant, and a long x in
        # another x doubles with every level.
        return subject.sql == any_(array([option.sql for option in options]))
    if engine == "sqlite" and subject.kind in NUMBERS and not _same_form((subject, *options)):
        return computed(subject).sql.in_([computed(option).sql for option in options])
    return subject.sql.in_([option.sql for option in options])


def _numbers(sign: str, left: Operand, right: Operand, engine: EngineName) -> ColumnElement[bool]:
    if right.value is not None and _takes_constants(left, engine):
        return _with_constant(sign, left, right.value, engine)
    if left.value is not None and _takes_constants(right, engine):
        return _with_constant(_MIRRORED.get(sign, sign), right, left.value, engine)
    if engine == "postgresql" or _same_form((left, right)):
        return _SIGNS[sign](left.sql, right.sql)
    one = computed(left).sql
    return _SIGNS[sign](collate(one, NUMBER_ORDER) if sign in _MIRRORED else one, computed(right).sql)


def _takes_constants(operand: Operand, engine: EngineName) -> bool:
    """Whether it is stored as an integer; PostgreSQL compares its numeric columns with any constant."""
    stored = operand.scale is not None and operand.value is None
    return stored and (engine == "sqlite" or operand.kind is Kind.INTEGER)


def _same_form(operands: Sequence[Operand]) -> bool:
    return operands[0].scale is not None and len({operand.scale for operand in operands}) == 1


def _with_constant(sign: str, column: Operand, value: int | Decimal, engine: EngineName) -> ColumnElement[bool]:
    exact = scaled(value, column.scale or 0)
    below = floor(exact)
    if below not in SIXTY_FOUR_BITS:
        return _with_unreachable(sign, column, above=below > 0)
    if below == exact:
        return _SIGNS[sign](column.sql, bound(below, Kind.INTEGER, engine))
    if sign in {"=", "!="}:
        return _always(column, holds=sign == "!=")
    # Between two values of the column: `<` and `<=` mean up to the one below, `>` and `>=` more than it.
    return _SIGNS["<=" if sign in {"<", "<="} else ">"](column.sql, bound(below, Kind.INTEGER, engine))


def _with_unreachable(sign: str, column: Operand, *, above: bool) -> ColumnElement[bool]:
    return _always(column, holds=sign == "!=" or sign in ({"<", "<="} if above else {">", ">="}))


def _always(column: Operand, *, holds: bool) -> ColumnElement[bool]:
    """True or false for every value, and null for null, as a comparison with what it cannot hold is."""
    return column.sql == column.sql if holds else column.sql != column.sql


def _among_constants(column: Operand, values: Sequence[int | Decimal], engine: EngineName) -> ColumnElement[bool]:
    exact = [scaled(value, column.scale or 0) for value in values]
    storable = [int(value) for value in exact if value == floor(value) and floor(value) in SIXTY_FOUR_BITS]
    if not storable:
        return _always(column, holds=False)
    return column.sql.in_([bound(value, Kind.INTEGER, engine) for value in storable])


_SIGNS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
