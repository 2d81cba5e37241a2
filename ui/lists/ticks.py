"""The tick of a list's rows: one field that a press sets or clears, whatever else of the record changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.plans.predicates import NOTHING, all_of
from ui.forms.filled import writable
from ui.page.addresses import tick_url
from ui.page.offered import is_open
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from framework.plans.predicates import Predicate
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.page.asked import Asked


@dataclass(frozen=True, slots=True)
class Tick:
    """The field of a list's ticks, what a tick means in words, and whose records may be ticked."""

    asked: Asked
    field: Field
    label: str
    rows: Predicate

    def url_of(self, record: Record) -> str:
        """Give where the tick of a record is set or cleared; blank where the reader may not."""
        may = is_open(self.rows, record, self.asked.context)
        return tick_url(self.asked.entity.name, record.id, self.field.name) if may else ""

    def is_set(self, record: Record) -> bool:
        """Whether a record is ticked."""
        return bool(record.values.get(self.field.name))


def tick_of(asked: Asked) -> Tick | None:
    """Give the tick that the list's screen names, if the reader may set it."""
    _, name = tick_place(asked.screen.options)
    field = next((one for one in writable(asked, creating=False) if one.name == name), None)
    if field is None or asked.rights.update == NOTHING or name not in asked.rights.readable or not may_be_ticked(field):
        return None
    written = asked.screen.options["tick"]
    label = asked.text(field.label)
    if not isinstance(written, str):
        label = asked.own_label(written, "tick", default=label)
    return Tick(asked, field, label, all_of((asked.rights.update, asked.rights.writes[name])))


def tick_place(options: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """Give where a screen names the field of its ticks, and the name; blank where it has none."""
    written = options.get("tick", "")
    return (("tick",), written) if isinstance(written, str) else (("tick", "field"), written.get("field", ""))


def may_be_ticked(field: Field) -> bool:
    """Whether a press can set a field: to yes, to this day or to this moment."""
    return shown_type(field).cell in _VALUES and not field.computed


def ticked_value(asked: Asked, field: Field, *, on: bool) -> object:
    """Give the wire value of a field that is ticked, or not any more."""
    return _VALUES[shown_type(field).cell](asked, on)


_VALUES: dict[str, Callable[[Asked, bool], object]] = {
    "boolean": lambda _, on: on,
    "date": lambda asked, on: asked.context.today.isoformat() if on else None,
    "datetime": lambda asked, on: asked.context.now.isoformat() if on else None,
}
