"""Reading `sys_change`: the history of a record, and the ordered feed of everything.

A sequence number alone loses rows of writers that commit late. On PostgreSQL the feed therefore
gives only rows of transactions that ended before every one still running began, in their order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, Text, and_, bindparam, cast, func, or_, select

from framework.storage import own
from framework.storage.change import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection


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


change = own.change.c


def _columns() -> Select[Any]:
    names = ("entity", "record", "version", "op", "fields", "actor", "actor_name", "door", "op_id", "at")
    return select(change.xid, change.seq, *(change[name] for name in names))


@lru_cache(maxsize=2)
def _feed(engine: str) -> Select[Any]:
    behind = or_(change.xid > bindparam("xid"), and_(change.xid == bindparam("xid"), change.seq > bindparam("seq")))
    statement = _columns().where(behind, change.entity.in_(bindparam("entities", expanding=True)))
    if engine == "postgresql":
        oldest_running = func.pg_snapshot_xmin(func.pg_current_snapshot())
        statement = statement.where(change.xid < cast(cast(oldest_running, Text), BigInteger))
    return statement.order_by(change.xid, change.seq)


def _rows(connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]) -> list[Placed]:
    return [_placed(row) for row in connection.execute(statement, parameters)]


def _placed(row: Any) -> Placed:  # noqa: ANN401
    fields = json.loads(row.fields)
    kept = Change(
        row.entity, row.record, row.version, row.op, fields, row.actor, row.actor_name, row.door, row.op_id, row.at
    )
    return Placed((row.xid, row.seq), kept)
