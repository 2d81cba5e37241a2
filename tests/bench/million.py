"""What a million records cost: `python -m tests.bench.million`.

Lists, filters, pages, searches and counts by somebody who sees only their own team's records, a tenth of all,
through the door of this process; and a change of 1,000 of their records at once, as the job that it is.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import click
from sqlalchemy import insert

from framework.context import Context
from framework.jobs.many import CHANGE
from framework.jobs.search_index import catch_up
from framework.plans import Count, Query
from framework.records import Door
from framework.records.keys import new_id
from framework.storage.engines import optimise
from framework.storage.jobs import JobState
from framework.storage.session import run_tx
from framework.storage.tables import entity_table
from metadata.expressions import parse
from tests.support.bundles import NOW, World, published
from tests.support.databases import ENGINES, postgresql_database, sqlite_url

CONTACT = {
    "title": "name",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "required": True, "searchable": True, "indexed": True},
        "email": {"type": "email", "searchable": True},
        "phone": {"type": "phone", "searchable": True},
        "town": {"type": "text", "searchable": True, "indexed": True},
        "rating": {"type": "integer", "indexed": True},
    },
}
ROLE = {
    "label": "Seller",
    "abilities": {"bulk_edit": True},
    "grants": {"contact": {"read": "team", "create": True, "update": "own"}},
}
BUNDLE = {"entities/contact.json": CONTACT, "roles/seller.json": ROLE}

_AT_ONCE = 5_000
_PAGES_DEEP, _MOST, _CHANGED = 40, 200, 1_000
_SYLLABLES = ("ba", "ri", "no", "ter", "lan", "mo", "sche", "kov", "di", "el", "fra", "gun", "hal", "jo", "wi", "za")
_TOWNS = tuple(f"{one.title()}{other}stadt" for one in _SYLLABLES for other in _SYLLABLES)
_RARE, _RARE_PHONE = "Quillfeather", "+4930555019"

Asked = Callable[[Door, Context], object]


@click.command()
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if absent.")
@click.option("--contacts", default=1_000_000, show_default=True, type=click.IntRange(10_000))
@click.option(
    "--times", default=9, show_default=True, type=click.IntRange(1), help="Each operation; the median is told."
)
def main(engines: Sequence[str], contacts: int, times: int) -> None:
    """Measure how long the answers about a large entity take."""
    for engine in engines or ENGINES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="armature-bench-")))
            url = sqlite_url(folder) if engine == "sqlite" else stack.enter_context(postgresql_database())
            world = published(url, folder, BUNDLE)
            stack.callback(world.close)
            seller = _filled(world, contacts)
            began = time.perf_counter()
            catch_up(world.services.database, world.snapshot, lambda: None)
            click.echo(f"{engine}: {contacts} contacts, indexed in {time.perf_counter() - began:.0f} s")
            _settle(world)
            for name, asked in OPERATIONS.items():
                spent = [_spent(world, seller, asked) for _ in range(times)]
                click.echo(f"{engine:<11} {name:<34} {median(spent):8.1f} ms  {max(spent):8.1f} at most")
            click.echo(f"{engine:<11} {f'change of {_CHANGED}, as a job':<34} {_changed_many(world, seller):8.1f} ms")


def _settle(world: World) -> None:
    """What a server has done by itself by the next day."""
    optimise(world.services.database)
    if not world.services.database.is_sqlite:
        with world.services.database.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _filled(world: World, contacts: int) -> Context:
    """Fill the table past the door, which would take an hour; a tenth of the records are the seller's team's."""
    door, system = world.services.door, world.context()
    teams = [door.create(system, "team", {"name": f"Team {number}"}).id for number in range(10)]
    seller = world.person("seller@example.com", "seller", team=teams[0])
    table = entity_table(world.snapshot, "contact").table
    rows = _rows(contacts, teams, str(seller.actor.id))
    for _ in range(0, contacts, _AT_ONCE):
        part = [next(rows) for _ in range(_AT_ONCE)]
        run_tx(world.services.database, lambda connection, part=part: connection.execute(insert(table), part))
    return seller


def _rows(contacts: int, teams: Sequence[str], owner: str) -> Iterator[dict[str, Any]]:
    draw = random.Random(7)  # noqa: S311  (data)
    for number in range(contacts + _AT_ONCE):
        first, last = ("".join(draw.choices(_SYLLABLES, k=draw.choice((2, 3)))) for _ in range(2))
        rare = number == contacts // 2
        yield {
            "id": new_id(),
            "version": 1,
            "created_at": NOW,
            "updated_at": NOW,
            "name": f"{first.title()} {_RARE if rare else last.title()}",
            "email": f"{first}.{last}{number}@example.com",
            "phone": _RARE_PHONE if rare else f"+4917{draw.randrange(10**8):08}",
            "town": draw.choice(_TOWNS),
            "rating": draw.randrange(100),
            "owner": owner if number % 20 == 0 or rare else None,
            "team": teams[0] if rare else teams[number % len(teams)],
        }


def _spent(world: World, who: Context, asked: Asked) -> float:
    """Milliseconds of one call of the door, nearly all of them the database's."""
    began = time.perf_counter()
    asked(world.services.door, who)
    return (time.perf_counter() - began) * 1000


