"""Babel's data for a locale, from whatever name somebody gave it.

Each locale here has its data to itself: Babel notes resolved aliases in dicts that locales share,
so that after Japanese was used Persian months were Japanese (Babel issue 1234).
"""

from contextlib import suppress
from copy import deepcopy
from functools import cache, cached_property, lru_cache

from babel import localedata
from babel.core import Locale, UnknownLocaleError, parse_locale

from i18n import pseudo

SOURCE = "en"
# The parts of CLDR that refer to each other; the others are big, and may be shared.
_ALIASED = frozenset({"months", "days", "quarters", "eras", "currency_formats"})


class SeparateLocale(Locale):
    """A locale that no other one can change."""

    @cached_property
    def cldr(self) -> localedata.LocaleDataDict:
        """Give everything that is known of this locale."""
        loaded = localedata.load(str(self))
        return localedata.LocaleDataDict(
            {key: deepcopy(value) if key in _ALIASED else value for key, value in loaded.items()}
        )

    @property
    def _data(self) -> localedata.LocaleDataDict:
        return self.cldr


@lru_cache(500)
def locale_data(locale: str) -> SeparateLocale:
    """Give the data for `locale`: for a pseudo or unknown one, those of what it stands on."""
    for candidate in (*chain(locale), SOURCE):
        if candidate not in pseudo.LOCALES:
            with suppress(UnknownLocaleError, ValueError):
                return _only(str(Locale.parse(candidate)))
    return _only(SOURCE)


def is_known(locale: str) -> bool:
    """Tell whether there is such a locale, or at least its language: `de_XX` is German."""
    return any(localedata.exists(candidate) for candidate in chain(locale))


@cache
def _only(identifier: str) -> SeparateLocale:
    """Give the one object for a locale that CLDR knows, whatever names lead to it."""
    return SeparateLocale(*parse_locale(identifier))


def chain(locale: str) -> tuple[str, ...]:
    """Give the locales in which a text is looked for: `de_AT` → `de_AT`, `de`."""
    parts = locale.replace("-", "_").split("_")
    return tuple("_".join(parts[:length]) for length in range(len(parts), 0, -1))
