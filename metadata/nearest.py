"""The name that somebody probably meant: one rule for every hint that names what is there."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from i18n.lazy import Message

_CUTOFF = 0.6
_LONGEST = 100
_MANY = 100


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, whatever its letter case; None where none is alike.

    Among many names only those within about one slip are found, by an index: comparing each with each
    would make a bundle full of slips cost minutes.
    """
    if len(name) > _LONGEST:
        return None
    wanted, names = name.casefold(), frozenset(known)
    if len(names) > _MANY:
        index = _index(names)
        names = frozenset(other for variant in _variants(wanted) for other in index.get(variant, ()))
    folded = {other.casefold(): other for other in sorted(names)}
    found = get_close_matches(wanted, folded, 3, _CUTOFF)
    return folded[max(found, key=lambda other: _likeness(wanted, other))] if found else None


def nearest_hint(name: str, known: Iterable[str]) -> Message | None:
    """“Did you mean …?” for the nearest known name; None where none is alike."""
    found = nearest(name, known)
    return msg("Did you mean %(name)s?", name=found) if found else None


def _likeness(name: str, other: str) -> float:
    """Swapped letters and a right first letter are likelier than a wrong letter."""
    likeness = SequenceMatcher(None, name, other).ratio()
    return likeness + 0.1 * (sorted(name) == sorted(other)) + 0.05 * (name[:1] == other[:1])


@lru_cache(maxsize=8)
def _index(names: frozenset[str]) -> Mapping[str, list[str]]:
    """Every name under itself and under itself without one of its letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for variant in _variants(name.casefold()):
            found[variant].append(name)
    return found


def _variants(name: str) -> Iterator[str]:
    yield name
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
