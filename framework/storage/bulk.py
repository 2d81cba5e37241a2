"""Statements about many records at once: what a write of a thousand rows asks once instead of a thousand times."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from framework.plans import ReadPlan
from framework.storage.select import prepare
from framework.storage.source import Source
from framework.storage.tables import entity_table
from framework.storage.types import among_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.plans import Access
    from framework.rules.operand import EngineName
    from metadata.expressions.typed import TypedNode
    from metadata.snapshot import Snapshot

# Both engines take more parameters in a statement, but the texts of such statements grow with them.
_MOST_VALUES = 1000


def matching(
    connection: Connection,
    snapshot: Snapshot,
    access: Access,
    fields: tuple[str, ...],
    values: Sequence[Collection[Any]],
    environment: Mapping[str, Any],
) -> Iterator[tuple[str, Sequence[Any]]]:
    """(id, main columns of the fields) of live, visible records whose fields hold any of the values.

    `values` are stored ones, a collection for each field. With several fields more records may come
    than have one of the wanted combinations; only the values of the first are asked in parts.
    """
    statement = _matching(snapshot, _engine(connection), access, fields)
    rest = {f"value_{n}": list(some) for n, some in enumerate(values[1:], 1)}
    for part in _parts(values[0]):
        for row in connection.execute(statement, {**environment, **rest, "value_0": part}):
            yield row[0], row[1:]


def visible_among(
    connection: Connection,
    snapshot: Snapshot,
    access: Access,
    condition: TypedNode | None,
    ids: Collection[str],
    environment: Mapping[str, Any],
) -> set[str]:
    """Those of the ids whose records are live, visible and fulfil the condition; they stay so to the end."""
    statement = _of_ids(snapshot, _engine(connection), ReadPlan(access, ("id",), filter=condition, share=True))
    return {row[0] for part in _parts(ids) for row in _rows(connection, statement, part, environment)}


def rows_of(
    connection: Connection, snapshot: Snapshot, plan: ReadPlan, ids: Collection[str], environment: Mapping[str, Any]
) -> list[Any]:
    """The rows of a plan for these ids, as `prepare` lays them out."""
    statement = _of_ids(snapshot, _engine(connection), plan)
    return [row for part in _parts(ids) for row in _rows(connection, statement, part, environment)]


def _rows(
    connection: Connection, statement: Select[Any], ids: Sequence[str], environment: Mapping[str, Any]
) -> Sequence[Any]:
    return connection.execute(statement, {**environment, "ids": ids}).fetchall()


def _parts(values: Collection[Any]) -> Iterator[list[Any]]:
    listed = list(values)
    return (listed[start : start + _MOST_VALUES] for start in range(0, len(listed), _MOST_VALUES))


def _engine(connection: Connection) -> EngineName:
    return "sqlite" if connection.dialect.name == "sqlite" else "postgresql"


@lru_cache(maxsize=1024)
def _matching(snapshot: Snapshot, engine: EngineName, access: Access, fields: tuple[str, ...]) -> Select[Any]:
    source = Source(snapshot, engine, access, ())
    columns = [source.columns(name)[0] for name in fields]
    wanted = [
        column.in_(bindparam(f"value_{n}", expanding=True, type_=column.type)) for n, column in enumerate(columns)
    ]
    selected = [column.label(None) for column in columns]
    return select(source.table.c.id, *selected).where(*wanted, *source.conditions(None)).order_by(source.table.c.id)


@lru_cache(maxsize=1024)
def _of_ids(snapshot: Snapshot, engine: EngineName, plan: ReadPlan) -> Select[Any]:
    ident = entity_table(snapshot, plan.entity).table.c.id
    return prepare(snapshot, engine, plan).statement.where(among_keys(ident, "ids", engine))
