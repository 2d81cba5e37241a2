"""The one error of the expression language; whoever shows it adds file, pointer or parameter."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from i18n.lazy import Message


class ExpressionError(ValueError):
    """An expression that cannot be read or does not make sense.

    `code` is one of those listed in docs/reference/expressions.md; `column` counts characters from
    1, and is 0 where there is no text to point into (a tree that came as JSON); `hint` says what to
    write instead, where that is known.
    """

    def __init__(self, code: str, message: Message, column: int = 0, hint: Message | None = None) -> None:
        """Keep the parts; the text of the exception is the message in English."""
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.column = column
        self.hint = hint


def nearest(name: str, offered: Iterable[str]) -> str | None:
    """The offered name that is most like `name`, whatever its letter case; None if none is near."""
    folded: dict[str, str] = {}
    for candidate in offered:
        folded.setdefault(candidate.casefold(), candidate)
    found = get_close_matches(name.casefold(), folded, n=1)
    return folded[found[0]] if found else None


def nearest_hint(name: str, offered: Iterable[str]) -> Message | None:
    """“Did you mean …?” for the nearest of the offered names; None if none is near."""
    found = nearest(name, offered)
    return msg("Did you mean %(name)s?", name=found) if found else None
