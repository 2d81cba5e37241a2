"""What concerns oneself: who named one and what was given to one, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context, services
from framework.plans import Count, Query
from framework.records.batch import Item
from framework.records.parse import closed
from i18n.lazy import msg
from metadata.expressions.tree import Call, Path
from ui.page.addresses import Address, record_url
from ui.page.people import Face, face
from ui.page.reader import reader
from ui.page.render import answer, fragment, redirect
from ui.pages.counters import counters

if TYPE_CHECKING:
    from flask import Response

    from framework.records import Record

blueprint = Blueprint("notifications", __name__)

ENTITY = "notification"
_PAGE = 50
_UNREAD = Call("is_blank", (Path(("read_at",)),))
_LINKS = ("about", "activity", "comment", "created_by")
_DID = {"mentioned": msg("named you"), "assigned": msg("gave you something to do")}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: who did what, on which record, and the words of what it is about."""

    who: Face | None
    did: str
    title: str
    url: str
    text: str
    unread: bool
    iso: str
    when: str
    exact: str


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """All that the template prints."""

    notices: tuple[Notice, ...]
    unread: bool
    more_url: str | None


@blueprint.get("/me/notifications")
def show() -> Response:
    """Show what concerns oneself, as far as one sees the records that it is about."""
    given = closed(request.args.items(multi=True), frozenset({"after", "done"}))
    known = context()
    # Where nothing can be talked about, a notification is about nothing.
    links = tuple(name for name in _LINKS if known.snapshot.entities[ENTITY].fields[name].targets)
    fields = ("reason", "read_at", "created_at", *links)
    query = Query(ENTITY, fields, None, ("-created_at",), _PAGE, given.get("after") or None, expand=links)
    page = services().door.find(known, query)
    notices = tuple(_notice(one) for one in page.records)
    view = NoticesPage(
        notices,
        any(one.unread for one in notices),
        str(Address("/me/notifications", (("after", page.next),))) if page.next else None,
    )
    return answer("page/notifications.html", title=reader().words.text(msg("Notifications")), page=view)


@blueprint.get("/me/notifications/count")
def count() -> Response:
    """Answer how many one has not read, for the bell, and beside it what is counted in the sidebar."""
    found = services().door.count(context(), Query(ENTITY, filter=_UNREAD, count=Count.CAPPED))
    words = reader().formats.integer(found.count) if found.exact else f"{found.count}+"
    return fragment("page/bell.html", unread=found.count, words=words, counters=counters(context(), reader()))


@blueprint.post("/me/notifications/read")
def read() -> Response:
    """Mark all that one has not read as read."""
    known = context()
    page = services().door.find(known, Query(ENTITY, ("id",), _UNREAD, limit=200))
    now = known.now.isoformat()
    items = [Item("update", one.id, None, None, {"read_at": now}) for one in page.records]
    if items:
        services().door.batch(known, ENTITY, items, atomic=False)
    return redirect("/me/notifications")


def _notice(one: Record) -> Notice:
    words, formats, now = reader().words, reader().formats, context().now
    ends = {name: one.links.get(name) for name in _LINKS}
    about, maker, at = ends["about"], ends["created_by"], one.values["created_at"]
    source = ends["activity"] or ends["comment"]
    place = about if about and about.entity else source
    url = record_url(place.entity, place.id) if place and place.entity else "/me/notifications"
    if place is about and place is not None:
        url = f"{Address(url, (('tab', 'activity'),))}#item-{source.id}" if source else url
    return Notice(
        who=face(maker.id, maker.title) if maker and maker.title else None,
        did=words.text(_DID.get(one.values["reason"], one.values["reason"])),
        title=(about.title if about else None) or (source.title if source else None) or "",
        url=url,
        text=(source.title if source and about else None) or "",
        unread=one.values["read_at"] is None,
        iso=at.isoformat(),
        when=formats.relative(at, now),
        exact=formats.exact(at),
    )
