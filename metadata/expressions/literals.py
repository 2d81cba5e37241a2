"""Written texts that take the type of what they stand beside: `closed_on >= '2026-03-01'`."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.types import Kind, Type
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Callable

    from i18n.lazy import Message


def literal_value(text: str, target: Type, at: int) -> object:
    """The value of a written text as one of type `target`.

    Raises ExpressionError `bad_literal`, or `unknown_option` for a choice that has no such option.
    """
    if target.kind is Kind.CHOICE and target.options is not None and text not in target.options:
        raise ExpressionError(
            "unknown_option",
            msg("There is no option %(name)s.", name=text),
            at,
            nearest_hint(text, sorted(target.options)),
        )
    read, form = _READERS[target.kind]
    try:
        return read(text)
    except (ValueError, OverflowError):
        raise ExpressionError("bad_literal", msg("'%(text)s' is not %(form)s.", text=text, form=form), at) from None


def _text(text: str) -> str:
    return text


def _number(text: str) -> int | Decimal:
    _matched(r"-?[0-9]+(\.[0-9]+)?", text)
    return number_value(Decimal(text))


def number_value(value: Decimal) -> int | Decimal:
    """A written number: an integer of any size where it has no places, else a decimal."""
    return int(value) if value.as_tuple().exponent == 0 else value


def _boolean(text: str) -> bool:
    _matched("true|false", text)
    return text == "true"


def _date(text: str) -> dt.date:
    _matched(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    return dt.date.fromisoformat(text)


def _datetime(text: str) -> dt.datetime:
    _matched(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})", text)
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def _time(text: str) -> dt.time:
    _matched(_CLOCK, text)
    return dt.time.fromisoformat(text)


def _duration(text: str) -> dt.timedelta:
    found = _matched(_DURATION, text).groupdict(default="0")
    return dt.timedelta(**{unit: int(count) for unit, count in found.items()})


def _key(text: str) -> str:
    return str(UUID(text))


def _no_json(text: str) -> object:
    raise ValueError(text)


def _matched(pattern: str, text: str) -> re.Match[str]:
    """Python's own readers take more forms than the language promises, so the form is fixed here."""
    found = re.fullmatch(pattern, text)
    if found is None:
        raise ValueError(text)
    return found


_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_DURATION = (
    r"P(?=.)(?:(?P<weeks>[0-9]{1,6})W)?(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=.)(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,6})M)?(?:(?P<seconds>[0-9]{1,9})S)?)?"
)


_READERS: dict[Kind, tuple[Callable[[str], object], Message]] = {
    Kind.TEXT: (_text, msg("a text")),
    Kind.CHOICE: (_text, msg("an option")),
    Kind.INTEGER: (_number, msg("a number such as 12")),
    Kind.DECIMAL: (_number, msg("a number such as 12.50")),
    Kind.MONEY: (_number, msg("a number such as 12.50")),
    Kind.BOOLEAN: (_boolean, msg("true or false")),
    Kind.DATE: (_date, msg("a date such as 2026-03-01")),
    Kind.DATETIME: (_datetime, msg("a moment with its offset such as 2026-03-01T00:00:00Z")),
    Kind.TIME: (_time, msg("a time such as 09:30")),
    Kind.DURATION: (_duration, msg("a duration such as P1DT2H30M")),
    Kind.LINK: (_key, msg("a record's id")),
    Kind.KEY: (_key, msg("a record's id")),
    Kind.JSON: (_no_json, msg("JSON: that is written as a value, not as an expression")),
    Kind.NULL: (_text, msg("a text")),
}