def _changed_many(world: World, who: Context) -> float:
    """Milliseconds in which a worker carries out a change of many records, from its being asked for."""
    jobs, mine = world.services.jobs, Query("contact", filter=parse("owner = me()"), sort=("name",), limit=_MOST)
    idents: list[str] = []
    after = None
    while len(idents) < _CHANGED:
        page = world.services.door.find(who, replace(mine, after=after))
        idents, after = [*idents, *(one.id for one in page.records)], page.next
    jobs.worker.work_off()
    began = time.perf_counter()
    ident = jobs.ask(who, CHANGE.name, {"entity": "contact", "values": {"rating": 7}, "ids": idents}, len(idents))
    jobs.worker.work_off()
    spent = (time.perf_counter() - began) * 1000
    done = jobs.get(who, ident)
    if sum(done.counts.values()) != _CHANGED or done.state != JobState.DONE:
        message = f"the job is {done.state} with {done.counts}"
        raise RuntimeError(message)
    return spent


def _list(**asked: Any) -> Asked:
    filter_ = asked.pop("filter", None)
    query = Query("contact", filter=parse(filter_) if filter_ else None, **asked)
    return lambda door, who: door.find(who, query)


def _deep(door: Door, who: Context) -> object:
    query = Query("contact", sort=("name",), limit=_MOST)
    return door.find(who, replace(query, after=_cursor(door, who, query), limit=50))


_CURSORS: dict[int, str | None] = {}


def _cursor(door: Door, who: Context, query: Query) -> str | None:
    """The cursor some thousands of records behind the first, found once."""
    if id(door) not in _CURSORS:
        after = None
        for _ in range(_PAGES_DEEP):
            after = door.find(who, replace(query, after=after)).next
        _CURSORS[id(door)] = after
    return _CURSORS[id(door)]


OPERATIONS: dict[str, Asked] = {
    "list by name": _list(sort=("name",)),
    "list by town, filtered": _list(sort=("town",), filter="rating > 90"),
    "page 8,000 behind the first": _deep,
    "count, capped": lambda door, who: door.count(who, Query("contact", count=Count.CAPPED)),
    "search a rare name": _list(search=_RARE.lower()),
    "search a fragment of a number": _list(search=_RARE_PHONE[-6:]),
    "search a common part of names": _list(search="scheko"),
    "search two parts": _list(search="baristadt terlan"),
    "search everywhere, rare": lambda door, who: door.search(who, _RARE, 5),
    "search everywhere, common": lambda door, who: door.search(who, "scheko", 5),
}

if __name__ == "__main__":
    main()
