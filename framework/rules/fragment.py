"""SQL of our own words around operands: the one place of this room that puts SQL together as text.

However deep expressions are nested, their fragments melt into one flat list, so that SQLAlchemy's recursion
over a statement stays shallow. The words come from this package, never from a request.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.visitors import InternalTraversal

if TYPE_CHECKING:
    from sqlalchemy import FromClause
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

_PLACE = "{}"


class Fragment(ColumnElement[Any]):
    """Words and operands in turns, beginning and ending with words."""

    # What SQLAlchemy compares when it looks for a statement that it has compiled before.
    _traverse_internals = [  # noqa: RUF012  # as its own classes have it
        ("words", InternalTraversal.dp_plain_obj),
        ("operands", InternalTraversal.dp_clauseelement_tuple),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(
        self, words: tuple[str, ...], operands: tuple[ColumnElement[Any], ...], type_: TypeEngine[Any]
    ) -> None:
        """`words` has one element more than `operands`."""
        self.words = words
        self.operands = operands
        self.type = type_

    @property
    def _from_objects(self) -> list[FromClause]:
        """The tables behind the operands, which SQLAlchemy puts into FROM."""
        return list(chain.from_iterable(operand._from_objects for operand in self.operands))  # noqa: SLF001


def sql(template: str, *operands: ColumnElement[Any], type_: TypeEngine[Any]) -> Fragment:
    """A fragment with the operands in the places `{}` of the template, each in one.

    The template brings the brackets that its own operators need.
    """
    words = [""]
    parts: list[ColumnElement[Any]] = []
    before, *after = template.split(_PLACE)
    words[-1] += before
    for operand, between in zip(operands, after, strict=True):
        inner = operand if isinstance(operand, Fragment) else _alone(operand)
        words[-1] += inner.words[0]
        words += inner.words[1:]
        parts += inner.operands
        words[-1] += between
    return Fragment(tuple(words), tuple(parts), type_)


def _alone(operand: ColumnElement[Any]) -> Fragment:
    # Whatever binds less tightly than an arithmetic operator gets brackets of its own.
    return Fragment(("", ""), (operand.self_group(against=operators.mul),), operand.type)


@compiles(Fragment)
def _compile(element: Fragment, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    operands = [compiler.process(operand, **options) for operand in element.operands]
    return "".join(chain.from_iterable(zip(element.words, [*operands, ""], strict=True)))
