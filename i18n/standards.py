"""The codes of languages, countries and time zones, with their names in every language, as CLDR has them."""

from collections.abc import Mapping
from functools import lru_cache

from babel import localedata
from babel.core import get_global

from i18n.cldr import SOURCE, locale_data

# Codes that CLDR has beside those of ISO 3166-1: of groups of countries, and of parts of one.
_NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
_CODE_OF_COUNTRY = 2
_NO_LANGUAGES = frozenset(("mul", "root", "und", "zxx"))
_CODE_OF_OLD_STANDARD = 2
_UTC, _SAME_AS_UTC = "UTC", ("Etc/UTC", "Etc/GMT", "GMT")


@lru_cache(maxsize=200)
def languages(locale: str) -> Mapping[str, str]:
    """Give BCP 47 tag → name, of what is written today: `de`, `de-AT`, `zh-Hant`."""
    english, own = locale_data(SOURCE).languages, locale_data(locale).languages
    return {code.replace("_", "-"): str(own.get(code, name)) for code, name in english.items() if _is_written(code)}


def _is_written(code: str) -> bool:
    """Whether there is data for a locale of the language, or it is one of the long known two-letter codes."""
    language = code.partition("_")[0]
    return language not in _NO_LANGUAGES and (len(language) == _CODE_OF_OLD_STANDARD or localedata.exists(language))


@lru_cache(maxsize=200)
def countries(locale: str) -> Mapping[str, str]:
    """Give ISO 3166-1 code → name. Kosovo has the code XK, which is in general use."""
    english, own = locale_data(SOURCE).territories, locale_data(locale).territories
    return {
        code: str(own.get(code, name))
        for code, name in english.items()
        if len(code) == _CODE_OF_COUNTRY and code not in _NO_COUNTRIES
    }


@lru_cache(maxsize=200)
def time_zones(locale: str) -> Mapping[str, str]:
    """Give IANA name → city and country: "Zürich (Schweiz)"."""
    cities, lands = _cities(locale), countries(locale)
    zones = {zone: land for zone, land in get_global("zone_territories").items() if not zone.startswith("Etc/")}
    return {**{zone: _zone_name(cities, zone, lands.get(land)) for zone, land in zones.items()}, _UTC: _UTC}


def _cities(locale: str) -> Mapping[str, str]:
    """Give the name of a zone's city by the zone's name of today, where it is not the name's own last part."""
    named = {zone: str(data["city"]) for zone, data in locale_data(locale).time_zones.items() if "city" in data}
    return {former_zones().get(zone, zone): city for zone, city in named.items()}


def _zone_name(cities: Mapping[str, str], zone: str, land: str | None) -> str:
    city = cities.get(zone) or zone.rpartition("/")[2].replace("_", " ")
    return city if land is None or land == city else f"{city} ({land})"


@lru_cache(maxsize=1)
def former_zones() -> Mapping[str, str]:
    """Give former name of a time zone → today's: browsers still say `Asia/Calcutta`."""
    known = {**get_global("zone_aliases"), **dict.fromkeys(_SAME_AS_UTC, _UTC)}
    return {former: _UTC if zone in _SAME_AS_UTC else zone for former, zone in known.items() if former != _UTC}
