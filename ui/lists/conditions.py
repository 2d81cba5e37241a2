"""Conditions that people can read and change one by one, taken out of a filter and put together again.

A filter is an expression and means whatever the language says. The part of the language that is drawn here is a field,
or a field one link away, compared with values or with what stands for the reader and the day. All else stays as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from metadata.expressions.tree import Binary, Call, In, Literal, Logic, Path, Root, Unary

if TYPE_CHECKING:
    from metadata.expressions import Node

FARTHEST = 2
ME, MY_TEAMS = Call("me", ()), Call("my_teams", ())
_COMPARED = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_SIGNS = {operator: sign for sign, operator in _COMPARED.items()}
_CALLS = frozenset({"contains", "starts_with"})
_DAYS = frozenset({"today", "now"})
_PEOPLE = frozenset({"me", "my_team", "my_teams"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, an operator and values: `path` has one name, or two where it follows a link.

    Operators are those of the shorthand with `not_in` and `not_blank`; a value is a literal, a call that stands for
    who reads (`me()`, `my_teams()`), or a day counted from today.
    """

    path: tuple[str, ...]
    operator: str
    values: tuple[Node, ...] = ()

    @property
    def node(self) -> Node:
        """The condition as an expression."""
        path = Path(self.path)
        if self.operator in {"blank", "not_blank"}:
            blank = Call("is_blank", (path,))
            return blank if self.operator == "blank" else Unary("not", blank)
        if self.operator in {"in", "not_in"}:
            return In(path, self.values, negated=self.operator == "not_in")
        if self.operator in _CALLS:
            return Call(self.operator, (path, self.values[0]))
        return Binary(_SIGNS[self.operator], path, self.values[0])


def parts_of(node: Node | None) -> tuple[Node, ...]:
    """Give the conditions that must all hold."""
    if node is None:
        return ()
    return node.operands if isinstance(node, Logic) and node.operator == "and" else (node,)


def condition_of(node: Node) -> Condition | None:  # noqa: PLR0911  (one per form that is drawn)
    """Give the condition that an expression is; None for what can only be shown as text."""
    match node:
        case Binary(operator=sign, left=Path() as path, right=value) if sign in _COMPARED and _is_value(value):
            return _at(path, _COMPARED[sign], (value,))
        case In(subject=Path() as path, options=options) if all(map(_is_value, options)):
            return _at(path, "not_in" if node.negated else "in", options)
        case Call(name=name, arguments=(Path() as path, Literal() as value)) if name in _CALLS:
            return _at(path, name, (value,))
        case Call(name="is_blank", arguments=(Path() as path,)):
            return _at(path, "blank", ())
        case Unary(operator="not", operand=Call(name="is_blank", arguments=(Path() as path,))):
            return _at(path, "not_blank", ())
        case Path():
            return _at(node, "eq", (Literal(value=True),))
    return None


def _at(path: Path, operator: str, values: tuple[Node, ...]) -> Condition | None:
    if path.root is not Root.SELF or len(path.names) > FARTHEST:
        return None
    return Condition(path.names, operator, values)


def _is_value(node: Node) -> bool:
    match node:
        case Literal(value=value):
            return value is not None
        case Unary(operator="-", operand=Literal(value=Decimal())):
            return True
        case Call(name=name, arguments=()):
            return name in _PEOPLE | _DAYS
    return days_of(node) is not None


def text_of_value(node: Node) -> str | None:
    """Give a literal as the API writes it; None for what stands for the reader or the day."""
    match node:
        case Literal(value=bool() as value):
            return "true" if value else "false"
        case Literal(value=Decimal() as value):
            return format(value, "f")
        case Literal(value=str() as value):
            return value
        case Unary(operator="-", operand=operand):
            return f"-{text_of_value(operand)}"
    return None


def days_of(node: Node) -> int | None:
    """Give how many days from today, or from this moment, an expression says; None where it says something else."""
    match node:
        case Call(name=name, arguments=()) if name in _DAYS:
            return 0
        case Call(name="add_days", arguments=(Call(name=name, arguments=()), count)) if name in _DAYS:
            text = text_of_value(count)
            whole = text is not None and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()
            return int(text or 0) if whole else None
    return None


def day(count: int, base: str) -> Node:
    """Give the expression of so many days from `today` or `now`."""
    start = Call(base, ())
    if count == 0:
        return start
    number = Literal(Decimal(abs(count)))
    return Call("add_days", (start, number if count > 0 else Unary("-", number)))
