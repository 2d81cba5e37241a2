"""How a moment reads on a page: how far off it is, and exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.page.reader import reader

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment in the three forms that a page has of it."""

    iso: str
    when: str
    exact: str


def moment(at: dt.datetime, now: dt.datetime) -> Moment:
    """Give a moment as the reader reads it."""
    formats = reader().formats
    return Moment(at.isoformat(), formats.relative(at, now), formats.exact(at))
