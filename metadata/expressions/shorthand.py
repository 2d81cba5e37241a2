"""`filter[field][op]=value`, the filter that a program writes without knowing the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.limits import MAX_NODES_IN_REQUEST, refuse_impossible, refuse_large, refuse_long
from metadata.expressions.parse import parse
from metadata.expressions.tree import Binary, Call, In, Literal, Node, Path, Unary
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Callable


def from_shorthand(field: str, op: str, value: str) -> Node:
    """The tree of one shorthand condition.

    `field` is a dotted name. `op` is one of `eq ne lt le gt ge in contains starts_with blank`; the
    members for `in` are separated by commas, and `blank` takes true or false. Raises ExpressionError
    with the codes `unknown_operator`, `bad_literal`, and those of `parse`.
    """
    refuse_long(value)
    refuse_impossible(value, at=0)
    build = _BUILDERS.get(op)
    if build is None:
        raise ExpressionError(
            "unknown_operator",
            msg("There is no operator %(name)s.", name=op[:60]),
            hint=nearest_hint(op[:60], _BUILDERS) or msg("Write one of %(names)s.", names=", ".join(_BUILDERS)),
        )
    node = build(_path(field), value)
    refuse_large(node, MAX_NODES_IN_REQUEST)
    return node


def _path(field: str) -> Node:
    path = parse(field)
    if not isinstance(path, Path):
        raise ExpressionError("syntax", msg("Expected the name of a field, found %(found)s.", found=field[:60]), 1)
    return path


def _compare(operator: str) -> Callable[[Node, str], Node]:
    return lambda path, value: Binary(operator, path, Literal(value))


def _in(path: Node, value: str) -> Node:
    return In(path, tuple(Literal(member) for member in value.split(",")))


def _call(function: str) -> Callable[[Node, str], Node]:
    return lambda path, value: Call(function, (path, Literal(value)))


def _blank(path: Node, value: str) -> Node:
    if value not in {"true", "false"}:
        raise ExpressionError("bad_literal", msg("Expected true or false, found %(found)s.", found=value[:60]))
    blank = Call("is_blank", (path,))
    return blank if value == "true" else Unary("not", blank)


_BUILDERS: dict[str, Callable[[Node, str], Node]] = {
    "eq": _compare("="),
    "ne": _compare("!="),
    "lt": _compare("<"),
    "le": _compare("<="),
    "gt": _compare(">"),
    "ge": _compare(">="),
    "in": _in,
    "contains": _call("contains"),
    "starts_with": _call("starts_with"),
    "blank": _blank,
}
