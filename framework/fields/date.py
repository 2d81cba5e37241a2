"""Days of the calendar."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import ColumnKind, FieldType, ValueRefusedError
from framework.fields.limits import DAY, check_limits, day_limit, is_relative
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

FIRST_LONG_YEAR = 1000
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HOW = (
    "A day such as `2026-03-01`, or one counted from that of the write: `today`, `today+30d`, `today-18y` (d, w, m, y)."
)


@dataclass(frozen=True)
class Date(FieldType):
    """A day without time or zone."""

    name = "date"
    label = msg("Date")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "min": {"type": "string", "pattern": DAY, "description": f"The first day that is accepted. {_HOW}"},
        "max": {"type": "string", "pattern": DAY, "description": f"The last day that is accepted. {_HOW}"},
    }
    column_kind = ColumnKind.DATE
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "min", "max")
    control = "date"
    cell = "date"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """Limits that are days, the first not after the last."""
        yield from check_limits(field.options, day_limit, dt.date(2026, 1, 1))

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Date."""
        return types.DATE

    def load(self, field: Field, value: Any) -> dt.date:  # noqa: ANN401
        """An ISO 8601 day within its fixed limits."""
        day = _day(value)
        for key in ("min", "max"):
            limit = field.options.get(key)
            if limit and not is_relative(limit):
                _check(day, key, day_limit(limit, day))
        return day

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401
        """A changed day within the limits that are counted from today."""
        for key in ("min", "max"):
            limit = field.options.get(key)
            if limit and is_relative(limit) and value != old:
                _check(value, key, day_limit(limit, context.today))
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A full date."""
        return {"type": ["string", "null"], "format": "date"}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The day in the reader's short form, in which years of the first millennium would look like others."""
        if value is None:
            return ""
        return formats.date_input(value) if value.year >= FIRST_LONG_YEAR else value.isoformat()

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """ISO, the reader's own forms, weekday names, `+3d`; blank is none."""
        if not text.strip():
            return None
        try:
            return formats.parse_date(text, context.today).isoformat()
        except ValueError as error:
            raise ValueRefusedError(getattr(error, "message", None) or msg("This is not a date")) from error


def _day(value: object) -> dt.date:
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueRefusedError(msg("“%(day)s” is not in the calendar", day=value)) from None
    raise ValueRefusedError(msg("Give a day as YYYY-MM-DD"))


def _check(day: dt.date, key: str, limit: dt.date) -> None:
    if key == "min" and day < limit:
        raise ValueRefusedError(msg("Not before %(limit)s", limit=limit.isoformat()), key)
    if key == "max" and day > limit:
        raise ValueRefusedError(msg("Not later than %(limit)s", limit=limit.isoformat()), key)
