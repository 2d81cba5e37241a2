"""Search over all entities: the plain page; groups of five, and the list for more of a kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context, services
from framework.permissions import policy_for
from framework.records.parse import closed, list_query
from i18n.lazy import msg
from ui.page.addresses import Address, list_url, record_url
from ui.page.people import ground, initials
from ui.page.reader import reader
from ui.page.render import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response

    from framework.context import Context
    from metadata.snapshot import Entity

blueprint = Blueprint("search", __name__)

_A_GROUP, _MOST_GROUPS, _LONGEST = 5, 20, 200


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found."""

    url: str
    title: str
    color: str
    initials: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one entity."""

    name: str
    label: str
    hits: tuple[Hit, ...]
    all_url: str | None


@blueprint.get("/search")
def search() -> Response:
    """Show what is found; only readable records and fields are looked through."""
    given = closed(request.args.items(multi=True), frozenset({"q"}))
    sought, text = given.get("q", "").strip()[:_LONGEST], reader().words.text
    groups = tuple(_groups(context(), sought)) if sought else ()
    heading = text(msg("Search: %(sought)s", sought=sought) if sought else msg("Search"))
    nothing = msg("Nothing that you may see matches.") if sought else msg("Type what you are looking for above.")
    return answer(
        "page/search.html", title=heading, heading=heading, groups=groups, nothing=text(nothing), sought=sought
    )


def _groups(asks: Context, sought: str) -> Iterable[Group]:
    policy = policy_for(asks.snapshot, asks.actor)
    wanted = [
        entity for entity in policy.visible_entities() if _searchable(entity, policy.entity(entity.name).readable)
    ]
    for entity in wanted[:_MOST_GROUPS]:
        query = replace(list_query(entity.name, [], limit=_A_GROUP), fields=(), search=sought)
        page = services().door.find(asks, query)
        if page.records:
            every = str(Address(list_url(entity.name), (("search", sought),))) if page.next else None
            hits = tuple(_hit(record.entity, record.id, record.title) for record in page.records)
            yield Group(entity.name, reader().words.text(entity.label_plural), hits, every)


def _searchable(entity: Entity, readable: frozenset[str]) -> bool:
    return entity.title in readable and any(
        field.searchable and field.name in readable for field in entity.fields.values()
    )


def _hit(entity: str, ident: str, title: str | None) -> Hit:
    shown = title or ident
    return Hit(record_url(entity, ident), shown, ground(ident), initials(shown))
