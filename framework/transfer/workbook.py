"""Records into a spreadsheet (.xlsx): numbers, days and yes or no as such, everything else as text that stays text."""

from __future__ import annotations

import datetime as dt
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
    from collections.abc import Callable, Iterable, Sequence

    from xlsxwriter.worksheet import Worksheet

    from metadata.snapshot import Entity, Field

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


def write_workbook(
    entity: Entity, names: Sequence[str], pages: Iterable[list[msgspec.Struct]], target: BinaryIO
) -> None:
    """Write one sheet with a header. Raises CommandError for what no spreadsheet holds."""
    with Workbook(target, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(entity.name[:31])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name)
        puts = [_put(entity.fields[name]) for name in names]
        row = 0
        for page in pages:
            for record in page:
                row += 1
                if row >= MOST_ROWS:
                    raise CommandError(
                        msg("A spreadsheet holds %(most)s rows; filter, or write CSV", most=MOST_ROWS - 1)
                    )
                values = msgspec.to_builtins(record)
                for column, (name, put) in enumerate(zip(names, puts, strict=True)):
                    if values[name] is not None:
                        put(sheet, row, column, values[name])


def _put(field: Field) -> Callable[[Worksheet, int, int, Any], None]:
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
