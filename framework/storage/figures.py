"""Keeps figures over linked records true: whoever writes a record writes the figures of those that it links to.

A writer holds the records with the figures from before it looks at links to the end of its transaction. So of two
writers the second counts what the first one left, for its statement begins when the first has ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, func, select, update

from framework.fields.base import type_of
from framework.fields.money import Money
from framework.fields.rollup import COUNT, LATEST
from framework.plans import Access, AggregatePlan, Measure
from framework.plans.predicates import EVERYTHING
from framework.storage.aggregate import prepare_aggregate
from framework.storage.select import reader
from framework.storage.source import Source
from framework.storage.tables import entity_table
from framework.storage.types import Key, among_keys
from metadata.expressions import Kind, Ref, Root, Step
from metadata.figures import inputs_of, measured_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity, Field, Snapshot

Reader = Callable[[Any], Any]
"""How a row gives a value."""
Holders = dict[tuple[str, str], set[str]]
"""(Entity, link) → the records of that entity to which records of another lead by the link."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that records of one entity have of those that link to them by `link`, and what they depend on."""

    entity: str
    link: str
    fields: tuple[Field, ...]
    inputs: frozenset[str]


@lru_cache(maxsize=4096)
def figures_over(snapshot: Snapshot, entity: str) -> tuple[Figures, ...]:
    """The figures that are made of records of an entity; none for most."""
    return _all_figures(snapshot).get(entity, ())


@lru_cache(maxsize=8)
def _all_figures(snapshot: Snapshot) -> Mapping[str, tuple[Figures, ...]]:
    found: dict[tuple[str, str, str], list[Field]] = defaultdict(list)
    for holder in snapshot.entities.values():
        for field in holder.fields.values():
            if field.of is not None:
                found[field.of[0], holder.name, field.of[1]].append(field)
    made: dict[str, tuple[Figures, ...]] = {}
    for (entity, name, link), fields in found.items():
        inputs = frozenset().union(*(inputs_of(snapshot, field) for field in fields))
        made[entity] = (*made.get(entity, ()), Figures(name, link, tuple(fields), inputs))
    return made


def holders_in(snapshot: Snapshot, entity: str, values: Iterable[Mapping[str, Any]]) -> Holders:
    """The records whose figures depend on records of an entity with these values."""
    found: Holders = defaultdict(set)
    for one in figures_over(snapshot, entity):
        found[one.entity, one.link] |= {str(row[one.link]) for row in values if row.get(one.link) is not None}
    return found


def holders_of(
    connection: Connection, snapshot: Snapshot, entity: str, ids: Sequence[str], changed: Collection[str]
) -> Holders:
    """The records whose figures depend on these, as they are now; none where no figure is of what will change."""
    over = [
        one for one in figures_over(snapshot, entity) if not one.inputs.isdisjoint({*changed} | _always(changed, one))
    ]
    if not over:
        return {}
    table = entity_table(snapshot, entity)
    links = [table.main(one.link) for one in over]
    found: Holders = defaultdict(set)
    for part in _parts(ids):
        for row in connection.execute(select(*links).where(table.table.c.id.in_(part))):
            for one, holder in zip(over, row, strict=True):
                found[one.entity, one.link] |= {holder} - {None}
    return found


def _always(changed: Collection[str], one: Figures) -> frozenset[str]:
    """Whatever a figure is of, a record that goes to the bin or comes back changes it."""
    return one.inputs if "deleted_at" in changed else frozenset()


def hold(connection: Connection, snapshot: Snapshot, holders: Holders) -> None:
    """Keep others from counting for these records before this transaction has ended; always in the same order."""
    if connection.dialect.name == "sqlite":
        return  # it has one writer at a time
    wanted: dict[str, set[str]] = defaultdict(set)
    for (entity, _), ids in holders.items():
        wanted[entity] |= ids
    for entity in sorted(wanted):
        key = entity_table(snapshot, entity).table.c.id
        for part in _parts(sorted(wanted[entity])):
            statement = select(key).where(key.in_(part)).order_by(key).with_for_update(key_share=True)
            connection.execute(statement)


def count_anew(connection: Connection, snapshot: Snapshot, entity: str, holders: Holders) -> None:
    """Write the figures that these records have of records of an entity. They are no change of the records."""
    for one in figures_over(snapshot, entity):
        ids = sorted(holders.get((one.entity, one.link), ()))
        if ids:
            hold(connection, snapshot, {(one.entity, one.link): set(ids)})
            for part in _parts(ids):
                _write(connection, snapshot, entity, one, part)


def count_all(connection: Connection, snapshot: Snapshot, before: Snapshot | None) -> None:
    """Write the figures that `before` did not have, or had otherwise, of all records there are."""
    for entity in snapshot.entities:
        for one in figures_over(snapshot, entity):
            fresh = tuple(field for field in one.fields if _meaning(snapshot, one.entity, field) not in _kept(before))
            if fresh:
                _write(connection, snapshot, entity, Figures(one.entity, one.link, fresh, one.inputs), None)


@lru_cache(maxsize=8)
def _kept(snapshot: Snapshot | None) -> frozenset[tuple[object, ...]]:
    return frozenset(
        _meaning(snapshot, entity.name, field)
        for entity in (snapshot.entities.values() if snapshot else ())
        for field in entity.fields.values()
        if snapshot and field.of is not None
    )


def _meaning(snapshot: Snapshot, entity: str, field: Field) -> tuple[object, ...]:
    """What a figure is, and in which columns it and what it is made of lie."""
    assert field.of is not None  # noqa: S101  (callers ask for figures only)
    child = snapshot.entities[field.of[0]]
    inputs = tuple(sorted((name, child.fields[name].column) for name in inputs_of(snapshot, field)))
    options = tuple(sorted((key, str(value)) for key, value in field.options.items()))
    measured = measured_of(snapshot, field)
    made_of = field.link_filter, measured.formula if measured else None
    return snapshot.entities[entity].table, field.column, child.table, inputs, options, made_of


