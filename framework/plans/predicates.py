"""Which rows: a small algebra that permissions build and storage turns into SQL.

Values are hashable and simplified on construction, so that equal rights give equal statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.expressions.typed import TypedNode


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row."""


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Rows whose owner is the actor."""


@dataclass(frozen=True, slots=True)
class TeamRows:
    """Own rows, and rows whose team is one of the actor's."""


@dataclass(frozen=True, slots=True)
class BelowRows:
    """Own rows, and rows whose owner is under the actor in the hierarchy."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows for which a checked expression holds."""

    node: TypedNode


@dataclass(frozen=True, slots=True)
class Via:
    """Rows whose link `field` names a live record of `entity` that is among `rows`."""

    field: str
    entity: str
    rows: Predicate


@dataclass(frozen=True, slots=True)
class Follows:
    """Rows whose link `field` is blank, or names a record of an entity of `whole`, or one among the rows of `parts`.

    `whole` are entities of which every live record counts: what follows a record is deleted with it.
    """

    field: str
    whole: tuple[str, ...]
    parts: tuple[tuple[str, Predicate], ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Rows for which every part holds; at least two parts."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Rows for which one part holds; at least two parts."""

    parts: tuple[Predicate, ...]


Predicate = Everything | Nothing | OwnRows | TeamRows | BelowRows | Condition | Via | Follows | AllOf | AnyOf

EVERYTHING = Everything()
NOTHING = Nothing()


def all_of(parts: Iterable[Predicate]) -> Predicate:
    """The rows that satisfy every part; everything where there are no parts."""
    kept: list[Predicate] = []
    for part in parts:
        for one in part.parts if isinstance(part, AllOf) else (part,):
            if one == NOTHING:
                return NOTHING
            if one != EVERYTHING and one not in kept:
                kept.append(one)
    if not kept:
        return EVERYTHING
    return kept[0] if len(kept) == 1 else AllOf(tuple(kept))


def any_of(parts: Iterable[Predicate]) -> Predicate:
    """The rows that satisfy at least one part; nothing where there are no parts."""
    kept: list[Predicate] = []
    for part in parts:
        for one in part.parts if isinstance(part, AnyOf) else (part,):
            if one == EVERYTHING:
                return EVERYTHING
            if one != NOTHING and one not in kept:
                kept.append(one)
    if OwnRows() in kept and (TeamRows() in kept or BelowRows() in kept):
        kept.remove(OwnRows())
    if not kept:
        return NOTHING
    return kept[0] if len(kept) == 1 else AnyOf(tuple(kept))
