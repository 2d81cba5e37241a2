"""Changing one's own password: the session is renewed, and all others end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request, session

from framework.errors import Fault, InvalidError, TooManyRequestsError
from framework.extension import device, own_session, services, set_session_cookie
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Refusal, refusal_of, saying_when
from ui.page.render import answer, redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("password", __name__)

_LABELS = {
    "present_password": msg("Present password"),
    "password": msg("New password"),
    "again": msg("New password once more"),
}
# The e-mail is there for whatever keeps the passwords of the browser.
_KNOWN = frozenset({"_csrf", "email", *_LABELS})


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """All that the template prints."""

    refusal: Refusal


@blueprint.get("/me/password")
def show() -> Response:
    """Show the form."""
    own_session()
    return _page(PasswordPage(NOTHING_REFUSED))


@blueprint.post("/me/password")
def change() -> Response:
    """Change it, or say what is to be mended; no password is ever shown again."""
    who, _ = own_session()
    given = closed(request.form.items(multi=True), _KNOWN)
    try:
        refuse_different(given)
        present, wanted = given.get("present_password", ""), given.get("password", "")
        secret = services().auth.change_password(who, present, wanted, device())
    except (InvalidError, TooManyRequestsError) as error:
        return saying_when(_page(PasswordPage(refusal_of(error, _LABELS)), error.status), error)
    # As at sign-in, the seed of the CSRF token begins anew with the session.
    session.clear()
    made = redirect(done("/me", "password_changed"))
    set_session_cookie(made, secret)
    return made


def refuse_different(given: dict[str, str]) -> None:
    """Raise InvalidError for two that differ: without scripts nobody sees what they type, so it is typed twice."""
    if given.get("again", given.get("password")) != given.get("password"):
        message = msg("The two new passwords differ")
        raise InvalidError(message, [Fault("/again", "password", message)])


def _page(page: PasswordPage, status: int = 200) -> Response:
    return answer("page/password.html", title=reader().words.text(msg("Change password")), status=status, page=page)