def _write(connection: Connection, snapshot: Snapshot, entity: str, one: Figures, ids: list[str] | None) -> None:
    holder = snapshot.entities[one.entity]
    first = {field.name: type_of(field).at_first(field) for field in one.fields}
    rows: dict[str, dict[str, Any]] = {ident: dict(first) for ident in ids or ()}
    for field in one.fields:
        for ident, value in _measured(connection, snapshot, entity, one, field, ids):
            if ident is not None:
                rows.setdefault(ident, dict(first))[field.name] = _as_stored(field, value)
    table = entity_table(snapshot, one.entity)
    if ids is None:
        connection.execute(update(table.table).values(_parameters(holder, one.fields, first, table)))
    if rows:
        columns = [column for field in one.fields for column in table.columns[field.name]]
        statement = update(table.table).where(table.table.c.id == bindparam("key", type_=Key()))
        statement = statement.values(
            {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in columns}
        )
        connection.execute(
            statement,
            [
                {"key": ident, **{f"new_{name}": v for name, v in _parameters(holder, one.fields, row, table).items()}}
                for ident, row in rows.items()
            ],
        )


def _parameters(holder: Entity, fields: Iterable[Field], row: Mapping[str, Any], table: Any) -> dict[str, Any]:  # noqa: ANN401
    found: dict[str, Any] = {}
    for field in fields:
        value, columns = row[field.name], table.columns[field.name]
        parts = (None,) * len(columns) if value is None else type_of(holder.fields[field.name]).parts(field, value)
        found |= {column.name: part for column, part in zip(columns, parts, strict=True)}
    return found


def _measured(
    connection: Connection, snapshot: Snapshot, entity: str, one: Figures, field: Field, ids: list[str] | None
) -> Iterator[tuple[str | None, Any]]:
    """(Holder, figure) over live records; of all holders where no ids are given."""
    engine: EngineName = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    make = _newest if field.options["measure"] == LATEST else _aggregated
    statement, holder, value = make(snapshot, engine, entity, one.entity, field.name, all_=ids is None)
    for row in connection.execute(statement, {"holders": ids or []}):
        yield holder(row), value(row)


@lru_cache(maxsize=1024)
def _aggregated(
    snapshot: Snapshot, engine: EngineName, entity: str, holder: str, name: str, *, all_: bool
) -> tuple[Select[Any], Reader, Reader]:
    """The figure of each holder, and how a row gives both."""
    field = snapshot.entities[holder].fields[name]
    link, measured = _inputs(snapshot, entity, field)
    measure = Measure(COUNT) if measured is None else Measure(field.options["measure"], measured)
    plan = AggregatePlan(Access(entity, EVERYTHING), (link,), (measure,), field.link_filter)
    prepared = prepare_aggregate(snapshot, engine, plan)
    statement = prepared.statement.limit(None)
    if not all_:
        statement = statement.where(
            among_keys(entity_table(snapshot, entity).main(link.steps[0].field), "holders", engine)
        )
    of_link, of_measure = prepared.values
    return statement, of_link, of_measure


@lru_cache(maxsize=1024)
def _newest(
    snapshot: Snapshot, engine: EngineName, entity: str, holder: str, name: str, *, all_: bool
) -> tuple[Select[Any], Reader, Reader]:
    """The value of the record that was made last, of each holder."""
    field = snapshot.entities[holder].fields[name]
    link, measured = _inputs(snapshot, entity, field)
    assert measured is not None  # noqa: S101  (a check demands the field)
    source = Source(snapshot, engine, Access(entity, EVERYTHING), ())
    one, value, table = source.guarded(link), source.guarded(measured), source.table
    place = func.row_number().over(partition_by=one.sql, order_by=(table.c.created_at.desc(), table.c.id.desc()))
    conditions = [*source.conditions(field.link_filter), *([] if all_ else [among_keys(one.sql, "holders", engine)])]
    columns = (one.sql.label("holder"), value.sql.label("value"), place.label("place"))
    newest = select(*columns).where(*conditions).subquery()
    convert = reader(value, engine)
    statement = select(newest.c.holder, newest.c.value).where(newest.c.place == 1)
    return statement, itemgetter(0), lambda row: None if row[1] is None else convert(row[1])


def _inputs(snapshot: Snapshot, entity: str, figure: Field) -> tuple[Ref, Ref | None]:
    """The link, and the field that is measured."""
    assert figure.of is not None  # noqa: S101  (callers ask for figures only)
    fields = snapshot.entities[entity].fields
    measured = figure.options.get("field")
    return _ref(entity, fields[figure.of[1]]), None if measured is None else _ref(entity, fields[measured])


def _ref(entity: str, field: Field) -> Ref:
    return Ref(Root.SELF, (Step(entity, field.name),), None, field.type.expression_type(field))


def _as_stored(figure: Field, value: Any) -> Any:  # noqa: ANN401
    """A figure as its column holds it: rounded to its places; null where it is larger than its field."""
    kind = type_of(figure).expression_type(figure)
    if value is None or kind.kind not in {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}:
        return value
    exact = Decimal(value).quantize(Decimal(1).scaleb(-(kind.scale or 0)), ROUND_HALF_UP)
    if abs(exact) >= kind.limit:
        return None
    if kind.kind is Kind.INTEGER:
        return int(exact)
    return Money(exact, kind.currency or "") if kind.kind is Kind.MONEY else exact


def _parts(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE))
