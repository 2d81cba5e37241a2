"""How many records are alike the one on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.extension import services
from i18n.lazy import nmsg

if TYPE_CHECKING:
    from framework.records import Record
    from ui.page.asked import Asked


def alike_in_words(asked: Asked, record: Record) -> str:
    """Say how many there are, of the first ones; nothing where there is none."""
    found = services().door.similar(asked.context, asked.entity.name, record.id)
    return asked.text(nmsg("1 similar", "%(count)s similar", len(found))) if found else ""
