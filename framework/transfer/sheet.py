"""The first sheet of a spreadsheet (.xlsx, .ods): its typed cells as the texts that mean exactly them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from framework.errors import CommandError
from framework.transfer.cells import guarded
from framework.transfer.line import Line
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DIGITS = 15  # what a spreadsheet keeps of a number; the rest of a binary one is noise
_MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, read into memory; its lines are counted as the spreadsheet does."""

    first: int
    rows: list[list[Any]]
    delimiter = ","

    def lines(self) -> Iterator[Line]:
        """The rows that hold anything."""
        for number, row in enumerate(self.rows, self.first):
            cells = [_text(value) for value in row]
            if any(cells):
                yield Line(number, cells)


def open_sheet(path: Path) -> Sheet:
    """Read the first sheet of a file. Raises CommandError, OSError."""
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            return Sheet((sheet.start or (0, 0))[0] + 1, sheet.to_python())
    except PasswordError:
        raise CommandError(msg("%(file)s is protected by a password", file=path.name)) from None
    except CalamineError as error:
        message = msg("%(file)s is no spreadsheet that can be read: %(why)s", file=path.name, why=str(error)[:200])
        raise CommandError(message) from None


def _text(value: Any) -> str:  # noqa: ANN401, PLR0911  (one per kind of value)
    """A cell as a text that reads as exactly its value."""
    match value:
        case str():
            return guarded(value)
        case bool():
            return "true" if value else "false"
        case float():
            return format(Decimal(f"{value:.{_DIGITS}g}"), "f")
        case dt.datetime() if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            minutes, seconds = divmod(value // dt.timedelta(seconds=1), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)
