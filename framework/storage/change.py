"""Statements that change records, and the row of history that each of them leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, bindparam, cast, func, insert, literal, select, update

from framework.fields.base import type_of
from framework.storage import own
from framework.storage.figures import count_anew, holders_in, holders_of
from framework.storage.members import add_members, replace_members
from framework.storage.tables import entity_table
from framework.storage.types import Key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Insert, Update

    from framework.storage.figures import Holders
    from metadata.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Change:
    """One accepted write of one record, as history keeps it; `fields` maps to [old, new] wire values."""

    entity: str
    record: str
    version: int
    op: str
    fields: Mapping[str, Sequence[object]]
    actor: str | None
    actor_name: str
    door: str
    op_id: str
    at: dt.datetime
    cause: str | None = None
    undoes: str | None = None


def insert_records(connection: Connection, snapshot: Snapshot, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert records given as field → stored value, all with the same fields."""
    statement = _insert(snapshot, entity, tuple(rows[0]))
    connection.execute(statement, [_parameters(snapshot, entity, row) for row in rows])
    add_members(connection, snapshot, entity, [(row["id"], row) for row in rows])
    count_anew(connection, snapshot, entity, holders_in(snapshot, entity, rows))


def update_record(
    connection: Connection, snapshot: Snapshot, entity: str, ident: str, version: int, values: Mapping[str, Any]
) -> bool:
    """Set fields of the record if it still has that version; whether it had. `values` sets the next version."""
    holders = holders_of(connection, snapshot, entity, [ident], values)
    statement = _update(snapshot, entity, tuple(values))
    parameters = {f"new_{name}": value for name, value in _parameters(snapshot, entity, values).items()}
    done = connection.execute(statement, {**parameters, "key": ident, "was": version}).rowcount == 1
    if done:
        replace_members(connection, snapshot, entity, [(ident, values)])
        _count_anew(connection, snapshot, entity, holders, [values])
    return done


def update_records(
    connection: Connection, snapshot: Snapshot, entity: str, changed: Sequence[tuple[str, int, Mapping[str, Any]]]
) -> bool:
    """Like `update_record` for many, given as (id, version, values) with the same fields; whether all had theirs."""
    holders = holders_of(connection, snapshot, entity, [one[0] for one in changed], changed[0][2])
    statement = _update(snapshot, entity, tuple(changed[0][2]))
    parameters = [
        {
            "key": ident,
            "was": version,
            **{f"new_{name}": value for name, value in _parameters(snapshot, entity, values).items()},
        }
        for ident, version, values in changed
    ]
    done = connection.execute(statement, parameters).rowcount == len(changed)
    if done:
        replace_members(connection, snapshot, entity, [(ident, values) for ident, _, values in changed])
        _count_anew(connection, snapshot, entity, holders, [values for _, _, values in changed])
    return done


def _count_anew(
    connection: Connection, snapshot: Snapshot, entity: str, before: Holders, values: Sequence[Mapping[str, Any]]
) -> None:
    """Count for the records that these linked to before a change, and for those that they link to by it."""
    if before:
        after = holders_in(snapshot, entity, values)
        holders = {key: before.get(key, set()) | after.get(key, set()) for key in before.keys() | after.keys()}
        count_anew(connection, snapshot, entity, holders)


def append_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Add rows of history in the caller's transaction."""
    connection.execute(
        _append(connection.dialect.name),
        [
            {
                "entity": one.entity,
                "record": one.record,
                "version": one.version,
                "op": one.op,
                "fields": json.dumps(one.fields, ensure_ascii=False, separators=(",", ":")),
                "actor": one.actor,
                "actor_name": one.actor_name,
                "door": one.door,
                "op_id": one.op_id,
                "at": one.at,
                "cause": one.cause,
                "undoes": one.undoes,
            }
            for one in changes
        ],
    )


