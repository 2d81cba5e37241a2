"""Setting a password by a link: the page to which it leads, and the form by which somebody asks for one.

Nothing here tells whether anybody has an address: the answer, and what is done for it, are the same either way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request, session

from framework.auth import LinkOverError
from framework.errors import InvalidError, TooManyRequestsError
from framework.extension import device, own_address, public, services, set_session_cookie
from framework.jobs.link_mail import NAME as LINK_MAIL
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Refusal, refusal_of, saying_when
from ui.page.render import fragment, redirect
from ui.pages.password import refuse_different

if TYPE_CHECKING:
    from flask import Response

    from framework.auth import Invited

blueprint = Blueprint("links", __name__)

_LABELS = {"password": msg("New password"), "again": msg("New password once more"), "email": msg("E-mail")}
_KNOWN = frozenset({"_csrf", "email", "password", "again"})


@dataclass(frozen=True, slots=True)
class LinkPage:
    """All that the template prints of a link that is good; `who` is None for one that is not."""

    secret: str
    who: Invited | None
    refusal: Refusal = NOTHING_REFUSED
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """All that the template of asking for a link prints; `sends` tells whether e-mail can be sent from here."""

    sends: bool
    sent: bool
    email: str
    refusal: Refusal = NOTHING_REFUSED


@blueprint.get("/link/<secret>")
@public
def show(secret: str) -> Response:
    """Show the form for the password of whoever the link is for."""
    try:
        return _page(LinkPage(secret, services().auth.links.read(secret)))
    except LinkOverError as error:
        return _over(error)


@blueprint.post("/link/<secret>")
@public
def use(secret: str) -> Response:
    """Set the password and come in, or say what is to be mended; no password is ever shown again."""
    given, links = closed(request.form.items(multi=True), _KNOWN), services().auth.links
    try:
        refuse_different(given)
        _, made = links.use(secret, given.get("password", ""), device(), dt.datetime.now(dt.UTC))
    except LinkOverError as error:
        return _over(error)
    except TooManyRequestsError as error:
        return saying_when(_page(LinkPage("", None, problem=reader().words.text(error.detail)), error.status), error)
    except InvalidError as error:
        return _refused(secret, refusal_of(error, _LABELS), error.status)
    # As at sign-in, the seed of the CSRF token begins anew with the session.
    session.clear()
    answer = redirect("/")
    set_session_cookie(answer, made)
    return answer


def _refused(secret: str, refusal: Refusal, status: int) -> Response:
    """Show the form with what is to be mended, if the link is good."""
    try:
        return _page(LinkPage(secret, services().auth.links.read(secret), refusal), status)
    except LinkOverError as error:
        return _over(error)


@blueprint.get("/forgotten")
@public
def forgotten() -> Response:
    """Show the form that asks for a link."""
    return _asking(ForgottenPage(_sends(), sent=False, email=""))


@blueprint.post("/forgotten")
@public
def ask() -> Response:
    """Have a link sent, if somebody has this address."""
    given = closed(request.form.items(multi=True), frozenset({"_csrf", "email"}))
    email, now, known = given.get("email", "").strip().lower(), dt.datetime.now(dt.UTC), services()
    if not _sends():
        return _asking(ForgottenPage(sends=False, sent=False, email=email))
    try:
        known.auth.links.slow_down(device(), now)
    except TooManyRequestsError as error:
        page = ForgottenPage(sends=True, sent=False, email=email, refusal=refusal_of(error, _LABELS))
        return saying_when(_asking(page, error.status), error)
    known.jobs.post(LINK_MAIL, {"email": email[:254], "base": own_address()}, now)
    return _asking(ForgottenPage(sends=True, sent=True, email=email))


def _sends() -> bool:
    return services().settings.mail_url is not None


def _over(error: LinkOverError) -> Response:
    return _page(LinkPage("", None, problem=reader().words.text(error.detail)), error.status)


def _page(page: LinkPage, status: int = 200) -> Response:
    return fragment("page/link.html", status=status, page=page, sends=_sends(), title=_title(page))


def _title(page: LinkPage) -> str:
    text = reader().words.text
    if page.who is None:
        return text(LinkOverError.title)
    return text(msg("Welcome, %(name)s", name=page.who.name)) if page.who.new else text(msg("Set a new password"))


def _asking(page: ForgottenPage, status: int = 200) -> Response:
    return fragment(
        "page/forgotten.html", status=status, page=page, title=reader().words.text(msg("Password forgotten"))
    )
