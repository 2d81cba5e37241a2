"""Demo records of a bundle: committed as JSON, loaded through the door like anybody's input.

A record may have a `_ref`, by which others link to it (`{"ref": "acme"}`); dates may be days from
today (`{"days": -3}`), so that demo data stays fresh.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from framework.errors import ArmatureError, CommandError
from framework.plans import Query
from framework.records import Linked
from framework.records.bulk import Row
from i18n.lazy import msg
from metadata.expressions.tree import Binary, Literal, Path, logic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.context import Context
    from framework.records import Door, Record
    from metadata.documents import Document
    from metadata.snapshot import Entity, Field

# Keys of a demo record that are no fields; roles of people become memberships, `_made_…` when and by whom it was made.
_BESIDE = frozenset({"_ref", "_roles", "_made_at", "_made_by"})
_MADE = ("made_at", "made_by")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person whom demo data brought: for telling how to sign in."""

    id: str
    email: str
    name: str
    roles: tuple[str, ...]


@dataclass(slots=True)
class DemoLoader:
    """Loads the demo documents of one bundle; remembers what refs became."""

    door: Door
    context: Context
    ids: dict[str, Linked] = field(default_factory=dict)
    people: list[DemoPerson] = field(default_factory=list)

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
            for document, index, record in ready:
                self._create(document, index, record)
            count += len(ready)
        return count

    def _known_refs(self, record: Mapping[str, Any]) -> bool:
        members = (one for value in record.values() for one in (value if isinstance(value, list) else [value]))
        return all(one["ref"] in self.ids for one in members if isinstance(one, dict) and set(one) == {"ref"})

    def _create(self, document: Document, index: int, record: Mapping[str, Any]) -> None:
        entity = self.context.snapshot.entities[document.name]
        try:
            values = {name: self._value(entity, name, value) for name, value in record.items() if name not in _BESIDE}
            made = self._made(entity, values, self._stamps(entity, record))
        except ArmatureError as error:
            told = "; ".join(f"{fault.pointer}: {fault.message}" for fault in error.faults) or str(error.detail)
            raise CommandError(
                msg("%(file)s, record %(index)s: %(what)s", file=document.file, index=index, what=told)
            ) from error
        if "_ref" in record:
            self.ids[record["_ref"]] = Linked(made.entity, made.id, made.title)
        if entity.name == "user":
            self._give_roles(made.id, record)

    def _made(self, entity: Entity, values: Mapping[str, Any], stamps: Mapping[str, Any]) -> Record:
        if not stamps:
            return self.door.create(self.context, entity.name, values)
        (stored,) = self.door.write_many(self.context, entity.name, [Row(values, stamps=stamps)])
        if stored.error is not None:
            raise stored.error
        return self.door.get(self.context, entity.name, stored.ident or "")

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
        if "days" in value:
            day = self.context.today + dt.timedelta(days=value["days"])
            kind = entity.fields[name].type.name if name in entity.fields else "datetime"
            return day.isoformat() if kind == "date" else self._moment(day, value.get("time", "09:00"))
        return value

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
