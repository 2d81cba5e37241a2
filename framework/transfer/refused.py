"""The file of refused rows: as they came, with the line and the reason in front."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

from framework.errors import CommandError
from framework.transfer.cells import guarded
from framework.transfer.table import REFUSAL
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from framework.transfer.line import Line
    from framework.transfer.table import Table


class Refused:
    """Rows that were refused, written beside the file they came from, in UTF-8 with its delimiter.

    Rows are added before their step is committed and settled afterwards; those of a step that came to
    nothing are overwritten by the next. A run that goes on keeps the first `kept` rows of its file.
    """

    def __init__(self, table: Table, kept: int = 0) -> None:
        """Begin a file, or go on with that of the run that was cut; without rows there is none."""
        self._table = table
        self._settled = self._written = 0
        self.path: Path = table.path.with_name(f"{table.path.name}.refused.csv")
        before = self._before(kept) if kept else []
        with self._worded():
            self.path.unlink(missing_ok=True)
        self._append(before)
        self.settle()

    def add(self, rows: Sequence[tuple[Line, str]]) -> None:
        """Add rows with their reasons, behind what is settled. Raises CommandError where they cannot be kept."""
        self._append([[str(line.number), guarded(reason), *line.cells] for line, reason in rows])

    def settle(self) -> None:
        """What was added stays."""
        self._settled = self._written

    def _append(self, rows: Sequence[Sequence[str]]) -> None:
        if not rows:
            return
        with self._worded(), self.path.open("r+" if self._settled else "w", encoding="utf-8", newline="") as stream:
            stream.seek(self._settled)
            stream.truncate()
            writer = csv.writer(stream, delimiter=self._table.delimiter)
            if not self._settled:
                writer.writerow([*REFUSAL, *self._table.header])
            writer.writerows(rows)
            self._written = stream.tell()

    def _before(self, count: int) -> list[list[str]]:
        try:
            with self.path.open(encoding="utf-8", newline="") as stream:
                return list(csv.reader(stream, delimiter=self._table.delimiter))[1 : count + 1]
        except (OSError, csv.Error, UnicodeError):
            return []  # somebody took the file away: what it held was told when it was written

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or type(error).__name__
            message = msg("Refused rows cannot be kept in %(file)s: %(why)s", file=str(self.path), why=why)
            raise CommandError(message) from None
