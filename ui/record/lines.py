"""Lines on the page of their record: a table to read, with the figures that add up its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.forms.controls import LineColumn, Total
from ui.forms.lines import column_of, columns_of, there_of, totals_of
from ui.values.cells import cell_of

if TYPE_CHECKING:
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.page.asked import Asked


@dataclass(frozen=True, slots=True)
class LineCell:
    """A value of a line, ready for the cell's template."""

    cell: str
    value: object


@dataclass(frozen=True, slots=True)
class LinesShown:
    """The lines of a record, in their order."""

    label: str
    columns: tuple[LineColumn, ...]
    rows: tuple[tuple[LineCell, ...], ...]
    totals: tuple[Total | None, ...]


def lines_shown(asked: Asked, owner: Field, record: Record) -> LinesShown | None:
    """Give the table of the lines that were read with a record; None where there are none that the actor sees."""
    there, lines = there_of(asked, owner), record.lines.get(owner.name)
    if not lines:
        return None
    fields = [one for one in columns_of(there, owner) if one.name in there.rights.readable]
    cells = [cell_of(one, asked.reader, exact=True) for one in fields]
    return LinesShown(
        asked.text(owner.label),
        tuple(column_of(there, one) for one in fields),
        tuple(tuple(LineCell(cell.template, cell.write(line)) for cell in cells) for line in lines),
        tuple(_total(asked, owner, one, record) for one in fields),
    )


def _total(asked: Asked, owner: Field, column: Field, record: Record) -> Total | None:
    figure = totals_of(asked, owner).get(column.name)
    if figure is None:
        return None
    cell = cell_of(figure, asked.reader, exact=True)
    return Total(asked.text(figure.label), cell.template, cell.write(record))
