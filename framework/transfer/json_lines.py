"""A file with one JSON object a line, as exports write it: the keys of the first are the columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.errors import CommandError
from framework.transfer.cells import cell_of_json
from framework.transfer.line import Line
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class JsonLines:
    """The file; what an object lacks is blank, as an empty cell is."""

    path: Path
    delimiter = ","

    def lines(self) -> Iterator[Line]:
        """The names of the columns, then the objects. Raises CommandError, OSError."""
        names: list[str] = []
        with self.path.open("rb") as stream:
            for number, text in enumerate(stream, 1):
                if not text.strip():
                    continue
                found = self._object(number, text)
                if not names:
                    names = list(found)
                    yield Line(number, names)
                strange = next((name for name in found if name not in names), None)
                if strange is not None:
                    raise self._broken(number, msg("the first line has no “%(name)s”", name=strange[:60]))
                values = [found.get(name) for name in names]
                yield Line(number, [cell_of_json(value) for value in values], values)

    def _object(self, number: int, text: bytes) -> dict[str, Any]:
        try:
            found = json.loads(text.decode("utf-8-sig" if number == 1 else "utf-8"), parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise self._broken(number, str(error)) from None
        if not isinstance(found, dict):
            raise self._broken(number, msg("this is no object"))
        return found

    def _broken(self, number: int, why: object) -> CommandError:
        return CommandError(msg("%(file)s, line %(line)s: %(why)s", file=self.path.name, line=number, why=why))
