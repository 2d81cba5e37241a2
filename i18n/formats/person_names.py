"""The order of the parts of people's names, as CLDR has it (Babel does not offer that part of CLDR)."""

import re
from collections.abc import Mapping

from i18n.cldr import chain

# nameOrderLocales of CLDR 46: languages whose own names begin with that of the family.
_FAMILY_FIRST = frozenset({"hu", "ja", "km", "ko", "mn", "vi", "yue", "zh"})
# Names in these scripts begin with that of the family whoever reads them, and have no spaces.
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
# Languages of the former that write names in a script that other languages use too.
_SHARED_SCRIPT = {"hu": "latin", "vi": "latin", "mn": "cyrillic", "km": "khmer"}
_SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "khmer": re.compile(r"[\u1780-\u17ff]"),
}
_GIVEN_FIRST_ORDER = ("prefix", "first", "middle", "last", "suffix")
_FAMILY_FIRST_ORDER = ("prefix", "last", "first", "middle", "suffix")


def family_first(name: str, locale: str = "") -> bool:
    """Whether a name, as the readers of `locale` write it, begins with that of the family.

    Of a blank name it is asked what that language itself does; without a locale the script decides.
    """
    language = chain(locale)[-1]
    if not name:
        return language in _FAMILY_FIRST
    if _EAST_ASIAN.search(name):
        return True
    script = _SHARED_SCRIPT.get(language)
    return script is not None and bool(_SCRIPTS[script].search(name))


def in_full(parts: Mapping[str, str | None], locale: str = "") -> str:
    """Write a name of the parts prefix, first, middle, last and suffix, any of which may be blank."""
    joined = "".join(part for part in parts.values() if part)
    order = _FAMILY_FIRST_ORDER if family_first(joined, locale) else _GIVEN_FIRST_ORDER
    space = "" if joined and all(map(_EAST_ASIAN.match, joined)) else " "
    return space.join(found for name in order if (found := parts.get(name)))
