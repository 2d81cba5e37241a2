"""What a person sets for themselves: theme and density stay in this browser, the language follows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ForbiddenError, MalformedError, NotFoundError
from framework.extension import public, services
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.addresses import own_path
from ui.page.reader import (
    DENSITIES,
    DENSITY_COOKIE,
    KEYS,
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    THEMES,
    reader,
)
from ui.page.render import answer, redirect
from ui.pages.sign_in import languages

if TYPE_CHECKING:
    from flask import Response

    from ui.pages.sign_in import Language

blueprint = Blueprint("preferences", __name__)

_YEAR = 365 * 24 * 3600
_KNOWN = frozenset({"theme", "density", "keys", "language", "next", "_csrf"})
_ICONS = {"system": "device-desktop", "light": "sun", "dark": "moon"}
_WORDS = {
    "system": msg("As the system"),
    "light": msg("Light"),
    "dark": msg("Dark"),
    "compact": msg("Compact"),
    "comfortable": msg("Comfortable"),
    "on": msg("On"),
    "off": msg("Off"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that a setting may have."""

    value: str
    label: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """All that the template of the settings prints."""

    themes: tuple[Setting, ...]
    densities: tuple[Setting, ...]
    keys: tuple[Setting, ...]
    languages: tuple[Language, ...]


@blueprint.get("/me")
def show() -> Response:
    """Show one's own settings."""
    known = reader()
    page = SettingsPage(
        _settings(THEMES, known.theme), _settings(DENSITIES, known.density), _settings(KEYS, known.keys), languages()
    )
    return answer("page/settings.html", title=known.words.text(msg("Settings")), page=page)


@blueprint.post("/me")
@public
def change() -> Response:
    """Keep what was chosen, and go on where the person was."""
    given = closed(request.form.items(multi=True), _KNOWN)
    wanted = own_path(given.get("next", ""))
    back = "/me" if reader().context else "/sign-in"
    made = redirect(wanted if wanted and reader().context else back)
    if "theme" in given:
        _keep(made, THEME_COOKIE, given["theme"], THEMES)
    if "density" in given:
        _keep(made, DENSITY_COOKIE, given["density"], DENSITIES)
    if "keys" in given:
        _keep(made, KEYS_COOKIE, given["keys"], KEYS)
    if "language" in given:
        locales = tuple(language.locale for language in languages())
        _keep(made, LANGUAGE_COOKIE, given["language"], locales)
        _remember_language(given["language"])
    return made


def _keep(made: Response, name: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=value[:40]))
    made.set_cookie(
        name, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=services().settings.secure, path="/"
    )


def _remember_language(locale: str) -> None:
    """Write it into the person's record, if they may; the cookie holds here in any case."""
    asks = reader().context
    if asks is None or asks.actor.id is None:
        return
    try:
        services().door.update(asks, "user", asks.actor.id, {"locale": locale}, None)
    except (ForbiddenError, NotFoundError):
        return


def _settings(values: tuple[str, ...], now: str) -> tuple[Setting, ...]:
    text = reader().words.text
    return tuple(Setting(value, text(_WORDS[value]), _ICONS.get(value, ""), value == now) for value in values)
