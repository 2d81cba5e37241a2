"""Keeping the index behind searching (`storage.search`): made once, then brought up to date along the change log.

SQLite has its FTS5 over groups of three signs, PostgreSQL the extension pg_trgm; where that is not to be had, the
texts of the index are read one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ProgrammingError

from framework.fields.searched import searched_fields
from framework.storage import own
from framework.storage.feed import OLDEST_RUNNING, behind, settled
from framework.storage.search import BEFORE, searched_columns
from framework.storage.tables import entity_table
from i18n.plain import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from metadata.snapshot import Entity, Snapshot

_index, _place, _change = own.search.c, own.search_place.c, own.change.c

_PARTS = (
    "CREATE VIRTUAL TABLE sys_search_parts USING fts5("
    "text, content='sys_search', content_rowid='id', tokenize='trigram case_sensitive 1')"
)
# FTS5 keeps no texts of its own here, so whatever leaves it must be told to it once more.
_ADDED = (
    "CREATE TRIGGER sys_search_added AFTER INSERT ON sys_search BEGIN "
    "INSERT INTO sys_search_parts (rowid, text) VALUES (new.id, new.text); END"
)
_GONE = (
    "CREATE TRIGGER sys_search_gone AFTER DELETE ON sys_search BEGIN "
    "INSERT INTO sys_search_parts (sys_search_parts, rowid, text) VALUES ('delete', old.id, old.text); END"
)
_CHANGED = (
    "CREATE TRIGGER sys_search_changed AFTER UPDATE ON sys_search BEGIN "
    "INSERT INTO sys_search_parts (sys_search_parts, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO sys_search_parts (rowid, text) VALUES (new.id, new.text); END"
)
_EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
_POSTGRESQL = "CREATE INDEX sys_search_parts ON sys_search USING gin (text gin_trgm_ops)"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Up to where in the change log the index holds; earlier ones are less."""

    xid: int
    seq: int


def make_parts(connection: Connection) -> None:
    """Add to the table what makes it quick to look through."""
    if connection.dialect.name == "sqlite":
        for statement in (_PARTS, _ADDED, _GONE, _CHANGED):
            connection.exec_driver_sql(statement)
    elif _has_trigrams(connection):
        connection.exec_driver_sql(_POSTGRESQL)


def _has_trigrams(connection: Connection) -> bool:
    """Whether PostgreSQL has the extension, or lets us have it."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(_EXTENSION)
    except ProgrammingError:
        return False
    return True


def places(connection: Connection, entities: Iterable[Entity]) -> dict[str, Place]:
    """Up to where the index holds, by table; entities of which it holds other columns, or nothing, are absent."""
    wanted = {entity.table: searched_columns(entity) for entity in entities}
    rows = connection.execute(select(_place.entity, _place.columns, _place.xid, _place.seq))
    return {row.entity: Place(row.xid, row.seq) for row in rows if wanted.get(row.entity) == row.columns}


def present_place(connection: Connection) -> Place:
    """A place that all changes still to come lie behind, those of transactions that run just now too."""
    if connection.dialect.name == "sqlite":
        return Place(0, connection.execute(select(func.coalesce(func.max(_change.seq), 0))).scalar_one())
    return Place(connection.execute(select(OLDEST_RUNNING)).scalar_one(), -1)


def forget(connection: Connection, entity: Entity) -> None:
    """Drop what the index holds of an entity, to begin it anew."""
    connection.execute(delete(own.search_place).where(_place.entity == entity.table))
    connection.execute(delete(own.search).where(_index.entity == entity.table))


def keep_place(connection: Connection, entities: Iterable[Entity], place: Place) -> None:
    """Say up to where the index holds for these entities."""
    rows = [
        {"entity": entity.table, "columns": searched_columns(entity), "xid": place.xid, "seq": place.seq}
        for entity in entities
    ]
    _put(connection, own.search_place, ["entity"], rows)


def changed_behind(
    connection: Connection, place: Place, entities: Iterable[Entity], limit: int
) -> tuple[Place, dict[str, set[str]]]:
    """The next changes behind a place: the place of the last, and the ids of the records by table."""
    tables = [entity.table for entity in entities]
    statement = (
        select(_change.xid, _change.seq, _change.entity, _change.record)
        .where(behind(place.xid, place.seq), _change.entity.in_(tables), *settled(connection.dialect.name))
        .order_by(_change.xid, _change.seq)
        .limit(limit)
    )
    found: dict[str, set[str]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.entity, set()).add(row.record)
        place = Place(row.xid, row.seq)
    return place, found


def index_records(connection: Connection, snapshot: Snapshot, entity: Entity, ids: Collection[str]) -> None:
    """Bring the index up to date for these records; those in the bin stay in it, for the bin is searched too."""
    table = entity_table(snapshot, entity.name).table
    rows = connection.execute(_texts(snapshot, entity).where(table.c.id.in_(list(ids)))).all()
    _keep(connection, entity, rows)


def index_from(connection: Connection, snapshot: Snapshot, entity: Entity, after: str, limit: int) -> str | None:
    """Index the next records in the order of their ids; the last id, None behind the last record."""
    table = entity_table(snapshot, entity.name).table
    statement = _texts(snapshot, entity).where(table.c.id > after).order_by(table.c.id).limit(limit)
    rows = connection.execute(statement).all()
    _keep(connection, entity, rows)
    return rows[-1][0] if len(rows) == limit else None


def _texts(snapshot: Snapshot, entity: Entity) -> Any:  # noqa: ANN401  (a SELECT whose columns the metadata knows)
    mapped = entity_table(snapshot, entity.name)
    return select(mapped.table.c.id, *(mapped.main(field.name) for field in searched_fields(entity)))


def _keep(connection: Connection, entity: Entity, rows: Sequence[Any]) -> None:
    kept = [{"entity": entity.table, "record": row[0], "text": _indexed(row[1:])} for row in rows]
    _put(connection, own.search, ["entity", "record"], kept)


def _indexed(values: Iterable[str | None]) -> str:
    words = (word for value in values if value for word in plain(value).split())
    return "".join(BEFORE + word for word in dict.fromkeys(words))


def _put(connection: Connection, table: Table, key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows over those of the same key; what is there as it should be is left alone.

    On SQLite by one statement: FTS5 writes out what it gathered at the end of each one.
    """
    if not rows:
        return
    names = list(rows[0])
    if connection.dialect.name == "sqlite":
        each = func.json_each(bindparam("rows")).table_valued("value")
        parts = (func.json_extract(each.c.value, f"$[{place}]") for place in range(len(names)))
        made: Any = sqlite_insert(table).from_select(names, select(*parts).where(true()))
        given: Any = {"rows": msgspec.json.encode([list(row.values()) for row in rows]).decode()}
    else:
        made, given = postgresql_insert(table), rows
    rest = {name: made.excluded[name] for name in names if name not in key}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in rest.items()))
    connection.execute(made.on_conflict_do_update(index_elements=list(key), set_=rest, where=differs), given)
