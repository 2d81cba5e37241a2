"""What the door gives out: frozen records, with the titles of what they link to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Linked:
    """The far end of a link: its title is None where the actor may not see it."""

    entity: str
    id: str
    title: str | None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its reader may see it: stored values by field name, links apart.

    `values` holds every asked and readable field (a link's value is the id); `links` holds the
    far ends of the expanded ones, `ends` those of fields of links, `lines` the lines that were read with it;
    `title` is the record's own title or None if hidden.
    """

    entity: str
    id: str
    version: int
    title: str | None
    values: Mapping[str, Any]
    links: Mapping[str, Linked] = field(default_factory=dict)
    ends: Mapping[str, tuple[Linked, ...]] = field(default_factory=dict)
    lines: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Records of one list page; `next` is the cursor of the following one or None."""

    records: tuple[Record, ...]
    next: str | None = None
    count: int | None = None
    count_exact: bool = True
