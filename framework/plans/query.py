"""What was asked, before anybody looked whether it exists or is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metadata.expressions.tree import Node


class Count(StrEnum):
    """Whether and how exactly to count all matches; capped stops at 1,000."""

    NONE = "none"
    CAPPED = "capped"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Query:
    """A list as asked for: names as given, filter as tree, nothing resolved.

    `fields` are dotted names, None for the default; `sort` names with a leading `-` for
    descending; `expand` link fields whose title (and asked fields) come along; `after` an opaque
    cursor; `bin` True for deleted records only; `among` the ids of the only records wanted, None for
    all. With `per`, a field, `limit` counts for each of its
    values by itself, and there is no cursor.
    """

    entity: str
    fields: tuple[str, ...] | None = None
    filter: Node | None = None
    sort: tuple[str, ...] = ()
    limit: int = 50
    after: str | None = None
    count: Count = Count.NONE
    expand: tuple[str, ...] = ()
    search: str | None = None
    bin: bool = False
    per: str | None = None
    among: frozenset[str] | None = None
