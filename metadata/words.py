"""What translators see of definitions: (key, text, note). Which language that is in, the bundle says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from metadata.documents import address_of, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.documents import Document, Layer

_KEYS = frozenset({"label", "label_plural", "help", "message"})
# Kinds whose texts people read; mappings and demo records are read by machines.
_KINDS = frozenset({"entity", "choices", "screen", "view", "role", "navigation"})


class Word(NamedTuple):
    """A text of a definition: `key` (address and pointer) is its `msgctxt` in PO files.

    `note` tells a translator what it is: the key itself in words.
    """

    key: str
    text: str
    note: str


def words_of(layer: Layer) -> Iterator[Word]:
    """Every text that a layer writes, document by document, in the order of writing."""
    for document in layer.documents:
        if document.kind in _KINDS:
            yield from document_words(document)


def document_words(document: Document) -> Iterator[Word]:
    """The texts of one definition."""
    address = address_of(document.kind, document.name)
    for place, key, text in _texts(document.body, ""):
        yield Word(address + place, text, f"{key.replace('_', ' ')} in {document.file}")


def _texts(body: object, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(body, dict):
        for key, value in body.items():
            if key in _KEYS and isinstance(value, str):
                yield place + pointer(key), key, value
            else:
                yield from _texts(value, place + pointer(key))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from _texts(value, place + pointer(index))
