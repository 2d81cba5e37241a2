"""What an installed part may bring, and how its routes reach the engine. The lowest room with Flask."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, current_app, g, request

from framework import auth
from framework.context import Context
from framework.errors import CommandError, ForbiddenError, SignInRequiredError
from framework.fields.registry import STANDARD
from framework.files import THUMBNAIL_TYPE
from framework.rules.functions import SIGNATURES
from i18n.cldr import SOURCE
from i18n.lazy import msg
from i18n.negotiate import negotiate
from i18n.standards import time_zones
from metadata.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import click
    from flask import Blueprint

    from framework.auth import Auth, Authenticated
    from framework.errors import ArmatureError
    from framework.fields.base import FieldType
    from framework.fields.uploaded import File
    from framework.jobs import Jobs, Kind
    from framework.limits import Limiter
    from framework.publishing import Drafts, Publisher, Runtime
    from framework.records import Door
    from framework.settings import Settings
    from framework.storage.engines import Database
    from i18n.lazy import Message
    from metadata.catalogue import ScreenKind

_BEARER = "bearer "
ZONE_COOKIE = "zone"
# What somebody uploaded may do nothing at all, should a browser draw it in spite of all else.
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Entry:
    """A place outside of the metadata that the menu offers to whoever has one of the abilities."""

    label: Message
    icon: str
    url: str
    abilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """An installed part, ours or a stranger's, found by the entry point group `armature.parts`.

    `problems` words errors for the addresses below `prefix`; the longest fitting prefix speaks. `templates` is a
    folder of templates that its pages are drawn with, `entries` is what it adds to the menu.
    """

    name: str
    field_types: Sequence[FieldType] = ()
    screen_kinds: Sequence[ScreenKind] = ()
    blueprints: Sequence[Blueprint] = ()
    commands: Sequence[click.Command] = ()
    jobs: Sequence[Kind] = ()
    templates: Path | None = None
    entries: Sequence[Entry] = ()
    prefix: str = "/"
    problems: Callable[[ArmatureError], Response] | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """What a route may call. One per application; everything in it is safe to share by threads."""

    settings: Settings
    database: Database = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    runtime: Runtime = field(repr=False)
    publisher: Publisher = field(repr=False)
    drafts: Drafts = field(repr=False)
    door: Door = field(repr=False)
    auth: Auth = field(repr=False)
    jobs: Jobs = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    limiter: Limiter = field(repr=False)


@lru_cache(maxsize=1)
def installed_parts() -> tuple[Part, ...]:
    """All installed parts in the order of their names. Raises CommandError for one that is none."""
    found = []
    for point in sorted(entry_points(group="armature.parts"), key=lambda point: point.name):
        part = point.load()
        if not isinstance(part, Part):
            raise CommandError(msg("The installed part “%(name)s” does not give a Part", name=point.name))
        found.append(part)
    return tuple(found)


@lru_cache(maxsize=1)
def installed_catalogue() -> Catalogue:
    """What the language may use: standard field types and what the installed parts bring."""
    parts = installed_parts()
    kinds = [*STANDARD, *(kind for part in parts for kind in part.field_types)]
    screens = [kind for part in parts for kind in part.screen_kinds]
    return Catalogue({kind.name: kind for kind in kinds}, {kind.name: kind for kind in screens}, SIGNATURES)


def services() -> Services:
    """The services of the application that answers the present request."""
    found: Services = current_app.extensions["armature"]
    return found


def context() -> Context:
    """The present request's context. Raises SignInRequiredError when nobody is signed in."""
    if "armature_context" not in g:
        g.armature_context = _context(_authenticate())
    found: Context = g.armature_context
    return found


def anonymous_words() -> Any:  # noqa: ANN401
    """The translator for somebody who is not known yet, by what their browser asks for."""
    offered = services().runtime.own_words()
    return offered.translator(negotiate(request.headers.get("Accept-Language"), offered.locales))


