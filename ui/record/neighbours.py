"""The record before and after this one in the list that one came from. The list travels in the page's address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from framework.errors import MalformedError, NotFoundError
from framework.extension import services
from i18n.lazy import msg
from ui.lists.request import query_of
from ui.lists.state import state_among
from ui.lists.views import views_of
from ui.page.addresses import Address, list_url, own_path, record_url
from ui.page.asked import ask, screen_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.records import Record
    from ui.page.asked import Asked

# A list shows at most so many rows, and one came from one of them.
_MOST = 500
_SCREENS = "/screens/"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a record stands in the list left, and the ways on from it."""

    place: str
    list_url: str
    before_url: str | None
    after_url: str | None


def neighbours_of(asked: Asked, record: Record, given: Mapping[str, str]) -> Neighbours | None:
    """Give the neighbours in the list that the address names; None where it names none that holds the record."""
    wanted = own_path(given.get("list", ""))
    if wanted is None:
        return None
    path, _, parameters = wanted.partition("?")
    address = Address(path, tuple(parse_qsl(parameters, keep_blank_values=True)))
    try:
        ids = _ids(asked, address)
    except (MalformedError, NotFoundError):
        return None  # what the list was about is gone, or was never there
    if record.id not in ids:
        return None
    at = ids.index(record.id)
    return Neighbours(
        _place(asked, at, ids),
        str(address),
        _url(asked, ids[at - 1], given) if at else None,
        _url(asked, ids[at + 1], given) if at + 1 < len(ids) else None,
    )


def _ids(asked: Asked, address: Address) -> list[str]:
    """Give the ids of the list's first rows, in its order: one statement, and one for the views where it is one."""
    entity, name = asked.entity.name, address.path.removeprefix(_SCREENS)
    if address.path == list_url(entity):
        screen = screen_of(asked.context, entity, "list")
    else:
        found = asked.context.snapshot.screens.get(name) if address.path.startswith(_SCREENS) else None
        if found is None or found.kind != "list" or found.entity != entity:
            return []
        screen = found
    there = ask(asked.reader, asked.context, screen)
    state = state_among(there, address, views_of(there) if address.get("view") else ())
    query = query_of(there, address, state, ("id",), (), _MOST)
    return [one.id for one in services().door.find(there.context, replace(query, after=None, limit=_MOST)).records]


def _place(asked: Asked, at: int, ids: list[str]) -> str:
    formats = asked.reader.formats
    count = formats.integer(len(ids)) if len(ids) < _MOST else f"{formats.integer(_MOST)}+"
    return asked.text(msg("%(number)s of %(count)s", number=formats.integer(at + 1), count=count))


def _url(asked: Asked, ident: str, given: Mapping[str, str]) -> str:
    kept = tuple((name, given[name]) for name in ("tab", "list") if given.get(name))
    return str(Address(record_url(asked.entity.name, ident), kept))
