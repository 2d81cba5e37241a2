"""Measures the product beside the baseline: `python -m tests.bench`, or `make bench`.

Both serve at once from databases with the same records; one client process sends the same
operations to each in turns, so that whatever else the machine does meets both alike.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.bench.data import Records
from tests.bench.likeness import require_likeness
from tests.bench.operations import OPERATIONS, Request
from tests.bench.report import Turn, as_json, compare, table, write_json
from tests.bench.sides import Baseline, Product, Side
from tests.support.databases import ENGINES, postgresql_database, sqlite_url

_WARM_UP = 20


@click.command()
@click.option("--operations", default=",".join(OPERATIONS), show_default=True, help="Which, by comma.")
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if absent.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--requests", default=200, show_default=True, type=click.IntRange(1), help="In one turn.")
@click.option("--contacts", default=10_000, show_default=True, type=click.IntRange(1_000), help="Records.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("var/bench.json"), show_default=True)
def main(operations: str, engines: Sequence[str], rounds: int, requests: int, contacts: int, out: Path) -> None:
    """Measure processor time a request, of the product and of a hand-written application."""
    chosen = operations.split(",")
    unknown = set(chosen) - set(OPERATIONS)
    if unknown:
        raise click.BadParameter(f"unknown: {', '.join(sorted(unknown))}", param_hint="--operations")
    turns: list[Turn] = []
    for engine in engines or ENGINES:
        turns += measure(engine, Records(contacts), chosen, rounds, requests)
    comparisons = compare(turns)
    write_json(out, as_json(comparisons, turns))
    click.echo(table(comparisons))
    click.echo(f"All figures: {out}")


def measure(engine: str, records: Records, operations: Sequence[str], rounds: int, requests: int) -> Iterator[Turn]:
    """Start both sides on an engine and give the turns in which they were measured."""
    with ExitStack() as stack:
        sides = [prepared(stack, kind, engine, records) for kind in (Baseline, Product)]
        for side in sides:
            stack.enter_context(side.running())
        for side in sides:
            side.reconnect()
        require_likeness(*sides)
        yield from turns_of(engine, sides, operations, rounds, requests)


def turns_of(
    engine: str, sides: Sequence[Side], operations: Sequence[str], rounds: int, requests: int
) -> Iterator[Turn]:
    """Give the turns of servers that run, after some requests to warm them up."""
    streams = {(side.name, name): OPERATIONS[name](side) for side in sides for name in operations}
    for side in sides:
        for name in operations:
            _send(side, streams[side.name, name], _WARM_UP)
    for number in range(rounds):
        _tell(f"{engine}: round {number + 1} of {rounds}")
        for name in operations:
            for side in sides if number % 2 else sides[::-1]:
                yield _turn(engine, name, side, streams[side.name, name], requests)


def prepared(stack: ExitStack, kind: Callable[[Path, str, Records], Side], engine: str, records: Records) -> Side:
    """Prepare a side on a database of its own, which goes when the stack is unwound."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="armature-bench-")))
    url = sqlite_url(folder) if engine == "sqlite" else stack.enter_context(postgresql_database())
    side = kind(folder, url, records)
    _tell(f"{engine}: preparing the {side.name or type(side).__name__.lower()}")
    side.prepare()
    return side


def _turn(engine: str, operation: str, side: Side, stream: Iterator[Request], requests: int) -> Turn:
    before = side.cpu()
    sent = _send(side, stream, requests)
    used = side.cpu().since(before)
    return Turn(engine, operation, side.name, requests, used.server, used.database, sent.wall_ms, sent.bytes)


@dataclass(frozen=True, slots=True)
class _Sent:
    wall_ms: tuple[float, ...]
    bytes: int


def _send(side: Side, stream: Iterator[Request], requests: int) -> _Sent:
    wall, size = [], 0
    side.reconnect()
    for _ in range(requests):
        request = next(stream)
        begin = time.perf_counter()
        size += len(request.sent_to(side).body)
        wall.append((time.perf_counter() - begin) * 1_000)
    return _Sent(tuple(wall), size)


def _tell(what: str) -> None:
    if sys.stderr.isatty():
        click.echo(what, err=True)
