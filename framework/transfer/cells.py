"""Cells of a CSV file ↔ wire values: plain forms that no reader's language changes, and read back equal.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, which reading takes off.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from framework.fields.base import ValueRefusedError, type_of
from framework.fields.members import SEPARATOR
from i18n.formats import formats
from i18n.lazy import msg
from metadata.expressions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from framework.context import Context
    from framework.transfer.patterns import Pattern
    from metadata.snapshot import Field

# What is typed in files is read as in international English: a point before decimals.
_PLAIN_LOCALE = "en"
_JSON = msgspec.json.Encoder(decimal_format="number")
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
# Signs that begin a formula, the wide ones of East Asian keyboards too; in front of them may stand what is not seen.
_UNSEEN = r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]*"
_FORMULA = re.compile(rf"'*{_UNSEEN}[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T|$)", re.ASCII)
_GUARDED = re.compile(rf"''*{_UNSEEN}[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet calculates."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made a cell of."""
    return cell[1:] if _GUARDED.match(cell) else cell


def writer(field: Field) -> Callable[[Any], str]:
    """How a wire value of the field becomes a cell; numbers and moments need no guard."""
    own = type_of(field)
    kind = own.expression_type(field).kind
    plain = formats(_PLAIN_LOCALE, "UTC")
    fixed = own.named_parts(field).get("currency")

    def write(value: Any) -> str:  # noqa: ANN401
        value = msgspec.to_builtins(value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if kind is Kind.MONEY:
            amount = str(value["amount"])
            return amount if value["currency"] == fixed else guarded(f"{amount} {value['currency']}")
        if kind in _NUMBERS:
            return str(value)
        plain_text = isinstance(value, str) and kind is not Kind.JSON
        return guarded(value if plain_text else own.to_text(field, own.load(field, value), plain))

    return write


def cell_of_json(value: Any) -> str:  # noqa: ANN401, PLR0911  (one per kind of value)
    """A JSON value, in the form of the API, as the cell that means it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return guarded(value)
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case {"amount": amount, "currency": str(currency), **more} if not more:
            return f"{cell_of_json(amount)} {currency}"
        case {"entity": str(entity), "id": str(ident), **more} if not more:
            return guarded(f"{entity}/{ident}")
        case list() if all(isinstance(member, str) and SEPARATOR not in member for member in value):
            return guarded(f"{SEPARATOR} ".join(value))
        case _:
            return guarded(json.dumps(value, default=str))


def json_cell(value: Any) -> str:  # noqa: ANN401
    """A JSON value as the cell of a field that holds any JSON; what cannot be written is left to be refused."""
    try:
        return "" if value is None else guarded(_JSON.encode(value).decode())
    except UnicodeEncodeError:
        return cell_of_json(value)


def reader(
    field: Field, context: Context, pattern: Pattern | None = None, *, typed: bool = False
) -> Callable[[str], Any]:
    """How a cell that is not blank becomes a wire value of the field, which may raise ValueRefusedError.

    In a `typed` file a day or moment in ISO form was a cell of that type, so it needs no pattern.
    """
    kind = type_of(field).expression_type(field).kind
    if kind in {Kind.DATE, Kind.DATETIME}:
        return _moments(context, pattern, day=kind is Kind.DATE, typed=typed)
    plain = formats(_PLAIN_LOCALE, context.zone)
    from_text = type_of(field).from_text

    def read(text: str) -> Any:  # noqa: ANN401
        if kind in _NUMBERS and text.isascii() and text.isdigit() and len(text) < 18:  # noqa: PLR2004  (64 bits)
            return int(text)
        return from_text(field, text, context, plain)

    return read


def _moments(context: Context, pattern: Pattern | None, *, day: bool, typed: bool) -> Callable[[str], str]:
    """A day or a moment in ISO form, or in that of the pattern; a moment without offset is in the context's zone."""
    zone = ZoneInfo(context.zone)

    def read(text: str) -> str:
        if pattern is None or (typed and _ISO_DAY.match(text)):
            return text if day else _with_offset(text, zone)
        moment = pattern.read(text, context.today)
        if moment is None:
            message = msg("“%(text)s” is no date in the form %(form)s", text=text[:40], form=pattern.text)
            raise ValueRefusedError(message, "type")
        return moment.date().isoformat() if day else moment.replace(tzinfo=zone).isoformat()

    return read


def _with_offset(text: str, zone: ZoneInfo) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text  # the field type says what is wrong
    return text if moment.tzinfo is not None else moment.replace(tzinfo=zone).isoformat()
