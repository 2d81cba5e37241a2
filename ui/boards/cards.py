"""The cards of a board: what of a record stands on one, and which signs of age and delay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.extension import services
from framework.permissions import policy_for
from framework.plans.predicates import all_of
from i18n.lazy import msg, nmsg
from ui.page.addresses import record_url
from ui.page.offered import is_open
from ui.values.cells import cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.records import Record
    from metadata.snapshot import Field
    from ui.boards.moves import Target
    from ui.page.asked import Asked
    from ui.values.cells import Cell

MOST_FIELDS = 5
# Cells by where they stand on a card: a line of their own, the end of the last line, or its beginning.
_LINES = frozenset({"link", "text", "code", "phone", "email", "url", "long_text", "address", "rich_text", "json"})
_AT_END = frozenset({"date", "datetime", "time", "person"})
_DEFAULT = frozenset({"link", "money", "date", "person"})


@dataclass(frozen=True, slots=True)
class Value:
    """One field on a card, ready for the template of its cell."""

    label: str
    cell: str
    value: object


@dataclass(frozen=True, slots=True)
class Sign:
    """What should catch the eye: an icon and words; `late` is red."""

    icon: str
    text: str
    late: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One record on a board; without targets it cannot be moved to another lane, without `key` not within its own.

    `up` and `down` are the places beside its neighbours, blank at the ends of the lane.
    """

    id: str
    title: str
    url: str
    version: int
    lines: tuple[Value, ...]
    facts: tuple[Value, ...]
    ends: tuple[Value, ...]
    signs: tuple[Sign, ...]
    targets: tuple[Target, ...]
    movable: bool
    key: str = ""
    up: str = ""
    down: str = ""


def in_order(cards: Sequence[Card], key: str) -> list[Card]:
    """Give the cards of a lane with the places beside their neighbours."""
    idents = ["", *(card.id for card in cards), ""]
    found = []
    for at, card in enumerate(cards, start=1):
        up = f"{idents[at - 2]}|{idents[at - 1]}" if at > 1 else ""
        last = at == len(cards)
        down = "" if last else f"{idents[at + 1]}|{idents[at + 2] if at + 2 < len(idents) else ''}"
        found.append(replace(card, key=key, up=up, down=down) if card.movable else card)
    return found


@dataclass(frozen=True, slots=True)
class Drawer:
    """What draws the cards of one board for one reader."""

    asked: Asked
    cells: tuple[tuple[Field, Cell], ...]
    due: tuple[Field, Field | None] | None
    since: Mapping[str, dt.datetime]

    def card(self, record: Record, targets: Sequence[Target], *, running: bool) -> Card:
        """Draw a record; `running` says that it is in a lane where time counts."""
        may_move = self._may_move(record)
        drawn = [
            (cell.template, Value(self.asked.text(field.label), cell.template, value))
            for field, cell in self.cells
            if (value := cell.write(record)) is not None and value != ""
        ]
        return Card(
            record.id,
            record.title or record.id,
            record_url(record.entity, record.id),
            record.version,
            tuple(value for cell, value in drawn if cell in _LINES),
            tuple(value for cell, value in drawn if cell not in _LINES | _AT_END),
            tuple(value for cell, value in drawn if cell in _AT_END),
            tuple(self._signs(record)) if running else (),
            tuple(targets) if may_move else (),
            movable=may_move,
        )

    def _may_move(self, record: Record) -> bool:
        rights, lane = self.asked.rights, self.asked.screen.options["lanes"]["field"]
        if lane not in rights.writable:
            return False
        return is_open(all_of((rights.update, rights.writes[lane])), record, self.asked.context)

    def _signs(self, record: Record) -> Iterable[Sign]:
        day = record.values.get(self.due[0].name) if self.due else None
        late = (self.asked.context.today - _day(day, self.asked)).days if day is not None else 0
        if self.due and late > 0:
            words = self.asked.text(nmsg("%(count)s day late", "%(count)s days late", late))
            what = record.values.get(self.due[1].name) if self.due[1] else None
            said = msg("%(late)s: %(what)s", late=words, what=what)
            yield Sign("alert-circle", self.asked.text(said) if what else words, late=True)
        days = self._age(record)
        if days is not None:
            text = self.asked.text(nmsg("%(count)s day in this lane", "%(count)s days in this lane", days))
            yield Sign("hourglass", text, late=False)

    def _age(self, record: Record) -> int | None:
        """Give for how many days the record has been in its lane; None where that is not long."""
        least = self.asked.screen.options.get("age")
        moment = self.since.get(record.id) or record.values.get("created_at")
        if least is None or moment is None:
            return None
        days = (self.asked.context.now - moment).days
        return days if days >= least else None


def _day(value: dt.date | dt.datetime, asked: Asked) -> dt.date:
    return value.astimezone(asked.reader.formats.zone).date() if isinstance(value, dt.datetime) else value


def fields_of(asked: Asked, lane: Field) -> list[Field]:
    """Give the fields on the cards: those of the metadata, else the first that tell deals apart at a glance."""
    written = asked.screen.options.get("card")
    title = asked.entity.title
    if written is not None:
        return [field for field in asked.readable(written) if field.name != title][:MOST_FIELDS]
    found: dict[str, Field] = {}
    for field in asked.readable(asked.entity.fields):
        template = cell_of(field, asked.reader).template
        if (
            template in _DEFAULT
            and field.name not in {title, lane.name, "team"}
            and (not field.system or field.name == "owner")
        ):
            found.setdefault(template, field)
    return list(found.values())


def due_of(asked: Asked) -> tuple[Field, Field | None] | None:
    """Give the date that may be late and the field that says what for; None where the reader has none."""
    written = asked.screen.options.get("due")
    dates = asked.readable([written["field"]]) if written else []
    texts = asked.readable([written["text"]]) if written and "text" in written else []
    return (dates[0], texts[0] if texts else None) if dates else None


def has_ages(asked: Asked, lane: Field) -> bool:
    """Whether the board shows ages to this reader: they are part of history."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    return "age" in asked.screen.options and "view_history" in policy.abilities() and not lane.computed


def query_fields(asked: Asked, lane: Field) -> tuple[str, ...]:
    """Give the names of all fields that the cards need."""
    due = due_of(asked) or ()
    shown = [lane.name, *(field.name for field in (*fields_of(asked, lane), *due) if field is not None)]
    beside = [field.name for field in asked.readable(("owner", "created_at"))]
    return tuple(dict.fromkeys((*shown, *beside)))


def drawer_of(asked: Asked, lane: Field, records: Sequence[Record]) -> Drawer:
    """Give what draws these records; one statement where the board shows ages."""
    since: Mapping[str, dt.datetime] = {}
    if records and has_ages(asked, lane):
        since = services().door.since(asked.context, asked.entity.name, lane.name, [one.id for one in records])
    cells = tuple((field, cell_of(field, asked.reader)) for field in fields_of(asked, lane))
    return Drawer(asked, cells, due_of(asked), since)
