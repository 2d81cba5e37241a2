"""The filters of a list in words: chips for those that are on, menus for those that may be put on.

Each is a link to the list so changed, so that none of them needs a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions import from_shorthand, logic, to_text
from metadata.expressions.tree import Logic
from ui.lists.conditions import condition_of, parts_of
from ui.lists.state import with_filter
from ui.lists.wording import words_of
from ui.values.cells import is_person, option_tag, shown_type, yes_and_no

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.lists.state import ListState
    from ui.page.addresses import Address
    from ui.page.asked import Asked

_SHORTHAND = re.compile(r"filter\[([^\[\]]+)\]\[([^\[\]]+)\]")
_MOST_DEFAULT = 3
_OWNER_KEY = "Alt+O"
_WRITTEN, _ME = msg("Filter"), msg("Me")
_YES, _NO = msg("Yes"), msg("No")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

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
    """The options of one field; `key` is the chord that opens it."""

    name: str
    label: str
    key: str
    picks: tuple[Pick, ...]


def chips(asked: Asked, address: Address, state: ListState) -> tuple[Chip, ...]:
    """Give the filters that are on, in words: conditions of the filter, then quick filters."""
    parts = parts_of(state.filter)
    written = [Chip(*_of_part(asked, part), str(with_filter(address, state, _without(parts, part)))) for part in parts]
    quick = [
        Chip(*_of_part(asked, from_shorthand(found[1], found[2], value)), str(address.anew(name, None)))
        for name, value in address.parameters
        if (found := _SHORTHAND.fullmatch(name))
    ]
    return (*written, *quick)


def without_filters(address: Address, state: ListState) -> Address:
    """Give the address of the list with neither filter nor search."""
    quick = [name for name, _ in address.parameters if _SHORTHAND.fullmatch(name)]
    return with_filter(address.anew("search", None).without(quick), state, None)


def _without(parts: Sequence[Node], gone: Node) -> Node | None:
    left = [part for part in parts if part is not gone]
    return logic("and", left) if left else None


def _of_part(asked: Asked, part: Node) -> tuple[str, str]:
    condition = condition_of(part)
    words = words_of(asked, condition) if condition else None
    either = _either(asked, part) if words is None else None
    return words or either or (asked.text(_WRITTEN), to_text(part))


def _either(asked: Asked, part: Node) -> tuple[str, str] | None:
    """Give conditions of which one is enough in one chip; None where one of them has no words."""
    if not isinstance(part, Logic):
        return None
    conditions = [condition_of(one) for one in part.operands]
    words = [words_of(asked, one) if one else None for one in conditions]
    if None in words:
        return None
    said = [" ".join(filter(None, one)) for one in words if one]
    joined = reduce(lambda one, other: asked.text(msg("%(one)s or %(other)s", one=one, other=other)), said)
    return "", joined


def menus(asked: Asked, address: Address, wanted: Sequence[str] | None) -> tuple[Menu, ...]:
    """Give the menus of the screen's quick filters, else of the first fields with few values."""
    names = list(wanted) if wanted is not None else list(asked.entity.fields)
    made = [_menu(asked, address, field) for field in asked.readable(names)]
    found = tuple(menu for menu in made if menu is not None)
    return found if wanted is not None else found[:_MOST_DEFAULT]


def _menu(asked: Asked, address: Address, field: Field) -> Menu | None:
    picks = tuple(_picks(asked, address, field))
    key = _OWNER_KEY if field.name == "owner" else ""
    return Menu(field.name, asked.text(field.label), key, picks) if picks else None


def _picks(asked: Asked, address: Address, field: Field) -> Iterable[Pick]:
    if field.choices is not None:
        yield from _options(asked, address, field)
    elif is_person(field) and asked.context.actor.id and not field.system:
        yield _single(address, field, asked.context.actor.id, asked.text(_ME))
    elif shown_type(field).cell == "boolean":
        yes, no = yes_and_no(field, asked.reader.words)
        yield _single(address, field, "true", yes)
        yield _single(address, field, "false", no)


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
