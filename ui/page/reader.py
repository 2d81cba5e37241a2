"""Who reads this page and how: context, words, formats and the looks that the browser keeps.

Made once per request; the sign-in page has a reader without a context.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import g, request

from framework.errors import SignInRequiredError
from framework.extension import anonymous_words, context, services
from i18n.formats import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from i18n.catalog import Translator
    from i18n.formats import Formats

THEMES = ("system", "light", "dark")
DENSITIES = ("compact", "comfortable")
KEYS = ("on", "off")
MENUS = ("wide", "narrow")
LANGUAGE_COOKIE, THEME_COOKIE, DENSITY_COOKIE, KEYS_COOKIE, MENU_COOKIE = "language", "theme", "density", "keys", "menu"
# How many rows the sidebar has for what is starred; not there where nobody has looked for a while.
STARS_COOKIE, MOST_STARS = "stars", 8


@dataclass(frozen=True, slots=True)
class Reader:
    """One person at one browser; `context` is None while nobody has signed in.

    `stars` is how many rows the sidebar has for what they starred, None where that is not known.
    """

    context: Context | None
    words: Translator
    formats: Formats
    theme: str
    density: str
    keys: str = KEYS[0]
    menu: str = MENUS[0]
    stars: int | None = None


def reader() -> Reader:
    """Give the reader of this request."""
    found: Reader | None = g.get("reader")
    if found is None:
        found = g.reader = _reader()
    return found


def _reader() -> Reader:
    asks = _context()
    # A plain mapping: that of the request makes an error for each name that it lacks.
    cookies = request.cookies.to_dict()
    words = _words(asks, cookies.get(LANGUAGE_COOKIE, ""))
    zone = asks.zone if asks else "UTC"
    return Reader(
        asks,
        words,
        formats(words.locale, zone),
        _kept(cookies, THEME_COOKIE, THEMES),
        _kept(cookies, DENSITY_COOKIE, DENSITIES),
        _kept(cookies, KEYS_COOKIE, KEYS),
        _kept(cookies, MENU_COOKIE, MENUS),
        _stars(cookies),
    )


def _context() -> Context | None:
    try:
        return context()
    except SignInRequiredError:
        return None


def _words(asks: Context | None, chosen: str) -> Translator:
    """Give words in the language chosen in this browser, else in the person's own or what is asked for."""
    known = services().runtime.words(asks.snapshot) if asks else services().runtime.own_words()
    if chosen in known.locales:
        return known.translator(chosen)
    return known.translator(asks.locale) if asks else cast("Translator", anonymous_words())


def _kept(cookies: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    found = cookies.get(name)
    return found if found in values else values[0]


def _stars(cookies: Mapping[str, str]) -> int | None:
    found = cookies.get(STARS_COOKIE, "")
    # One row more leads to all of them.
    return int(found) if found in {str(rows) for rows in range(MOST_STARS + 2)} else None
