"""Text that is translated when it is shown, not where it is written.

Code below the door does not know who will read a message: it gives one of these two values, and
`catalog.Translator` makes text of it. Nothing is formatted, looked up or cached here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)[sd])")


def msg(msgid: str, /, **params: object) -> "Message":
    """Mark own words for translation: `msg("No field %(name)s", name=name)`.

    `msgid` must be a literal, for `i18n.extract` finds it by reading the source.
    """
    return Message(msgid, params)


def nmsg(singular: str, plural: str, count: int, /, **params: object) -> "Message":
    """Mark own words that depend on a number: `nmsg("1 field", "%(count)s fields", n)`.

    `%(count)s` may stand in both texts and need not be given.
    """
    return Message(singular, params, plural, count)


@dataclass(frozen=True, slots=True)
class Message:
    """A text of the product itself: what to look up, and what to fill into the translation.

    `params` may hold Messages and Labels; they are translated too. `plural` and `count` are both
    given or both absent. `str()` is the source text (English), filled.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def __str__(self) -> str:
        """Give the filled source text; a placeholder without a value stays as it is written."""
        if self.plural is None or self.count is None:
            return fill(self.msgid, self.params)
        text = self.msgid if self.count == 1 else self.plural
        return fill(text, {"count": self.count, **self.params})

    def __hash__(self) -> int:
        """Hash without `params`: their values need not be hashable, and equal stays equal."""
        return hash((self.msgid, self.plural, self.count))


@dataclass(frozen=True, slots=True)
class Label:
    """A text of somebody's metadata: `key` finds its translation, `text` is what was written.

    `key` is address and pointer, such as `entity/opportunity/fields/amount/label`.
    """

    key: str
    text: str

    def __str__(self) -> str:
        """Give the text in the bundle's own language."""
        return self.text


def fill(text: str, params: Mapping[str, object]) -> str:
    """Put `params` into `%(name)s` places of `text`; `%%` becomes `%`; never raises.

    A translator's slip or a forgotten value must not turn a message into a second error, so what
    cannot be filled stays as it is, and a lone `%` is a percent sign.
    """
    if "%" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "%"
        return str(params[name]) if name in params else match[0]

    return _PLACEHOLDER.sub(value, text)
