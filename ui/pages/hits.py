"""Records that a search over all entities finds, as the palette and the search page show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.extension import services
from framework.fields.link import entity_of
from framework.permissions import policy_for
from framework.plans import Query
from framework.records.names import present_entity
from metadata.expressions import logic
from metadata.expressions.tree import Binary, In, Literal, Logic, Path
from ui.lists.conditions import ME
from ui.lists.views import ENTITY as SAVED_VIEW
from ui.page.addresses import Address, list_url, record_url
from ui.page.asked import Asked, screen_of
from ui.page.people import ground, initials
from ui.values.telling import cut, second_line, telling_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from framework.context import Context
    from framework.records import Record
    from framework.records.everywhere import Found
    from metadata.snapshot import Entity, Field
    from ui.page.reader import Reader

PERSON = "user"
_MOST_LINKS = 1  # each is a statement more
_OFFERED = Logic("or", (Binary("=", Path(("owner",)), ME), Path(("shared",))))


@dataclass(frozen=True, slots=True)
class Hit:
    """One record: its title cut at the match, what kind it is, and a second line that tells it apart."""

    url: str
    parts: tuple[str, str, str]
    kind: str
    second: str
    icon: str
    color: str
    initials: str
    entity: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one entity; `all_url` is the list of all of it, where there is more."""

    name: str
    label: str
    hits: tuple[Hit, ...]
    all_url: str | None


class Finder:
    """Looks for records on behalf of one reader."""

    def __init__(self, reader: Reader, context: Context) -> None:
        """Take who reads."""
        self._reader, self._context = reader, context

    def groups(self, sought: str, limit: int, only: str | None = None) -> tuple[Group, ...]:
        """Give what is found of all entities, or of one of them, the best first."""
        found = services().door.search(self._context, sought, limit, self._query, only)
        return tuple(self._group(one, sought) for one in found)

    def titled(self, records: tuple[tuple[str, str], ...]) -> tuple[Hit, ...]:
        """Give those of these records, by entity and id, that the reader sees, in this order."""
        found: dict[tuple[str, str], Hit] = {}
        policy = policy_for(self._context.snapshot, self._context.actor)
        for name in dict.fromkeys(name for name, _ in records):
            entity = self._context.snapshot.entities.get(name)
            if entity is None or not policy.entity(name).visible:
                continue
            these = In(Path(("id",)), tuple(Literal(ident) for one, ident in records if one == name))
            query = self._query(entity)
            within = logic("and", [one for one in (these, query.filter) if one is not None])
            page = services().door.find(self._context, replace(query, filter=within))
            found |= {(name, record.id): hit for record, hit in self._hits(entity, page.records, "")}
        return tuple(found[one] for one in records if one in found)

    def _query(self, entity: Entity) -> Query:
        telling = telling_fields(self._there(entity))
        # What follows a record opens that: its title would be a statement more for each entity it may be of.
        expand = [field.name for field in telling if field.targets and field.name != entity.follows][:_MOST_LINKS]
        names = [field.name for field in telling if not field.targets]
        if entity.name == SAVED_VIEW:
            return Query(entity.name, ("entity",), _OFFERED)
        return Query(entity.name, (*names, *([entity.follows] if entity.follows else [])), expand=tuple(expand))

    def _group(self, one: Found, sought: str) -> Group:
        entity = one.entity
        every = Address(list_url(entity.name), (("search", sought),))
        hits = tuple(hit for _, hit in self._hits(entity, one.records, sought))
        return Group(entity.name, self._reader.words.text(entity.label_plural), hits, str(every) if one.more else None)

    def _hits(self, entity: Entity, records: Iterable[Record], sought: str) -> Iterator[tuple[Record, Hit]]:
        """Give the records of one entity, each with its hit."""
        there = self._there(entity)
        telling, kind = telling_fields(there), there.text(entity.label)
        for record in records:
            if entity.name == SAVED_VIEW and not self._sees_list(record):
                continue
            title = record.title or record.id
            yield (
                record,
                Hit(
                    _opens(entity, record),
                    cut(title, sought),
                    kind,
                    self._second(there, record, telling),
                    "" if entity.name == PERSON else entity.icon,
                    ground(record.id),
                    initials(title),
                    entity.name,
                    record.id,
                ),
            )

    def _sees_list(self, view: Record) -> bool:
        """Whether the reader may open the list that a saved view is of, which those who share it do not know."""
        known = self._context
        name = present_entity(known.snapshot, view.values["entity"])
        return name in known.snapshot.entities and policy_for(known.snapshot, known.actor).entity(name).visible

    def _second(self, there: Asked, record: Record, telling: list[Field]) -> str:
        if there.entity.name == SAVED_VIEW:
            shown = self._context.snapshot.entities.get(present_entity(self._context.snapshot, record.values["entity"]))
            return there.text(shown.label_plural) if shown else ""
        told = [field for field in telling if field.name in (record.links if field.targets else record.values)]
        return second_line(there, record, told)

    def _there(self, entity: Entity) -> Asked:
        rights = policy_for(self._context.snapshot, self._context.actor).entity(entity.name)
        return Asked(self._reader, self._context, screen_of(self._context, entity.name, "list"), entity, rights)


def _opens(entity: Entity, record: Record) -> str:
    """Give the page that a record is seen on: a view's list, a comment's record, else its own."""
    if entity.name == SAVED_VIEW:
        return str(Address(list_url(record.values["entity"]), (("view", record.id),)))
    about = record.values.get(entity.follows) if entity.follows else None
    if about:
        return record_url(entity_of(entity.fields[str(entity.follows)], about), about)
    return record_url(entity.name, record.id)
