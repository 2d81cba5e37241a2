"""Results that are kept from one check to the next, as long as what they were made from is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from metadata.check.look import Key
    from metadata.layers import Effective

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[_T]):
    definition: Effective
    seen: Mapping[Key, object]
    value: _T


class Memory(Generic[_T]):
    """One result per definition, with what else it depends on.

    What is compared is identity: documents whose text did not change are the same objects (see
    `load.read_layer`), and so is all that was made from them.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: dict[Key, _Kept[_T]] = {}

    def recall(self, definition: Effective, face: Callable[[Key], object]) -> _T | None:
        """What was kept for the definition, if neither it nor anything it depends on changed."""
        kept = self._kept.get(definition.key)
        if kept is None or kept.definition is not definition:
            return None
        return kept.value if all(face(key) is seen for key, seen in kept.seen.items()) else None

    def keep(self, definition: Effective, asked: Iterable[Key], face: Callable[[Key], object], value: _T) -> None:
        """Keep a result that depends on these definitions as they are now."""
        self._kept[definition.key] = _Kept(definition, {key: face(key) for key in asked}, value)

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop what is kept for definitions that are gone."""
        for key in keys:
            self._kept.pop(key, None)
