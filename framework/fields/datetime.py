"""Moments in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field


@dataclass(frozen=True)
class Datetime(FieldType):
    """A moment, kept in UTC and shown in the reader's zone."""

    name = "datetime"
    label = msg("Date and time")
    options_schema = {"minute_step": {"type": "integer", "minimum": 1, "maximum": 60}}
    column_kind = ColumnKind.TIMESTAMP
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "blank")
    aggregates = ("count", "min", "max")
    control = "datetime"
    cell = "datetime"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Datetime."""
        return types.DATETIME

    def load(self, field: Field, value: Any) -> dt.datetime:  # noqa: ANN401, ARG002
        """An ISO 8601 moment; its offset is obligatory."""
        if isinstance(value, str):
            try:
                moment = dt.datetime.fromisoformat(value)
                if moment.tzinfo is not None:
                    return moment.astimezone(dt.UTC)
            except (ValueError, OverflowError):
                pass
        raise ValueRefusedError(
            msg("Give a moment with its offset, such as 2026-03-01T09:30:00Z"), "type"
        )

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A date-time with offset."""
        return {"type": ["string", "null"], "format": "date-time"}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """UTC with a Z, without a fraction that is nought."""
        return moment_text

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """Day and time in the reader's zone and form."""
        return "" if value is None else formats.datetime_input(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """A moment in the reader's form and zone, or ISO; blank is none."""
        if not text.strip():
            return None
        try:
            moment = formats.parse_datetime(text, context.today)
        except ValueError as error:
            raise ValueRefusedError(getattr(error, "message", None) or msg("This is not a date and time")) from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(context.zone))
        return moment.isoformat()


def moment_text(value: dt.datetime) -> str:
    """`2026-03-01T09:30:00Z`, with microseconds where there are some."""
    return value.isoformat().replace("+00:00", "Z")
