"""Tree ↔ JSON: the form in which saved views keep their filters.

Numbers are strings, since other programs read JSON numbers as floats; paths are written as in the text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.limits import MAX_DEPTH, MAX_NODES, refuse_impossible, refuse_large, refuse_long
from metadata.expressions.printer import to_text
from metadata.expressions.tree import (
    ARITHMETIC,
    COMPARISONS,
    KEYWORDS,
    Binary,
    Call,
    In,
    Literal,
    Logic,
    Node,
    Path,
    Root,
    Unary,
    logic,
)
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from i18n.lazy import Message

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_PATH = re.compile(rf"(\$record\.|\$old\.|me\(\)\.)?({_NAME}(?:\.{_NAME})*)")
_ROOTS = {None: Root.SELF, "$record.": Root.RECORD, "$old.": Root.OLD, "me().": Root.ME}
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_CHAINS = ("and", "or")
_MEMBERSHIPS = {"in": False, "not in": True}
_UNARY = ("not", "-")
_BINARY = (*ARITHMETIC, "&", *COMPARISONS)


def to_json(node: Node) -> dict[str, Any]:  # noqa: PLR0911  (one per class of node)
    """The tree as JSON values.

    `{"path": "account.industry"}`, `{"text": "won"}`, `{"number": "12.50"}`, `{"value": true}` (or
    false, null), `{"op": "and", "of": […]}`, `{"call": "if", "of": […]}`; `op` is any operator as it is
    written, `in` and `not in` with the sought value first.
    """
    match node:
        case Literal():
            return _literal(node)
        case Path():
            return {"path": to_text(node)}
        case Unary():
            return {"op": node.operator, "of": [to_json(node.operand)]}
        case Binary():
            return {"op": node.operator, "of": [to_json(node.left), to_json(node.right)]}
        case Logic():
            return {"op": node.operator, "of": [to_json(part) for part in node.operands]}
        case In():
            word = "not in" if node.negated else "in"
            return {"op": word, "of": [to_json(part) for part in (node.subject, *node.options)]}
        case Call():
            return {"call": node.name, "of": [to_json(part) for part in node.arguments]}


def _literal(node: Literal) -> dict[str, Any]:
    if isinstance(node.value, str):
        return {"text": node.value}
    if isinstance(node.value, Decimal):
        return {"number": format(node.value, "f")}
    return {"value": node.value}


def from_json(value: object, *, max_nodes: int = MAX_NODES) -> Node:
    """The tree of a JSON value as `to_json` gives it.

    Raises ExpressionError with the code `bad_tree`, or that of a limit; the limits are those of the text.
    """
    node = _node(value, 1)
    refuse_large(node, max_nodes)
    refuse_long(to_text(node))
    return node


def _node(value: object, level: int) -> Node:
    if level > MAX_DEPTH:
        raise ExpressionError("too_deep", msg("The parts of an expression lie at most %(most)s deep.", most=MAX_DEPTH))
    if not isinstance(value, dict):
        raise _bad(msg("Each part of a filter is an object."))
    keys = set(value)
    if keys in ({"op", "of"}, {"call", "of"}):
        return _compound(value, level)
    for key, read in _LEAVES.items():
        if keys == {key}:
            return read(value[key])
    odd = next((key for key in map(str, value) if key not in {*_LEAVES, "op", "call", "of"}), "")
    raise _bad(
        msg("A part of a filter has path, text, number or value, or op or call together with of."),
        nearest_hint(odd, (*_LEAVES, "op", "call", "of")),
    )


def _compound(value: Mapping[str, Any], level: int) -> Node:
    if not isinstance(value["of"], list):
        raise _bad(msg("“of” is a list."))
    parts = tuple(_node(part, level + 1) for part in value["of"])
    if "call" in value:
        return Call(_name(value["call"]), parts)
    return _operation(value["op"], parts)


def _operation(operator: object, parts: tuple[Node, ...]) -> Node:
    count = len(parts)
    if isinstance(operator, str):
        if operator in _CHAINS and count > 1:
            return logic(operator, parts)
        if operator in _MEMBERSHIPS and count > 1:
            return In(parts[0], parts[1:], negated=_MEMBERSHIPS[operator])
        if operator in _UNARY and count == 1:
            return Unary(operator, parts[0])
        if operator in _BINARY and count == 2:  # noqa: PLR2004  # left and right
            return Binary(operator, parts[0], parts[1])
    name, known = str(operator)[:60], (*_CHAINS, *_MEMBERSHIPS, *_UNARY, *_BINARY)
    raise _bad(
        msg("There is no operator %(name)s of %(count)s parts.", name=name, count=count),
        None if name in known else nearest_hint(name, known),
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(_NAME, value) or value in KEYWORDS:
        raise _bad(msg("%(name)s is not the name of a function.", name=str(value)[:60]))
    return value


def _path(value: object) -> Node:
    found = _PATH.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[1] is None and found[2].partition(".")[0] in KEYWORDS):
        raise _bad(msg("%(name)s is not the name of a field.", name=str(value)[:60]))
    return Path(tuple(found[2].split(".")), _ROOTS[found[1]])


def _text(value: object) -> Node:
    if not isinstance(value, str):
        raise _bad(msg("“text” is a string."))
    refuse_long(value)
    refuse_impossible(value, at=0)
    return Literal(value)


def _number(value: object) -> Node:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise _bad(msg("“number” is a string such as 12.50, without a sign."))
    refuse_long(value)
    return Literal(Decimal(value))


def _constant(value: object) -> Node:
    if value is None or isinstance(value, bool):
        return Literal(value)
    raise _bad(msg("“value” is true, false or null."))


def _bad(message: Message, hint: Message | None = None) -> ExpressionError:
    return ExpressionError("bad_tree", message, hint=hint)


_LEAVES: dict[str, Callable[[object], Node]] = {
    "path": _path,
    "text": _text,
    "number": _number,
    "value": _constant,
}
