"""What stands in place of records: none yet, none that match, or none that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.plans.predicates import EVERYTHING
from i18n.lazy import msg

if TYPE_CHECKING:
    from ui.page.asked import Asked


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands in place of rows: none yet, or none that match."""

    matching: bool
    heading: str
    text: str


def empty_of(asked: Asked, *, narrowed: bool, in_bin: bool) -> Empty:
    """Give the words; `narrowed` says that a filter or a search left nothing."""
    plural, text = asked.text(asked.entity.label_plural), asked.text
    if narrowed:
        return Empty(
            matching=True,
            heading=text(msg("Nothing in %(entities)s matches", entities=plural)),
            text=text(msg("Remove a filter or search for something else.")),
        )
    if in_bin:
        return Empty(
            matching=False,
            heading=text(msg("The recycle bin is empty")),
            text=text(msg("Records that somebody deletes can be restored from here.")),
        )
    if asked.screen.options.get("filter"):
        return Empty(
            matching=False,
            heading=text(msg("Nothing here at present")),
            text=text(msg("This list shows only some of %(entities)s.", entities=plural)),
        )
    reach = msg("What is made here can be seen by everybody who may read it.")
    if asked.rights.read != EVERYTHING:
        reach = msg("You see only the records that your roles let you read; others may exist.")
    heading = text(msg("%(entities)s: none yet", entities=plural))
    return Empty(matching=False, heading=heading, text=text(asked.entity.help or reach))
