"""Tree → canonical text: single spaces, brackets only where they change the meaning."""

from __future__ import annotations

from decimal import Decimal

from metadata.expressions.tree import Binary, Call, In, Literal, Logic, Node, Path, Root, Unary

# How tightly each form binds; a part that binds less tightly than its place asks stands in brackets.
_OR, _AND, _NOT, _COMPARISON, _JOIN, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_STRENGTH = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _COMPARISON),
    "&": _JOIN,
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "%"), _PRODUCT),
}
_PREFIX = {Root.SELF: "", Root.RECORD: "$record.", Root.OLD: "$old.", Root.ME: "me().", Root.NAMED: "$"}


def to_text(node: Node) -> str:
    """The text of a tree; parsed again it gives the same tree."""
    return _printed(node)[0]


def _printed(node: Node) -> tuple[str, int]:  # noqa: PLR0911  (one per class of node)
    """The text and how tightly it binds."""
    match node:
        case Literal():
            return _literal(node), _ATOM
        case Path():
            return _PREFIX[node.root] + ".".join(node.names), _ATOM
        case Unary(operator="not"):
            return f"not {_within(node.operand, _NOT)}", _NOT
        case Unary():
            return f"-{_within(node.operand, _SIGN)}", _SIGN
        case Binary():
            return _binary(node)
        case Logic():
            strength = _STRENGTH[node.operator]
            return f" {node.operator} ".join(_within(part, strength + 1) for part in node.operands), strength
        case In():
            word = "not in" if node.negated else "in"
            return f"{_within(node.subject, _JOIN)} {word} {_members(node.options)}", _COMPARISON
        case Call():
            return f"{node.name}({_listed(node.arguments)})", _ATOM


def _binary(node: Binary) -> tuple[str, int]:
    strength = _STRENGTH[node.operator]
    # Comparisons do not chain; all others lean to the left.
    left = _within(node.left, strength + 1 if strength == _COMPARISON else strength)
    return f"{left} {node.operator} {_within(node.right, strength + 1)}", strength


def _within(node: Node, least: int) -> str:
    text, strength = _printed(node)
    return text if strength >= least else f"({text})"


def _members(options: tuple[Node, ...]) -> str:
    """What follows `in`: a set that a field holds stands there bare."""
    return to_text(options[0]) if len(options) == 1 and isinstance(options[0], Path) else f"({_listed(options)})"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(to_text(node) for node in nodes)


def _literal(node: Literal) -> str:
    match node.value:
        case None:
            return "null"
        case bool():
            return "true" if node.value else "false"
        case Decimal():
            return format(node.value, "f")
        case str():
            return "'" + node.value.replace("'", "''") + "'"
