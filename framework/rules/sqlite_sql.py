"""SQL for SQLite's side: calls of the registered Python, and numbers in the form in which it takes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, literal

from framework.rules.binds import sql_type
from framework.rules.exact import canonical
from framework.rules.sqlite import call_word
from framework.rules.sqlite_values import form
from metadata.expressions.types import NUMBERS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from framework.rules.operand import Operand


def called(function: str, arguments: Sequence[Operand], result: Kind) -> ColumnElement[Any]:
    """A call of a row's Python; numbers come back as canonical text."""
    word = call_word(function, [form(one.kind, one.scale) for one in arguments], form(result))
    returned = Text() if result in NUMBERS else sql_type(result, "sqlite")
    return func.armature(literal(word, Text()), *(one.sql for one in arguments), type_=returned)


def computed(operand: Operand) -> Operand:
    """A number as canonical text, in which equal numbers are equal texts; other operands as they are."""
    if operand.kind not in NUMBERS:
        return operand
    if operand.value is not None:
        sql: ColumnElement[Any] = literal(canonical(operand.value), Text())
    elif operand.scale is None:
        return operand
    elif operand.scale == 0:
        sql = cast(operand.sql, Text())
    else:
        sql = called("number", [operand], operand.kind)
    return replace(operand, sql=sql, scale=None)
