"""The words of what is live in one language, and a site layer with other ones: what translators change."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from i18n.exchange.entries import Entry, State, entries_of, with_entries
from metadata.documents import Layer
from metadata.layers import SITE, in_order, merge
from metadata.words import effective_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def entries_by_layer(layers: Iterable[Layer], locale: str) -> tuple[tuple[str, Entry], ...]:
    """Every text as it holds with its translation, and the layer that writes it. Raises WordsNotReadable."""
    merged = merge(layers)
    named = list(effective_words(merged))
    entries = entries_of((text for _, text in named), _texts(merged.layers, locale), locale)
    return tuple((layer, entry) for (layer, _), entry in zip(named, entries, strict=True))


def with_translations(layers: Sequence[Layer], changed: Iterable[Entry], locale: str) -> tuple[Layer, ...]:
    """The layers, with these translations in that of the site. Raises WordsNotReadable.

    What a bundle says in the same words is left to it, so that the site keeps no copy.
    """
    ordered = in_order(layers)
    site = next((layer for layer in ordered if layer.name == SITE), Layer(SITE, None))
    below = [layer for layer in ordered if layer.name != SITE]
    wanted = list(changed)
    said = entries_of((entry.text for entry in wanted), _texts(below, locale), locale)
    own = {entry.text.key for entry in entries_of((e.text for e in wanted), _texts([site], locale), locale)
           if entry.state is not State.MISSING}  # fmt: skip
    needed = [one for one, there in zip(wanted, said, strict=True)
              if one.text.key in own or (there.state, there.target) != (State.TRANSLATED, one.target)]  # fmt: skip
    path = f"locales/{locale}.po"
    if not needed:
        return tuple(layers)
    text = with_entries(site.texts.get(path, ""), needed, locale)
    return (*below, replace(site, texts=MappingProxyType({**site.texts, path: text})))


def _texts(layers: Iterable[Layer], locale: str) -> list[str]:
    return [layer.locales[locale] for layer in layers if locale in layer.locales]
