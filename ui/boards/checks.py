"""What is wrong with the definition of a board, beyond what its schema says and names that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.catalogue import Complaint
from metadata.nearest import nearest_hint
from ui.boards.lanes import makes_lanes
from ui.boards.order import is_position
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.snapshot import Entity, Field

_DAYS = frozenset({"date", "datetime"})


def complaints(body: Mapping[str, Any], entity: Entity | None) -> Iterator[Complaint]:
    """Give them; nothing of fields that are not there, which is told elsewhere."""
    fields = entity.fields if entity is not None else {}
    lanes = body.get("lanes", {})
    lane, total, due, position = (fields.get(name) for name in _names(body))
    if lane is not None:
        yield from _of_lanes(lanes, lane)
    if total is not None and "sum" not in shown_type(total).aggregates:
        message = msg("“%(name)s” cannot be added up.", name=total.name)
        yield Complaint(("total",), message, msg("Name a number, an amount or a length of time."), total.name)
    if due is not None and shown_type(due).cell not in _DAYS:
        message = msg("“%(name)s” is no date, so it cannot be late.", name=due.name)
        yield Complaint(("due", "field"), message, msg("Name a field of the type date or datetime."), due.name)

    if position is not None and not is_position(position):
        message = msg("“%(name)s” cannot keep an order.", name=position.name)
        hint = msg("Name a number that people may write; a decimal with some places leaves room between two cards.")
        yield Complaint(("position",), message, hint, position.name)


def _names(body: Mapping[str, Any]) -> tuple[str, ...]:
    lane, due = body.get("lanes", {}).get("field", ""), body.get("due", {}).get("field", "")
    return lane, body.get("total", ""), due, body.get("position", "")


def _of_lanes(lanes: Mapping[str, Any], lane: Field) -> Iterator[Complaint]:
    if not makes_lanes(lane):
        message = msg("“%(name)s” has too many values for lanes.", name=lane.name)
        yield Complaint(("lanes", "field"), message, msg("Name a choice, or a link to one entity."), lane.name)
        return
    options = lane.choices.options if lane.choices is not None else {}
    places: list[tuple[tuple[str | int, ...], str]] = [
        *(((key, index), name) for key in ("order", "hidden") for index, name in enumerate(lanes.get(key, ()))),
        *((("limits", name), name) for name in lanes.get("limits", ())),
    ]
    for steps, name in places:
        if name not in options:
            message = msg("“%(name)s” is no option of “%(field)s”.", name=name, field=lane.name)
            yield Complaint(("lanes", *steps), message, nearest_hint(name, options), name)
