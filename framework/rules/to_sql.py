"""Typed tree → SQL of one engine, with every literal a bind parameter.

Comparisons of a stored column stay bare, so that an index serves them; joins for dotted paths are the
caller's, who says what SQL stands for each path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, not_, or_

from framework.rules.binds import among, constant
from framework.rules.comparisons import compared, contained
from framework.rules.functions import ROWS
from framework.rules.operand import Columns, EngineName, Operand
from framework.rules.sqlite_sql import called, computed
from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.tree import COMPARISONS, Root
from metadata.expressions.typed import Apply, Const, Ref, TypedNode
from metadata.expressions.types import NUMBERS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from framework.rules.functions import Function


def condition(node: TypedNode, engine: EngineName, columns: Columns) -> ColumnElement[bool]:
    """A WHERE clause: rows for which the expression is true. See `to_sql`."""
    return to_sql(node, engine, columns).sql


def to_sql(node: TypedNode, engine: EngineName, columns: Columns) -> Operand:
    """SQL for the value of an expression.

    `columns` gives the Operand of each Ref, with its scale where it is a stored number. What the request
    knows comes in by the parameters that `env_parameters` fills. Raises ExpressionError `writes_only`
    for `$old` and `changed`, which no query can know.
    """
    return _Translation(engine, columns).operand(node)


@dataclass(frozen=True, slots=True)
class _Translation:
    engine: EngineName
    columns: Columns

    def operand(self, node: TypedNode) -> Operand:
        match node:
            case Const():
                return constant(node, self.engine)
            case Ref():
                return self.reference(node)
            case Apply():
                return self.application(node)

    def reference(self, node: Ref) -> Operand:
        if node.root is Root.OLD:
            raise _writes_only("$old")
        return self.columns(node)

    def application(self, node: Apply) -> Operand:
        if node.function in _LOGIC:
            parts = [self.operand(part).sql for part in node.arguments]
            return Operand(_LOGIC[node.function](*parts), Kind.BOOLEAN)
        if node.function in COMPARISONS:
            left, right = map(self.operand, node.arguments)
            return Operand(compared(node.function, left, right, self.engine), Kind.BOOLEAN)
        if node.function == "in":
            return Operand(self.membership(node), Kind.BOOLEAN)
        return Operand(self.row(node, ROWS[node.function]), node.type.kind)

    def membership(self, node: Apply) -> ColumnElement[bool]:
        subject, *options = node.arguments
        sought = self.operand(subject)
        single = [self.operand(option) for option in options if not option.type.many]
        sets = [self.operand(option) for option in options if option.type.many]
        parts = [among(sought.sql, members.sql, self.engine) for members in sets]
        return or_(*parts, contained(sought, single, self.engine)) if single else or_(*parts)

    def row(self, node: Apply, row: Function) -> ColumnElement[Any]:
        if row.signature.writes_only:
            raise _writes_only(node.function)
        arguments = [self.operand(argument) for argument in node.arguments]
        if self.engine == "postgresql" and row.postgresql:
            return row.postgresql(*arguments)
        if row.sqlite is None:
            return called(node.function, arguments, node.type.kind)
        # Numbers that become one value must be in one form.
        return row.sqlite(*map(computed, arguments) if node.type.kind in NUMBERS else arguments)


def _writes_only(name: str) -> ExpressionError:
    return ExpressionError(
        "writes_only", msg("%(name)s is known only while a record is written, not in a filter.", name=name)
    )


_LOGIC: dict[str, Callable[..., ColumnElement[bool]]] = {"and": and_, "or": or_, "not": not_}
