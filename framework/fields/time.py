"""Times of day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

_ISO = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)
_LIMIT = r"^([01]\d|2[0-3]):[0-5]\d$"
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Time(FieldType):
    """A time of day to the second, without day and without zone: opening hours, a daily call."""

    name = "time"
    label = msg("Time")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "min": {"type": "string", "pattern": _LIMIT, "description": "The earliest time accepted, such as `08:00`."},
        "max": {"type": "string", "pattern": _LIMIT, "description": "The latest time accepted, such as `18:30`."},
        "minute_step": {
            "type": "integer",
            "minimum": 5,
            "maximum": 60,
            "description": "Step of the minutes that the control offers; any minute may be typed.",
        },
    }
    column_kind = ColumnKind.TIME
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "min", "max")
    control = "time"
    cell = "time"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """Limits in their order."""
        least, most = field.options.get("min"), field.options.get("max")
        if least and most and least > most:
            yield "min", msg("“min” lies after “max”, so no value is allowed.")

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Time."""
        return types.TIME

    def load(self, field: Field, value: Any) -> dt.time:  # noqa: ANN401
        """An ISO 8601 time without offset, within its limits."""
        time = _time(value)
        least, most = field.options.get("min"), field.options.get("max")
        if least and time < dt.time.fromisoformat(least):
            raise ValueRefusedError(msg("Not before %(limit)s", limit=least), "min")
        if most and time > dt.time.fromisoformat(most):
            raise ValueRefusedError(msg("Not later than %(limit)s", limit=most), "max")
        return time

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Hours and minutes; the format `time` of JSON Schema would ask for an offset."""
        return {"type": ["string", "null"], "pattern": f"^{_ISO.pattern}$"}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """`14:30`, with seconds where there are some."""
        return time_text

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """Hour and minute in the reader's form; ISO where that would leave seconds out."""
        if value is None:
            return ""
        return time_text(value) if value.second else formats.time(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """`14:30`, `2:30 PM`, `1430`, `14`; blank is none."""
        if not text.strip():
            return None
        try:
            return time_text(formats.parse_time(text))
        except ValueError as error:
            raise ValueRefusedError(getattr(error, "message", None) or msg("This is not a time")) from error

    def suggestions(self, field: Field, formats: Formats) -> tuple[str, ...]:
        """The times between the limits that the option `minute_step` makes, as they are typed."""
        step = field.options.get("minute_step")
        if not step:
            return ()
        first = _minutes(field.options.get("min", "00:00"))
        last = _minutes(field.options["max"]) if "max" in field.options else _MINUTES_A_DAY - 1
        return tuple(formats.time(dt.time(*divmod(minute, 60))) for minute in range(first, last + 1, step))


def time_text(value: dt.time) -> str:
    """`14:30`, with seconds where there are some."""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def _time(value: object) -> dt.time:
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return dt.time.fromisoformat(value)
        except ValueError:
            raise ValueRefusedError(msg("A day has no time “%(time)s”", time=value)) from None
    raise ValueRefusedError(msg("Give a time as HH:MM"), hint=msg("Such as 14:30"))


def _minutes(limit: str) -> int:
    hours, minutes = limit.split(":")
    return int(hours) * 60 + int(minutes)
