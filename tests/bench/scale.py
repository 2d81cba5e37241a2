"""What a thousand entities cost a request to one of them: `python -m tests.bench.scale`.

Two servers of the product with the same records, one whose bundles hold few entities and one whose
hold many; the same requests to each in turns.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from tests.bench.data import Records
from tests.bench.operations import OPERATIONS
from tests.bench.report import Turn, compare, table
from tests.bench.run import prepared, turns_of
from tests.bench.sides import Product, Side
from tests.support.databases import ENGINES

_FEW, _MANY = 10, 1_000
_CONTACTS = 1_000


@dataclass(frozen=True, slots=True)
class Start:
    """The first request to a server that has loaded nothing yet, and its memory after all others."""

    side: str
    first_s: float
    memory_mb: float


@click.command()
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if absent.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--requests", default=100, show_default=True, type=click.IntRange(1), help="In one turn.")
def main(engines: Sequence[str], rounds: int, requests: int) -> None:
    """Measure processor time a request beside few and beside many entities."""
    turns: list[Turn] = []
    starts: list[Start] = []
    for engine in engines or ENGINES:
        with ExitStack() as stack:
            kinds = [partial(_product, others) for others in (_FEW, _MANY)]
            sides = [prepared(stack, kind, engine, Records(_CONTACTS)) for kind in kinds]
            first = [_first_answer(side) for side in sides]
            for side in sides:
                stack.enter_context(side.running())
            turns += turns_of(engine, sides, list(OPERATIONS), rounds, requests)
            starts += [Start(side.name, after, side.memory_mb()) for side, after in zip(sides, first, strict=True)]
    click.echo(table(compare(turns, str(_FEW), str(_MANY))))
    for start in starts:
        click.echo(f"{start.side:>5} entities: first list after {start.first_s:.2f} s, worker {start.memory_mb:.0f} MB")


def _product(others: int, folder: Path, url: str, records: Records) -> Product:
    return Product(folder, url, records, name=str(others), others=others)


def _first_answer(side: Side) -> float:
    """Start the server and time the request that makes it load everything."""
    with side.listening():
        begin = time.perf_counter()
        next(OPERATIONS["list"](side)).sent_to(side)
        return time.perf_counter() - begin


if __name__ == "__main__":
    main()
