"""What an expression may name: given by whoever checks, so that hints never tell of hidden fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from metadata.expressions.tree import Root
    from metadata.expressions.typed import Step
    from metadata.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Resolved:
    """A path that was found: its type, the (entity, field) steps, and the part of the last field."""

    type: Type
    steps: tuple[Step, ...]
    part: str | None = None


class UnknownNameError(LookupError):
    """Raised by a scope: `names[index]` is not there; `offered` are the names that are.

    Index 0 and nothing offered mean that the root itself is out of place, such as `$old` in a filter.
    """

    def __init__(self, index: int, offered: Collection[str] = ()) -> None:
        """Keep where the search ended and what could have stood there."""
        super().__init__(index)
        self.index = index
        self.offered = offered


class Scope(Protocol):
    """The names that an expression may use."""

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        """Find a path of up to three links, a field and perhaps a part.

        Raises UnknownNameError, whose offered names are those that the reader may know of.
        """
