"""Colours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from metadata.snapshot import Field

_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", re.ASCII)
_SHORT = 3


@dataclass(frozen=True)
class Color(FieldType):
    """One opaque colour of the screen, kept as `#rrggbb` in small letters."""

    name = "color"
    label = msg("Colour")
    control = "color"
    cell = "color"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401, ARG002
        """Three or six hexadecimal digits, with or without the sign; a blank text is no value."""
        text = clean_text(value).strip()
        if not text:
            return None
        found = _HEX.fullmatch(text)
        if found is None:
            raise ValueRefusedError(msg("“%(text)s” is no colour", text=text[:40]), "color", msg("Such as #1f6feb"))
        digits = found[1].lower()
        return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == _SHORT else digits)

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """The hexadecimal form."""
        return {"type": ["string", "null"], "maxLength": 40, "examples": ["#1f6feb"]}
