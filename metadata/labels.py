"""How a label is found: what was written, else words made from the name; and the key of its translation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import Label

if TYPE_CHECKING:
    from collections.abc import Mapping


def label_of(address: str, body: Mapping[str, object], name: str, *, key: str = "label") -> Label:
    """The label at `address`; a definition without one is called by its name ("Closed on")."""
    text = body.get(key)
    return Label(f"{address}/{key}", text if isinstance(text, str) else words_of(name))


def optional_label(address: str, body: Mapping[str, object], key: str) -> Label | None:
    """The text under a key as a label, None where it is not given."""
    text = body.get(key)
    return Label(f"{address}/{key}", text) if isinstance(text, str) else None


def words_of(name: str) -> str:
    """A name as words: `closed_on` is "Closed on"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
