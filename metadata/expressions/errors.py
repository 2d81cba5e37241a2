"""The one error of the expression language; whoever shows it adds file, pointer or parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
