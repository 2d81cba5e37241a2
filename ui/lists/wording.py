"""Conditions in words: "Stage is" "Won, Lost". Only what the reader may read has words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from framework.fields.base import ValueRefusedError
from framework.permissions import policy_for
from framework.records.names import present_field
from i18n.lazy import msg, nmsg
from ui.lists.conditions import days_of, text_of_value
from ui.values.cells import is_person, shown_type, text_of
from ui.values.titles import title_of

if TYPE_CHECKING:
    from i18n.lazy import Message
    from metadata.expressions import Node
    from metadata.snapshot import Entity, Field
    from ui.lists.conditions import Condition
    from ui.page.asked import Asked

CURRENCY = "currency"
_OPERATORS = {
    "eq": msg("%(field)s is"),
    "ne": msg("%(field)s is not"),
    "in": msg("%(field)s is"),
    "not_in": msg("%(field)s is not"),
    "lt": msg("%(field)s below"),
    "le": msg("%(field)s at most"),
    "gt": msg("%(field)s above"),
    "ge": msg("%(field)s at least"),
    "contains": msg("%(field)s contains"),
    "starts_with": msg("%(field)s begins with"),
    "blank": msg("%(field)s is blank"),
    "not_blank": msg("%(field)s is not blank"),
}
# Nobody says of a day that it is at least another one.
_OF_TIMES = {
    "lt": msg("%(field)s before"),
    "le": msg("%(field)s up to"),
    "gt": msg("%(field)s after"),
    "ge": msg("%(field)s from"),
}
_CALLS = {"me": msg("Me"), "my_team": msg("My team"), "my_teams": msg("My teams")}
_FAR = msg("%(link)s: %(field)s")
_CURRENCY_OF = msg("%(field)s: currency")
_TODAY = msg("today")
_NUMBERS = frozenset({"number", "percent", "money", "rating"})
_TIMES = frozenset({"date", "datetime", "time"})


@dataclass(frozen=True, slots=True)
class Reached:
    """A readable field, of the list's entity or behind a link; `part` is "currency" for that of an amount."""

    path: tuple[str, ...]
    entity: Entity
    field: Field
    label: str
    part: str | None = None


def reach(asked: Asked, path: tuple[str, ...]) -> Reached | None:
    """Give the field at the end of a path; None where the reader may not read it or there is none."""
    first = _readable(asked, asked.entity, path[0])
    if first is None:
        return None
    label = asked.text(first.label)
    if len(path) == 1:
        return Reached((first.name,), asked.entity, first, label)
    if path[1] == CURRENCY and shown_type(first).cell == "money":
        return Reached(path, asked.entity, first, asked.text(msg(_CURRENCY_OF.msgid, field=label)), CURRENCY)
    there = asked.context.snapshot.entities.get(first.targets[0]) if len(first.targets) == 1 else None
    second = _readable(asked, there, path[1]) if there else None
    if there is None or second is None:
        return None
    words = asked.text(msg(_FAR.msgid, link=label, field=asked.text(second.label)))
    return Reached((first.name, second.name), there, second, words)


def _readable(asked: Asked, entity: Entity, name: str) -> Field | None:
    rights = policy_for(asked.context.snapshot, asked.context.actor).entity(entity.name)
    present = present_field(entity, name)
    return entity.fields[present] if present in rights.readable else None


def words_of(asked: Asked, condition: Condition) -> tuple[str, str] | None:
    """Give a condition as a head and its values; None where the field has no words for this reader."""
    reached = reach(asked, condition.path)
    if reached is None:
        return None
    head = operator_words(asked, reached, condition.operator, reached.label)
    return head, ", ".join(value_words(asked, reached, value) for value in condition.values)


def operator_words(asked: Asked, reached: Reached, operator: str, label: str = "") -> str:
    """Give a comparison as people say it of such a field, behind its label."""
    known = _OPERATORS[operator]
    if shown_type(reached.field).cell in _TIMES:
        known = _OF_TIMES.get(operator, known)
    return asked.text(msg(known.msgid, field=label)).strip()


def value_words(asked: Asked, reached: Reached, value: Node) -> str:
    """Give one value as people read it; what is no value of the field stands as it was written."""
    text = text_of_value(value)
    if text is not None:
        return text if reached.part else _value(asked, reached.field, text)
    days = days_of(value)
    if days is not None:
        return asked.text(_days(days))
    name = getattr(value, "name", "")
    return asked.text(_CALLS[name])


def _days(days: int) -> Message:
    if days == 0:
        return _TODAY
    if days > 0:
        return nmsg("in %(count)s day", "in %(count)s days", days)
    return nmsg("%(count)s day ago", "%(count)s days ago", -days)


def _value(asked: Asked, field: Field, value: str) -> str:
    if is_person(field) and value == asked.context.actor.id:
        return asked.text(_CALLS["me"])
    if len(field.leads_to) == 1:
        return title_of(asked.context, field.leads_to[0], value) or value
    if field.choices is not None:
        return text_of(field, value, asked.reader)
    try:
        return _plain(asked, field, value)
    except (ValueRefusedError, InvalidOperation):
        return value


def _plain(asked: Asked, field: Field, value: str) -> str:
    """Give a literal of the language, which knows no locale, as the reader's locale writes it."""
    kind = shown_type(field)
    if kind.cell in _NUMBERS:
        return asked.reader.formats.number(Decimal(value))
    return text_of(field, kind.load(field, value == "true" if kind.cell == "boolean" else value), asked.reader)
