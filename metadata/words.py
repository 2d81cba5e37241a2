"""What translators see of definitions: (key, text, note). Which language that is in, the bundle says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.exchange.entries import Text
from metadata.documents import address_of, pointer
from metadata.labels import STANDARD, standard_label, words_of_name
from metadata.layers import CORE, SITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metadata.documents import Document, Layer
    from metadata.layers import Merged

_KEYS = frozenset({"label", "label_plural", "help", "message"})
# Kinds whose texts people read; mappings and demo records are read by machines.
_KINDS = frozenset({"entity", "choices", "screen", "view", "role", "navigation"})
# Parts of a definition that are called by their name where nothing else is written.
_NAMED = frozenset({"fields", "options", "actions", "inputs"})
_WITH_NAMED_PARTS = frozenset({"entity", "choices"})


def words_of(layer: Layer) -> Iterator[Text]:
    """Every text of a layer, document by document, in the order of writing; in the core those of no document first.

    The site's documents change others, so that theirs are the texts that they write and no more.
    """
    if layer.name == CORE:
        yield from _standard()
    for document in layer.documents:
        if document.kind in _KINDS:
            yield from document_words(document, made=layer.name != SITE)


def effective_words(merged: Merged) -> Iterator[tuple[str, Text]]:
    """Every text as it holds, with the name of the layer that writes it."""
    for word in _standard():
        yield CORE, word
    for found in merged.documents.values():
        if found.kind in _KINDS:
            for place, key, text, plural in _all_texts(found.kind, found.name, found.body, made=True):
                origin = found.origin(place.replace("/counted", "/label"))
                yield origin.layer, _word(origin, found.address + place, key, text, plural)


def document_words(document: Document, *, made: bool = True) -> Iterator[Text]:
    """The texts of one definition; `made` takes in those that are made of a name where none is written."""
    address = address_of(document.kind, document.name)
    for place, key, text, plural in _all_texts(document.kind, document.name, document.body, made=made):
        yield _word(document, address + place, key, text, plural)


def _word(document: Document, place: str, key: str, text: str, plural: str | None) -> Text:
    what = "counted, such as 1, 2, 5 or 21 of them" if plural else key.replace("_", " ")
    return Text(place, text, f"{what} in {document.file}", plural)


def _standard() -> Iterator[Text]:
    for name in STANDARD:
        label = standard_label(name)
        yield Text(label.key, label.text, "label of a field that every record has")


_Found = tuple[str, str, str, str | None]


def _all_texts(kind: str, name: str, body: Any, *, made: bool) -> Iterator[_Found]:  # noqa: ANN401 - any JSON
    """(pointer, kind of text, text, plural) of one definition."""
    if not isinstance(body, dict):
        return
    if made and "label" not in body:
        yield "/label", "label", words_of_name(name), None
    for place, key, text in _texts(body, "", made=made and kind in _WITH_NAMED_PARTS):
        yield place, key, text, None
    if kind == "entity" and (made or body.keys() >= {"label", "label_plural"}):
        yield from _counted(name, body, made=made)


def _counted(name: str, body: Mapping[str, Any], *, made: bool) -> Iterator[_Found]:
    one = body.get("label", words_of_name(name))
    many = body.get("label_plural")
    if made and many is None:
        many = f"{one}s"
        yield "/label_plural", "label_plural", many, None
    if isinstance(one, str) and isinstance(many, str):
        yield "/counted", "counted", one, many


def _texts(body: object, place: str, *, made: bool) -> Iterator[tuple[str, str, str]]:
    if isinstance(body, dict):
        for key, value in body.items():
            below = place + pointer(key)
            if key in _KEYS and isinstance(value, str):
                yield below, key, value
            elif key == "labels" and isinstance(value, dict):
                yield from ((below + pointer(own), key, text) for own, text in value.items() if isinstance(text, str))
            elif key != "steps" or isinstance(value, dict):  # what an action writes into a record is no text of ours
                yield from _made(key, value, below) if made else ()
                yield from _texts(value, below, made=made)
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from _texts(value, place + pointer(index), made=made)


def _made(key: str, value: object, place: str) -> Iterable[tuple[str, str, str]]:
    """Labels of parts that are called by their name."""
    if key not in _NAMED or not isinstance(value, dict):
        return ()
    return [
        (f"{place}{pointer(name, 'label')}", "label", words_of_name(name))
        for name, part in value.items()
        if isinstance(part, dict) and "label" not in part
    ]
