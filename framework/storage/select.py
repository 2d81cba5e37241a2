"""ReadPlan → SELECT. Pure: a test can read the text. Prepared once per snapshot and plan.

What names and rights are in SQL is `source`'s knowledge, the order and the place of a page `paging`'s.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, literal, null, select
from sqlalchemy.sql import visitors

from framework.rules.sqlite_values import decoder
from framework.storage.paging import behind, ordered
from framework.storage.source import Source
from framework.storage.tables import MEMBER, RECORD
from framework.storage.types import Key, among_keys
from metadata.expressions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from framework.plans.read import Access, Expansion, ReadPlan
    from framework.rules.operand import EngineName, Operand
    from metadata.expressions.typed import Ref
    from metadata.snapshot import Snapshot


_MOST_IN_USE = 1000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement and where each field's columns stand in its rows.

    `slots` gives (first, end) positions per field, `keys` the positions of the sort keys, `title`
    and `extra` theirs or -1; parameters are `env_…`, `id`, `ids`, and `seek_<n>` of a cursor.
    """

    statement: Select[Any]
    slots: tuple[tuple[str, int, int], ...]
    keys: tuple[int, ...]
    title: int
    extra: int


@lru_cache(maxsize=4096)
def prepare(snapshot: Snapshot, engine: EngineName, plan: ReadPlan) -> Prepared:
    """The statement of a plan."""
    source = Source(snapshot, engine, plan.access, plan.reached)
    columns, slots = _selected(source, plan.fields)
    title = extra = -1
    if plan.title:
        title = len(columns)
        columns.append(source.columns(source.entity.title)[0].label(None))
    if plan.extra is not None:
        extra = len(columns)
        columns.append(source.rows(plan.extra).label(None))
    keys: list[int] = []
    at = {name: first for name, first, _ in slots}
    for key in plan.sort:  # the cursor is made of them, whether they were asked for or not
        place = source.sorting_place(key)
        if key.field in at:
            keys.append(at[key.field] + place)
        else:
            keys.append(len(columns))
            columns.append(source.columns(key.field)[place].label(None))
    statement = (
        select(*columns).select_from(source.table).where(*source.conditions(plan.filter, plan.sought, deleted=plan.bin))
    )
    narrowed = _narrowed(statement, source, plan) if plan.per is None else _first_of_each(statement, source, plan)
    return Prepared(narrowed, tuple(slots), tuple(keys), title, extra)


def _first_of_each(statement: Select[Any], source: Source, plan: ReadPlan) -> Select[Any]:
    """The statement down to the first rows of each value of a field, by their places among these."""
    assert plan.per is not None  # noqa: S101  (callers look)
    value = source.columns(plan.per)[0]
    place = func.row_number().over(partition_by=value, order_by=ordered(source, plan.sort))
    *columns, rank = statement.add_columns(place.label(None)).subquery().c
    return select(*columns).where(rank <= plan.limit).order_by(rank)


def _selected(
    source: Source, fields: Sequence[str], *before: ColumnElement[Any]
) -> tuple[list[ColumnElement[Any]], list[tuple[str, int, int]]]:
    """The columns of fields behind others, and (field, first, end) positions."""
    columns = list(before)
    slots: list[tuple[str, int, int]] = []
    for name in fields:
        found = source.columns(name)
        slots.append((name, len(columns), len(columns) + len(found)))
        columns += [column.label(None) for column in found]
    return columns, slots


def _narrowed(statement: Select[Any], source: Source, plan: ReadPlan) -> Select[Any]:
    """The statement down to the plan's record, or to the page behind its cursor."""
    if plan.one:
        statement = statement.where(source.table.c.id == bindparam("id", type_=Key()))
    if plan.among:
        statement = statement.where(_named(source))
    if plan.seek is not None:
        statement = statement.where(behind(source, plan.sort, plan.seek))
    if plan.blank:
        statement = statement.where(source.order(plan.sort[0]).is_(None))
    if plan.sort:
        statement = statement.order_by(*ordered(source, plan.sort))
    if plan.limit is not None:
        statement = statement.limit(plan.limit + 1)  # one more tells whether there is a next page
    if source.engine == "sqlite" or not (plan.lock or plan.share):
        return statement  # SQLite has one writer at a time
    return statement.with_for_update(read=plan.share)


