"""An expression as it was written: names not looked up, nothing typed. `check` gives it meaning.

Nodes are values: equal text gives equal trees, whatever the spaces and brackets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal


class Root(StrEnum):
    """Where a path begins.

    SELF is the record the expression is about. RECORD is, in a filter over other records, the
    record being edited. OLD is the record before a write. ME is the person who acts. NAMED is what
    the place of the expression gives a name, which comes first in the path: `$input.amount`.
    """

    SELF = "self"
    RECORD = "record"
    OLD = "old"
    ME = "me"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number that is not negative, true, false or null. `at` is its column in the text."""

    value: str | Decimal | bool | None
    at: int = field(default=0, compare=False, repr=False)
    # Python finds 1, Decimal(1) and True equal; to the language they are different things.
    kind: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note what kind of literal this is, for comparison."""
        object.__setattr__(self, "kind", type(self.value).__name__)


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name: `account.industry` is Path(("account", "industry"))."""

    names: tuple[str, ...]
    root: Root = Root.SELF
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not` or `-` before an operand."""

    operator: str
    operand: Node
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * / % &` or a comparison between two operands."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` over two or more operands; build it with `logic`, which keeps chains flat."""

    operator: str
    operands: tuple[Node, ...]
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """`subject in (options)`, or `not in`."""

    subject: Node
    options: tuple[Node, ...]
    negated: bool = False
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, `if(c, a, b)` among them."""

    name: str
    arguments: tuple[Node, ...]
    at: int = field(default=0, compare=False, repr=False)


Node = Literal | Path | Unary | Binary | Logic | In | Call

ARITHMETIC = ("+", "-", "*", "/", "%")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
KEYWORDS = ("and", "or", "not", "in", "true", "false", "null")


def logic(operator: str, operands: Iterable[Node], at: int = 0) -> Node:
    """Join operands by `and` or `or`: a chain in a chain of the same word becomes one, a single one stays."""
    flat: list[Node] = []
    for operand in operands:
        same = isinstance(operand, Logic) and operand.operator == operator
        flat.extend(operand.operands if isinstance(operand, Logic) and same else (operand,))
    return flat[0] if len(flat) == 1 else Logic(operator, tuple(flat), at)


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order of the text."""
    match node:
        case Literal() | Path():
            return ()
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Logic():
            return node.operands
        case In():
            return (node.subject, *node.options)
        case Call():
            return node.arguments


def walk(node: Node) -> Iterator[Node]:
    """The node and all its parts, each before its own parts."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(children(one)))


def paths(node: Node) -> frozenset[Path]:
    """Every path that the expression mentions, `$record`, `$old` and `me()` paths too."""
    return frozenset(one for one in walk(node) if isinstance(one, Path))


def size(node: Node) -> int:
    """How many nodes the tree has."""
    return sum(1 for _ in walk(node))


def depth(node: Node) -> int:
    """How many nodes lie one in another; 1 for a literal or path."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        one, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(one))
    return deepest
