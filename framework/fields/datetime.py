"""Moments in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from framework.fields.date import FIRST_LONG_YEAR
from framework.fields.limits import MOMENT, check_limits, moment_limit
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

# A day from the ends of the calendar, so that every zone can show what is stored.
_FIRST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
_LAST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)
_HOW = "A moment with its offset, or one counted from the write: `now`, `now+2h`, `now-30d` (h, d, w)."


@dataclass(frozen=True)
class Datetime(FieldType):
    """A moment, kept in UTC and shown in the reader's zone."""

    name = "datetime"
    label = msg("Date and time")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "min": {"type": "string", "pattern": MOMENT, "description": f"The first moment that is accepted. {_HOW}"},
        "max": {"type": "string", "pattern": MOMENT, "description": f"The last moment that is accepted. {_HOW}"},
        "minute_step": {
            "type": "integer",
            "minimum": 1,
            "maximum": 60,
            "description": "Step of the minutes that the control offers; any minute may be typed.",
        },
    }
    column_kind = ColumnKind.TIMESTAMP
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "blank")
    aggregates = ("count", "min", "max")
    control = "datetime"
    cell = "datetime"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """Limits that are moments, the first not after the last."""
        yield from check_limits(field.options, moment_limit, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Datetime."""
        return types.DATETIME

    def load(self, field: Field, value: Any) -> dt.datetime:  # noqa: ANN401, ARG002
        """An ISO 8601 moment; its offset is obligatory."""
        if isinstance(value, str):
            try:
                moment = dt.datetime.fromisoformat(value)
                if moment.tzinfo is not None and _FIRST <= moment <= _LAST:
                    return moment.astimezone(dt.UTC)
            except (ValueError, OverflowError):
                pass
        raise ValueRefusedError(msg("Give a moment with its offset, such as 2026-03-01T09:30:00Z"), "type")

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401
        """A changed moment within its limits."""
        if value == old:
            return value
        least, most = field.options.get("min"), field.options.get("max")
        if least and value < moment_limit(least, context.now):
            raise ValueRefusedError(msg("Not before %(limit)s", limit=_told(least, context)), "min")
        if most and value > moment_limit(most, context.now):
            raise ValueRefusedError(msg("Not later than %(limit)s", limit=_told(most, context)), "max")
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A date-time with offset."""
        return {"type": ["string", "null"], "format": "date-time"}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """Day and time in the reader's zone and form; ISO where that would leave something out."""
        if value is None:
            return ""
        local = value.astimezone(formats.zone)
        exact = local.second or local.microsecond or local.year < FIRST_LONG_YEAR
        return local.isoformat() if exact else formats.datetime_input(value)

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


def _told(limit: str, context: Context) -> str:
    return moment_text(moment_limit(limit, context.now).astimezone(dt.UTC).replace(microsecond=0))
