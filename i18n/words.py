"""Translated words as they lie in PO text: our own under `locales/`, and those of bundles.

Reads and compiles in memory; which text goes to whom is decided in `catalog`.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from i18n import pseudo
from i18n.cldr import SOURCE, chain
from i18n.lazy import Message, msg

LOCALES = Path(__file__).parent / "locales"

# (key, source text) → translation, so that a translation of another source text is not found.
Words = Mapping[tuple[str, str], str]


class WordsNotReadable(ValueError):  # noqa: N818 - named after what happened, as all our errors
    """A PO text that is none; `message` says where it breaks."""

    def __init__(self, message: Message) -> None:
        """Take what to tell the person who wrote the text."""
        super().__init__(str(message))
        self.message = message


@cache
def own_locales() -> frozenset[str]:
    """Give the locales that our own words are in, the source locale too."""
    found = {path.parent.name for path in LOCALES.glob("*/messages.po")}
    return frozenset(found | {SOURCE})


@lru_cache(200)
def own_words(locale: str) -> NullTranslations:
    """Give our own words for the first locale of the fall-back chain that has a file."""
    if locale in pseudo.LOCALES:
        return pseudo.PseudoTranslations(locale)
    for candidate in chain(locale):
        if candidate != SOURCE and candidate in own_locales():
            return _compiled(candidate)
    return NullTranslations()


def read_words(layers: Iterable[str]) -> Words:
    """Read the PO texts of one locale, a later layer over an earlier one.

    Entries need `msgctxt` (the key); fuzzy and empty ones count as absent. Raises
    WordsNotReadable.
    """
    return {
        (str(message.context), str(message.id)): str(message.string)
        for text in layers
        for message in _read(text)
        if message.context and message.string and not message.fuzzy
    }


def _read(text: str) -> Catalog:
    try:
        return read_po(StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        found = str(error).splitlines()[0]
        raise WordsNotReadable(msg("This is no PO file: %(found)s", found=found)) from error


@cache
def _compiled(locale: str) -> NullTranslations:
    with (LOCALES / locale / "messages.po").open("rb") as source:
        catalog = read_po(source, locale=locale, abort_invalid=True)
    target = BytesIO()
    write_mo(target, catalog)
    target.seek(0)
    return Translations(target)
