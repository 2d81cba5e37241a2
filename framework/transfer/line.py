"""A row of a file, whatever the file is."""

from __future__ import annotations

from typing import Any, NamedTuple


class Line(NamedTuple):
    """A row: the line on which it begins, and its cells as texts in the forms that `cells` reads.

    `values` are what the cells were made of, where the file has JSON: a field of that type takes them as they are.
    """

    number: int
    cells: list[str]
    values: list[Any] | None = None
