"""How many records stand behind rows of the sidebar: what the screen there would show, as far as one may read it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import ArmatureError
from framework.extension import services
from framework.plans import Count, Query
from metadata.expressions import parse
from ui.page.frame import menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.context import Context
    from ui.page.reader import Reader


@dataclass(frozen=True, slots=True)
class Counter:
    """A figure and the id of its place in the sidebar."""

    place: str
    text: str


def counters(context: Context, reader: Reader) -> tuple[Counter, ...]:
    """Count for each row of the reader's sidebar that says so; one statement each."""
    return tuple(_counters(context, reader))


def _counters(context: Context, reader: Reader) -> Iterator[Counter]:
    shown = menu(context, reader.words)
    for item in (item for group in shown.groups for item in group.items if item.counted):
        screen = context.snapshot.screens[item.counted]
        condition = screen.options.get("filter")
        query = Query(screen.entity or "", filter=parse(condition) if condition else None, count=Count.CAPPED)
        # A condition on what somebody may not read is told of by the screen itself.
        with suppress(ArmatureError):
            found = services().door.count(context, query)
            words = reader.formats.integer(found.count)
            yield Counter(f"count-{item.name}", "" if not found.count else words if found.exact else f"{words}+")
