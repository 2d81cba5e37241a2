"""Old names of renamed entities and fields: each leads to the present one, and it is noted that it was used.

Everything that looks a name up for a caller asks here, so an old name works at every door or at none.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from metadata.snapshot import Entity, Snapshot

_P = ParamSpec("_P")
_T = TypeVar("_T")
_used: ContextVar[set[str] | None] = ContextVar("old_names", default=None)


def begin_noting() -> None:
    """Forget the old names that were used so far, and note those to come."""
    _used.set(set())


def old_names_used() -> frozenset[str]:
    """The addresses (`entity/deal`, `entity/deal/fields/value`) of the old names used since `begin_noting`."""
    return frozenset(_used.get() or ())


def present_entity(snapshot: Snapshot, name: str) -> str:
    """The present name of an entity; a name that is none comes back as it is."""
    return _present(snapshot.aliases.get(name), name, "entity/")


def present_field(entity: Entity, name: str) -> str:
    """The present name of a field; a name that is none comes back as it is."""
    return _present(entity.aliases.get(name), name, f"entity/{entity.name}/fields/")


def remembered(most: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Cache a function that looks names up; the old names that it met are noted again with every call."""

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        @lru_cache(maxsize=most)
        def kept(*args: _P.args, **kwargs: _P.kwargs) -> tuple[_T, frozenset[str]]:
            before = _used.set(set())
            try:
                return function(*args, **kwargs), old_names_used()
            finally:
                _used.reset(before)

        @wraps(function)
        def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            result, names = kept(*args, **kwargs)  # type: ignore[arg-type]  # they are hashable, or it fails at once
            _note(names)
            return result

        return call

    return decorate


def _present(present: str | None, name: str, above: str) -> str:
    if present is None:
        return name
    _note(frozenset({above + name}))
    return present


def _note(names: frozenset[str]) -> None:
    used = _used.get()
    if used is not None:
        used |= names
