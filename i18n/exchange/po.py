"""PO files of metadata words: `msgctxt` is the stable key, `msgid` the text that the translation was made for.

A stale translation is written the way gettext's tools do: fuzzy, with the former text behind `#|`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from babel.messages.catalog import Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import escape, unescape

from i18n.cldr import locale_data
from i18n.exchange.found import Found
from i18n.plurals import plural_count
from i18n.words import read_catalog, source_of

_HEAD = """\
# Words of a bundle. msgctxt is the key of a text, msgid what it says; write msgstr.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


@dataclass(frozen=True, slots=True)
class PoEntry:
    """One entry as it stands in a file; `former` is the text behind `#|`."""

    key: str
    text: str
    plural: str | None
    target: tuple[str, ...]
    fuzzy: bool = False
    former: str | None = None
    note: str = ""

    @property
    def source(self) -> str:
        """What the entry says that it translates."""
        return source_of(self.text, self.plural)

    @property
    def made_for(self) -> str | None:
        """The text that the translation was made for, as far as the file says."""
        return self.former if self.fuzzy else self.text


def read_po_entries(text: str, locale: str) -> Iterator[PoEntry]:
    """Give the entries of a file that have a key. Raises WordsNotReadable."""
    for message in read_catalog(text, locale):
        if message.context:
            yield _entry(message)


def read_found(text: str, locale: str) -> Iterator[Found]:
    """Give the translations of a file that came back. Raises WordsNotReadable."""
    for message in read_catalog(text, locale):
        if message.context:
            one = _entry(message)
            yield Found(one.key, one.text, one.plural, one.target, not one.fuzzy, f"line {message.lineno}")


def write_po_text(entries: Iterable[PoEntry], locale: str) -> str:
    """Give the file of these entries, in their order: the same entries give the same bytes."""
    forms = plural_count(locale)
    head = _HEAD.format(locale=locale, plural=get_plural(locale_data(locale)))
    return "\n".join([head, *("".join(f"{line}\n" for line in _lines(entry, forms)) for entry in entries)])


def _lines(entry: PoEntry, forms: int) -> Iterator[str]:
    if entry.note:
        yield f"#. {' '.join(entry.note.split())}"
    if entry.fuzzy:
        yield "#, fuzzy"
        if entry.former:
            yield f"#| msgid {escape(entry.former)}"
    yield f"msgctxt {escape(entry.key)}"
    yield from _quoted("msgid", entry.text)
    if entry.plural is None:
        yield from _quoted("msgstr", entry.target[0] if entry.target else "")
        return
    yield from _quoted("msgid_plural", entry.plural)
    for index in range(forms):
        yield from _quoted(f"msgstr[{index}]", entry.target[index] if index < len(entry.target) else "")


def _quoted(keyword: str, text: str) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:  # noqa: PLR2004
        yield f"{keyword} {escape(text)}"
    else:
        yield f'{keyword} ""'
        yield from map(escape, lines)


def _entry(message: Message) -> PoEntry:
    plural = isinstance(message.id, tuple | list)
    text, many = (str(message.id[0]), str(message.id[1])) if plural else (str(message.id), None)
    target = tuple(str(form) for form in message.string or ()) if plural else (str(message.string),)
    return PoEntry(
        str(message.context),
        text,
        many,
        target if any(target) else (),
        message.fuzzy,
        _former(message.user_comments),
        " ".join(message.auto_comments),
    )


def _former(comments: Iterable[str]) -> str | None:
    """The text behind `#| msgid`, which other tools fold over several lines; a former plural is left out."""
    lines = [line.removeprefix("|").strip() for line in comments if line.startswith("|")]
    quoted: list[str] = []
    for line in lines:
        if line.startswith("msgid_plural"):
            break
        if (found := line.removeprefix("msgid").strip()).startswith('"'):
            quoted.append(unescape(found))
    return "".join(quoted) or None
