"""Old names that go on working in API, import and filters after a rename, for a year.

A name that somebody else takes is theirs at once; a name that is renamed again leads to the newest one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metadata.diff import renames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metadata.diff import Change
    from metadata.layers import Merged

LIFE = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Alias:
    """The present name behind an old address, and when the old one stops working."""

    name: str
    until: dt.datetime


def in_force(aliases: Mapping[str, Alias], now: dt.datetime) -> dict[str, str]:
    """Old address → present name, as `compile_snapshot` takes them."""
    return {address: alias.name for address, alias in aliases.items() if alias.until > now}


def next_aliases(
    live: Mapping[str, Alias], changes: Iterable[Change], after: Merged, now: dt.datetime
) -> dict[str, Alias]:
    """The aliases of the next revision: those that live on, and one for each rename."""
    moved = renames(changes)
    found: dict[str, Alias] = {}
    for address, alias in (*live.items(), *_fresh(moved, now)):
        entity, middle, field = address.removeprefix("entity/").partition("/fields/")
        if middle:
            present = moved.get(f"entity/{entity}", entity)
            name = moved.get(f"entity/{entity}/fields/{alias.name}", alias.name)
            place, lives = f"entity/{present}/fields/{field}", _has(after, present, name)
            taken = _has(after, present, field)
        else:
            name = moved.get(f"entity/{alias.name}", alias.name)
            place, lives, taken = address, _has(after, name), _has(after, entity)
        if alias.until > now and lives and not taken:
            found[place] = Alias(name, alias.until)
    return found


def _fresh(moved: Mapping[str, str], now: dt.datetime) -> Iterator[tuple[str, Alias]]:
    for address, name in moved.items():
        yield address, Alias(name, now + LIFE)


def _has(merged: Merged, entity: str, field: str | None = None) -> bool:
    found = merged.documents.get(("entity", entity))
    return found is not None and (field is None or field in found.body["fields"])
