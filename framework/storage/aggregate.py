"""AggregatePlan → SELECT … GROUP BY, and how to read its rows. Rights are joined as for a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce

from framework.rules.exact import add, canonical, divide
from framework.rules.sqlite import NUMBER_ORDER
from framework.rules.sqlite_values import SECOND
from framework.storage.select import reader
from framework.storage.source import Source, place_in
from metadata.expressions import Ref
from metadata.expressions.types import NUMBERS, Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from framework.plans import AggregatePlan, Measure
    from framework.rules.operand import EngineName, Operand
    from metadata.expressions import TypedNode
    from metadata.snapshot import Snapshot

_SUM = "armature_sum"
_HALF = 32
MOST_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class PreparedAggregate:
    """A statement, and one function per group and measure that reads its value from a row."""

    statement: Select[Any]
    values: tuple[Callable[[Sequence[Any]], Any], ...]


@lru_cache(maxsize=1024)
def prepare_aggregate(snapshot: Snapshot, engine: EngineName, plan: AggregatePlan) -> PreparedAggregate:
    """The statement of a plan; at most one group more than MOST_GROUPS comes back."""
    source = Source(snapshot, engine, plan.access, plan.reached)
    columns: list[ColumnElement[Any]] = []
    values: list[Callable[[Sequence[Any]], Any]] = []
    groups = [source.guarded(node) for node in plan.groups]
    for operand in groups:
        values.append(_at(len(columns), _number_reader(operand, engine)))
        columns.append(operand.sql.label(None))
    keys = list(columns)
    for measure in plan.measures:
        found, read = _measured(measure, source, engine, len(columns))
        columns += [column.label(None) for column in found]
        values.append(read)
    statement = select(*columns).select_from(source.table).where(*source.conditions(plan.filter, plan.sought))
    if keys:
        ordered = [
            _order(source, node, key, operand.sql).asc().nulls_last()
            for node, key, operand in zip(plan.groups, keys, groups, strict=True)
        ]
        statement = statement.group_by(*keys).order_by(*ordered).limit(MOST_GROUPS + 1)
    return PreparedAggregate(statement, tuple(values))


def _order(source: Source, node: TypedNode, key: ColumnElement[Any], sql: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a group is sorted by: a choice by its place in its list, all else by the value."""
    if not isinstance(node, Ref) or node.part is not None:
        return key
    last = node.steps[-1]
    choices = source.snapshot.entities[last.entity].fields[last.field].choices
    return key if choices is None else place_in(choices, sql, source.engine)


def register_aggregates(connection: sqlite3.Connection) -> None:
    """Make the exact sum of computed numbers known to a new SQLite connection."""
    connection.create_aggregate(_SUM, 1, _ExactSum)  # type: ignore[arg-type]  # the stub wants int results


class _ExactSum:
    """The sum of numbers in canonical text; null where there are none."""

    def __init__(self) -> None:
        self.total: Decimal | int | None = None

    def step(self, value: str | int | None) -> None:
        if value is not None:
            self.total = add(self.total or 0, Decimal(value))

    def finalize(self) -> str | None:
        return None if self.total is None else canonical(self.total)


def _measured(
    measure: Measure, source: Source, engine: EngineName, first: int
) -> tuple[list[ColumnElement[Any]], Callable[[Sequence[Any]], Any]]:
    """The columns of a measure, which begin at position `first`, and how to read its value."""
    if measure.node is None:
        return [func.count()], _at(first, int)
    operand = source.guarded(measure.node)
    if measure.function == "count":
        return [func.count(operand.sql)], _at(first, int)
    if measure.function in {"sum", "avg"}:
        return _total(measure.function, operand, engine, first)
    extreme = func.min if measure.function == "min" else func.max
    sql = operand.sql
    if engine == "sqlite" and operand.kind in NUMBERS and operand.scale is None:
        sql = sql.collate(NUMBER_ORDER)
    return [extreme(sql)], _at(first, _number_reader(operand, engine))


def _total(
    function: str, operand: Operand, engine: EngineName, first: int
) -> tuple[list[ColumnElement[Any]], Callable[[Sequence[Any]], Any]]:
    """The columns of a sum or an average. Engines disagree about the places of averages: we divide, exactly."""
    columns, read = _sum(operand, engine, first)
    if function == "sum":
        return columns, read
    at = first + len(columns)

    def average(row: Sequence[Any]) -> Decimal | dt.timedelta | None:
        total, count = read(row), row[at]
        return None if total is None or not count else _mean(total, count)

    return [*columns, func.count(operand.sql)], average


def _mean(total: Any, count: int) -> Decimal | dt.timedelta | None:  # noqa: ANN401
    """The total's share of one; of spans in whole seconds, half of one rounded up."""
    if isinstance(total, dt.timedelta):
        return (total * 2 // SECOND + count) // (2 * count) * SECOND
    return divide(total, count)


def _sum(
    operand: Operand, engine: EngineName, first: int
) -> tuple[list[ColumnElement[Any]], Callable[[Sequence[Any]], Any]]:
    read = _number_reader(operand, engine)
    if engine != "sqlite":
        return [func.sum(operand.sql)], _at(first, read)
    if operand.scale is None:
        return [getattr(func, _SUM)(operand.sql, type_=operand.sql.type)], _at(first, read)
    # SQLite refuses sums beyond 64 bits, so the upper and the lower half of each number are added apart.
    bare = type_coerce(operand.sql, BigInteger())
    halves: list[ColumnElement[Any]] = [func.sum(bare.op(">>")(_HALF)), func.sum(bare.op("&")((1 << _HALF) - 1))]
    scale, whole = operand.scale, operand.kind is Kind.INTEGER

    def total(row: Sequence[Any]) -> Decimal | int | None:
        upper, lower = row[first], row[first + 1]
        if upper is None:
            return None
        found = (int(upper) << _HALF) + int(lower)
        return found if whole else Decimal(found).scaleb(-scale)

    return halves, total


def _number_reader(operand: Operand, engine: EngineName) -> Callable[[Any], Any]:
    plain = reader(operand, engine)
    if operand.kind is Kind.INTEGER:
        return lambda value: None if value is None else int(plain(value))
    return plain


def _at(position: int, read: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    return lambda row: read(row[position])
