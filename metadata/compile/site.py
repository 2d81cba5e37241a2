"""The company's settings and the translations of all layers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from typing import TYPE_CHECKING

from metadata.compile.freeze import frozen
from metadata.snapshot import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.documents import Document, Layer

_KEYS = frozenset(attribute.name for attribute in fields(Site))


def site_of(document: Document | None) -> Site:
    """The settings of `site.json`; what it leaves out, and all of it where it is absent, has a default."""
    if document is None:
        return Site()
    return Site(**{key: value for key, value in document.body.items() if key in _KEYS})


def translations_of(layers: Iterable[Layer]) -> Mapping[str, tuple[str, ...]]:
    """Locale → PO texts of the layers, lowest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for layer in layers:
        for locale, text in sorted(layer.locales.items()):
            found[locale].append(text)
    return frozen({locale: tuple(texts) for locale, texts in found.items()})
