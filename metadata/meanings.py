"""From the text of an expression in a definition to its typed tree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from metadata.expressions.check import check
from metadata.expressions.parse import parse
from metadata.expressions.typed import assigned
from metadata.scopes import EntityScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.expressions.tree import Node
    from metadata.expressions.typed import TypedNode
    from metadata.expressions.types import Signature
    from metadata.places import Place
    from metadata.snapshot import Entity


@dataclass(frozen=True, slots=True)
class Meanings:
    """The world that expressions of a set of definitions speak of."""

    entities: Mapping[str, Entity]
    functions: Mapping[str, Signature]

    def of(self, place: Place) -> TypedNode:
        """The meaning of one expression, rounded to what its place holds. Raises ExpressionError."""
        scope = EntityScope(self.entities, place.entity, place.record, place.old, place.named)
        return assigned(
            check(tree_of(place.text, named=bool(place.named)), scope, self.functions, place.wanted), place.wanted
        )


@lru_cache(maxsize=20_000)
def tree_of(text: str, *, named: bool = False) -> Node:
    """The tree of a text, parsed once however often it stands in definitions. Raises ExpressionError."""
    return parse(text, named=named)
