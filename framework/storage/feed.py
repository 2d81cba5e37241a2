"""Reading `sys_change`: the history of a record, and the ordered feed of everything.

A sequence number alone loses rows of writers that commit late. On PostgreSQL the feed therefore
gives only rows of transactions that ended before every one still running began, in their order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, Text, and_, bindparam, cast, func, or_, select

from framework.storage import own
from framework.storage.change import Change

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Placed:
    """One accepted write and its place in the log of all of them."""

    position: tuple[int, int]
    change: Change


def changes_after(connection: Connection, after: tuple[int, int], entities: Sequence[str], limit: int) -> list[Placed]:
    """Changes of the entities, by table, behind a position, oldest first, at most `limit`."""
    parameters = {"xid": after[0], "seq": after[1], "entities": list(entities)}
    return _rows(connection, _feed(connection.dialect.name).limit(limit), parameters)


def changes_of(connection: Connection, entity: str, record: str, before: int | None, limit: int) -> list[Placed]:
    """Changes of one record of an entity (by table), newest first, of record versions less than `before`."""
    statement = _columns().where(change.entity == bindparam("entity"), change.record == bindparam("record"))
    if before is not None:
        statement = statement.where(change.version < bindparam("before"))
    parameters = {"entity": entity, "record": record, "before": before}
    return _rows(connection, statement.order_by(change.seq.desc()).limit(limit), parameters)


def changes_within(connection: Connection, record: str, operations: Sequence[str]) -> list[Placed]:
    """What these operations did to others as a part of a record, oldest first."""
    statement = _columns().where(
        change.cause == bindparam("record"), change.op_id.in_(bindparam("operations", expanding=True))
    )
    parameters = {"record": record, "operations": list(operations)}
    return _rows(connection, statement.order_by(change.seq), parameters)


def changes_in(connection: Connection, operations: Sequence[str], most: int) -> list[Placed]:
    """Changes of these operations, newest first; of each at most so many, what a deletion brought about last."""
    taken_along_last = (change.cause.is_not(None), change.seq.desc())
    ranked = (
        select(change.seq, func.row_number().over(partition_by=change.op_id, order_by=taken_along_last).label("place"))
        .where(change.op_id.in_(bindparam("operations", expanding=True)))
        .subquery()
    )
    statement = _columns().join(ranked, ranked.c.seq == change.seq).where(ranked.c.place <= most)
    return _rows(connection, statement.order_by(change.seq.desc()), {"operations": list(operations)})


@dataclass(frozen=True, slots=True)
class Operation:
    """All that one request wrote: its id, the place of its last row in the log, and how many rows there are."""

    id: str
    last: int
    rows: int


def operations_of(
    connection: Connection, actor: str, since: dt.datetime, before: int | None, limit: int
) -> list[Operation]:
    """What a person wrote since a moment, newest first, of operations that ended before a place in the log."""
    last = func.max(change.seq)
    statement = (
        select(change.op_id, last, func.count())
        .where(change.actor == bindparam("actor"), change.at >= bindparam("since"))
        .group_by(change.op_id)
        .order_by(last.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.having(last < bindparam("before"))
    parameters = {"actor": actor, "since": since, "before": before}
    return [Operation(*row) for row in connection.execute(statement, parameters)]


@dataclass(frozen=True, slots=True)
class Extent:
    """Of one operation: who wrote (more than one never did), since when, and how many records by itself."""

    actors: frozenset[str | None]
    since: dt.datetime
    records: int


def extent_of(connection: Connection, operation: str) -> Extent | None:
    """How much an operation wrote, without what its deletions took along; None where it wrote nothing."""
    mine = change.op_id == bindparam("operation")
    by_actor = select(change.actor, func.min(change.at, type_=change.at.type)).where(mine).group_by(change.actor)
    found = connection.execute(by_actor, {"operation": operation}).all()
    if not found:
        return None
    records = select(change.entity, change.record).where(mine, change.cause.is_(None)).distinct().subquery()
    number = connection.execute(select(func.count()).select_from(records), {"operation": operation}).scalar() or 0
    return Extent(frozenset(actor for actor, _ in found), min(at for _, at in found), number)


def records_in(connection: Connection, operation: str) -> list[tuple[str, str]]:
    """(table, id) of the records that an operation wrote by itself, the one that it wrote last first."""
    statement = (
        select(change.entity, change.record)
        .where(change.op_id == bindparam("operation"), change.cause.is_(None))
        .group_by(change.entity, change.record)
        .order_by(func.max(change.seq).desc())
    )
    return [(entity, record) for entity, record in connection.execute(statement, {"operation": operation})]


def changes_of_some(connection: Connection, operation: str, records: Sequence[tuple[str, str]]) -> list[Placed]:
    """An operation's own changes of these records, given as (table, id), and what they brought about, newest first."""
    by_table: dict[str, list[str]] = {}
    for table, record in records:
        by_table.setdefault(table, []).append(record)
    some = [
        and_(change.cause.is_(None), change.entity == table, change.record.in_(idents))
        for table, idents in by_table.items()
    ]
    brought_about = change.cause.in_([record for _, record in records])
    statement = _columns().where(change.op_id == bindparam("operation"), or_(brought_about, *some))
    return _rows(connection, statement.order_by(change.seq.desc()), {"operation": operation})


def version_left(connection: Connection, operation: str, entity: str, record: str) -> int | None:
    """The version that an operation left a record with, what its deletions took along counted in."""
    of_record = (change.entity == bindparam("entity"), change.record == bindparam("record"))
    statement = select(func.max(change.version)).where(*of_record, change.op_id == bindparam("operation"))
    parameters = {"entity": entity, "record": record, "operation": operation}
    found: int | None = connection.execute(statement, parameters).scalar()
    return found


def undone_among(connection: Connection, operations: Sequence[str]) -> frozenset[str]:
    """Those of the operations that were taken back, wholly or in part."""
    statement = select(change.undoes).distinct().where(change.undoes.in_(bindparam("operations", expanding=True)))
    return frozenset(connection.execute(statement, {"operations": list(operations)}).scalars())


change = own.change.c
_NAMES = tuple(one.name for one in fields(Change))


def _columns() -> Select[Any]:
    return select(change.xid, change.seq, *(change[name] for name in _NAMES))


OLDEST_RUNNING = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
"""On PostgreSQL: the first transaction that has not ended."""


def behind(xid: Any, seq: Any) -> ColumnElement[bool]:  # noqa: ANN401  (numbers or parameters)
    """Whether a change lies behind a place in the log."""
    return or_(change.xid > xid, and_(change.xid == xid, change.seq > seq))


def settled(engine: str) -> tuple[ColumnElement[bool], ...]:
    """What holds for changes before which none can appear any more."""
    return (change.xid < OLDEST_RUNNING,) if engine == "postgresql" else ()


@lru_cache(maxsize=2)
def _feed(engine: str) -> Select[Any]:
    wanted = change.entity.in_(bindparam("entities", expanding=True))
    statement = _columns().where(behind(bindparam("xid"), bindparam("seq")), wanted, *settled(engine))
    return statement.order_by(change.xid, change.seq)


def _rows(connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]) -> list[Placed]:
    return [_placed(row) for row in connection.execute(statement, parameters)]


def _placed(row: Any) -> Placed:  # noqa: ANN401
    kept = {name: getattr(row, name) for name in _NAMES}
    return Placed((row.xid, row.seq), Change(**{**kept, "fields": json.loads(row.fields)}))
