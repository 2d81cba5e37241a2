"""The kinds of definition, where their files lie, and the limits that hold for all of them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "entities": "entity",
        "choices": "choices",
        "screens": "screen",
        "views": "view",
        "roles": "role",
        "navigation": "navigation",
        "imports": "import",
    }
)
"""Folder of a layer → kind of the definitions in it, in the order in which they are listed."""

MANIFESTS: Mapping[str, str] = MappingProxyType({"bundle.json": "bundle", "site.json": "site"})
"""File that says what a folder is → its kind."""

KINDS: tuple[str, ...] = ("bundle", "site", *FOLDERS.values(), "demo")
"""Every kind that has a JSON Schema."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,47}", re.ASCII)
LOCALE = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_(?:[A-Z]{2}|[0-9]{3}))?", re.ASCII)

MAX_DOCUMENT_BYTES = 5 * 1024 * 1024
MAX_LAYER_BYTES = 50 * 1024 * 1024
MAX_DEPTH = 40
MAX_ENTITIES = 2_000
