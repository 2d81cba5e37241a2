"""Another time for an entry, as it is dragged: so many days and minutes later by the clock of its reader, or longer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import ForbiddenError, InvalidError, MalformedError
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.records import Record
    from metadata.snapshot import Field
    from ui.calendars.entries import Fields

MOVE, STRETCH = "move", "stretch"
_MOST_DAYS, _MOST_MINUTES = 4_000, 2_880
_HOUR = dt.timedelta(hours=1)
_FIXED = msg("You may not change when this ends")
_TOO_SHORT = msg("It would end before it begins.")
_BEYOND = msg("There are no such days in the calendar.")


@dataclass(frozen=True, slots=True)
class Shift:
    """How an entry was dragged: all of it, or only its end."""

    kind: str
    days: int
    minutes: int


def shift_in(texts: Mapping[str, str]) -> Shift | None:
    """Read what a script tells of a drag; None where a form was filled instead. Raises MalformedError."""
    kind = texts.get("shift", "")
    if not kind:
        return None
    if kind not in {MOVE, STRETCH}:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=kind[:40]))
    return Shift(kind, _number(texts.get("days", "0"), _MOST_DAYS), _number(texts.get("minutes", "0"), _MOST_MINUTES))


def _number(text: str, most: int) -> int:
    try:
        found = int(text) if text.isascii() and len(text) < len("-100000") else most + 1
    except ValueError:
        found = most + 1
    if abs(found) > most:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=text[:40]))
    return found


def shifted_values(fields: Fields, record: Record, shift: Shift, zone: dt.tzinfo) -> dict[str, Any]:
    """Give the wire values of the fields that a drag changes.

    Raises InvalidError for what cannot be, ForbiddenError for an end that the reader does not have.
    """
    start = record.values.get(fields.start.name)
    try:
        if shift.kind == STRETCH:
            return _stretched(fields, record, start, shift, zone)
        moved = (fields.start, fields.end) if start is not None else (fields.day,)
        return {
            field.name: _wire(_later(value, shift, zone))
            for field in moved
            if field is not None and (value := record.values.get(field.name)) is not None
        }
    except OverflowError:
        raise InvalidError(_BEYOND) from None


def _stretched(fields: Fields, record: Record, start: Any, shift: Shift, zone: dt.tzinfo) -> dict[str, Any]:  # noqa: ANN401
    if fields.end is None or start is None:
        raise ForbiddenError(_FIXED)
    end = record.values.get(fields.end.name)
    if end is None:
        end = start + _HOUR if isinstance(start, dt.datetime) else start
    found = _later(end, shift, zone)
    if found < start or (isinstance(start, dt.datetime) and found == start):
        raise InvalidError(_TOO_SHORT)
    return {fields.end.name: _wire(found)}


def _later(value: Any, shift: Shift, zone: dt.tzinfo) -> Any:  # noqa: ANN401 - a day or a moment
    """Give a day or a moment so much later, by the clock on the wall: what begins at nine does so in summer too."""
    if not isinstance(value, dt.datetime):
        return value + dt.timedelta(days=shift.days)
    wall = value.astimezone(zone).replace(tzinfo=None) + dt.timedelta(days=shift.days, minutes=shift.minutes)
    return wall.replace(tzinfo=zone).astimezone(dt.UTC)


def _wire(value: dt.date) -> str:
    return value.isoformat()


def stretches(end: Field | None, writable: frozenset[str]) -> bool:
    """Whether entries may be made longer and shorter by the reader."""
    return end is not None and end.name in writable
