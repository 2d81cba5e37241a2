"""What every request passes before its view, and the headers that every answer carries."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from flask import current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError

from framework.errors import ForbiddenError, MalformedError, SignInRequiredError, TooManyRequestsError
from framework.extension import by_token, context, own_address, services
from framework.files import MOST_BYTES
from framework.limits import WINDOW_S
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
        _known_within_limits()
        if getattr(view, "armature_takes_files", False):
            request.max_content_length = _LARGEST_UPLOAD
    if by_cookie:
        _csrf_protect()


def _known_within_limits() -> None:
    """Find out who asks, and refuse more requests of theirs than a minute may have.

    Tokens and the browsers of a person are counted apart, so that a script of theirs does not lock them out. What
    carries no valid credentials is counted by network, and only itself is refused.
    """
    try:
        actor = context().actor
    except SignInRequiredError:
        _count(f"network {request.remote_addr}")
        raise
    _count(f"{'token' if by_token() else 'session'} {actor.id}")


def _count(subject: str) -> None:
    quota = g.armature_quota = services().limiter.count(subject)
    if quota and quota.exceeded:
        message = msg(
            "More than %(limit)s requests in a minute; go on in %(seconds)s seconds",
            limit=quota.limit,
            seconds=quota.reset_s,
        )
        raise TooManyRequestsError(message, quota.reset_s)


def tell_limits(response: Response) -> Response:
    """Tell callers of the API how many requests they have left, as `RateLimit-…`."""
    quota = g.get("armature_quota")
    if quota is not None and request.path.startswith("/api/"):
        response.headers["RateLimit-Policy"] = f"{quota.limit};w={WINDOW_S}"
        response.headers["RateLimit-Limit"] = str(quota.limit)
        response.headers["RateLimit-Remaining"] = str(quota.remaining)
        response.headers["RateLimit-Reset"] = str(quota.reset_s)
    return response


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
    own = own_address()
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
