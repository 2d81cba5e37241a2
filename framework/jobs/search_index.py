"""Keeps the index behind searching up to date: a few seconds behind what people write, which searching allows for."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from framework.fields.searched import searched_fields
from framework.jobs.kinds import Kind
from framework.publishing.store import head
from framework.storage import jobs, search_index
from framework.storage.session import reading, run_tx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from framework.jobs.kinds import Engine, Work
    from framework.storage.engines import Database
    from framework.storage.search_index import Place
    from metadata.snapshot import Entity, Snapshot

_NAME = "search_index"
_AT_ONCE = 1_000
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


def is_behind(database: Database, snapshot: Snapshot) -> bool:
    """Whether there is something to index."""
    entities = _searched(snapshot)
    with reading(database) as connection:
        held = search_index.places(connection, entities)
        if len(held) < len(entities):
            return True
        return bool(held) and bool(search_index.changed_behind(connection, min(held.values()), entities, 1)[1])


def catch_up(database: Database, snapshot: Snapshot, go_on: Callable[[], None]) -> None:
    """Index what is new or has changed; `go_on` is called between two transactions and may end it."""
    entities = _searched(snapshot)
    with reading(database) as connection:
        held = search_index.places(connection, entities)
    for entity in entities:
        if entity.table not in held:
            _begin(database, snapshot, entity, go_on)
    while run_tx(database, partial(_follow, snapshot=snapshot, entities=entities)):
        go_on()


def _searched(snapshot: Snapshot) -> tuple[Entity, ...]:
    return tuple(entity for entity in snapshot.entities.values() if searched_fields(entity))


def _begin(database: Database, snapshot: Snapshot, entity: Entity, go_on: Callable[[], None]) -> None:
    """Index all records of an entity. What changes meanwhile lies behind the place that this begins with."""

    def forget(connection: Connection) -> Place:
        search_index.forget(connection, entity)
        return search_index.present_place(connection)

    place = run_tx(database, forget)
    after: str | None = _BEFORE_ALL
    while after is not None:
        after = run_tx(
            database, partial(search_index.index_from, snapshot=snapshot, entity=entity, after=after, limit=_AT_ONCE)
        )
        go_on()
    run_tx(database, lambda connection: search_index.keep_place(connection, [entity], place))


def _follow(connection: Connection, snapshot: Snapshot, entities: Sequence[Entity]) -> bool:
    """Index the records of the next changes; whether there were any. All entities follow the log together."""
    by_table = {entity.table: entity for entity in entities}
    held = search_index.places(connection, entities)
    if not held:
        return False
    place, changed = search_index.changed_behind(connection, min(held.values()), entities, _AT_ONCE)
    if not changed:
        return False
    for table, ids in changed.items():
        search_index.index_records(connection, snapshot, by_table[table], ids)
    search_index.keep_place(connection, [by_table[table] for table in held], place)
    return True


def _is_wanted(engine: Engine) -> bool:
    snapshot = _live(engine)
    return snapshot is not None and is_behind(engine.database, snapshot)


def _run(work: Work) -> None:
    snapshot = _live(work.engine)
    if snapshot is not None:
        catch_up(work.database, snapshot, work.go_on)
    # There are many of these and nobody asks for one that is done.
    run_tx(work.database, lambda connection: jobs.forget_finished(connection, work.now, _NAME))


def _live(engine: Engine) -> Snapshot | None:
    with reading(engine.database) as connection:
        number = head(connection)
    return engine.runtime.snapshot(number) if number else None


SEARCH_INDEX = Kind(_NAME, _run, every=dt.timedelta(seconds=5), wanted=_is_wanted)
