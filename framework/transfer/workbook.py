"""Records into a spreadsheet (.xlsx): numbers, days and yes or no as such, everything else as text that stays text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from xlsxwriter import Workbook

from framework.errors import CommandError
from framework.fields.base import type_of
from framework.transfer.cells import unguarded, writer
from i18n.lazy import msg
from metadata.expressions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from xlsxwriter.worksheet import Worksheet

    from i18n.catalog import Translator
    from i18n.formats import Formats
    from metadata.snapshot import Entity, Field

    Put = Callable[[Worksheet, int, int, Any], object]

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
# A text that begins with = or http:// is a text, and so is one of digits.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
_DIGITS = 15  # a spreadsheet keeps no more of a number
# Spreadsheets count days from 1900 and take that for a leap year; earlier days stay text.
_FIRST_DAY = dt.date(1900, 3, 1)
# What tells people nothing.
_UNREAD = frozenset({"id", "version"})


@dataclass(frozen=True, slots=True)
class Words:
    """In whose words a sheet is that people read: labels, titles of links, options and moments as pages show them."""

    words: Translator
    formats: Formats


def is_titled(field: Field) -> bool:
    """Whether a sheet that people read says the titles of the records which the field names."""
    return bool(field.leads_to) and field.lines is None


def write_workbook(
    entity: Entity,
    names: Sequence[str],
    pages: Iterable[list[msgspec.Struct]],
    target: BinaryIO,
    words: Words | None = None,
) -> None:
    """Write one sheet with a header; `words` are those of who reads it, None for one that programs read.

    Raises CommandError for what no spreadsheet holds.
    """
    with Workbook(target, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(entity.name[:31])
        sheet.freeze_panes(1, 0)
        columns = [(name, name, _put(entity.fields[name])) for name in names]
        if words is not None:
            columns = [one for name in names if name not in _UNREAD for one in _said(entity.fields[name], words)]
        for column, (head, _, _) in enumerate(columns):
            sheet.write_string(0, column, head)
        row = 0
        for page in pages:
            for record in page:
                row += 1
                if row >= MOST_ROWS:
                    raise CommandError(
                        msg("A spreadsheet holds %(most)s rows; filter, or write CSV", most=MOST_ROWS - 1)
                    )
                values = msgspec.to_builtins(record)
                for column, (_, name, put) in enumerate(columns):
                    if values[name] is not None:
                        put(sheet, row, column, values[name])


def _said(field: Field, words: Words) -> Iterator[tuple[str, str, Put]]:
    """The columns of a field in a sheet that people read: (head, name of the field, how its value becomes a cell)."""
    own, label = type_of(field), words.words.text(field.label)
    kind = own.expression_type(field).kind
    if kind is Kind.MONEY and own.named_parts(field).get("currency") is None:
        # Side by side, so that the amounts can be summed.
        yield label, field.name, _put_amount
        head = words.words.text(msg("%(field)s: currency", field=label))
        yield head, field.name, _put_currency
        return
    put = _put(field)
    if is_titled(field):
        put = _put_said(put, _in_one(lambda one: one["title"] or one["id"]))
    elif field.choices is not None:
        options = field.choices.options
        put = _put_said(put, _in_one(lambda one: words.words.text(options[one].label) if one in options else one))
    elif kind is Kind.DATETIME:
        put = _put_said(put, lambda value: words.formats.datetime(own.load(field, value)))
    yield label, field.name, put


def _put_said(put: Put, say: Callable[[Any], str]) -> Put:
    return lambda sheet, row, column, value: put(sheet, row, column, say(value))


def _in_one(say: Callable[[Any], str]) -> Callable[[Any], str]:
    """How a value, or several of them, are said in one cell."""
    return lambda value: ", ".join(say(one) for one in (value if isinstance(value, list) else [value]))


def _put_currency(sheet: Worksheet, row: int, column: int, value: Any) -> None:  # noqa: ANN401
    sheet.write_string(row, column, value["currency"] or "")


def _put_amount(sheet: Worksheet, row: int, column: int, value: Any) -> None:  # noqa: ANN401
    text = str(value["amount"])
    number = _number(text)
    if number is None:
        sheet.write_string(row, column, text)
    else:
        sheet.write_number(row, column, number)


def _put(field: Field) -> Put:
    """How a wire value of a field that is not null becomes a cell."""
    kind, write = type_of(field).expression_type(field).kind, writer(field)

    def put(sheet: Worksheet, row: int, column: int, value: Any) -> None:  # noqa: ANN401
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
            return
        text = unguarded(write(value))
        number = _number(text) if kind in _NUMBERS else None
        day = _day(text) if kind is Kind.DATE else None
        if number is not None:
            sheet.write_number(row, column, number)
        elif day is not None:
            sheet.write_datetime(row, column, day)
        elif len(text) > LONGEST_TEXT:
            message = msg(
                "“%(name)s” of a record has more than the %(most)s characters that a spreadsheet holds; write CSV",
                name=field.name,
                most=LONGEST_TEXT,
            )
            raise CommandError(message)
        else:
            sheet.write_string(row, column, text)

    return put


def _number(text: str) -> float | None:
    """The number, if a spreadsheet keeps all of its digits and it stands alone."""
    if not text.removeprefix("-").replace(".", "", 1).isdecimal():
        return None
    exact = Decimal(text).normalize()
    return float(exact) if len(exact.as_tuple().digits) <= _DIGITS and abs(exact.adjusted()) <= _DIGITS else None


def _day(text: str) -> dt.date | None:
    day = dt.date.fromisoformat(text)
    return day if day >= _FIRST_DAY else None
