"""Which way a change came in, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg

if TYPE_CHECKING:
    from ui.page.reader import Reader

_WORDS = {
    "screen": msg("in the browser"),
    "api": msg("over the API"),
    "import": msg("by an import"),
    "cli": msg("on the command line"),
}


def door_words(door: str, reader: Reader) -> str:
    """Give the words for a door; one that a part brought says its own name."""
    words = _WORDS.get(door)
    return door if words is None else reader.words.text(words)
