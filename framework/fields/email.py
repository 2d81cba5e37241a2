"""E-mail addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from email_validator import EmailNotValidError, validate_email

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from metadata.snapshot import Field

LONGEST = 254  # RFC 3696, erratum 1690


@dataclass(frozen=True)
class Email(FieldType):
    """One address. Its form is checked (RFC 5321), whether it receives mail is not; the domain is lower-cased."""

    name = "email"
    label = msg("E-mail")
    operators = ("eq", "ne", "in", "contains", "starts_with", "blank")
    searchable = True
    cell = "email"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401, ARG002
        """The address in its normal form; a blank one is no value."""
        text = clean_text(value).strip()
        if not text:
            return None
        if len(text) > LONGEST:
            raise ValueRefusedError(msg("At most %(most)s characters", most=LONGEST), "max_length")
        try:
            # `.test` (RFC 2606) is there to be used in tests, and harmless elsewhere.
            found = validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValueRefusedError(
                msg("“%(text)s” is no e-mail address", text=text[:60]), "email", msg("Such as name@example.com")
            ) from None
        return found.normalized

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """An e-mail address."""
        return {"type": ["string", "null"], "format": "email", "maxLength": LONGEST}
