"""The values of a record as plain words, links by their titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.values.cells import text_of

if TYPE_CHECKING:
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.page.asked import Asked


def stored_text(asked: Asked, field: Field, present: Record) -> str:
    """Give a value of a record that was read with the titles of its links; nothing for a blank."""
    if field.linked:
        return ", ".join(end.title or "" for end in present.ends.get(field.name, ()))
    if field.targets:
        end = present.links.get(field.name)
        return (end.title or "") if end else ""
    return text_of(field, present.values.get(field.name), asked.reader)
