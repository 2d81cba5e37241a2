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

_MOST_TEXTS = 100

# The source locale needs none; one object, by which callers may keep what they made of it.
_SOURCE_WORDS = NullTranslations()

# (key, source text) → translation, so that a translation of another source text is not found. What is counted has
# the forms of its language under `key[0]`, `key[1]`, …, and is itself the last of them.
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
    """Give our own words for the first locale of the fall-back chain that has a file: the same object each time."""
    if locale in pseudo.LOCALES:
        return pseudo.PseudoTranslations(locale)
    for candidate in chain(locale):
        if candidate != SOURCE and candidate in own_locales():
            return _compiled(candidate)
    return _SOURCE_WORDS


def own_coverage(locale: str) -> tuple[int, int]:
    """Count our own words: those with a translation into exactly this locale, and those without."""
    if locale not in own_locales() - {SOURCE}:
        template = read_po(StringIO((LOCALES / "messages.pot").read_text("utf-8")))
        return 0, sum(1 for message in template if message.id)
    text = (LOCALES / locale / "messages.po").read_text("utf-8")
    done = [not message.fuzzy and _whole(message.string) for message in read_catalog(text, locale) if message.id]
    return sum(done), len(done) - sum(done)


def _whole(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def read_words(layers: Iterable[str]) -> Words:
    """Read the PO texts of one locale, a later layer over an earlier one.

    Entries need `msgctxt` (the key); fuzzy and empty ones count as absent. Raises
    WordsNotReadable.
    """
    found: dict[tuple[str, str], str] = {}
    for text in layers:
        found.update(_words_in(text))
    return found


def read_catalog(text: str, locale: str | None = None) -> Catalog:
    """Read a PO text, with as many plural forms as its head or the locale has. Raises WordsNotReadable."""
    try:
        return read_po(StringIO(text), locale=locale, abort_invalid=True)
    except (PoFileError, ValueError, IndexError, TypeError, KeyError, AttributeError) as error:
        # Babel's reader trips over some texts instead of refusing them.
        found = str(error).splitlines() or [type(error).__name__]
        raise WordsNotReadable(msg("This is no PO file: %(found)s", found=found[0])) from error


def counted_key(key: str, form: int) -> str:
    """Give the key under which one form of a counted text stands."""
    return f"{key}[{form}]"


def source_of(text: str, plural: str | None = None) -> str:
    """Give what a translation remembers: the source text, of a counted one both of its forms."""
    return text if plural is None else f"{text}\0{plural}"


@lru_cache(_MOST_TEXTS)
def _words_in(text: str) -> Words:
    """Read one PO text: publishing, checks and every process meet the same one again and again."""
    found: dict[tuple[str, str], str] = {}
    for message in read_catalog(text):
        if not message.context or message.fuzzy:
            continue
        key = str(message.context)
        if isinstance(message.id, tuple | list):
            forms = [str(form) for form in message.string or ()]
            if forms and all(forms):
                source = source_of(*message.id[:2])
                found |= {(counted_key(key, index), source): form for index, form in enumerate(forms)}
                found[key, source] = forms[-1]
        elif message.string:
            found[key, str(message.id)] = str(message.string)
    return found


@cache
def _compiled(locale: str) -> NullTranslations:
    with (LOCALES / locale / "messages.po").open("rb") as source:
        catalog = read_po(source, locale=locale, abort_invalid=True)
    target = BytesIO()
    write_mo(target, catalog)
    target.seek(0)
    return Translations(target)
