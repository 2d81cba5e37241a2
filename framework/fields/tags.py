"""Free words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import ValueRefusedError
from framework.fields.members import SEPARATOR, Several
from framework.fields.words import clean_text
from i18n.lazy import msg, nmsg
from metadata.expressions import types

if TYPE_CHECKING:
    from metadata.snapshot import Field

LONGEST_TAG = 60
_CONTROLS = range(32)


@dataclass(frozen=True)
class Tags(Several):
    """Words of one's own choice; two that differ in letter case alone are one, as it was first written."""

    name = "tags"
    label = msg("Tags")
    control = "tags"
    cell = "tags"

    def member_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> tuple[str, ...] | None:  # noqa: ANN401
        """The words, each once."""
        first: dict[str, str] = {}
        for word in super().load(field, value) or ():
            first.setdefault(word.casefold(), word)
        return tuple(first.values()) or None

    def load_member(self, field: Field, value: Any) -> str | None:  # noqa: ANN401, ARG002
        """A word, with single blanks in it; a blank one is none."""
        word = " ".join(clean_text(value).split())
        if SEPARATOR in word:
            raise ValueRefusedError(msg("A tag cannot hold a comma"), "text")
        if any(ord(sign) in _CONTROLS for sign in word):
            raise ValueRefusedError(msg("A tag cannot hold control characters"), "text")
        if len(word) > LONGEST_TAG:
            raise ValueRefusedError(
                nmsg("At most 1 character", "At most %(count)s characters", LONGEST_TAG), "max_length"
            )
        return word or None

    def member_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A short text."""
        return {"type": "string", "maxLength": LONGEST_TAG, "pattern": "^[^,]*$"}
