"""Numbers and texts that are printed as bars."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.text import TEXT_OPERATORS
from framework.fields.words import clean_text
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.snapshot import Field

_LENGTHS = {"ean13": 13, "ean8": 8, "upc_a": 12}
_PARTED = re.compile(r"(?<=\d)[ \-](?=\d)", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_CODE_128 = re.compile(r"[\x20-\x7e]+")
_LONGEST = 80


@dataclass(frozen=True)
class Barcode(FieldType):
    """What a barcode says. With a `format` its length and check digit are verified; else any text of Code 128."""

    name = "barcode"
    label = msg("Barcode")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "format": {
            "enum": sorted(_LENGTHS),
            "description": "The kind of number, whose length and check digit must be right. Without it any text of "
            "Code 128 is accepted: up to 80 letters without accents, digits and signs.",
        },
    }
    operators = TEXT_OPERATORS
    searchable = True
    control = "barcode"
    cell = "code"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401
        """The number without blanks and hyphens between its digits, or the text; blank is no value."""
        text = clean_text(value).strip()
        if not text:
            return None
        kind = field.options.get("format")
        return _code_128(text) if kind is None else _number(_PARTED.sub("", text), _LENGTHS[kind])

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Text."""
        return {"type": ["string", "null"], "maxLength": _LONGEST, "examples": ["4006381333931"]}


def _code_128(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueRefusedError(msg("At most %(most)s characters", most=_LONGEST), "max_length")
    if not _CODE_128.fullmatch(text):
        raise ValueRefusedError(msg("A barcode has letters without accents, digits and signs only"), "barcode")
    return text


def _number(text: str, length: int) -> str:
    if not _DIGITS.fullmatch(text) or len(text) != length:
        raise ValueRefusedError(msg("Give the %(length)s digits below the bars", length=length), "barcode")
    right = _check_digit(text[:-1])
    if text[-1] != right:
        raise ValueRefusedError(
            msg("The check digit is wrong, so a digit was mistaken"),
            "check_digit",
            msg("If the others are right, the last one is %(digit)s", digit=right),
        )
    return text


def _check_digit(digits: str) -> str:
    """The last digit by GS1: those before it weigh 3 and 1 in turn, from the right."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
