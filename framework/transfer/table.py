"""A file of separated values as it lies there: which characters, which delimiter, which rows on which lines.

It is read through once before anything is written, so a broken file is refused as a whole.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from framework.errors import CommandError
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DELIMITERS = (",", ";", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20
_SAMPLE_BYTES = 1 << 18
_SAMPLE_ROWS = 50
_LARGEST_CELL = 1_000_000
# What a file of refused rows has in front of each row; such a file can be imported when it is mended.
REFUSAL = ("_line", "_error")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: the line on which it begins, and its cells as they stand there."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose form is known. `digest` is of its bytes, `count` the number of its rows."""

    path: Path
    charset: str
    delimiter: str
    header: tuple[str, ...]
    digest: str
    count: int
    mended: bool

    def lines(self, start: int = 0) -> Iterator[Line]:
        """The rows behind the header in order, without the first `start`; blank lines are no rows."""
        return islice(_lines(self.path, self.charset, self.delimiter, mended=self.mended), start + 1, None)


def open_table(path: Path) -> Table:
    """Find out the form of a file. Raises CommandError for one that cannot be read."""
    try:
        charset, digest = _charset(path)
        delimiter = _delimiter(path, charset)
        lines = _lines(path, charset, delimiter, mended=False)
        header = next(lines, None)
        count = sum(1 for _ in lines)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CommandError(msg("%(file)s cannot be read: %(why)s", file=str(path), why=why)) from None
    if header is None:
        raise CommandError(msg("%(file)s is empty; its first line should name the columns", file=path.name))
    names = tuple(cell.strip() for cell in header.cells)
    mended = names[: len(REFUSAL)] == REFUSAL
    return Table(
        path, charset, delimiter, _checked(names[len(REFUSAL) :] if mended else names, path), digest, count, mended
    )


def _checked(names: tuple[str, ...], path: Path) -> tuple[str, ...]:
    for place, name in enumerate(names, 1):
        if not name:
            raise CommandError(msg("%(file)s, line 1: column %(place)s has no name", file=path.name, place=place))
        if name in names[: place - 1]:
            raise CommandError(msg("%(file)s, line 1: the column “%(name)s” is there twice", file=path.name, name=name))
    return names


def _charset(path: Path) -> tuple[str, str]:
    """The character set, and the digest of the bytes."""
    found = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, sample = True, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            sample = sample or chunk[:_SAMPLE_BYTES]
            found.update(chunk)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name, found.hexdigest()
    if is_utf8:
        return "utf-8", found.hexdigest()
    likely = from_bytes(sample).best()
    if likely is None:
        raise CommandError(msg("The characters of %(file)s cannot be told; save it as UTF-8", file=path.name))
    return likely.encoding, found.hexdigest()


def _decodes(decoder: codecs.IncrementalDecoder, data: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(data, final=final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(path: Path, charset: str) -> str:
    """The sign under which the first rows have the same number of cells, and the most."""

    def fit(sign: str) -> tuple[bool, int]:
        try:
            widths = [len(line.cells) for line in islice(_lines(path, charset, sign, mended=False), _SAMPLE_ROWS)]
        except CommandError:
            return False, 0
        return len(set(widths)) == 1, widths[0] if widths else 0

    fits = {sign: fit(sign) for sign in _DELIMITERS}
    parting = [sign for sign in _DELIMITERS if fits[sign][1] > 1]
    return max(parting, key=lambda sign: fits[sign], default=",")


def _lines(path: Path, charset: str, delimiter: str, *, mended: bool) -> Iterator[Line]:
    csv.field_size_limit(_LARGEST_CELL)
    first = 1
    with path.open(encoding=charset, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise CommandError(
                    msg("%(file)s, line %(line)s: %(why)s", file=path.name, line=first, why=str(error))
                ) from None
            except UnicodeError:
                raise CommandError(
                    msg(
                        "%(file)s, line %(line)s is not %(charset)s; save the file as UTF-8",
                        file=path.name,
                        line=first,
                        charset=charset,
                    )
                ) from None
            if any(cells):
                yield Line(first, cells[len(REFUSAL) :] if mended else cells)
            first = reader.line_num + 1
