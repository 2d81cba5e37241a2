"""Pseudo-locales, with which untranslated, clipped and wrongly mirrored text shows at a glance.

`en_XA` accents and lengthens every text, `ar_XB` turns its direction; placeholders and mark-up stay.
"""

import re
from collections.abc import Callable
from gettext import NullTranslations

ACCENTED = "en_XA"
MIRRORED = "ar_XB"
LOCALES = frozenset({ACCENTED, MIRRORED})

# What a program reads and not a person: placeholders, percent signs, tags, entities.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^<>]+>|&#?\w+;|\{[^{}]*\})")
_ACCENTS = str.maketrans(
    "aceghijklnorsuwyzACDEGHIJKLNORSTUWYZ",
    "åçéĝĥîĵķļñöŕšûŵýžÅÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽ",
)
_FILLER = "one two three four five six seven eight nine ten eleven twelve"
_RIGHT_TO_LEFT_MARK, _OVERRIDE, _POP = "\u200f", "\u202e", "\u202c"


def accented(text: str) -> str:
    """Give `text` in brackets, accented and about 30 % longer: "Save" → "[Šåvé one]"."""
    if not text.strip():
        return text
    longer = _FILLER[: max(3, len(_KEPT.sub("", text)) * 3 // 10)].strip()
    return f"[{_between_kept(text, lambda part: part.translate(_ACCENTS))} {longer}]"


def mirrored(text: str) -> str:
    """Give `text` so that it is set from right to left, its placeholders untouched."""

    def turned(part: str) -> str:
        if not part.strip():
            return part
        return f"{_RIGHT_TO_LEFT_MARK}{_OVERRIDE}{part}{_POP}{_RIGHT_TO_LEFT_MARK}"

    return _between_kept(text, turned)


def _between_kept(text: str, change: Callable[[str], str]) -> str:
    parts = _KEPT.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


class PseudoTranslations(NullTranslations):
    """Looks like a loaded catalogue and makes each translation from the source text."""

    def __init__(self, locale: str) -> None:
        """Take one of `LOCALES`."""
        super().__init__()
        self._locale = locale
        self._change = accented if locale == ACCENTED else mirrored

    def info(self) -> dict[str, str]:
        """Give the header of a catalogue: which language it is."""
        return {"language": self._locale}

    def gettext(self, message: str) -> str:
        """Give the changed source text."""
        return self._change(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Give the changed singular or plural by English rules."""
        return self._change(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """Give the changed source text; the context does not matter."""
        del context
        return self._change(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """Give the changed singular or plural; the context does not matter."""
        del context
        return self.ngettext(msgid1, msgid2, n)
