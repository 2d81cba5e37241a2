"""Days of the calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_LENGTH = len("2026-11-25")


@dataclass(frozen=True)
class Date(FieldType):
    """A day without time or zone."""

    name = "date"
    label = msg("Date")
    options_schema = {"min": _DAY, "max": _DAY}
    column_kind = ColumnKind.DATE
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "min", "max")
    control = "date"
    cell = "date"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Date."""
        return types.DATE

    def load(self, field: Field, value: Any) -> dt.date:  # noqa: ANN401
        """An ISO 8601 day within its limits."""
        day = _day(value)
        for key, late in (("min", False), ("max", True)):
            limit = field.options.get(key)
            if limit and (day > _day(limit) if late else day < _day(limit)):
                words = msg("Not later than %(limit)s", limit=limit) if late else msg("Not before %(limit)s", limit=limit)
                raise ValueRefusedError(words, key)
        return day

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A full date."""
        return {"type": ["string", "null"], "format": "date"}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The day in the reader's short form."""
        return "" if value is None else formats.date_input(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """ISO, the reader's own forms, weekday names, `+3d`; blank is none."""
        if not text.strip():
            return None
        try:
            return formats.parse_date(text, context.today).isoformat()
        except ValueError as error:
            raise ValueRefusedError(getattr(error, "message", None) or msg("This is not a date")) from error


def _day(value: object) -> dt.date:
    if isinstance(value, str) and len(value) == _LENGTH:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueRefusedError(msg("Give a day as YYYY-MM-DD"))
