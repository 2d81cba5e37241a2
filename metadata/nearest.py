"""The name that somebody probably meant: one rule for every hint of the product."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CUTOFF = 0.6
_MOST = 500


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is alike.

    Among very many names only those that begin alike or differ little in length are compared, so
    that a bundle full of slips does not cost minutes.
    """
    if len(name) > 2 * 48:
        return None
    names = list(known)
    if len(names) > _MOST:
        names = [other for other in names if other[:2] == name[:2]][:_MOST]
    found = get_close_matches(name, names, 1, _CUTOFF)
    return found[0] if found else None
