"""Which locale a browser asks for: RFC 4647 look-up in an Accept-Language header (RFC 9110).

The header is a stranger's text: what is too long or makes no sense is passed over, never raised.
"""

import re
from collections.abc import Collection
from operator import itemgetter

from babel.localedata import exists

from i18n.cldr import chain

_LONGEST_HEADER = 1_000
_MOST_RANGES = 20
# A language range and its weight, which has at most three decimals.
_RANGE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?")


def negotiate(header: str | None, available: Collection[str], default: str = "en") -> str:
    """Give the locale to show: the most wanted one whose fall-back chain reaches `available`.

    A region that is known is kept though only its language has words: `de-AT` gives `de_AT`
    where `de` is available, since dates and numbers differ. Nothing fits → `default`.
    """
    for wanted in _ranges((header or "")[:_LONGEST_HEADER]):
        for candidate in chain(wanted):
            if candidate in available:
                return wanted if exists(wanted) else candidate
    return default


def _ranges(header: str) -> list[str]:
    """Give the locales of the header, most wanted first; equal weights keep their order."""
    weighted = []
    for part in header.split(",")[:_MOST_RANGES]:
        match = _RANGE.fullmatch(part.strip())
        weight = float(match[2] or 1) if match else 0.0
        if match and weight:
            weighted.append((_canonical(match[1]), weight))
    return [locale for locale, _ in sorted(weighted, key=itemgetter(1), reverse=True)]


def _canonical(tag: str) -> str:
    """Write a language tag as Babel does: `zh-hant-tw` → `zh_Hant_TW`."""
    language, *rest = tag.split("-")
    script_length = 4
    return "_".join((language.lower(), *(p.title() if len(p) == script_length else p.upper() for p in rest)))
