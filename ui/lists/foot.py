"""The line below a list's rows: how many there are, what they add up to, and the way to more.

Counting and adding up are asked for apart, after the rows; without scripts by a link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.plans import Count
from ui.lists.totals import has_totals, totals_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.plans import Query
    from framework.records import Counted
    from ui.lists.totals import Total
    from ui.page.addresses import Address
    from ui.page.asked import Asked


@dataclass(frozen=True, slots=True)
class Figures:
    """How many records match, and the totals of the columns that ask for some."""

    total: str
    exact: bool
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Foot:
    """All that the foot's template prints; an empty text is not known yet."""

    shown: str
    total: str
    totals: tuple[Total, ...]
    count_url: str | None
    count_part: str
    more_url: str | None
    more_part: str
    first_url: str | None


def figures_of(asked: Asked, query: Query, columns: Sequence[Any]) -> Figures:
    """Count, as exactly as the query asks, and add up what the columns ask for."""
    totals = () if query.bin else totals_of(asked, columns, query)
    if query.count is Count.NONE:
        return Figures("", exact=True, totals=totals)
    counted = services().door.count(asked.context, replace(query, sort=()))
    return Figures(_words(asked, counted), counted.exact, totals)


def _left(total: str) -> str:
    """Give how to count afterwards: not at all where all rows are in sight."""
    return (Count.NONE if total else Count.CAPPED).value


def foot_of(
    asked: Asked, address: Address, shown: int, following: str | None, query: Query, columns: Sequence[Any]
) -> Foot:
    """Give the foot of a list that shows so many rows; counted at once only where the address asks for it."""
    number = asked.reader.formats.integer
    begins = address.get("after") is None
    figures = figures_of(asked, query, columns) if query.count is not Count.NONE else None
    everything = begins and following is None
    total = figures.total if figures else number(shown) if everything and shown else ""
    here = address.without({"count"})
    waits = shown and figures is None and (not total or has_totals(columns))
    return Foot(
        shown=number(shown) if shown else "",
        total=total,
        totals=figures.totals if figures else (),
        count_url=str(here.having("count", "exact")) if waits else None,
        count_part=str(here.without({"after", "loaded", "done"}).having("count", _left(total)).below("count")),
        more_url=str(here.without({"loaded"}).having("after", following)) if following else None,
        more_part=str(here.having("loaded", str(shown)).having("after", following)),
        first_url=None if begins else str(here.without({"after"})),
    )


def _words(asked: Asked, counted: Counted) -> str:
    number = asked.reader.formats.integer(counted.count)
    return number if counted.exact else f"{number}+"
