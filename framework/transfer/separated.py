"""A file of separated values as it lies there: which characters, which delimiter, which rows on which lines."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from framework.errors import CommandError
from framework.transfer.line import Line
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


@dataclass(frozen=True, slots=True)
class Separated:
    """A file whose characters and delimiter are known."""

    path: Path
    charset: str
    delimiter: str

    def lines(self) -> Iterator[Line]:
        """The lines that hold anything. Raises CommandError at the first that is broken."""
        return _lines(self.path, self.charset, self.delimiter)


def open_separated(path: Path) -> Separated:
    """Find out characters and delimiter of a file. Raises CommandError, OSError."""
    charset = _charset(path)
    return Separated(path, charset, _delimiter(path, charset))


def _charset(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, sample = True, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            sample = sample or chunk[:_SAMPLE_BYTES]
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if is_utf8:
        return "utf-8"
    likely = from_bytes(sample).best()
    if likely is None:
        raise CommandError(msg("The characters of %(file)s cannot be told; save it as UTF-8", file=path.name))
    return likely.encoding


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
            widths = [len(line.cells) for line in islice(_lines(path, charset, sign), _SAMPLE_ROWS)]
        except CommandError:
            return False, 0
        return len(set(widths)) == 1, widths[0] if widths else 0

    fits = {sign: fit(sign) for sign in _DELIMITERS}
    parting = [sign for sign in _DELIMITERS if fits[sign][1] > 1]
    return max(parting, key=lambda sign: fits[sign], default=",")


def _lines(path: Path, charset: str, delimiter: str) -> Iterator[Line]:
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
                yield Line(first, cells)
            first = reader.line_num + 1
