"""What every request passes before its view, and the headers that every answer carries."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from flask import current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError

from framework.errors import ForbiddenError, MalformedError
from framework.extension import by_token, context, services
from framework.files import MOST_BYTES
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask, Request, Response

# The largest file, and as much besides as any form may hold.
_LARGEST_UPLOAD = MOST_BYTES + 10 * 1024 * 1024
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = [
    ("Content-Security-Policy", _CONTENT),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]
_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_PRIVATE = ("Cache-Control", "no-store")


class SeedSession(SecureCookieSessionInterface):
    """Flask's signed cookie, which holds the seed of the CSRF token; requests by token have none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, but not where no cookie speaks."""
        return SecureCookieSession() if by_token() else super().open_session(app, request)


class Headers:
    """WSGI around the application: adds the headers that never differ, which is cheapest out here."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], *, secure: bool) -> None:
        """Wrap a WSGI application; `secure` promises https for a year."""
        self._inner = inner
        self._always = [*_HEADERS, _HTTPS] if secure else _HEADERS

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:  # noqa: ANN401
            said = {name for name, _ in headers}
            added = [one for one in (*self._always, _PRIVATE) if one[0] not in said]
            return start(status, [*headers, *added], *more)

        return self._inner(environ, started)


def guard() -> None:
    """What every request passes before its view: host, origin and CSRF, and who is asking."""
    g.request_id = secrets.token_hex(8)
    if _host() not in services().settings.hosts:
        raise MalformedError(msg("This server does not answer to this host name"), code="host")
    _refuse_broken_text()
    view = request.endpoint and _view(request.endpoint)
    if not view:
        return
    public = getattr(view, "armature_public", False)
    by_cookie = request.method not in _SAFE and not by_token()
    if by_cookie:
        _refuse_foreign_origin()
    if not public:
        context()
        if getattr(view, "armature_takes_files", False):
            request.max_content_length = _LARGEST_UPLOAD
    if by_cookie:
        _csrf_protect()


def _refuse_broken_text() -> None:
    """Bytes that are no UTF-8 would be read as some other text than the caller meant; NUL is in no text of ours."""
    try:
        query = unquote_to_bytes(request.query_string).decode()
        path = request.environ["PATH_INFO"].encode("latin-1").decode()
    except UnicodeDecodeError:
        raise _no_text() from None
    if "\0" in query or "\0" in path:
        raise _no_text()


def _no_text() -> MalformedError:
    return MalformedError(msg("The address holds bytes that are no text"), code="text")


def _host() -> str:
    name = request.host
    return name.rpartition(":")[0] if name.count(":") == 1 or (name.startswith("[") and "]:" in name) else name


def _view(endpoint: str) -> Any:  # noqa: ANN401
    return current_app.view_functions.get(endpoint)


def _refuse_foreign_origin() -> None:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = services().settings.base_url or request.host_url.rstrip("/")
    if (site is not None and site not in {"same-origin", "none"}) or (origin is not None and origin != own):
        raise ForbiddenError(msg("This request came from another site"), code="origin")


def _csrf_protect() -> None:
    try:
        current_app.extensions["armature_csrf"].protect()
    except CSRFError:
        raise ForbiddenError(msg("This form is out of date; load the page again"), code="csrf") from None


def name_request(response: Response) -> Response:
    """Tell the id by which logs and history know the request."""
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
