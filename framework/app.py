"""Composes the installed parts into one WSGI application; the guards of every request stand here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix

from framework.auth import Auth
from framework.errors import (
    ArmatureError,
    MalformedError,
    MethodNotAllowedError,
    NotFoundError,
    RevisionMovedError,
    TooLargeError,
)
from framework.extension import (
    Services,
    installed_catalogue,
    installed_parts,
    renew_context,
    services,
)
from framework.files import Store
from framework.guards import Headers, SeedSession, guard, name_request, tell_limits
from framework.jobs import STANDARD, Engine, Jobs
from framework.jobs.link_mail import link_mail
from framework.limits import Limiter
from framework.logs import set_up_logs
from framework.mail import mailer_of
from framework.publishing import Drafts, Publisher, Runtime
from framework.records import Door, Seal
from framework.settings import read_settings
from framework.storage.engines import open_database
from framework.storage.upgrades import require_current
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.extension import Part
    from framework.settings import Settings

_LARGEST_BODY = 10 * 1024 * 1024
_log = structlog.get_logger("armature")


class Application(Flask):
    """Flask, but a view that met a newer revision under way is called once more on that one."""

    def dispatch_request(self) -> Any:  # noqa: ANN401
        """Answer; the refused transaction left nothing behind, so calling again is safe."""
        try:
            return super().dispatch_request()
        except RevisionMovedError:
            renew_context()
            return super().dispatch_request()


def create_app(settings: Settings | None = None) -> Application:
    """The WSGI application.

    Raises CommandError, with the sentence that mends it, where settings or database are not ready.
    """
    settings = settings or read_settings()
    set_up_logs(settings.log)
    known = make_services(settings)
    require_current(known.database)
    app = Application("armature", static_folder=None, template_folder=None)
    app.extensions["armature"] = known
    _configure(app, settings)
    app.before_request(guard)
    app.after_request(name_request)
    app.after_request(tell_limits)
    if settings.proxies:
        # Only where a request comes from is taken from them; host and scheme are those of ARMATURE_BASE_URL.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = Headers(app.wsgi_app, secure=settings.secure)  # type: ignore[method-assign, assignment]
    app.session_interface = SeedSession()
    app.register_error_handler(Exception, _answer_error)
    for part in known.parts:
        for blueprint in part.blueprints:
            app.register_blueprint(blueprint)
    return app


def make_services(settings: Settings) -> Services:
    """The engine on the settings' database, without a web server."""
    database = open_database(settings.database_url, settings.read_database_url)
    catalogue = installed_catalogue()
    runtime = Runtime(database, catalogue)
    store = Store(settings.files_url)
    publisher = Publisher(database, catalogue, runtime)
    door, parts = Door(database, Seal(settings.secret_key), store), installed_parts()
    auth = Auth(database, settings.secret_key)
    kinds = [*STANDARD, link_mail(auth.links, mailer_of(settings)), *(kind for part in parts for kind in part.jobs)]
    return Services(
        settings,
        database,
        catalogue,
        runtime,
        publisher,
        Drafts(database, publisher),
        door,
        auth,
        Jobs(Engine(database, door, runtime, store), kinds),
        parts,
        Limiter(settings.requests_a_minute),
    )


def _configure(app: Flask, settings: Settings) -> None:
    prefix = "__Host-" if settings.secure else ""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # Flask's signed cookie holds the seed of the CSRF token and nothing else.
        SESSION_COOKIE_NAME=f"{prefix}armature_seed",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_FIELD_NAME="_csrf",
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["armature_csrf"] = CSRFProtect(app)


def _answer_error(error: Exception) -> Response:
    """Every error becomes an answer of the part to which the address belongs."""
    known = _as_ours(error)
    part = _part_for(request.path)
    assert part.problems is not None  # noqa: S101  (`_part_for` gives only such)
    response = part.problems(known)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _as_ours(error: Exception) -> ArmatureError:
    if isinstance(error, ArmatureError):
        return error
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        # Answering an error failed in its turn: that is ours, and not a request that cannot be understood.
        return _as_ours(error.original_exception)
    if isinstance(error, HTTPException):
        return _from_http(error)
    _log.error(
        "request failed",
        request_id=g.get("request_id"),
        path=request.path,
        kind=type(error).__name__,
        exc_info=_told(error),
    )
    return ArmatureError(msg("Something failed on our side; tell us the number %(id)s", id=g.get("request_id", "")))


def _told(error: Exception) -> BaseException:
    """The error for the log; the values of a statement are personal and stay out."""
    if isinstance(error, SQLAlchemyError) and hasattr(error, "hide_parameters"):
        error.hide_parameters = True
    return error


def _from_http(error: HTTPException) -> ArmatureError:
    kinds: dict[int | None, type[ArmatureError]] = {404: NotFoundError, 405: MethodNotAllowedError, 413: TooLargeError}
    kind = kinds.get(error.code)
    if kind is not None:
        return kind(kind.title)
    return MalformedError(msg("The request cannot be understood"))


def _part_for(path: str) -> Part:
    speaking = [part for part in services().parts if part.problems is not None and path.startswith(part.prefix)]
    return max(speaking, key=lambda part: len(part.prefix))
