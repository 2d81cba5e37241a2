"""What all types that take text refuse, whatever else they allow."""

from __future__ import annotations

from framework.fields.base import ValueRefusedError
from i18n.lazy import msg

LONGEST_TEXT = 1_000_000


def clean_text(value: object) -> str:
    """The value as text that every engine can keep. Raises ValueRefusedError."""
    if not isinstance(value, str):
        raise ValueRefusedError(msg("Give a text"))
    if "\0" in value:
        raise ValueRefusedError(msg("A text cannot hold the character NUL"), "text")
    if len(value) > LONGEST_TEXT:
        raise ValueRefusedError(msg("The text is longer than %(most)s characters", most=LONGEST_TEXT), "max_length")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueRefusedError(msg("The text holds half a character (a lone surrogate)"), "text") from None
    return value


def is_clean(text: str) -> bool:
    """Whether an engine can keep the text; with any other, not even a comparison can be asked for."""
    try:
        clean_text(text)
    except ValueRefusedError:
        return False
    return True
