"""Errors as problem JSON (RFC 9457), in the caller's language. The only place that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Response, g
from sqlalchemy.exc import SQLAlchemyError

from framework.errors import (
    ArmatureError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    SignInRequiredError,
    UnavailableError,
)
from framework.extension import anonymous_words, request_id, services
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.errors import Fault

_TYPE = "application/problem+json"


def problem_response(error: ArmatureError, **more: Any) -> Response:  # noqa: ANN401
    """The answer to a refused or failed call; `more` are further members."""
    body = {**problem(error), **more}
    response = Response(msgspec.json.encode(body), status=error.status, content_type=_TYPE)
    retry = getattr(error, "retry_after", None)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    if isinstance(error, SignInRequiredError):
        response.headers["WWW-Authenticate"] = "Bearer"
    revision = _revision(error)
    if revision is not None:
        response.headers["Armature-Revision"] = str(revision)
    return response


def _revision(error: ArmatureError) -> int | None:
    """The caller's revision; the live one for somebody who is not known, None where that cannot be read."""
    known = g.get("armature_context")
    if known is not None:
        found: int = known.revision
        return found
    if isinstance(error, UnavailableError):
        return None
    try:
        return services().publisher.head_number()
    except (ArmatureError, SQLAlchemyError):
        return None


def problem(error: ArmatureError) -> dict[str, Any]:
    """The error as a problem object, worded for the caller."""
    text, detail, scope = _text(), error.detail, _scope()
    if scope and isinstance(error, ForbiddenError | NotFoundError):
        # The same words whatever the scope withholds, so that they tell nothing of what there is.
        detail = msg("%(what)s; this token may do no more than %(scope)s", what=detail, scope=" ".join(scope))
    found = {
        "type": f"/problems/{error.error_code}",
        "title": text(error.title),
        "status": error.status,
        "code": error.error_code,
        "detail": text(detail),
        "request_id": request_id(),
        "errors": [_fault(fault, text, conflict=isinstance(error, ConflictError)) for fault in error.faults],
    }
    return found if scope is None else {**found, "scope": scope}


def _scope() -> list[str] | None:
    """What the caller's token may do; None where nothing narrows it."""
    known = g.get("armature_context")
    if known is None or known.actor.scope is None:
        return None
    return [str(one) for one in known.actor.scope]


def _fault(fault: Fault, text: Any, *, conflict: bool) -> dict[str, Any]:  # noqa: ANN401
    found = {
        "pointer": fault.pointer,
        "code": fault.code,
        "message": text(fault.message),
        "hint": text(fault.hint) if fault.hint else None,
    }
    if conflict:
        found |= {"was": fault.was, "yours": fault.yours, "theirs": fault.theirs}
    return found


def _text() -> Any:  # noqa: ANN401
    known = g.get("armature_context")
    if known is None:
        return anonymous_words().text
    return services().runtime.words(known.snapshot).translator(known.locale).text
