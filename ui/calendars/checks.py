"""What is wrong with the definition of a calendar, beyond what its schema says and names that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.catalogue import Complaint
from ui.values.cells import is_person, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.snapshot import Entity

_CELLS = {
    "start": ("date", "datetime"),
    "end": ("date", "datetime"),
    "day": ("date",),
    "all_day": ("boolean",),
    "color": ("choice",),
}


def complaints(body: Mapping[str, Any], entity: Entity | None) -> Iterator[Complaint]:
    """Give them; nothing of fields that are not there, which is told elsewhere."""
    fields = entity.fields if entity is not None else {}
    for key, cells in _CELLS.items():
        field = fields.get(body.get(key, ""))
        if field is not None and shown_type(field).cell not in cells:
            message = msg("“%(name)s” is no field of the type %(types)s.", name=field.name, types=", ".join(cells))
            yield Complaint((key,), message, None, field.name)
    person, start, end = (fields.get(body.get(key, "")) for key in ("person", "start", "end"))
    if person is not None and not is_person(person):
        yield Complaint(("person",), msg("“%(name)s” is no link to a person.", name=person.name), None, person.name)
    if start is not None and end is not None and shown_type(start).cell != shown_type(end).cell:
        message = msg("“%(start)s” and “%(end)s” are not of one type.", start=start.name, end=end.name)
        yield Complaint(("end",), message, msg("Let both be days, or both be moments."), end.name)
