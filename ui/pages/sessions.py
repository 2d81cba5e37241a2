"""One's own sessions: at which browser and from where one is signed in, and the buttons that end that at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint

from framework.extension import context, own_session, services
from i18n.lazy import msg
from ui.page.moments import Moment, moment
from ui.page.reader import reader
from ui.page.render import answer, redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response

    from framework.auth import SessionInfo
    from i18n.lazy import Message

blueprint = Blueprint("sessions", __name__)

SESSIONS_URL = "/me/sessions"
# What a browser says of itself holds the names of those whose pages it wants to be given; the first that fits counts.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_CARRIED = frozenset({"iPhone", "iPad", "Android"})


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session."""

    device: str
    icon: str
    network: str
    seen: Moment
    begun: Moment
    current: bool
    end_url: str


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """All that the template prints."""

    sessions: tuple[SessionLine, ...]


@blueprint.get("/me/sessions")
def show() -> Response:
    """List one's own sessions."""
    who, secret = own_session()
    page = SessionsPage(tuple(_line(one) for one in services().auth.sessions(who, secret)))
    return answer("page/sessions.html", title=reader().words.text(msg("Sessions")), page=page)


@blueprint.post("/me/sessions/<ident>/end")
def end(ident: str) -> Response:
    """End one of one's own sessions; one that has ended meanwhile is as it should be."""
    who, _ = own_session()
    services().auth.end_session(who, ident)
    return redirect(done(SESSIONS_URL, "session_ended"))


@blueprint.post("/me/sessions/end")
def end_others() -> Response:
    """End all of one's own sessions but this one."""
    who, secret = own_session()
    services().auth.end_other_sessions(who, secret)
    return redirect(done(SESSIONS_URL, "sessions_ended"))


def _line(one: SessionInfo) -> SessionLine:
    now, agent = context().now, one.device.agent
    return SessionLine(
        device=reader().words.text(device_name(agent)),
        icon="device-mobile" if _first(_SYSTEMS, agent) in _CARRIED else "device-desktop",
        network=one.device.network,
        seen=moment(one.seen_at, now),
        begun=moment(one.created_at, now),
        current=one.current,
        end_url=f"{SESSIONS_URL}/{one.id}/end",
    )


def device_name(agent: str) -> Message:
    """Give what to call a browser by what it says of itself."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    if browser and system:
        return msg("%(browser)s on %(system)s", browser=browser, system=system)
    return msg("A browser on %(system)s", system=system) if system else msg("A browser or program")


def _first(known: Iterable[tuple[str, str]], agent: str) -> str:
    return next((name for mark, name in known if mark in agent), "")
