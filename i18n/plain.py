"""Texts without what differs between ways of writing the same: letter case, accents, vowel signs."""

import re
import unicodedata

# Of NFKD's signs those that people leave out: Latin, Greek and Cyrillic accents; Arabic vowel signs, hamza above
# and below, the long bar.
SIGNS = "\u0300-\u036f\u064b-\u0655\u0670\u0640"
# Letters that are not taken apart by NFKD, and what they are looked for as.
SINGLE = ("øłđ\u0131\u03c2", "oldi\u03c3")  # the last two: i without its dot, sigma at the end of a word
DOUBLE = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"))

_SIGNS = re.compile(f"[{SIGNS}]")
_SINGLE = str.maketrans(*SINGLE)


def plain(text: str) -> str:
    """Give a text as one would type it in haste; SQL has it too (`framework.rules.functions.text`)."""
    found = _SIGNS.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_SINGLE)
    for one, other in DOUBLE:
        found = found.replace(one, other)
    return found
