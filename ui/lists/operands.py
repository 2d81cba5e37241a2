"""What a condition of the filter builder offers and takes: operators per field type, and texts that become values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from framework.fields.base import ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import logic
from metadata.expressions.tree import Literal, Unary
from ui.lists.conditions import ME, MY_TEAMS, Condition, day, days_of, text_of_value
from ui.lists.wording import CURRENCY, value_words
from ui.values.cells import is_person, shown_type

if TYPE_CHECKING:
    from metadata.expressions import Node
    from ui.lists.wording import Reached
    from ui.page.asked import Asked

ME_TEXT, MY_TEAMS_TEXT = "me()", "my_teams()"
MANY = frozenset({"in", "not_in"})
WITHOUT_VALUE = frozenset({"blank", "not_blank"})
_PRESENCE = ("blank", "not_blank")
_DAYS = {"date": "today", "datetime": "now"}
_NUMBERS = frozenset({"number", "percent", "rating"})
_RELATIVE = re.compile(r"\s*([+\-\u2212])\s*(\d{1,6})\s*")
_TODAY = msg("today")
_LACKING = msg("Give a value")
_NO_RECORD = msg("Choose a record from the list")
_NO_OPTION = msg("“%(value)s” is none of the choices")


def operators_of(reached: Reached) -> tuple[str, ...]:
    """Give the operators of a field in the order in which they are offered."""
    kind = shown_type(reached.field)
    if reached.part:
        return ("eq", "ne")
    if reached.field.choices is not None:
        return ("in", "not_in", *_PRESENCE)
    if reached.field.targets:
        return ("eq", "ne", *_PRESENCE)
    if reached.field.linked:
        return ("contains", *_PRESENCE)
    plain = tuple(one for one in kind.operators if one not in {"in", "blank"})
    first = tuple(one for one in ("contains",) if one in plain)
    presence = _PRESENCE if "blank" in kind.operators else ()
    return tuple(dict.fromkeys((*first, *plain, *presence)))


def texts_of(asked: Asked, reached: Reached, condition: Condition) -> tuple[str, tuple[str, ...]] | None:
    """Give the operator and the texts that controls show for a condition; None where they have no place for it."""
    operator, values = condition.operator, condition.values
    if reached.field.choices is not None and operator in {"eq", "ne"}:
        operator = "in" if operator == "eq" else "not_in"
    if reached.field.targets and values in {(ME,), (MY_TEAMS,)}:
        operator = {"in": "eq", "not_in": "ne"}.get(operator, operator)
    if operator not in operators_of(reached) or (len(values) > 1 and operator not in MANY):
        return None
    texts = tuple(_text(asked, reached, value) for value in values)
    return None if None in texts else (operator, tuple(text for text in texts if text is not None))


def _text(asked: Asked, reached: Reached, value: Node) -> str | None:
    if value in {ME, MY_TEAMS}:
        return ME_TEXT if value == ME else MY_TEAMS_TEXT
    days = days_of(value)
    if days is not None:
        return _days_text(asked, days) if shown_type(reached.field).cell in _DAYS else None
    text = text_of_value(value)
    if text is None or reached.part or reached.field.choices is not None or reached.field.leads_to:
        return text
    return text if chosen_by_name(asked, reached) else value_words(asked, reached, value)


def chosen_by_name(asked: Asked, reached: Reached) -> bool:
    """Whether the field has few values by its type, which are chosen rather than typed."""
    kind = shown_type(reached.field)
    return kind.cell == "boolean" or bool(kind.named_values(reached.field, asked.reader.formats))


def _days_text(asked: Asked, days: int) -> str:
    today = asked.text(_TODAY)
    return f"{today} {'+' if days > 0 else '-'} {abs(days)}" if days else today


def node_of(asked: Asked, reached: Reached, operator: str, texts: tuple[str, ...]) -> Node:
    """Give the condition that controls hold as an expression. Raises ValueRefusedError."""
    if operator in WITHOUT_VALUE:
        return Condition(reached.path, operator).node
    given = tuple(text.strip() for text in texts if text.strip())
    if not given:
        raise ValueRefusedError(_LACKING)
    if operator in MANY:
        return _options(reached, operator, given)
    if reached.field.leads_to:
        return _record(reached, operator, given[0])
    if shown_type(reached.field).cell == "money" and not reached.part:
        return _amount(asked, reached, operator, given[0])
    return Condition(reached.path, operator, (_value(asked, reached, operator, given[0]),)).node


def _options(reached: Reached, operator: str, given: tuple[str, ...]) -> Node:
    known = reached.field.choices.options if reached.field.choices else {}
    odd = next((text for text in given if text not in known), None)
    if odd is not None:
        raise ValueRefusedError(msg(_NO_OPTION.msgid, value=odd[:40]))
    return Condition(reached.path, operator, tuple(Literal(text) for text in given)).node


def _record(reached: Reached, operator: str, text: str) -> Node:
    if text == ME_TEXT and is_person(reached.field):
        return Condition(reached.path, operator, (ME,)).node
    if text == MY_TEAMS_TEXT and reached.field.targets == ("team",):
        return Condition(reached.path, "in" if operator == "eq" else "not_in", (MY_TEAMS,)).node
    if not _ID.fullmatch(text):
        raise ValueRefusedError(_NO_RECORD)
    return Condition(reached.path, operator, (Literal(text),)).node


_ID = re.compile(r"[0-9a-f-]{36}")


def _amount(asked: Asked, reached: Reached, operator: str, text: str) -> Node:
    """Give a comparison of amounts, which always names its currency: unlike ones are not compared."""
    field = reached.field
    kind = shown_type(field)
    given = kind.from_text(field, text, asked.context, asked.reader.formats)
    amount, currency = (given["amount"], given["currency"]) if isinstance(given, dict) else (given, None)
    compared = Condition(reached.path, operator, (_number(str(amount)),)).node
    if CURRENCY in field.options:
        return compared
    code = Literal(currency or asked.context.snapshot.site.currency)
    return logic("and", (Condition((*reached.path, CURRENCY), "eq", (code,)).node, compared))


def _value(asked: Asked, reached: Reached, operator: str, text: str) -> Node:
    kind = shown_type(reached.field)
    if reached.part:
        return Literal(text.upper())
    if operator in {"contains", "starts_with"}:
        return Literal(text)
    if kind.cell == "boolean":
        return Literal(value=text == "true")
    if kind.cell in _DAYS:
        days = _days(asked, text)
        if days is not None:
            return day(days, _DAYS[kind.cell])
    wire = kind.from_text(reached.field, text, asked.context, asked.reader.formats)
    return _number(str(wire)) if kind.cell in _NUMBERS else Literal(_as_kept(reached, wire))


def _as_kept(reached: Reached, wire: object) -> str:
    """Give a text as the field keeps it: a telephone number by its digits, a name in its usual order.

    What the field would not take stays as it is: it may be looked for among what was kept before.
    """
    kind = shown_type(reached.field)
    try:
        stored = kind.load(reached.field, wire)
    except ValueRefusedError:
        return str(wire)
    kept = None if stored is None else kind.main_value(reached.field, stored)
    return kept if isinstance(kept, str) else str(wire)


def _days(asked: Asked, text: str) -> int | None:
    """Read "today", "today + 7" and "today - 30", in the reader's language too."""
    low = text.lower()
    for word in (asked.text(_TODAY).lower(), "today"):
        if low == word:
            return 0
        found = _RELATIVE.fullmatch(low.removeprefix(word)) if low.startswith(word) else None
        if found:
            return int(found[2]) * (1 if found[1] == "+" else -1)
    return None


def _number(text: str) -> Node:
    number = Decimal(text)
    return Unary("-", Literal(-number)) if number < 0 else Literal(number)
