"""Demo records of a bundle: committed as JSON, loaded through the door like anybody's input.

A record may have a `_ref`, by which others link to it (`{"ref": "acme"}`); dates may be days from
today (`{"days": -3}`) or first days of quarters (`{"quarters": -1}`), so that demo data stays fresh.

All of it is one operation, `DEMO`: that is how its records are known again (see records.demo).
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from framework.errors import ArmatureError, CommandError
from framework.plans import Query
from framework.records import Linked
from framework.records.bulk import Row
from framework.records.demo import DEMO
from i18n.lazy import msg
from metadata.expressions.tree import Binary, Literal, Path, logic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from framework.context import Context
    from framework.records import Door
    from metadata.documents import Document
    from metadata.snapshot import Entity, Field

# Keys of a demo record that are no fields; roles of people become memberships, `_made_…` when and by whom it was made.
_BESIDE = frozenset({"_ref", "_roles", "_made_at", "_made_by"})
_MADE = ("made_at", "made_by")
_MOST_AT_ONCE = 200
_MONTHS = 3
_USER = "user"

_Item = tuple["Document", int, "Mapping[str, Any]"]
"""A document, and the place and content of one of its records."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person whom demo data brought: for telling how to sign in."""

    id: str
    email: str
    name: str
    roles: tuple[str, ...]


@contextmanager
def _naming(item: _Item) -> Iterator[None]:
    """Name the file and the record of what is refused: raise CommandError."""
    document, index, _ = item
    try:
        yield
    except ArmatureError as error:
        told = "; ".join(f"{fault.pointer}: {fault.message}" for fault in error.faults) or str(error.detail)
        raise CommandError(
            msg("%(file)s, record %(index)s: %(what)s", file=document.file, index=index, what=told)
        ) from error


@dataclass(slots=True)
class DemoLoader:
    """Loads the demo documents of one bundle; remembers what refs became."""

    door: Door
    context: Context
    ids: dict[str, Linked] = field(default_factory=dict)
    people: list[DemoPerson] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let all be written as one operation."""
        self.context = replace(self.context, request_id=DEMO)

    def load(self, documents: Iterable[Document]) -> int:
        """Create every record, those that others link to first; give how many.

        Raises CommandError naming the file and the record that was refused.
        """
        waiting = [(document, index, record) for document in documents for index, record in enumerate(document.body)]
        count = 0
        while waiting:
            ready = [item for item in waiting if self._known_refs(item[2])]
            waiting = [item for item in waiting if not self._known_refs(item[2])]
            if not ready:
                document, index, _ = waiting[0]
                raise CommandError(
                    msg("%(file)s, record %(index)s links to a ref that nobody has", file=document.file, index=index)
                )
            for name, items in groupby(ready, lambda item: item[0].name):
                self._create(self.context.snapshot.entities[name], list(items))
            count += len(ready)
        return count

    def _known_refs(self, record: Mapping[str, Any]) -> bool:
        members = (one for value in record.values() for one in (value if isinstance(value, list) else [value]))
        return all(one["ref"] in self.ids for one in members if isinstance(one, dict) and set(one) == {"ref"})

    def _create(self, entity: Entity, items: Sequence[_Item]) -> None:
        """Create these records of one entity: one by one where somebody is told of them, else many at once."""
        if entity.name == _USER or entity.notifies:
            for item in items:
                self._create_one(entity, item)
            return
        for at in range(0, len(items), _MOST_AT_ONCE):
            self._create_many(entity, items[at : at + _MOST_AT_ONCE])

    def _create_one(self, entity: Entity, item: _Item) -> None:
        _, _, record = item
        if any(f"_{name}" in record for name in _MADE):
            self._create_many(entity, [item])
            return
        with _naming(item):
            ident = self.door.create(self.context, entity.name, self._row(entity, record).values).id
        self._remember(entity, record, ident)

    def _create_many(self, entity: Entity, items: Sequence[_Item]) -> None:
        rows = []
        for item in items:
            with _naming(item):
                rows.append(self._row(entity, item[2]))
        for item, stored in zip(items, self.door.write_many(self.context, entity.name, rows), strict=True):
            with _naming(item):
                if stored.error is not None:
                    raise stored.error
            self._remember(entity, item[2], stored.ident or "")

    def _row(self, entity: Entity, record: Mapping[str, Any]) -> Row:
        values = {name: self._value(entity, name, value) for name, value in record.items() if name not in _BESIDE}
        return Row(values, stamps=self._stamps(entity, record))

    def _remember(self, entity: Entity, record: Mapping[str, Any], ident: str) -> None:
        if "_ref" in record:
            self.ids[record["_ref"]] = Linked(entity.name, ident, None)
        if entity.name == _USER:
            self._give_roles(ident, record)

    def _stamps(self, entity: Entity, record: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: self._value(entity, name, record[f"_{name}"]) for name in _MADE if f"_{name}" in record}
        return {f"created_{name.removeprefix('made_')}": value for name, value in given.items()}

    def _give_roles(self, user: str, record: Mapping[str, Any]) -> None:
        roles = tuple(record.get("_roles", ()))
        for role in roles:
            self.door.create(self.context, "role_membership", {"user": user, "role": role})
        self.people.append(DemoPerson(user, record["email"], record["name"], roles))

    def _value(self, entity: Entity, name: str, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, list):
            return [self._value(entity, name, member) for member in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"ref"}:
            return self._end(entity.fields.get(name), value["ref"])
        if set(value) == {"by"}:
            return self._by(entity, name, value["by"])
        return self._when(entity, name, value)

    def _when(self, entity: Entity, name: str, value: Mapping[str, Any]) -> object:
        """A date or a moment that is written from today on; any other value as it is."""
        if set(value) == {"quarters"}:
            return self._quarter(value["quarters"]).isoformat()
        if "days" in value:
            day = self.context.today + dt.timedelta(days=value["days"])
            kind = entity.fields[name].type.name if name in entity.fields else "datetime"
            return day.isoformat() if kind == "date" else self._moment(day, value.get("time", "09:00"))
        return value

    def _quarter(self, away: int) -> dt.date:
        """The first day of a quarter, counted from the present one."""
        today = self.context.today
        year, quarter = divmod(today.year * 4 + (today.month - 1) // _MONTHS + away, 4)
        return dt.date(year, quarter * _MONTHS + 1, 1)

    def _moment(self, day: dt.date, time: str) -> str:
        """A time of the day at the site, as the API writes it."""
        at = dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo(self.context.zone))
        return at.isoformat()

    def _end(self, link: Field | None, ref: str) -> object:
        """The record of a ref, as a link to one or to several entities takes it."""
        found = self.ids[ref]
        return {"entity": found.entity, "id": found.id} if link and link.to_several else found.id

    def _by(self, entity: Entity, name: str, wanted: Mapping[str, str]) -> str:
        target = entity.fields[name].leads_to[0]
        condition = logic("and", [Binary("=", Path((key,)), Literal(value)) for key, value in wanted.items()])
        found = self.door.find(self.context, Query(target, fields=("id",), filter=condition, limit=1)).records
        if not found:
            raise CommandError(msg("There is no %(entity)s with %(what)s", entity=target, what=str(dict(wanted))))
        return found[0].id
