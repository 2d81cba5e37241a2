"""Telephone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

_LONGEST = 60
_EXTENSION = ";ext="  # RFC 3966


@dataclass(frozen=True)
class Phone(FieldType):
    """One number, kept as E.164 (`+493012345678`), with `;ext=…` (RFC 3966) where it has an extension.

    Length and country code are checked; whether the number is in use is not.
    """

    name = "phone"
    label = msg("Phone")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "default_country": {
            "type": "string",
            "pattern": "^[A-Z]{2}$",
            "description": "Country (ISO 3166) of numbers that are given without a country code, such as `DE`.",
        }
    }
    operators = ("eq", "ne", "in", "contains", "starts_with", "blank")
    searchable = True
    cell = "phone"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """A country that has telephones."""
        country = field.options.get("default_country")
        if country is not None and country not in phonenumbers.SUPPORTED_REGIONS:
            yield "default_country", msg("There is no country “%(code)s”.", code=country)

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401
        """The number in international form; a blank one is no value."""
        text = clean_text(value).strip()
        if not text:
            return None
        country = field.options.get("default_country")
        try:
            if len(text) <= _LONGEST:
                number = phonenumbers.parse(text, country)
                if _can_be_dialled(number):
                    return _kept(number)
        except NumberParseException as error:
            if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
                raise ValueRefusedError(
                    msg("The country code is missing or unknown"), "phone", msg("Such as +49 30 12345678")
                ) from None
        raise ValueRefusedError(
            msg("“%(text)s” is no telephone number", text=text[:_LONGEST]), "phone", msg("Such as +49 30 12345678")
        )

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Text; what is accepted is wider than the E.164 that leaves."""
        return {"type": ["string", "null"], "maxLength": _LONGEST, "examples": ["+49 30 901820"]}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The number in the international form with its usual groups: `+49 30 12345678`."""
        return "" if value is None else grouped(value)


@lru_cache(maxsize=10_000)
def grouped(stored: str) -> str:
    """A stored number as people write it."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(stored), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return stored  # an older release may have known other numbers


def _can_be_dialled(number: phonenumbers.PhoneNumber) -> bool:
    """Whether its length fits its country; one with zeros in front, as in Italy, must be one for certain."""
    if number.italian_leading_zero:
        return phonenumbers.is_valid_number(number)
    # What can only be dialled locally counts as possible too, but has another reason.
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def _kept(number: phonenumbers.PhoneNumber) -> str:
    found = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{found}{_EXTENSION}{number.extension}" if number.extension else found
