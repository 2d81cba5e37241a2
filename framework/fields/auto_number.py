"""Numbers that the door gives out: quotes, invoices, tickets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.text import TEXT_OPERATORS
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from i18n.lazy import Message
    from metadata.snapshot import Field

_PLACE = re.compile(r"\{(year|month|seq)(?::(\d{1,2}))?\}", re.ASCII)
_NEEDED = {"never": frozenset[str](), "year": frozenset({"year"}), "month": frozenset({"year", "month"})}


@dataclass(frozen=True)
class AutoNumber(FieldType):
    """A running number in a pattern. A new record gets the next one; nobody may give or change it."""

    name = "auto_number"
    label = msg("Automatic number")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "pattern": {
                "type": "string",
                "maxLength": 60,
                "pattern": r"^([^{}]|\{year\}|\{month\})*\{seq:([1-9]|1[0-2])\}([^{}]|\{year\}|\{month\})*$",
                "description": "Text with `{seq:5}`, the running number with at least five digits, and where wanted "
                "`{year}` and `{month}` of the day on which the record is made: `Q-{year}-{seq:5}`.",
            },
            "reset": {
                "enum": ["never", "year", "month"],
                "default": "never",
                "description": "When counting begins anew at 1. The pattern must then tell the periods apart.",
            },
        },
        "required": ["pattern"],
        "additionalProperties": False,
    }
    server_set = True
    operators = TEXT_OPERATORS
    searchable = True
    control = "read_only"
    cell = "code"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """A pattern that tells the periods apart."""
        reset, pattern = field.options.get("reset", "never"), field.options["pattern"]
        places = {found[1] for found in _PLACE.finditer(pattern)}
        for missing in sorted(_NEEDED[reset] - places):
            yield (
                "pattern",
                msg(
                    "Numbers would repeat: counting begins anew each %(reset)s, and the pattern lacks {%(place)s}.",
                    reset=reset,
                    place=missing,
                ),
            )

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str:  # noqa: ANN401, ARG002
        """Nothing: nobody gives what the door gives out."""
        raise ValueRefusedError(msg("The server sets this field; leave it out"), "set_by_server")

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Text, for reading only."""
        return {"type": ["string", "null"], "readOnly": True}


def next_text(pattern: str, seq: int, today: dt.date) -> str:
    """The number `seq` in its pattern; digits beyond the pattern's are kept: `Q-2026-00042`."""

    def filled(found: re.Match[str]) -> str:
        if found[1] == "seq":
            return f"{seq:0{found[2]}d}"
        return f"{today:%m}" if found[1] == "month" else f"{today.year:04d}"

    return _PLACE.sub(filled, pattern)


def period(reset: str, today: dt.date) -> str:
    """Within what numbers run on: "" for ever, else such as `2026` or `2026-11`."""
    return {"never": "", "year": f"{today.year:04d}", "month": f"{today.year:04d}-{today:%m}"}[reset]
