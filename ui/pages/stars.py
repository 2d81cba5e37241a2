"""One's own stars: the rows on top of the sidebar, the page of all of them, and the button that sets one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, request

from framework.errors import MalformedError, NotFoundError
from framework.extension import context, services
from framework.permissions import policy_for
from framework.records.names import present_entity
from framework.records.parse import closed
from i18n.lazy import msg
from ui.lists.views import ENTITY as SAVED_VIEW
from ui.page.addresses import own_path
from ui.page.asked import ABSENT
from ui.page.reader import MOST_STARS, reader
from ui.page.render import answer, fragment, htmx, is_fragment, redirect
from ui.page.stars import ENTITY, STARS_URL, Star, may_star, remember_rows, set_star, starred
from ui.page.toasts import done
from ui.pages.hits import Finder

if TYPE_CHECKING:
    from flask import Response

    from ui.pages.hits import Hit

blueprint = Blueprint("stars", __name__)

_RECORD = re.compile(r"/records/([a-z][a-z0-9_]{0,47})/([0-9a-f-]{36})")
_KNOWN = frozenset({"_csrf", "entity", "record", "on", "next"})
_ON = {"true": True, "false": False, "": None}


@dataclass(frozen=True, slots=True)
class StarsView:
    """All that the templates print: rows of the sidebar or of the page, and the button of the page behind."""

    hits: tuple[Hit, ...]
    more: bool
    current: str
    star: Star | None = None


@blueprint.get("/me/stars")
def show() -> Response:
    """Answer the rows of the sidebar, or all of them as a page."""
    closed(request.args.items(multi=True), frozenset({"done"}))
    every = starred(context())
    if is_fragment("stars"):
        return _rows("page/stars_rows.html", every, _behind(every))
    hits = Finder(reader(), context()).titled(every)
    title = reader().words.text(msg("Starred"))
    return _remembering(answer("page/stars.html", title=title, page=StarsView(hits, more=False, current="")), len(hits))


@blueprint.post("/me/stars")
def change() -> Response:
    """Star a record or saved view, or take that back."""
    given, known = (
        closed(request.form.items(multi=True), frozenset({"_csrf", "entity", "record", "on", "next"})),
        context(),
    )
    entity, ident = present_entity(known.snapshot, given.get("entity", "")), given.get("record", "")
    if given.get("on", "") not in _ON:
        raise MalformedError(msg("The request cannot be understood"))
    if not may_star(known) or entity not in known.snapshot.entities or entity == ENTITY:
        raise NotFoundError(ABSENT)
    if not policy_for(known.snapshot, known.actor).entity(entity).visible:
        raise NotFoundError(ABSENT)
    now = set_star(known, entity, ident, on=_ON[given.get("on", "")])
    back = own_path(given.get("next", "")) or STARS_URL
    if htmx:
        return _rows("page/stars_set.html", starred(known), Star(entity, ident, "true" if now else "false", back))
    return redirect(done(back, "starred" if now else "unstarred"))


def _rows(template: str, every: tuple[tuple[str, str], ...], about: Star | None) -> Response:
    hits = Finder(reader(), context()).titled(every[:MOST_STARS])
    more = len(every) > MOST_STARS
    view = StarsView(hits, more, _path_behind(), about)
    return _remembering(fragment(template, page=view), len(hits) + more)


def _remembering(made: Response, rows: int) -> Response:
    remember_rows(made, min(rows, MOST_STARS + 1), secure=services().settings.secure)
    return made


def _path_behind() -> str:
    """Give the address of the page that asks, as far as the browser tells it."""
    try:
        parts = urlsplit(htmx.current_url or "")
    except ValueError:  # half an IPv6 address
        return ""
    return own_path(parts._replace(scheme="", netloc="", fragment="").geturl()) or ""


def _behind(every: tuple[tuple[str, str], ...]) -> Star | None:
    """Give the button of the page that asks, where what it shows is starred: it was drawn before anybody looked."""
    parts = urlsplit(_path_behind())
    found, view = _RECORD.fullmatch(parts.path), parse_qs(parts.query).get("view", [""])[-1]
    about = (SAVED_VIEW, view) if view else (found[1], found[2]) if found else None
    return Star(*about, "true", _path_behind()) if about in every and about is not None else None
