"""The name that a file is shown and downloaded by. It is a word of a person and never part of a path."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 200
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean_name(given: str) -> str:
    """The last part of a given name, in one line, without signs that are not seen; `file` where nothing is left."""
    last = given.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in _UNSEEN)
    name = " ".join(seen.split())
    if name in {"", ".", ".."}:
        return "file"
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending) < LONGEST_NAME // 10 else ""
    return (stem if kept else name)[: LONGEST_NAME - len(kept)].rstrip() + kept
