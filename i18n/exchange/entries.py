"""What translators work on: one entry for each text, with its translation and what that was made for."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from i18n.exchange.po import PoEntry, read_po_entries, write_po_text
from i18n.plurals import plural_count
from i18n.words import source_of


class State(StrEnum):
    """Whether a text is translated; stale is one that was translated before it was changed."""

    TRANSLATED = "translated"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Text:
    """A text to translate: its stable key, what it says, and a note on what it is.

    `plural` is given for what is counted, whose translation has a form for each kind of number.
    """

    key: str
    text: str
    note: str = ""
    plural: str | None = None

    @property
    def source(self) -> str:
        """What a translation of it remembers."""
        return source_of(self.text, self.plural)


@dataclass(frozen=True, slots=True)
class Entry:
    """A text with its translation in one language.

    `target` has one form, of what is counted as many as the language; none where it is missing.
    `made_for` is the text that a stale translation was made for, where that is known.
    """

    text: Text
    target: tuple[str, ...] = ()
    state: State = State.MISSING
    made_for: str | None = field(default=None)


def entries_of(texts: Iterable[Text], layers: Iterable[str], locale: str) -> tuple[Entry, ...]:
    """Each text with what the PO texts of a locale, lowest layer first, say to it. Raises WordsNotReadable."""
    good: dict[tuple[str, str], PoEntry] = {}
    old: dict[str, PoEntry] = {}
    for layer in layers:
        for entry in read_po_entries(layer, locale):
            if not all(entry.target) or not entry.target:
                continue
            if not entry.fuzzy:
                good[entry.key, entry.source] = entry
            old[entry.key] = entry
    return tuple(_entry(text, good, old, locale) for text in texts)


def po_text(entries: Iterable[Entry], locale: str) -> str:
    """The PO file of all entries: stale ones fuzzy with what they were made for, missing ones empty."""
    return write_po_text((_po_entry(entry) for entry in entries), locale)


def with_entries(text: str, entries: Iterable[Entry], locale: str) -> str:
    """A PO file with these entries in it, each in the place of what it had for their keys, new ones last.

    Raises WordsNotReadable.
    """
    new = {entry.text.key: _po_entry(entry) for entry in entries}
    kept = [new.pop(entry.key, entry) for entry in _once_each(read_po_entries(text, locale), new)]
    return write_po_text([*kept, *new.values()], locale)


def _once_each(entries: Iterable[PoEntry], replaced: Container[str]) -> Iterator[PoEntry]:
    """The entries, of those that are replaced the first alone: a file may hold translations of former texts too."""
    seen: set[str] = set()
    for entry in entries:
        if entry.key not in replaced or entry.key not in seen:
            yield entry
        seen.add(entry.key)


def _po_entry(entry: Entry) -> PoEntry:
    text, stale = entry.text, entry.state is State.STALE
    former = entry.made_for if stale else None
    return PoEntry(text.key, text.text, text.plural, entry.target, stale, former, text.note)


def _entry(text: Text, good: Mapping[tuple[str, str], PoEntry], old: Mapping[str, PoEntry], locale: str) -> Entry:
    found = good.get((text.key, text.source))
    if found is not None and len(found.target) == forms_of(text, locale):
        return Entry(text, found.target, State.TRANSLATED)
    before = old.get(text.key)
    if before is None:
        return Entry(text)
    return Entry(text, before.target, State.STALE, before.made_for)


def forms_of(text: Text, locale: str) -> int:
    """How many forms a translation of the text has."""
    return 1 if text.plural is None else plural_count(locale)
