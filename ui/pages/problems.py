"""Errors as pages, or as a notice beside what htmx leaves standing. The only file that words them in HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from framework.errors import ArmatureError, SignInRequiredError
from framework.extension import request_id
from i18n.lazy import msg
from ui.page.addresses import own_path, sign_in_url
from ui.page.reader import reader
from ui.page.refusal import saying_when
from ui.page.render import fragment, htmx, is_fragment, redirect
from ui.pages.sign_in import sign_in_sheet, sign_in_to_send

if TYPE_CHECKING:
    from flask import Response

    from i18n.lazy import Message

_ABSENT = msg("There is no such page, or you may not see it")
_ABSENT_TEXT = msg("The address may be old, or the record is not among those that your roles let you read.")
_FORBIDDEN_HINT = msg("An administrator can give your role what is missing; tell them the number below.")
_FAILED_TEXT = msg("It has been written down. Try again; if it stays so, tell an administrator the number below.")
_HOME, _BACK, _AGAIN = msg("To the first page"), msg("Back"), msg("Try again")
_SERVER_ERROR = 500
_NOT_FOUND, _FORBIDDEN = 404, 403


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from an error page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Problem:
    """All that the template of an error prints."""

    status: int
    heading: str
    text: str
    hint: str
    request_id: str
    ways: tuple[Way, ...]


_BY_ITSELF = "tile-"
"""How the ids of parts begin that load, and fail, by themselves."""


def problem_response(error: ArmatureError) -> Response:
    """Answer an error. Nobody signed in: the sign-in page, or the sheet over the page that is open."""
    if isinstance(error, SignInRequiredError):
        return sign_in_sheet(error) if htmx else _to_sign_in()
    if htmx and (htmx.target or "").startswith(_BY_ITSELF):
        return _in_place(error)
    made = _notice(error) if (htmx and not is_fragment("main")) or _posted_by_script() else _page(error)
    return saying_when(made, error)


def _to_sign_in() -> Response:
    if request.form:
        return sign_in_to_send()
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(sign_in_url(own_path(wanted) or "/"))


def _posted_by_script() -> bool:
    return bool(htmx) and request.method != "GET"


def _notice(error: ArmatureError) -> Response:
    """Say it beside the old content, which stays as it is."""
    problem = _worded(error)
    made = fragment("page/notice.html", status=problem.status, problem=problem)
    made.headers["HX-Retarget"], made.headers["HX-Reswap"] = "#notices", "innerHTML"
    return made


def _in_place(error: ArmatureError) -> Response:
    """Say it in the part that failed, with a way to ask again; all others stay as they are."""
    problem, again = _worded(error), request.full_path.rstrip("?")
    return fragment("page/part_failed.html", status=problem.status, problem=problem, url=again, target=htmx.target)


def _page(error: ArmatureError) -> Response:
    problem = _worded(error)
    known = reader().context is not None
    layout = "page/frame.html" if known else "page/bare_content.html"
    if is_fragment("main"):
        layout = "page/fragment.html"
    return fragment("page/error.html", status=problem.status, layout=layout, title=problem.heading, problem=problem)


def _worded(error: ArmatureError) -> Problem:
    text = reader().words.text
    heading, body, hint = _words(error)
    hint = hint or next((fault.hint for fault in error.faults if fault.hint), None)
    return Problem(
        error.status,
        text(heading),
        _sentence(text(body)),
        _sentence(text(hint)) if hint else "",
        request_id(),
        tuple(_ways(error)),
    )


def _sentence(text: str) -> str:
    """Give the text with an end, for others follow it."""
    return f"{text}." if text[-1:].isalnum() else text


def _words(error: ArmatureError) -> tuple[Message, Message, Message | None]:
    if error.status == _NOT_FOUND:
        return _ABSENT, _ABSENT_TEXT, None
    if error.status == _FORBIDDEN:
        return error.title, error.detail, _FORBIDDEN_HINT
    if error.status >= _SERVER_ERROR:
        return error.title, _FAILED_TEXT, None
    return error.title, error.detail, None


def _ways(error: ArmatureError) -> list[Way]:
    text = reader().words.text
    home = Way(text(_HOME), "/")
    if error.status >= _SERVER_ERROR and request.method == "GET":
        return [Way(text(_AGAIN), own_path(request.full_path.rstrip("?")) or "/"), home]
    return [home]
