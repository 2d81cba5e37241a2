"""The filters of a list in words: chips for those that are on, menus for those that may be put on.

Each is a link to the list so changed, so that none of them needs a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.fields.base import ValueRefusedError, type_of
from i18n.lazy import msg
from ui.cells import is_person, option_tag, shown_type, text_of
from ui.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metadata.snapshot import Field
    from ui.addresses import Address
    from ui.asked import Asked

_SHORTHAND = re.compile(r"filter\[([^\[\]]+)\]\[([^\[\]]+)\]")
_MOST_DEFAULT = 3
_OPERATORS = {
    "eq": msg("%(field)s is"),
    "ne": msg("%(field)s is not"),
    "in": msg("%(field)s is"),
    "lt": msg("%(field)s below"),
    "le": msg("%(field)s at most"),
    "gt": msg("%(field)s above"),
    "ge": msg("%(field)s at least"),
    "contains": msg("%(field)s contains"),
    "starts_with": msg("%(field)s begins with"),
    "blank": msg("%(field)s is blank"),
}
_WRITTEN, _ME = msg("Filter"), msg("Me")
_YES, _NO = msg("Yes"), msg("No")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    parameter: str
    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One option of a menu; choosing it again takes it away."""

    label: str
    tag: tuple[str, object, str] | None
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """The options of one field."""

    name: str
    label: str
    picks: tuple[Pick, ...]


def chips(asked: Asked, address: Address) -> tuple[Chip, ...]:
    """Give the filters that are on, in words."""
    found = []
    for name, value in address.parameters:
        match = _SHORTHAND.fullmatch(name)
        url = str(address.anew(name, None))
        if match:
            found.append(Chip(name, *_words(asked, match[1], match[2], value), url))
        elif name == "filter":
            found.append(Chip(name, asked.text(_WRITTEN), value, url))
    return tuple(found)


def _words(asked: Asked, name: str, operator: str, value: str) -> tuple[str, str]:
    field = asked.entity.fields.get(name)
    label = asked.text(field.label) if field else name
    words = _OPERATORS.get(operator)
    head = asked.text(msg(words.msgid, field=label)) if words else label
    if operator == "blank" or field is None:
        return head, "" if operator == "blank" and value == "true" else value
    parts = value.split(",") if operator == "in" else [value]
    return head, ", ".join(_value(asked, field, part) for part in parts)


def _value(asked: Asked, field: Field, value: str) -> str:
    """Give a value of an address as people read it; what is no value stands as it was written."""
    if is_person(field) and value == asked.context.actor.id:
        return asked.text(_ME)
    kind = type_of(field)
    if len(field.targets) == 1:
        return title_of(asked.context, field.targets[0], value) or value
    if kind.has_choices:
        return text_of(field, value, asked.reader)
    try:
        wire = kind.from_text(field, value, asked.context, asked.reader.formats)
        return text_of(field, kind.load(field, wire), asked.reader)
    except ValueRefusedError:
        return value


def menus(asked: Asked, address: Address, wanted: Sequence[str] | None) -> tuple[Menu, ...]:
    """Give the menus of the screen's quick filters, else of the first fields with few values."""
    names = list(wanted) if wanted is not None else list(asked.entity.fields)
    made = [_menu(asked, address, field) for field in asked.readable(names)]
    found = tuple(menu for menu in made if menu is not None)
    return found if wanted is not None else found[:_MOST_DEFAULT]


def _menu(asked: Asked, address: Address, field: Field) -> Menu | None:
    picks = tuple(_picks(asked, address, field))
    return Menu(field.name, asked.text(field.label), picks) if picks else None


def _picks(asked: Asked, address: Address, field: Field) -> Iterable[Pick]:
    if field.choices is not None:
        yield from _options(asked, address, field)
    elif is_person(field) and asked.context.actor.id and not field.system:
        yield _single(address, field, asked.context.actor.id, asked.text(_ME))
    elif shown_type(field).cell == "boolean":
        own = field.options.get("labels", {})
        yield _single(address, field, "true", own.get("true") or asked.text(_YES))
        yield _single(address, field, "false", own.get("false") or asked.text(_NO))


def _options(asked: Asked, address: Address, field: Field) -> Iterable[Pick]:
    parameter = f"filter[{field.name}][in]"
    now = [key for key in (address.get(parameter) or "").split(",") if key]
    choices = field.choices
    for option in choices.options.values() if choices else ():
        chosen = option.key in now
        if option.retired and not chosen:
            continue
        then = [key for key in now if key != option.key] if chosen else [*now, option.key]
        tag = option_tag(choices, option, asked.reader) if choices else None
        label = asked.text(option.label)
        yield Pick(label, tag, str(address.anew(parameter, ",".join(then) or None)), chosen)


def _single(address: Address, field: Field, value: str, label: str) -> Pick:
    parameter = f"filter[{field.name}][eq]"
    chosen = address.get(parameter) == value
    return Pick(label, None, str(address.anew(parameter, None if chosen else value)), chosen)
