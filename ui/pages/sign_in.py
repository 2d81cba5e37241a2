"""Signing in and out: the page, the sheet over a page whose session has ended, and both POSTs.

One message for any wrong pair; the way back leads only to addresses of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel import Locale
from flask import Blueprint, request, session
from flask_wtf.csrf import generate_csrf

from framework.auth import SignInRefusedError
from framework.errors import SignInRequiredError, TooManyRequestsError
from framework.extension import (
    clear_session_cookie,
    device,
    public,
    services,
    session_secret,
    set_session_cookie,
)
from i18n.lazy import msg
from ui.page.addresses import own_path
from ui.page.reader import STARS_COOKIE, reader
from ui.page.refusal import saying_when
from ui.page.render import fragment, htmx, redirect

if TYPE_CHECKING:
    from flask import Response

    from framework.errors import ArmatureError

blueprint = Blueprint("sign_in", __name__)

_CARRIED, _CARRIED_TO = "_carried.", "_carried_to"
# No page shows a password that was posted; whoever sends it again types it again.
_NEVER_CARRIED = frozenset({"_csrf", "password", "present_password", "again"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language that the page may be read in."""

    locale: str
    language: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class SignInPage:
    """All that the templates of signing in print."""

    next: str
    email: str
    problem: str
    languages: tuple[Language, ...]
    carried_to: str = ""
    carried: tuple[tuple[str, str], ...] = ()
    """What was posted without a session, where scripts do not send it again."""

    @property
    def returns(self) -> bool:
        """Whether somebody wanted another page than the first."""
        return self.next != "/"


@blueprint.get("/sign-in")
@public
def show() -> Response:
    """Show the form; who is signed in already goes on."""
    wanted = own_path(request.args.get("next", "/")) or "/"
    if reader().context is not None:
        return redirect(wanted)
    return _page(wanted, "", None, 200)


@blueprint.post("/sign-in")
@public
def sign_in() -> Response:
    """Begin a session and go where the person wanted to go."""
    wanted = own_path(request.form.get("next", "/")) or "/"
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        secret = services().auth.sign_in(email, password, device())
    except (SignInRefusedError, TooManyRequestsError) as error:
        if htmx:
            return sign_in_sheet(error, email)
        return _page(wanted, email, error, error.status, *_carried())
    # The seed of the CSRF token begins anew with the session.
    session.clear()
    carried_to, carried = _carried()
    made = _send_again(carried_to, carried) if carried_to else redirect(wanted)
    if htmx:
        del made.headers["HX-Redirect"]
        made.headers["HX-Trigger"] = "signed-in"
        made.headers["X-CSRF-Token"] = _fresh_token()
    set_session_cookie(made, secret)
    made.delete_cookie(STARS_COOKIE, path="/")  # whoever was here before may have had others
    return made


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session."""
    secret = session_secret()
    if secret:
        services().auth.sign_out(secret)
    session.clear()
    made = redirect("/sign-in")
    clear_session_cookie(made)
    made.headers["Clear-Site-Data"] = '"storage"'
    return made


def sign_in_sheet(error: ArmatureError, email: str = "") -> Response:
    """Ask for the password over the page that is open; what it was about goes out again afterwards."""
    refused = isinstance(error, SignInRefusedError | TooManyRequestsError)
    page = SignInPage("/", email, reader().words.text(error.detail) if refused else "", ())
    made = fragment("page/sign_in_sheet.html", status=error.status, page=page)
    made.headers["HX-Retarget"], made.headers["HX-Reswap"] = "#sheet", "innerHTML"
    return made


def sign_in_to_send() -> Response:
    """Ask for the password where scripts are off; what was posted is carried along, to be sent afterwards."""
    carried = tuple((name, text) for name, text in request.form.items(multi=True) if name not in _NEVER_CARRIED)
    return _page("/", "", None, SignInRequiredError.status, request.path, carried)


def _carried() -> tuple[str, tuple[tuple[str, str], ...]]:
    """Give where to send what is carried along, and that itself; an empty address where nothing is."""
    names = request.form.items(multi=True)
    carried = tuple((name.removeprefix(_CARRIED), text) for name, text in names if name.startswith(_CARRIED))
    return own_path(request.form.get(_CARRIED_TO, "")) or "", carried


def _send_again(address: str, carried: tuple[tuple[str, str], ...]) -> Response:
    title = reader().words.text(msg("You are signed in again"))
    page = SignInPage("/", "", "", (), address, carried)
    return fragment("page/send_again.html", title=title, page=page)


def _fresh_token() -> str:
    """Give a token of the new seed; the old one is remembered for this request only."""
    return str(generate_csrf())


def _page(
    wanted: str,
    email: str,
    error: ArmatureError | None,
    status: int,
    carried_to: str = "",
    carried: tuple[tuple[str, str], ...] = (),
) -> Response:
    text = reader().words.text
    page = SignInPage(wanted, email, text(error.detail) if error else "", languages(), carried_to, carried)
    return saying_when(fragment("page/sign_in.html", status=status, page=page), error)


def languages() -> tuple[Language, ...]:
    """Give the languages there are words for, each under its own name."""
    known, now = sorted(services().runtime.own_words().locales), reader().words.locale
    return tuple(Language(one, one.replace("_", "-"), _name(one), now == one) for one in known)


def _name(locale: str) -> str:
    name = Locale.parse(locale).get_display_name()
    return name[:1].upper() + name[1:] if name else locale
