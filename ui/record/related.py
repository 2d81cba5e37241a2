"""Lists of the records that link to one, each a tab of its page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Count
from framework.records.parse import list_query
from metadata.layers import ordered
from ui.lists.columns import Column, table_of
from ui.page.addresses import Address, list_url, new_url
from ui.page.asked import Asked, screen_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from framework.plans import Query
    from framework.records import Record
    from metadata.snapshot import Screen
    from ui.page.render import Html

_MOST, _ROWS = 8, 20


@dataclass(frozen=True, slots=True)
class Link:
    """A list as the screen has it: which entity links here by which field. `there` asks for that entity's list."""

    key: str
    label: str
    field: str
    there: Asked
    columns: tuple[Any, ...]

    def new_url(self, ident: str) -> str | None:
        """Give the address of the form for one more, where the actor may make it."""
        if self.field not in self.there.rights.creatable or self.there.entity.fields[self.field].read_only:
            return None
        return str(Address(new_url(self.there.entity.name), ((self.field, ident),)))


@dataclass(frozen=True, slots=True)
class Related:
    """Records that link here."""

    key: str
    label: str
    columns: tuple[Column, ...]
    title: str
    body: Html | None
    all_url: str | None
    new_url: str | None
    new_label: str


def links_to(asked: Asked) -> list[Link]:
    """Give the lists as written, else one per link of another entity that leads here; what is not visible is absent."""
    options = asked.screen.options
    written: Mapping[str, Any] | None = options.get("related")
    found = _generated(asked) if written is None else ordered(written, options.get("related_order")).items()
    return [link for key, body in list(found)[:_MOST] if (link := _link(asked, key, body, written)) is not None]


def read_related(link: Link, record: Record) -> Related:
    """Read the first rows of a list."""
    there = link.there
    table = table_of(there, link.columns or _without(there.screen, link.field)).narrow(without=link.field)
    sort = "-updated_at" if "updated_at" in there.rights.readable else ""
    query = replace(_query(link, record, ("sort", sort)), limit=_ROWS, fields=table.fields, expand=table.links)
    page = services().door.find(there.context, query)
    there_url = Address(list_url(there.entity.name), ((f"filter[{link.field}][eq]", record.id),))
    return Related(
        key=link.key,
        label=link.label,
        columns=table.columns,
        title=there.text(there.entity.fields[there.entity.title].label),
        body=table.body(page.records) if page.records else None,
        all_url=str(there_url) if page.next else None,
        new_url=link.new_url(record.id),
        new_label=there.new_label(),
    )


def count_of(link: Link, record: Record) -> str:
    """Count a list: exact to 1,000."""
    found = services().door.count(link.there.context, replace(_query(link, record), count=Count.CAPPED))
    number = link.there.reader.formats.integer(found.count)
    return number if found.exact else f"{number}+"


def _query(link: Link, record: Record, *more: tuple[str, str]) -> Query:
    return list_query(link.there.entity.name, [(f"filter[{link.field}][eq]", record.id), *more])


def _generated(asked: Asked) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """One list per link that leads here, without what follows the record, is private, or is a line of it."""
    for entity, field in asked.entity.links_in:
        there = asked.context.snapshot.entities[entity]
        link = there.fields[field]
        part = there.part_of
        mine = part is not None and (part.entity, part.link) == (asked.entity.name, field)
        if not link.system and not link.to_traits and not there.private and not mine:
            yield f"{entity}_{field}", {"entity": entity, "field": field}


def _link(asked: Asked, key: str, body: Mapping[str, Any], written: Mapping[str, Any] | None) -> Link | None:
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    entity = asked.context.snapshot.entities.get(body["entity"])
    if entity is None or body["field"] not in policy.entity(entity.name).readable:
        return None
    screen = screen_of(asked.context, entity.name, "list")
    there = replace(asked, screen=screen, entity=entity, rights=policy.entity(entity.name))
    default = asked.text(entity.label_plural)
    label = asked.own_label(body, "related", key, default=default) if written is not None else default
    return Link(key, label, body["field"], there, tuple(body.get("columns", ())))


def _without(screen: Screen, field: str) -> list[Any]:
    return [column for column in _columns(screen) if (column if isinstance(column, str) else column["field"]) != field]


def _columns(screen: Screen) -> Iterator[Any]:
    yield from screen.options.get("columns", ())
