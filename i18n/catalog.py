"""From a text to its translation: our own words and those of the installed bundles, as one.

What has no translation, or one that was made for another source text, shows its source text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import NullTranslations
from typing import Literal

from i18n import pseudo
from i18n.cldr import chain, locale_data
from i18n.lazy import Label, Message, fill
from i18n.plurals import plural_form
from i18n.words import Words, counted_key, own_locales, own_words, read_words, source_of

_CAPITAL_NOUNS = frozenset({"de", "lb"})


class Translator:
    """Gives texts in one locale; made by `Catalog.translator`, shared by all requests.

    `locale` is written as Babel does (`de_AT`), `language` as HTML does (`de-AT`). The four
    gettext functions look up our own words only and leave filling to the caller, which is what
    Jinja's i18n extension (newstyle) wants. `own` are those words, one object for all locales that share them.
    """

    __slots__ = (
        "_bundles",
        "direction",
        "gettext",
        "language",
        "locale",
        "ngettext",
        "npgettext",
        "own",
        "pgettext",
    )

    def __init__(self, locale: str, own: NullTranslations, bundles: Words) -> None:
        """Take our own words and the bundles' words of this locale."""
        self.locale = locale
        self.language = locale.replace("_", "-")
        self.direction = _direction(locale)
        self.own = own
        self.gettext = own.gettext
        self.ngettext = own.ngettext
        self.pgettext = own.pgettext
        self.npgettext = own.npgettext
        self._bundles = bundles

    def text(self, value: Message | Label | str) -> str:
        """Give the translation, its placeholders filled; plain text comes back as it is."""
        if isinstance(value, Label):
            return self._label(value)
        if isinstance(value, Message):
            return self._message(value)
        return value

    def inside(self, label: Label) -> str:
        """Give a label as it stands inside a phrase: small, where the language writes nouns so."""
        text = self.text(label)
        if self.language.partition("-")[0] in _CAPITAL_NOUNS or not text[1:2].islower():
            return text
        return text[:1].lower() + text[1:]

    def counted(self, one: Label, many: Label, count: int) -> str:
        """Give what `count` things are called, without the number: a label and its plural as the language counts.

        The forms stand under the key `counted` beside the label. Where there are none, it is one of the two labels.
        """
        key, _, _ = one.key.rpartition("/")
        form = counted_key(f"{key}/counted", plural_form(self.locale, count))
        return self._bundles.get((form, source_of(one.text, many.text))) or self.inside(one if count == 1 else many)

    def _label(self, label: Label) -> str:
        return self._bundles.get((label.key, label.text)) or label.text

    def _message(self, message: Message) -> str:
        params = {
            name: self.text(value) if isinstance(value, Message | Label) else value
            for name, value in message.params.items()
        }
        if message.plural is None or message.count is None:
            return fill(self.gettext(message.msgid), params)
        text = self.ngettext(message.msgid, message.plural, message.count)
        return fill(text, {"count": message.count, **params})


class PseudoTranslator(Translator):
    """A translator that makes up its translations, of labels too."""

    __slots__ = ()

    def _label(self, label: Label) -> str:
        return self.pgettext(label.key, label.text)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of some labels is translated into one locale; each label is in one of the three."""

    translated: tuple[Label, ...]
    stale: tuple[Label, ...]
    missing: tuple[Label, ...]


class Catalog:
    """All words of one snapshot; PO text is read when a locale is first asked for.

    `bundles` are the layers of metadata words, the lowest first: locale → PO text whose
    `msgctxt` is a label's key and whose `msgid` is the source text it was translated from.
    """

    __slots__ = ("_bundles", "_translators", "_words")

    def __init__(self, bundles: Sequence[Mapping[str, str]] = ()) -> None:
        """Take the layers of bundle words; none means our own words alone."""
        self._bundles = tuple(bundles)
        # Both are filled on demand, by several threads: the worst case is the same work twice.
        self._words: dict[str, Words] = {}
        self._translators: dict[str, Translator] = {}

    @property
    def locales(self) -> frozenset[str]:
        """Give the locales for which there are any words, pseudo-locales not among them."""
        return own_locales().union(*self._bundles)

    def translator(self, locale: str) -> Translator:
        """Give the translator for `locale`, falling back part by part (`de_AT`, `de`, source).

        Raises WordsNotReadable if a bundle's PO text for it is broken.
        """
        found = self._translators.get(locale)
        if found is None:
            found = self._made(locale.replace("-", "_"))
            # Locales come from requests too; their number must not grow the process.
            if len(self._translators) < _MOST_TRANSLATORS:
                self._translators[locale] = found
        return found

    def coverage(self, locale: str, labels: Iterable[Label]) -> Coverage:
        """Tell which of `labels` are translated, stale or missing in exactly this locale."""
        words = self._exact(locale)
        keys = {key for key, _ in words}
        by_state: dict[str, list[Label]] = {"translated": [], "stale": [], "missing": []}
        for label in labels:
            if (label.key, label.text) in words:
                by_state["translated"].append(label)
            else:
                by_state["stale" if label.key in keys else "missing"].append(label)
        return Coverage(**{state: tuple(found) for state, found in by_state.items()})

    def _made(self, locale: str) -> Translator:
        own = own_words(locale)
        if locale in pseudo.LOCALES:
            return PseudoTranslator(locale, own, {})
        merged: dict[tuple[str, str], str] = {}
        for candidate in reversed(chain(locale)):
            merged.update(self._exact(candidate))
        return Translator(locale, own, merged)

    def _exact(self, locale: str) -> Words:
        words = self._words.get(locale)
        if words is None:
            words = read_words(layer[locale] for layer in self._bundles if locale in layer)
            if words:
                self._words[locale] = words
        return words


_MOST_TRANSLATORS = 200


@lru_cache(_MOST_TRANSLATORS)
def _direction(locale: str) -> Literal["ltr", "rtl"]:
    return "rtl" if locale_data(locale).text_direction == "rtl" else "ltr"
