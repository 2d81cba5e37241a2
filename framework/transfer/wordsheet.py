"""The words of one language as a spreadsheet for people who translate, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from xlsxwriter import Workbook

from framework.transfer.cells import unguarded
from framework.transfer.sheet import open_sheet
from i18n.exchange.rows import HEADER, rows_of, units_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from i18n.exchange.units import Unit

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = {"key": 44, "source": 48, "target": 48, "state": 11, "note": 48}


def write_word_sheet(units: Iterable[Unit], locale: str, target: BinaryIO) -> None:
    """Write one sheet: a text a row, what is to be typed in wrapped and in the direction of its language."""
    with Workbook(target, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(locale)
        wrapped, head = workbook.add_format({"text_wrap": True, "valign": "top"}), workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(HEADER):
            sheet.set_column(column, column, _WIDTHS[name])
        for row, cells in enumerate(rows_of(units)):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell, wrapped if row else head)


def read_word_sheet(path: Path) -> Iterator[Unit]:
    """Give the units of a spreadsheet's first sheet. Raises CommandError, OSError, WordsNotReadable."""
    lines = open_sheet(path).lines()
    return units_in((line.number, [unguarded(cell) for cell in line.cells]) for line in lines)
