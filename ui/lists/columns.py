"""Columns of lists and of related lists: which, how wide, and where on a phone's three-line row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.fields.base import type_of
from i18n.lazy import msg
from ui.lists.ways import NONE
from ui.lists.written import FROZEN
from ui.page.addresses import record_url
from ui.page.render import RowForm, drawn_once, table_body
from ui.values.cells import Cell, cell_of, is_person, part_cell, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.records import Record
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Field
    from ui.lists.ways import Ways
    from ui.page.asked import Asked
    from ui.page.render import Html
    from ui.values.cells import Writer

_TELLING = 5
_SHORT: Mapping[str, Message] = {"updated_at": msg("Changed"), "updated_by": msg("Changed by")}
_WIDTHS = {
    "date": "w-date", "datetime": "w-datetime", "money": "w-money", "number": "w-number", "percent": "w-number",
    "choice": "w-choice", "boolean": "w-bool", "link": "w-link", "long_text": "w-long", "text": "w-text",
    "address": "w-long", "location": "w-link", "person_name": "w-text", "rich_text": "w-long",
    "code": "w-text", "email": "w-link", "phone": "w-text", "url": "w-link", "color": "w-number", "duration": "w-date",
    "time": "w-number", "rating": "w-datetime", "json": "w-long",
}  # fmt: skip
_PIXELS = {
    "w-date": 104, "w-datetime": 118, "w-money": 122, "w-number": 100, "w-person": 72, "w-choice": 148, "w-bool": 84,
    "w-link": 176, "w-long": 232, "w-text": 152, "w-narrow": 96, "w-normal": 168, "w-wide": 280,
}  # fmt: skip
_RELATED_WIDTH = 440
MOST_FROZEN = 2
"""How many columns behind the title may stay where they are."""
_FIRST_CELL = 2  # behind address and title
# Cells whose values are few, so that rows share their markup.
_REPEATING = frozenset({"choice", "person", "rating"})
_RIGHT = frozenset({"number", "percent", "money", "duration"})
# Cells by the place they may take on a phone; each place is taken once, by the first that fits.
_PLACES = (
    ("p-end", frozenset({"money", "number", "percent", "duration"})),
    ("p-tag", frozenset({"choice", "rating"})),
    ("p-face", frozenset({"person"})),
    ("p-date", frozenset({"date", "datetime", "time"})),
    (
        "p-sub",
        frozenset({"link", "text", "code", "phone", "email", "url", "long_text", "address", "person_name", "coded"}),
    ),
)
_SECOND_CHOICE = ("p-sub", frozenset({"choice", "boolean", "date"}))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field, or the part of one, and cell, the classes of its width and of its cells."""

    field: Field
    label: str
    cell: Cell
    width: str
    place: str
    part: str = ""

    @property
    def name(self) -> str:
        """How definitions and addresses name it."""
        return f"{self.field.name}.{self.part}" if self.part else self.field.name


