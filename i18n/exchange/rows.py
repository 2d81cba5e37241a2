"""Units as the rows of a sheet, and back; the sheet itself is written and read elsewhere."""

from collections.abc import Iterable, Iterator, Sequence

from i18n.exchange.entries import State
from i18n.exchange.units import Unit
from i18n.lazy import msg
from i18n.words import WordsNotReadable

HEADER = ("key", "source", "target", "state", "note")
_NEEDED = ("key", "source", "target")


def rows_of(units: Iterable[Unit]) -> Iterator[tuple[str, ...]]:
    """Give the header and a row for each unit."""
    yield HEADER
    for unit in units:
        yield unit.key, unit.source, unit.target, unit.state.value, unit.note


def units_in(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Unit]:
    """Give the units of numbered rows, the first of which names the columns. Raises WordsNotReadable.

    Somebody who types a translation need not touch the column `state`: only `stale` with the former translation
    still there is told apart by who takes it in.
    """
    header: dict[str, int] | None = None
    for number, cells in rows:
        if header is None:
            header = {name.strip().casefold(): column for column, name in enumerate(cells) if name.strip()}
            missing = [name for name in _NEEDED if name not in header]
            if missing:
                text = msg("The sheet has no column “%(name)s” in its first row", name=missing[0])
                raise WordsNotReadable(text)
            continue
        key, source, target, state = (_cell(cells, header.get(name)) for name in ("key", "source", "target", "state"))
        finished = state.strip().casefold() != State.STALE.value
        yield Unit(key.strip(), source, target, "", State.TRANSLATED if finished else State.STALE, f"row {number}")


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""
