"""A file to import: which columns it has, and which rows on which lines.

It is read through once before anything is written, so a broken file is refused as a whole.
"""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from framework.errors import CommandError
from framework.transfer.json_lines import JsonLines
from framework.transfer.separated import open_separated
from framework.transfer.sheet import open_sheet
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from framework.transfer.line import Line

# What a file of refused rows has in front of each row; such a file can be imported when it is mended.
REFUSAL = ("_line", "_error")


class Source(Protocol):
    """The rows of a file, the first of which names the columns; refused ones are kept with `delimiter`."""

    @property
    def delimiter(self) -> str:
        """What parts the cells of the file of refused rows."""

    def lines(self) -> Iterator[Line]:
        """The lines that hold anything, from the first. Raises CommandError at the first that is broken."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose form is known. `digest` is of its bytes, `count` the number of its rows.

    `mended` says that it is a file of refused rows, `typed` that its cells know dates from texts.
    """

    path: Path
    source: Source
    header: tuple[str, ...]
    digest: str
    count: int
    mended: bool
    typed: bool

    @property
    def delimiter(self) -> str:
        """What parts the cells of the file of refused rows."""
        return self.source.delimiter

    def lines(self, start: int = 0) -> Iterator[Line]:
        """The rows behind the header in order, without the first `start`; blank lines are no rows."""
        found = islice(self.source.lines(), start + 1, None)
        return (line._replace(cells=line.cells[len(REFUSAL) :]) for line in found) if self.mended else found


def open_table(path: Path) -> Table:
    """Find out the form of a file. Raises CommandError for one that cannot be read."""
    ending = path.suffix.lower()
    try:
        digest = _digest(path)
        source = _TYPED.get(ending, open_separated)(path)
        lines = source.lines()
        header = next(lines, None)
        count = sum(1 for _ in lines)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CommandError(msg("%(file)s cannot be read: %(why)s", file=str(path), why=why)) from None
    if header is None:
        raise CommandError(msg("%(file)s is empty; its first line should name the columns", file=path.name))
    names = tuple(cell.strip() for cell in header.cells)
    mended = names[: len(REFUSAL)] == REFUSAL
    known = _checked(names[len(REFUSAL) :] if mended else names, path)
    return Table(path, source, known, digest, count, mended, ending in _TYPED)


def _digest(path: Path) -> str:
    """The digest of the bytes. Raises OSError for what is no file: a device has no end, a pipe is read but once."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_TYPED: Mapping[str, Callable[[Path], Source]] = {".xlsx": open_sheet, ".ods": open_sheet, ".jsonl": JsonLines}


def _checked(names: tuple[str, ...], path: Path) -> tuple[str, ...]:
    for place, name in enumerate(names, 1):
        if not name:
            raise CommandError(msg("%(file)s, line 1: column %(place)s has no name", file=path.name, place=place))
        if name in names[: place - 1]:
            raise CommandError(msg("%(file)s, line 1: the column “%(name)s” is there twice", file=path.name, name=name))
    return names
