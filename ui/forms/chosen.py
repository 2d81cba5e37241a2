"""What is chosen in the control of a field of links, as a form holds it: ids in one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.extension import services
from framework.fields.base import ValueRefusedError
from framework.fields.key import record_id
from framework.fields.members import SEPARATOR
from ui.forms.controls import Hit

if TYPE_CHECKING:
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.forms.controls import Typed
    from ui.page.asked import Asked


def chosen(asked: Asked, field: Field, texts: Typed, record: Record | None = None) -> tuple[Hit, ...]:
    """Give the records that are ticked, as far as the actor sees them: known from the record, else looked up."""
    if field.linked is None:
        return ()
    ids = _ids_in(texts.get(field.name, ""))
    known = {end.id: end.title or "" for end in (record.ends.get(field.name, ()) if record else ())}
    if not known.keys() >= set(ids):
        known |= services().door.titles(asked.context, field.linked, ids)
    return tuple(Hit(ident, known[ident]) for ident in ids if ident in known)


def _ids_in(text: str) -> list[str]:
    """Give the ids that a text lists; what is none was not chosen here."""
    found = []
    for word in text.split(SEPARATOR):
        try:
            found.append(record_id(word.strip()))
        except ValueRefusedError:
            continue
    return found
