"""The panel that arranges the columns of a list: every step is a link to the list so changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from ui.lists.columns import MOST_FROZEN, frozen_in
from ui.lists.written import FOOTERS, FROZEN, WIDTHS, columns_text, parts_shown
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from i18n.lazy import Label, Message
    from metadata.snapshot import Field
    from ui.lists.columns import Column, Table
    from ui.page.addresses import Address
    from ui.page.asked import Asked

    Written = Mapping[str, Any]

PANEL = "columns"
"""What an address has as its `panel` where this one is open."""
AUTO_WIDTH = msg("Width by type")
WIDTH_WORDS: Mapping[str, Message] = {"narrow": msg("Narrow"), "normal": msg("Normal"), "wide": msg("Wide")}
NO_FOOTER = msg("No figure")
_STAYS, _SCROLLS = msg("Frozen"), msg("Not frozen")
FOOTER_WORDS: Mapping[str, Message] = {
    "sum": msg("Sum"),
    "avg": msg("Average"),
    "min": msg("Lowest"),
    "max": msg("Highest"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A setting of a column: what it is now, what the link makes of it, and where that leads."""

    now: str
    next: str
    url: str


@dataclass(frozen=True, slots=True)
class Arranged:
    """One column that is shown; a blank address means that there is no such step."""

    name: str
    label: str
    earlier_url: str
    later_url: str
    hide_url: str
    width: Turn
    footer: Turn | None
    frozen: Turn | None


@dataclass(frozen=True, slots=True)
class Addable:
    """A field that may become a column."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """All that the template of the panel prints."""

    columns: tuple[Arranged, ...]
    addable: tuple[Addable, ...]


def panel_of(asked: Asked, address: Address, table: Table, written: Sequence[Any]) -> Panel:
    """Give the panel for the columns that a list shows now."""
    settings = {one["field"]: one for one in written if not isinstance(one, str)}
    shown = [settings.get(column.name, {"field": column.name}) for column in table.columns]
    arranged = tuple(_arranged(asked, address, shown, at, column) for at, column in enumerate(table.columns))
    return Panel(arranged, tuple(_addable(asked, address, shown)))


def _arranged(asked: Asked, address: Address, shown: list[Written], at: int, column: Column) -> Arranged:
    rest = [*shown[:at], *shown[at + 1 :]]
    return Arranged(
        column.name,
        column.label,
        earlier_url=_url(address, [*rest[: at - 1], shown[at], *rest[at - 1 :]]) if at else "",
        later_url=_url(address, [*rest[: at + 1], shown[at], *rest[at + 1 :]]) if at < len(rest) else "",
        hide_url=_url(address, rest) if rest else "",
        width=_turn(asked, address, shown, at, "width", {"": AUTO_WIDTH, **WIDTH_WORDS}, ("", *WIDTHS)),
        footer=None if column.part else _footer(asked, address, shown, at, column.field),
        frozen=_frozen(asked, address, shown, at) if at < MOST_FROZEN else None,
    )


def _frozen(asked: Asked, address: Address, shown: list[Written], at: int) -> Turn:
    """Give the step that keeps the columns up to this one where they are, or lets this and later ones go."""
    count = frozen_in([one["field"] for one in shown], shown)
    kept = at if at < count else at + 1
    free = [{key: value for key, value in one.items() if key != FROZEN} for one in shown]
    changed = [{**one, FROZEN: True} if place < kept else one for place, one in enumerate(free)]
    now, following = (_STAYS, _SCROLLS) if at < count else (_SCROLLS, _STAYS)
    return Turn(asked.text(now), asked.text(following), _url(address, changed))


def _footer(asked: Asked, address: Address, shown: list[Written], at: int, field: Field) -> Turn | None:
    possible = footers_of(field)
    if not possible:
        return None
    return _turn(asked, address, shown, at, "footer", {"": NO_FOOTER, **FOOTER_WORDS}, ("", *possible))


def _turn(
    asked: Asked,
    address: Address,
    shown: list[Written],
    at: int,
    key: str,
    words: Mapping[str, Message],
    values: tuple[str, ...],
) -> Turn:
    now = shown[at].get(key, "")
    following = values[(values.index(now) + 1) % len(values)] if now in values else values[0]
    other = {name: value for name, value in shown[at].items() if name != key}
    changed = {**other, key: following} if following else other
    url = _url(address, [*shown[:at], changed, *shown[at + 1 :]])
    return Turn(asked.text(words.get(now, words[""])), asked.text(words[following]), url)


def _addable(asked: Asked, address: Address, shown: list[Written]) -> list[Addable]:
    taken = {one["field"] for one in shown} | {asked.entity.title}
    return [
        Addable(name, asked.text(label), _url(address, [*shown, {"field": name}]))
        for field in asked.readable(asked.entity.fields)
        for name, label in columns_of_field(field)
        if name not in taken and not field.name.startswith("deleted_")
    ]


def footers_of(field: Field) -> tuple[str, ...]:
    """Give the figures that the foot may show of a field."""
    return tuple(one for one in FOOTERS if one in shown_type(field).aggregates)


def columns_of_field(field: Field) -> Iterable[tuple[str, Label | Message]]:
    """Give the names and labels of a field and of its parts, as columns have them."""
    yield field.name, field.label
    for part in parts_shown(field):
        label = shown_type(field).part_labels[part]
        yield f"{field.name}.{part}", msg("%(field)s: %(part)s", field=field.label, part=label)


def _url(address: Address, columns: Sequence[Written]) -> str:
    return str(address.anew("columns", columns_text(columns)).having("panel", PANEL))