@dataclass(frozen=True, slots=True)
class Table:
    """Columns behind the title, and all that a query needs to fill them."""

    title: str
    columns: tuple[Column, ...]
    picks: bool = False
    """Whether rows can be picked, to do something with many of them."""
    origin: str = ""
    """What the address of a record says of the list in which it stands, so that one can go on from there."""
    ways: Ways = NONE
    """What rows have beside their columns."""
    frozen: int = 0
    """How many columns behind the title stay where they are while others are scrolled to."""

    @property
    def classes(self) -> str:
        """The classes of the table, which say what stays where."""
        kept = self.columns[: self.frozen]
        behind = f" after-{kept[0].width}" if len(kept) > 1 else ""
        return f"rows stays{len(kept)}{' picks' if self.picks else ''}{behind}"

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields to read."""
        return tuple(dict.fromkeys((self.title, *(column.field.name for column in self.columns), *self.ways.needs)))

    @property
    def links(self) -> tuple[str, ...]:
        """Names of the links whose titles are shown."""
        return tuple(column.name for column in self.columns if column.field.leads_to)

    def narrow(self, without: str) -> Table:
        """Give the table with only the columns that fit beside the details of a record."""
        kept: list[Column] = []
        for column in self.columns:
            width = sum(_PIXELS[one.width] for one in (*kept, column))
            if column.name != without and width <= _RELATED_WIDTH:
                kept.append(column)
        return Table(self.title, tuple(kept))

    def body(self, records: Iterable[Record], *, left: bool = False) -> Html:
        """Draw the rows; `left` marks those of records that do not belong to the list any more."""
        acts, colour, edits = self.ways.acts, self.ways.colour, self._edits()
        form = RowForm(
            self.ways.entity, edits, marks=colour is not None, picks=self.picks, acts=acts is not None, left=left
        )
        writers = [*(_writer(column) for column in self.columns), *((acts,) if acts else ())]
        ends = [
            *((self.ways.editable,) if edits else ()),
            *((colour,) if colour else ()),
            *((_id,) if form.named else ()),
        ]
        rows = [
            (
                record_url(record.entity, record.id) + self.origin,
                record.title or record.id,
                *(write(record) for write in writers),
                *(write(record) for write in ends),
            )
            for record in records
        ]
        cells = [*self._cells(), *((("row_acts", "act p-acts"),) if acts else ())]
        return table_body(cells, rows, form)

    def bin_body(self, records: Iterable[Record]) -> Html:
        """Draw the rows of the recycle bin: they lead nowhere, and each can be restored."""
        writers = [_writer(column) for column in self.columns]
        rows = [
            (
                "",
                record.title or record.id,
                *(write(record) for write in writers),
                f"{record_url(record.entity, record.id)}/restore",
            )
            for record in records
        ]
        return table_body([*self._cells(), ("restore", "act p-face")], rows)

    def _edits(self) -> tuple[tuple[int, str, str], ...]:
        """Give the columns whose cells can be edited, with their places in a row."""
        places = enumerate(self.columns, start=_FIRST_CELL)
        return tuple((at, one.name, one.label) for at, one in places if one.name in self.ways.edits)

    def _cells(self) -> list[tuple[str, str]]:
        return [
            ("drawn" if column.cell.template in _REPEATING else column.cell.template, column.place)
            for column in self.columns
        ]


def _id(record: Record) -> str:
    return record.id


def _writer(column: Column) -> Writer:
    write = column.cell.write
    if column.cell.template not in _REPEATING:
        return write
    draw = drawn_once(column.cell.template)
    return lambda record: draw(write(record))


def table_of(asked: Asked, written: Sequence[Any]) -> Table:
    """Give the table of columns as written, or of the entity's telling fields where there are none."""
    widths = {_name(column): column.get("width") for column in written if not isinstance(column, str)}
    names = [_name(column) for column in written] or default_columns(asked.entity)
    fields = {field.name: field for field in asked.readable(names) if field.name != asked.entity.title}
    places = _places(fields.values(), asked.screen.options.get("card", {}).get("lines", ()))
    columns = (
        _whole(asked, fields[name], widths.get(name), places[name]) if name in fields else _of_part(asked, name, widths)
        for name in dict.fromkeys(names)
    )
    shown = [column for column in columns if column is not None]
    frozen = frozen_in([one.name for one in shown], written)
    kept = (replace(one, place=f"{one.place} stay{at}".strip()) for at, one in enumerate(shown[:frozen], start=1))
    return Table(asked.entity.title, (*kept, *shown[frozen:]), frozen=frozen)


def default_columns(entity: Entity) -> list[str]:
    """Give up to five fields that tell records apart, the owner, and the last change."""
    telling = [
        field.name
        for field in entity.fields.values()
        if not field.system and field.name not in {"owner", "team", entity.title} and type_of(field).telling
    ]
    return [*telling[:_TELLING], "owner", "updated_at"]


def frozen_in(names: Sequence[str], written: Sequence[Any]) -> int:
    """Give how many of the first columns stay where they are: up to the last one that says so."""
    said = {_name(one) for one in written if not isinstance(one, str) and one.get(FROZEN)}
    return max((at for at, name in enumerate(names[:MOST_FROZEN], start=1) if name in said), default=0)


def _whole(asked: Asked, field: Field, width: str | None, place: str) -> Column:
    label = asked.text(_SHORT.get(field.name, field.label))
    return Column(field, label, cell_of(field, asked.reader), _width(field, width), place)


def _of_part(asked: Asked, name: str, widths: Mapping[str, str | None]) -> Column | None:
    """Give the column of a part such as `address.city`; none where there is no such part for the reader."""
    field_name, _, part = name.partition(".")
    for field in asked.readable([field_name]):
        kind = shown_type(field)
        if part in kind.part_types(field) and part in kind.part_labels:
            label = msg("%(field)s: %(part)s", field=field.label, part=kind.part_labels[part])
            cell, width = part_cell(field, part, asked.reader), widths.get(name) or "normal"
            return Column(field, asked.text(label), cell, f"w-{width}", "", part)
    return None


def _name(column: Any) -> str:  # noqa: ANN401 - JSON
    return column if isinstance(column, str) else column["field"]


def _width(field: Field, written: str | None) -> str:
    if is_person(field):
        return "w-person"
    natural = _WIDTHS.get(shown_type(field).cell, "w-text")
    if written is None or (written == "narrow" and _PIXELS[natural] < _PIXELS["w-text"]):
        return natural
    return f"w-{written}"


def _places(fields: Iterable[Field], first: Sequence[str]) -> dict[str, str]:
    """Give each field the first place that its cell fits; fields that the card names choose before others."""
    fields = list(fields)
    chosen: dict[str, str] = {}
    for places in (_PLACES, (_SECOND_CHOICE,)):
        for field in sorted(fields, key=lambda field: first.index(field.name) if field.name in first else len(first)):
            if field.name not in chosen:
                free = (name for name, cells in places if _cell(field) in cells and name not in chosen.values())
                place = next(free, None)
                if place is not None:
                    chosen[field.name] = place
    return {
        field.name: " ".join(filter(None, ("right num" if _cell(field) in _RIGHT else "", chosen.get(field.name))))
        for field in fields
    }


def _cell(field: Field) -> str:
    return "person" if is_person(field) else shown_type(field).cell
