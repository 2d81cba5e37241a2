"""A row of a file, whatever the file is."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A row: the line on which it begins, and its cells as texts in the forms that `cells` reads."""

    number: int
    cells: list[str]
