"""The name that somebody probably meant: one rule for every hint about metadata."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CUTOFF = 0.6
_LONGEST = 100
_MOST = 500


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, whatever its letter case; None where none is alike.

    Among very many names only those that begin alike are compared, so that a bundle full of slips
    does not cost minutes.
    """
    if len(name) > _LONGEST:
        return None
    wanted = name.casefold()
    folded = {other.casefold(): other for other in known}
    names: Iterable[str] = folded
    if len(folded) > _MOST:
        names = [other for other in folded if other[:2] == wanted[:2]][:_MOST]
    found = get_close_matches(wanted, names, 3, _CUTOFF)
    return folded[max(found, key=lambda other: _likeness(wanted, other))] if found else None


def _likeness(name: str, other: str) -> float:
    """Swapped letters and a right first letter are likelier than a wrong letter."""
    likeness = SequenceMatcher(None, name, other).ratio()
    return likeness + 0.1 * (sorted(name) == sorted(other)) + 0.05 * (name[:1] == other[:1])
