"""An expression with its meaning: every name found, every literal a value, every node with a type.

The two back ends see only these three classes, and an expression that was not checked cannot reach them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metadata.expressions.tree import Root
from metadata.expressions.types import BOOLEAN, INTEGER, Kind, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a path, found: this field of this entity."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class Const:
    """A value written in the expression, in the form that `Kind` gives for its type."""

    value: object
    type: Type


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a field, reached over links: all steps but the last are links to one record.

    `part` names a part of the last field's value, such as `currency`. Under the root NAMED the first step is the
    name, of no entity.
    """

    root: Root
    steps: tuple[Step, ...]
    part: str | None
    type: Type

    @property
    def key(self) -> str:
        """The path as one text, with present names: `account.industry`, `$old.stage`, `amount.currency`."""
        names = [step.field for step in self.steps] + ([self.part] if self.part else [])
        return _PREFIX[self.root] + ".".join(names)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator, function or other row of the function table, applied.

    Operators go by their sign; unary minus is `negate`.
    """

    function: str
    arguments: tuple[TypedNode, ...]
    type: Type


TypedNode = Const | Ref | Apply

_PREFIX = {Root.SELF: "", Root.RECORD: "$record.", Root.OLD: "$old.", Root.ME: "me().", Root.NAMED: "$"}


def conjunction(parts: Iterable[TypedNode]) -> TypedNode:
    """One condition that holds when all the parts do; true without parts."""
    kept = tuple(parts)
    if not kept:
        return Const(value=True, type=BOOLEAN)
    return kept[0] if len(kept) == 1 else Apply("and", kept, BOOLEAN)


def typed_nodes(node: TypedNode) -> Iterator[TypedNode]:
    """The node and all its parts."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Apply):
            waiting.extend(reversed(one.arguments))


def refs(node: TypedNode) -> frozenset[Ref]:
    """Every field value that the expression needs."""
    return frozenset(one for one in typed_nodes(node) if isinstance(one, Ref))


def assigned(node: TypedNode, target: Type) -> TypedNode:
    """The node as a field of type `target` would hold it: rounded to its scale, null where it overflows."""
    if not target.rounds:
        return node
    arguments = (node, Const(target.limit, INTEGER), Const(target.scale, INTEGER))
    return Apply("assign_whole" if target.kind is Kind.INTEGER else "assign", arguments, target)
