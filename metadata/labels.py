"""How a label is found: what was written, else words made from the name; and the key of its translation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

# Fields that every record, or every one with the trait owned, has without a definition of theirs: what they are called.
STANDARD: Mapping[str, str] = {
    "id": "Id",
    "version": "Record version",
    "created_at": "Created",
    "created_by": "Created by",
    "updated_at": "Last changed",
    "updated_by": "Last changed by",
    "deleted_at": "Deleted",
    "deleted_by": "Deleted by",
    "owner": "Owner",
    "team": "Team",
}


def standard_label(name: str) -> Label:
    """The label of a field that no definition writes; its translations are among those of the core."""
    return Label(f"core/fields/{name}/label", STANDARD[name])


def label_of(address: str, body: Mapping[str, object], name: str, *, key: str = "label") -> Label:
    """The label at `address`; a definition without one is called by its name ("Closed on")."""
    text = body.get(key)
    return Label(f"{address}/{key}", text if isinstance(text, str) else words_of_name(name))


def optional_label(address: str, body: Mapping[str, object], key: str) -> Label | None:
    """The text under a key as a label, None where it is not given."""
    text = body.get(key)
    return Label(f"{address}/{key}", text) if isinstance(text, str) else None


def words_of_name(name: str) -> str:
    """A name as words: `closed_on` is "Closed on"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
