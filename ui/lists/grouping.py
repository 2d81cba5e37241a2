"""By what a list is grouped: a field, or the days, weeks, months, quarters or years of a day or a moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.lists.days import between, following, span_label, start_text
from ui.lists.group_values import BLANK, Named, alone, condition_of_key, titles_of
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.page.addresses import Address
    from ui.page.asked import Asked


def has_days(field: Field) -> bool:
    """Whether the field holds a day or a moment, which groups records by spans of days."""
    return shown_type(field).cell in {"date", "datetime"}


@dataclass(frozen=True, slots=True)
class Grouping:
    """A field, and for a day or a moment the unit of its spans; the keys of these are the days on which they begin."""

    asked: Asked
    field: Field
    unit: str

    @property
    def text(self) -> str:
        """The group as the door takes it."""
        return start_text(self.field, self.unit, self.asked.reader.formats) if self.unit else self.field.name

    def named(self, keys: Iterable[str]) -> Named | NamedSpans:
        """Give what names the groups."""
        if self.unit:
            return NamedSpans(self)
        return Named(self.asked, self.field, titles_of(self.asked, self.field, keys))

    def ordered(self, counts: Mapping[str, int], sort: Sequence[str]) -> list[str]:
        """Give the keys as the options stand, or the largest groups first; spans newest first unless sorted so."""
        if self.unit:
            rising = bool(sort) and sort[0] == self.field.name
            return sorted(counts, key=lambda key: ((key == BLANK) != (not rising), key), reverse=not rising)
        order = list(self.field.choices.options) if self.field.choices else []
        return sorted(counts, key=lambda key: (order.index(key) if key in order else len(order), -counts[key], key))

    def condition(self, key: str) -> Node:
        """Give the condition under which a record belongs to a group."""
        if not self.unit or key == BLANK:
            return condition_of_key(self.field, key)
        start = dt.date.fromisoformat(key)
        return between(self.field, start, following(self.unit, start), self.asked.reader.formats.zone)

    def alone(self, address: Address, key: str) -> Address:
        """Give the address of the list of just one group's records."""
        if not self.unit or key == BLANK:
            return alone(address, self.field, key)
        plain, name = address.without({"group", "opened"}), f"filter[{self.field.name}]"
        start = dt.date.fromisoformat(key)
        after = following(self.unit, start)
        for operator, day in (("ge", start), ("lt", after)):
            if day is not None:
                plain = plain.anew(f"{name}[{operator}]", self._moment(day))
        return plain

    def _moment(self, day: dt.date) -> str:
        if shown_type(self.field).cell == "date":
            return day.isoformat()
        return dt.datetime.combine(day, dt.time(), self.asked.reader.formats.zone).isoformat()


@dataclass(frozen=True, slots=True)
class NamedSpans:
    """What the spans of a day or a moment are called."""

    by: Grouping

    def label(self, key: str) -> str:
        """Give the words of a group."""
        asked = self.by.asked
        if key == BLANK:
            return Named(asked, self.by.field, {}).label(key)
        return span_label(self.by.unit, dt.date.fromisoformat(key), asked.reader)

    def tag(self, key: str) -> None:  # noqa: ARG002
        """Give no badge: spans have none."""
        return
