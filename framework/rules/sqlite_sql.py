"""SQL for SQLite's side: what it does itself, and calls of the Python back end for all the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, literal

from framework.rules.binds import sql_type
from framework.rules.exact import canonical
from framework.rules.functions import ROWS
from framework.rules.packed import MOST_ARGUMENTS, Argument, pack
from framework.rules.sqlite_values import form
from metadata.expressions.tree import COMPARISONS
from metadata.expressions.typed import Apply, Const
from metadata.expressions.types import NULL, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from framework.rules.operand import Operand
    from metadata.expressions.typed import TypedNode

LOGIC = ("and", "or", "not")
# Its parser stacks a hundred symbols, and the caller has put some around the expression.
_DEEPEST_LOGIC = 10


def is_native(node: Apply, depth: int) -> bool:
    """Whether SQLite does this itself, `depth` levels of boolean logic down.

    It does logic, and comparisons between columns, constants and parameters, which an index may serve.
    """
    if node.function in LOGIC:
        return depth < _DEEPEST_LOGIC
    if node.function in {*COMPARISONS, "in", "is_blank"}:
        return all(map(_is_simple, node.arguments))
    return is_symbolic(node)


def _is_simple(node: TypedNode) -> bool:
    return not isinstance(node, Apply) or is_symbolic(node)


def is_symbolic(node: Apply) -> bool:
    """Whether the node stands for what the request knows, and so for a parameter."""
    return node.function in ROWS and ROWS[node.function].signature.symbolic


def called(node: TypedNode, leaves: Mapping[TypedNode, Operand]) -> ColumnElement[Any]:
    """A call of the Python back end with the values of the leaves; numbers come back as canonical text."""
    arguments = {leaf: Argument(form(one.kind, one.scale), leaf.type.many) for leaf, one in leaves.items()}
    kind = node.type.kind
    text = literal(pack(node, arguments, form(kind)), Text())
    returned = Text() if kind in NUMBERS else sql_type(kind, "sqlite")
    return func.armature(text, *_passed([one.sql for one in leaves.values()]), type_=returned)


def _passed(values: list[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The arguments, in JSON arrays where there are more than SQLite passes to a function."""
    if len(values) <= MOST_ARGUMENTS:
        return values
    starts = range(0, len(values), MOST_ARGUMENTS)
    return [func.json_array(*values[start : start + MOST_ARGUMENTS]) for start in starts]


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
        itself = Const(None, replace(NULL, kind=operand.kind))
        sql = called(itself, {itself: operand})
    return replace(operand, sql=sql, scale=None)