def renew_context() -> None:
    """Forget the context, so that the next call takes the snapshot that is live by then."""
    g.pop("armature_context", None)


def by_token() -> bool:
    """Whether the request carries an API token, so that no cookie speaks for it."""
    return request.headers.get("Authorization", "").lower().startswith(_BEARER)


def request_id() -> str:
    """The id that ties the answer, log lines and history rows of this request together."""
    found: str = g.request_id
    return found


def session_secret() -> str | None:
    """What the session cookie holds."""
    return request.cookies.get(services().settings.cookie)


def own_session() -> tuple[str, str]:
    """Whose session the request comes by, and its secret; for what concerns the credentials of a person themselves.

    Raises ForbiddenError for a token, which may not make itself a wider or longer one.
    """
    who, secret = context().actor.id, session_secret()
    if by_token() or who is None or secret is None:
        raise ForbiddenError(msg("A token may not do this; sign in with a browser"))
    return who, secret


def device() -> auth.Device:
    """Where the request comes from, as far as that is known."""
    return auth.Device(request.remote_addr or "", request.headers.get("User-Agent", ""))


def own_address() -> str:
    """The address under which people reach the server, for links in what leaves it."""
    return services().settings.base_url or request.host_url.rstrip("/")


def set_session_cookie(response: Response, secret: str) -> None:
    """Give the browser its session."""
    settings = services().settings
    response.set_cookie(settings.cookie, secret, httponly=True, secure=settings.secure, samesite="Lax", path="/")


def clear_session_cookie(response: Response) -> None:
    """Take the session from the browser."""
    settings = services().settings
    response.delete_cookie(settings.cookie, httponly=True, secure=settings.secure, samesite="Lax", path="/")


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that answers without a person; every other one needs somebody signed in."""
    view.armature_public = True  # type: ignore[attr-defined]
    return view


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view to which people send files, so that its bodies may be larger than others."""
    view.armature_takes_files = True  # type: ignore[attr-defined]
    return view


def file_answer(file: File, content: Iterable[bytes]) -> Response:
    """The answer that hands out somebody's file: always to be saved, never drawn or run as a page of ours."""
    response = Response(content, content_type=file.type)
    plain = "".join(sign if sign.isascii() and sign not in '"\\%' else "_" for sign in file.name)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    response.headers["Content-Disposition"] = named
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = ALONE
    return response


def thumbnail_answer(content: bytes) -> Response:
    """The answer that hands out a small picture, which we drew ourselves."""
    response = Response(content, content_type=THUMBNAIL_TYPE)
    response.headers["Content-Security-Policy"] = ALONE
    return response


def _authenticate() -> Authenticated:
    known, now = services(), dt.datetime.now(dt.UTC)
    if by_token():
        return auth.by_token(known.database, request.headers["Authorization"][len(_BEARER) :].strip(), now)
    secret = session_secret()
    if not secret:
        raise SignInRequiredError(msg("Sign in, or send a token"))
    return auth.by_session(known.database, secret, now)


def _zone_kept() -> str | None:
    """The zone that somebody chose in this browser."""
    kept = request.cookies.get(ZONE_COOKIE)
    return kept if kept and not by_token() and kept in time_zones(SOURCE) else None


def _context(who: Authenticated) -> Context:
    known = services()
    snapshot = known.runtime.snapshot(who.revision)
    site, actor = snapshot.site, who.actor
    locales = known.runtime.words(snapshot).locales
    asked = actor.locale or negotiate(request.headers.get("Accept-Language"), locales, site.locale)
    return Context(
        actor=actor,
        snapshot=snapshot,
        revision=who.revision,
        locale=asked,
        zone=_zone_kept() or actor.zone or site.zone,
        now=dt.datetime.now(dt.UTC),
        door="api" if request.path.startswith("/api/") else "screen",
        request_id=request_id(),
    )
