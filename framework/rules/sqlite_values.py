"""How values look inside SQLite, which has numbers and texts only.

A form is a short word: `decimal/2` is an integer scaled by 2, `decimal` a canonical text, `date` ISO text.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.rules.exact import canonical, scaled
from metadata.expressions.types import NUMBERS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = dt.timedelta(seconds=1)


def form(kind: Kind, scale: int | None = None) -> str:
    """The word for values of a kind in this form."""
    return kind.value if scale is None or kind not in NUMBERS else f"{kind.value}/{scale}"


def decoder(word: str) -> Callable[[Any], Any]:
    """What makes a Python value (never None) of one in this form."""
    kind, _, scale = word.partition("/")
    if scale:
        places = -int(scale)
        return _whole if kind == Kind.INTEGER else lambda value: scaled(value, places)
    return _DECODERS.get(Kind(kind), _same)


def encoder(word: str) -> Callable[[Any], Any]:
    """What makes SQLite's form of a Python value (never None); a number becomes canonical text."""
    return _ENCODERS.get(Kind(word), _same)


def timestamp_text(moment: dt.datetime) -> str:
    """`2026-11-25T21:54:00.000000Z`, always 27 characters, so that text order is time order."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _same(value: object) -> object:
    return value


def _whole(value: int | str) -> int:
    return value if isinstance(value, int) else int(Decimal(value))


_DECODERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: _whole,
    Kind.DECIMAL: Decimal,
    Kind.MONEY: Decimal,
    Kind.BOOLEAN: bool,
    Kind.DATE: dt.date.fromisoformat,
    Kind.DATETIME: dt.datetime.fromisoformat,
    Kind.TIME: dt.time.fromisoformat,
    Kind.DURATION: lambda seconds: dt.timedelta(seconds=_whole(seconds)),
}
_ENCODERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: canonical,
    Kind.DECIMAL: canonical,
    Kind.MONEY: canonical,
    Kind.BOOLEAN: int,
    Kind.DATE: dt.date.isoformat,
    Kind.DATETIME: timestamp_text,
    Kind.TIME: lambda time: time.isoformat(timespec="microseconds"),
    Kind.DURATION: lambda span: span // SECOND,
}
