"""What a person sets for themselves.

Looks stay in this browser; language and time zone follow people who may change those of their own record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ForbiddenError, InvalidError, MalformedError, NotFoundError
from framework.extension import ZONE_COOKIE, public, services
from framework.records.parse import closed
from i18n.cldr import SOURCE
from i18n.lazy import msg
from i18n.order import order_key
from i18n.standards import time_zones
from ui.page.addresses import own_path
from ui.page.reader import (
    DENSITIES,
    DENSITY_COOKIE,
    KEYS,
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    MENU_COOKIE,
    MENUS,
    THEME_COOKIE,
    THEMES,
    reader,
)
from ui.page.render import answer, redirect
from ui.pages.sign_in import languages

if TYPE_CHECKING:
    from flask import Response

    from ui.page.reader import Reader
    from ui.pages.sign_in import Language

blueprint = Blueprint("preferences", __name__)

_YEAR = 365 * 24 * 3600
_KNOWN = frozenset({"theme", "density", "keys", "menu", "language", "zone", "next", "_csrf"})
_ICONS = {"system": "device-desktop", "light": "sun", "dark": "moon"}
_WORDS = {
    "system": msg("As the system"),
    "light": msg("Light"),
    "dark": msg("Dark"),
    "compact": msg("Compact"),
    "comfortable": msg("Comfortable"),
    "on": msg("On"),
    "off": msg("Off"),
    "wide": msg("Icons and words"),
    "narrow": msg("Icons alone"),
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
    menus: tuple[Setting, ...]
    languages: tuple[Language, ...]
    zones: tuple[Setting, ...]


@blueprint.get("/me")
def show() -> Response:
    """Show one's own settings."""
    known = reader()
    page = SettingsPage(
        _settings(THEMES, known.theme),
        _settings(DENSITIES, known.density),
        _settings(KEYS, known.keys),
        _settings(MENUS, known.menu),
        languages(),
        _zones(known),
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
    if "menu" in given:
        _keep(made, MENU_COOKIE, given["menu"], MENUS)
    if "language" in given:
        locales = tuple(language.locale for language in languages())
        _keep(made, LANGUAGE_COOKIE, given["language"], locales)
        _remember("locale", given["language"])
    if "zone" in given:
        _keep(made, ZONE_COOKIE, given["zone"], tuple(time_zones(SOURCE)))
        if _remember("zone", given["zone"]):
            made.delete_cookie(ZONE_COOKIE, path="/")
    return made


def _keep(made: Response, name: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=value[:40]))
    made.set_cookie(
        name, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=services().settings.secure, path="/"
    )


def _remember(field: str, value: str) -> bool:
    """Write it into the person's record, if they may; tell whether they might."""
    asks = reader().context
    if asks is None or asks.actor.id is None:
        return False
    try:
        services().door.update(asks, "user", asks.actor.id, {field: value}, None)
    except (ForbiddenError, NotFoundError, InvalidError):
        return False
    return True


def _zones(known: Reader) -> tuple[Setting, ...]:
    """Give all time zones by their cities, as the person's language sorts them."""
    named = time_zones(known.words.locale)
    now = known.context.zone if known.context else ""
    order = sorted(named.items(), key=lambda one: order_key(one[1]))
    return tuple(Setting(zone, name, "", zone == now) for zone, name in order)


def _settings(values: tuple[str, ...], now: str) -> tuple[Setting, ...]:
    text = reader().words.text
    return tuple(Setting(value, text(_WORDS[value]), _ICONS.get(value, ""), value == now) for value in values)
