"""One line of text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import jsonschema_rs

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg, nmsg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.snapshot import Field

TEXT_OPERATORS: tuple[str, ...] = ("eq", "ne", "in", "contains", "starts_with", "blank", "lt", "le", "gt", "ge")


@dataclass(frozen=True)
class Text(FieldType):
    """One line; spaces at its ends are no part of it."""

    name = "text"
    label = msg("Text")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "max_length": {"type": "integer", "minimum": 1, "maximum": 100_000, "description": "Characters at most."},
        "min_length": {"type": "integer", "minimum": 1, "maximum": 100_000, "description": "Characters at least."},
        "pattern": {
            "type": "string",
            "maxLength": 500,
            "description": "A regular expression the whole text must match.",
        },
        "case": {"enum": ["upper", "lower"], "description": "Letters are changed to this case when saved."},
        "suggestions": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 200},
            "maxItems": 200,
            "uniqueItems": True,
            "description": "Offered while somebody types; other texts are accepted too.",
        },
    }
    operators = TEXT_OPERATORS
    searchable = True
    multiline = False

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401
        """The trimmed text; a blank one is no value."""
        text = clean_text(value).strip()
        if not self.multiline and ("\n" in text or "\r" in text):
            raise ValueRefusedError(msg("This is one line; it cannot hold a line break"), "text")
        case = field.options.get("case")
        text = text.upper() if case == "upper" else text.lower() if case == "lower" else text
        most, least, pattern = (field.options.get(key) for key in ("max_length", "min_length", "pattern"))
        if most and len(text) > most:
            raise ValueRefusedError(
                nmsg("At most 1 character", "At most %(count)s characters", most),
                "max_length",
                msg("It has %(length)s", length=len(text)),
            )
        if text and least and len(text) < least:
            raise ValueRefusedError(nmsg("At least 1 character", "At least %(count)s characters", least), "min_length")
        if text and pattern and not _matcher(pattern).is_valid(text):
            raise ValueRefusedError(msg("This does not have the expected form"), "pattern")
        return text or None

    def json_schema(self, field: Field) -> dict[str, Any]:
        """A string with its limits."""
        found: dict[str, Any] = {"type": ["string", "null"]}
        if most := field.options.get("max_length"):
            found["maxLength"] = most
        return found


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> jsonschema_rs.Draft202012Validator:
    # An administrator's pattern must not be able to stop the server: this engine is linear in time.
    return jsonschema_rs.Draft202012Validator(
        {"type": "string", "pattern": f"^(?:{pattern})$"}, pattern_options=jsonschema_rs.RegexOptions()
    )