@lru_cache(maxsize=8192)
def symbols_of(statement: Select[Any]) -> frozenset[str]:
    """By what names a statement speaks of who asks and of now, so that it needs their values when it runs."""
    parts = visitors.iterate(statement)
    return frozenset(part.key for part in parts if isinstance(part, BindParameter) and part.key.startswith("env_"))


@lru_cache(maxsize=1024)
def prepare_count(snapshot: Snapshot, engine: EngineName, plan: ReadPlan, cap: int | None) -> Select[Any]:
    """How many rows a plan has, counted up to `cap` and one more."""
    source = Source(snapshot, engine, plan.access, plan.reached)
    conditions = source.conditions(plan.filter, plan.sought, deleted=plan.bin)
    conditions += [_named(source)] if plan.among else []
    if cap is None:
        return select(func.count()).select_from(source.table).where(*conditions)
    some = select(literal(1)).select_from(source.table).where(*conditions).limit(cap + 1).subquery()
    return select(func.count()).select_from(some)


def _named(source: Source) -> ColumnElement[bool]:
    return among_keys(source.table.c.id, "ids", source.engine)


@lru_cache(maxsize=2048)
def prepare_expansion(snapshot: Snapshot, engine: EngineName, access: Access, expansion: Expansion) -> Prepared:
    """Far ends by id (parameter `ids`): id first, then title, then the asked fields."""
    source = Source(snapshot, engine, access, ())
    title = source.columns(source.entity.title)[0] if expansion.title else null()
    columns, slots = _selected(source, expansion.fields, source.table.c.id, title.label(None))
    wanted = _named(source)
    live = source.table.c.deleted_at.is_(None)
    statement = select(*columns).where(wanted, live, source.rows(access.rows))
    return Prepared(statement, tuple(slots), (), 1, -1)


@lru_cache(maxsize=1024)
def prepare_seen(snapshot: Snapshot, engine: EngineName, access: Access) -> Select[Any]:
    """Of records by id (parameter `ids`), deleted ones too: which are visible, and per guard whether it opens."""
    source = Source(snapshot, engine, access, ())
    opens = [source.rows(rows).label(None) for _, rows in access.guards]
    wanted = _named(source)
    return select(source.table.c.id, *opens).where(wanted, source.rows(access.rows))


@lru_cache(maxsize=512)
def prepare_members_in_use(snapshot: Snapshot, engine: EngineName, access: Access, field: str) -> Select[Any]:
    """The members of a field in the records that may be seen, most used first."""
    source = Source(snapshot, engine, access, ())
    members, guard = source.mapped.members[field], access.guard(field)
    visible = [*source.conditions(None), *([source.rows(guard)] if guard is not None else [])]
    return (
        select(members.c[MEMBER])
        .join_from(members, source.table, members.c[RECORD] == source.table.c.id)
        .where(*visible)
        .group_by(members.c[MEMBER])
        .order_by(func.count().desc(), members.c[MEMBER])
        .limit(_MOST_IN_USE)
    )


@lru_cache(maxsize=2048)
def prepare_values(
    snapshot: Snapshot, engine: EngineName, access: Access, reached: tuple[Access, ...], wanted: tuple[Ref, ...]
) -> tuple[Select[Any], tuple[Callable[[Any], Any], ...]]:
    """Values of one live record by `id`, as far as `access` and `reached` go, with how to read each of them."""
    source = Source(snapshot, engine, access, reached)
    found = [source.guarded(ref) for ref in wanted]
    mine = source.table.c.id == bindparam("id", type_=Key())
    statement = select(*(one.sql.label(None) for one in found)).where(mine, *source.conditions(None))
    return statement, tuple(reader(one, engine) for one in found)


def reader(operand: Operand, engine: EngineName) -> Callable[[Any], Any]:
    """What makes a Python value of a computed one; stored columns come typed already."""
    if operand.kind is Kind.DURATION:
        return _span
    if engine != "sqlite":
        return _as_it_is
    decode = decoder(operand.kind.value)
    if operand.kind is Kind.BOOLEAN:
        return lambda value: None if value is None else bool(value)
    return lambda value: decode(value) if isinstance(value, str) else value


def _span(value: Any) -> Any:  # noqa: ANN401
    """Computed spans come as seconds, from PostgreSQL as decimals."""
    return value if value is None or isinstance(value, dt.timedelta) else dt.timedelta(seconds=int(value))


def _as_it_is(value: Any) -> Any:  # noqa: ANN401
    return value
