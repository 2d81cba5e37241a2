"""The one error of the expression language; whoever shows it adds file, pointer or parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Collection

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


def unknown_root(name: str, column: int, known: Collection[str] = ()) -> ExpressionError:
    """What is wrong with a path that begins with a `$name` that means nothing there."""
    hint = nearest_hint(name, ("record", "old", *known)) or msg("Write $record or $old.")
    return ExpressionError("unknown_name", msg("There is no $%(name)s.", name=name), column, hint)
