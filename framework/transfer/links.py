"""Links by what people call their targets: looked up for many rows at once, and remembered over a run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from i18n.lazy import msg
from metadata.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from framework.context import Context
    from framework.records import Door
    from framework.transfer.plan import Column
    from i18n.lazy import Message

Place = tuple[str, str]
"""Entity and field in which texts are looked up."""


@dataclass(slots=True)
class LinkFinder:
    """What texts of link columns stand for: ids of records that the actor sees."""

    door: Door
    context: Context
    known: dict[Place, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))

    def learn(self, column: Column, texts: Iterable[str]) -> None:
        """Look up the texts of a column that are not known yet, in few statements."""
        assert column.target is not None  # noqa: S101  (callers ask for link columns only)
        wanted: dict[Place, set[str]] = defaultdict(set)
        for text in texts:
            place = self._place(column, text)
            if text not in self.known[place]:
                wanted[place].add(text)
        for place, some in wanted.items():
            found = self.door.look_up(self.context, place[0], (place[1],), {(text,) for text in some})
            self.known[place].update({text: ids for (text,), ids in found.items()})

    def ids(self, column: Column, text: str) -> list[str]:
        """The records that a text names, after `learn`."""
        return self.known[self._place(column, text)].get(text, [])

    def forget(self, column: Column) -> None:
        """Look the column's texts up anew next time: the run itself may have made or renamed records."""
        for name in (column.by, "id"):
            self.known.pop((column.target or "", name), None)

    def not_one(self, column: Column, text: str) -> Message:
        """Why a text does not name one record, with the nearest that does."""
        entity = self.context.snapshot.entities[column.target or ""]
        count = len(self.ids(column, text))
        if count:
            return msg(
                "%(count)s records of %(entity)s are called “%(text)s”", count=count, entity=entity.name, text=text[:80]
            )
        near = nearest(text, (name for name, ids in self.known[self._place(column, text)].items() if ids))
        if near:
            return msg(
                "There is no %(entity)s “%(text)s”; did you mean “%(near)s”?",
                entity=entity.name,
                text=text[:80],
                near=near,
            )
        return msg("There is no %(entity)s “%(text)s”", entity=entity.name, text=text[:80])

    def _place(self, column: Column, text: str) -> Place:
        """Without a field to look in, an id (as exports have it) is an id."""
        by = "id" if column.rule.by is None and is_id(text) else column.by
        return column.target or "", by


def is_id(text: str) -> bool:
    """Whether a text has the form of a record's id."""
    try:
        return len(text) == len(str(UUID(text)))
    except ValueError:
        return False
