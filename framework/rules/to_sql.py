"""Typed tree → SQL of one engine, with every literal a bind parameter.

Comparisons of a stored column stay bare, so that an index serves them; joins for dotted paths are the
caller's, who says what SQL stands for each path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, ColumnElement, and_, not_, or_

from framework.rules.binds import among, constant
from framework.rules.comparisons import compared, contained
from framework.rules.fragment import sql
from framework.rules.functions import ROWS
from framework.rules.operand import Columns, EngineName, Operand
from framework.rules.sqlite_sql import called, is_native, is_symbolic
from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.tree import COMPARISONS, Root
from metadata.expressions.typed import Apply, Const, Ref, TypedNode
from metadata.expressions.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable


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

    def operand(self, node: TypedNode, depth: int = 0) -> Operand:
        """`depth` is the number of `and`, `or` and `not` around the node."""
        match node:
            case Const():
                return constant(node, self.engine)
            case Ref():
                return self.reference(node)
            case Apply():
                return self.application(node, depth)

    def reference(self, node: Ref) -> Operand:
        if node.root is Root.OLD:
            raise _writes_only("$old")
        return self.columns(node)

    def application(self, node: Apply, depth: int) -> Operand:
        if node.function in _WRITES_ONLY:
            raise _writes_only(node.function)
        if self.engine == "sqlite" and not is_native(node, depth):
            return Operand(called(node, self.leaves(node)), node.type.kind)
        if node.function in _LOGIC:
            parts = [self.operand(part, depth + 1).sql for part in node.arguments]
            return Operand(self.logic(node.function, parts), Kind.BOOLEAN)
        arguments = [self.operand(argument) for argument in node.arguments]
        if node.function in COMPARISONS:
            left, right = arguments
            return Operand(compared(node.function, left, right, self.engine), Kind.BOOLEAN)
        if node.function == "in":
            return Operand(self.membership(node, arguments), Kind.BOOLEAN)
        build = ROWS[node.function].sqlite if self.engine == "sqlite" else ROWS[node.function].postgresql
        assert build is not None  # noqa: S101  # only functions of writes have no SQL
        return Operand(build(*arguments), node.type.kind)

    def logic(self, word: str, parts: list[ColumnElement[bool]]) -> ColumnElement[bool]:
        if word == "not" and self.engine == "postgresql":
            # SQLAlchemy takes NOT for tighter than a comparison, and writes it there without brackets; on
            # SQLite no NOT stands in one.
            return sql("(NOT {})", *parts, type_=Boolean())
        return _LOGIC[word](*parts)

    def membership(self, node: Apply, arguments: list[Operand]) -> ColumnElement[bool]:
        sought, *options = arguments
        several = [argument.type.many for argument in node.arguments[1:]]
        given = isinstance(node.arguments[0], Const)
        sets = [self.within(sought, one, given=given) for one, many in zip(options, several, strict=True) if many]
        single = [one for one, many in zip(options, several, strict=True) if not many]
        return or_(*sets, contained(sought, single, self.engine)) if single else or_(*sets)

    def within(self, sought: Operand, members: Operand, *, given: bool) -> ColumnElement[bool]:
        """Whether a set has a value; one that is `given` is not null, so that the short way means the same."""
        if given and members.holds is not None:
            return members.holds(sought.sql)
        return among(sought.sql, members.sql, self.engine)

    def leaves(self, node: TypedNode) -> dict[TypedNode, Operand]:
        """What SQL supplies to a call of the Python back end: values of fields and of the request."""
        found: dict[TypedNode, Operand] = {}
        waiting: list[TypedNode] = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Ref) or (isinstance(one, Apply) and is_symbolic(one)):
                found.setdefault(one, self.operand(one))
            elif isinstance(one, Apply):
                if one.function in _WRITES_ONLY:
                    raise _writes_only(one.function)
                waiting.extend(reversed(one.arguments))
        return found


def _writes_only(name: str) -> ExpressionError:
    return ExpressionError(
        "writes_only", msg("%(name)s is known only while a record is written, not in a filter.", name=name)
    )


_WRITES_ONLY = frozenset(name for name, row in ROWS.items() if row.signature.writes_only)

_LOGIC: dict[str, Callable[..., ColumnElement[bool]]] = {"and": and_, "or": or_, "not": not_}
