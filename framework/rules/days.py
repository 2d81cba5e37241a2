"""Which day a moment belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import datetime as dt


def day_in(moment: dt.datetime, zone: str) -> dt.date | None:
    """The day of a moment where the clocks show the time of a zone; None outside of the calendar."""
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        return None