def changes_since(
    connection: Connection, entity: str, ident: str, version: int
) -> list[Mapping[str, Sequence[object]]]:
    """The `fields` of every change of a record after a version, oldest first."""
    change = own.change.c
    statement = (
        select(change.fields)
        .where(change.entity == entity, change.record == ident, change.version > version)
        .order_by(change.seq)
    )
    return [json.loads(row.fields) for row in connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """A write that a deletion brought about: of which record, to which version, with which fields."""

    entity: str
    record: str
    version: int
    op: str
    fields: Mapping[str, Sequence[object]]


def taken_along(connection: Connection, entity: str, ident: str) -> list[TakenAlong]:
    """What the last deletion of a record took along, latest first."""
    change = own.change.c
    newest = select(func.max(change.seq)).where(change.entity == entity, change.record == ident, change.op == "delete")
    last = (
        select(change.op_id)
        .where(change.entity == entity, change.record == ident, change.op == "delete")
        .order_by(change.seq.desc())
        .limit(1)
    )
    # An operation may have written lines of the record before it deleted it: those rows stand before one of its own.
    earlier = select(func.coalesce(func.max(change.seq), 0)).where(
        change.entity == entity, change.record == ident, change.seq < newest.scalar_subquery()
    )
    statement = (
        select(change.entity, change.record, change.version, change.op, change.fields)
        .where(change.op_id == last.scalar_subquery(), change.cause == ident, change.seq > earlier.scalar_subquery())
        .order_by(change.seq.desc())
    )
    return [TakenAlong(*row[:4], json.loads(row.fields)) for row in connection.execute(statement)]


def brought_about(connection: Connection, op_id: str, cause: str) -> list[TakenAlong]:
    """What one operation did to others because of what it did to a record, latest first."""
    change = own.change.c
    statement = (
        select(change.entity, change.record, change.version, change.op, change.fields)
        .where(change.op_id == op_id, change.cause == cause)
        .order_by(change.seq.desc())
    )
    return [TakenAlong(*row[:4], json.loads(row.fields)) for row in connection.execute(statement)]


def kept_answer(connection: Connection, actor: str, key: str) -> tuple[str, str, str] | None:
    """(request hash, record id, answer) of an idempotency key, None for a new one."""
    row = connection.execute(_KEPT, {"of": actor, "named": key}).first()
    return None if row is None else (row.request, row.record, row.answer)


def keep_answer(
    connection: Connection, *, actor: str, key: str, request: str, record: str, answer: str, at: dt.datetime
) -> None:
    """Keep the answer for the key, in the transaction of the write itself."""
    values = {"actor": actor, "key": key, "request": request, "record": record, "answer": answer, "at": at}
    connection.execute(_KEEP, values)


_KEPT = select(own.idempotency.c.request, own.idempotency.c.record, own.idempotency.c.answer).where(
    own.idempotency.c.actor == bindparam("of"), own.idempotency.c.key == bindparam("named")
)
_KEEP = insert(own.idempotency)


@lru_cache(maxsize=2)
def _append(engine: str) -> Insert:
    # The safe cursor of the change feed needs to know which transaction wrote a row.
    xid = cast(cast(func.pg_current_xact_id(), Text), BigInteger) if engine == "postgresql" else literal(0)
    return insert(own.change).values(xid=xid)


@lru_cache(maxsize=4096)
def _insert(snapshot: Snapshot, entity: str, fields: tuple[str, ...]) -> Insert:
    mapped = entity_table(snapshot, entity)
    return insert(mapped.table).values(
        {column.name: bindparam(column.name, type_=column.type) for name in fields for column in mapped.columns[name]}
    )


@lru_cache(maxsize=4096)
def _update(snapshot: Snapshot, entity: str, fields: tuple[str, ...]) -> Update:
    mapped = entity_table(snapshot, entity)
    table = mapped.table
    return (
        update(table)
        .where(table.c.id == bindparam("key", type_=Key()), table.c.version == bindparam("was"))
        .values(
            {
                column.name: bindparam(f"new_{column.name}", type_=column.type)
                for name in fields
                for column in mapped.columns[name]
            }
        )
    )


def _parameters(snapshot: Snapshot, entity: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Field → stored value to physical column → value."""
    mapped, fields = entity_table(snapshot, entity), snapshot.entities[entity].fields
    found: dict[str, Any] = {}
    for name, value in values.items():
        columns = mapped.columns[name]
        if not columns:
            continue  # its members stand in a table of their own
        parts = type_of(fields[name]).parts(fields[name], value) if value is not None else (None,) * len(columns)
        for column, part in zip(columns, parts, strict=True):
            found[column.name] = part
    return found
