"""What a search looks for, as fragments of plain text."""

from __future__ import annotations

from dataclasses import dataclass

SHORT = 3
"""A fragment of fewer signs is looked for only where a word begins."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A record is found where it holds every fragment of one of the alternatives.

    Fragments are plain (`i18n.plain`) and hold no spaces.
    """

    alternatives: tuple[tuple[str, ...], ...]
