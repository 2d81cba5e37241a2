"""Values of several members, each a row in a table of the field's own: read as one array, written with their record.

Who may read or change them is said by the statement about the record that they belong to.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, cast, delete, func, insert, literal_column, select, type_coerce
from sqlalchemy.dialects.postgresql import aggregate_order_by

from framework.fields.base import type_of
from framework.storage.tables import MEMBER, PLACE, RECORD, entity_table
from framework.storage.types import Key, Members, Packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Delete, FromClause, Insert, Select

    from framework.rules.operand import EngineName
    from metadata.snapshot import Snapshot

# As many as a statement takes parameters without being slow to read.
_AT_ONCE = 1000


def listed_members(
    members: FromClause, records: FromClause, engine: EngineName, among: Select[Any] | None = None
) -> ColumnElement[Any]:
    """The members of each record in their order, null without any; `records` is its table or alias.

    `among` gives those that count, where not all of them do.
    """
    mine = members.alias()
    ordered = (
        _counting(mine, among)
        .where(mine.c[RECORD] == records.c.id)
        .order_by(mine.c[PLACE], mine.c[MEMBER])
        .correlate(records)
    )
    type_ = Members(members.c[MEMBER].type)
    if engine == "postgresql":
        return func.nullif(func.array(ordered.scalar_subquery()), literal_column("'{}'"), type_=type_)
    listed = ordered.subquery()
    found = select(func.json_group_array(listed.c[MEMBER])).scalar_subquery()
    return func.nullif(found, literal_column("'[]'"), type_=type_)


def listed_whole(members: FromClause, records: FromClause, engine: EngineName) -> ColumnElement[Any]:
    """Likewise, but each member with its further columns: a tuple of tuples."""
    mine, names = members.alias(), _columns_of(members)
    here = select(*(mine.c[name] for name in names)).where(mine.c[RECORD] == records.c.id).correlate(records)
    if engine == "postgresql":
        one = func.json_build_array(*(mine.c[name] for name in names))
        rows = here.with_only_columns(cast(func.json_agg(aggregate_order_by(one, mine.c[PLACE])), Text))
        return type_coerce(rows.scalar_subquery(), Packed())
    listed = here.order_by(mine.c[PLACE]).subquery()
    one = func.json_array(*(listed.c[name] for name in names))
    return func.nullif(select(func.json_group_array(one)).scalar_subquery(), literal_column("'[]'"), type_=Packed())


def _columns_of(members: FromClause) -> list[str]:
    """The columns that hold a member: the member itself, then what else is known of it."""
    return [column.name for column in members.columns if column.name not in {RECORD, PLACE}]


def holding(
    members: FromClause, records: FromClause, among: Select[Any] | None, sought: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Whether a record has a member, which is not null; an index over all members leads to the records."""
    mine = members.alias()
    found = _counting(mine, among).with_only_columns(mine.c[RECORD])
    return records.c.id.in_(found.where(mine.c[MEMBER] == sought))


def naming(connection: Connection, snapshot: Snapshot, entity: str, field: str, member: str) -> list[str]:
    """The ids of live records of which a field has a member."""
    return [row[0] for row in connection.execute(_naming(snapshot, entity, field), {"member": member})]


@lru_cache(maxsize=2048)
def _naming(snapshot: Snapshot, entity: str, field: str) -> Select[Any]:
    mapped = entity_table(snapshot, entity)
    members, table = mapped.members[field], mapped.table
    wanted = members.c[MEMBER] == bindparam("member", type_=members.c[MEMBER].type)
    return (
        select(table.c.id)
        .join(members, members.c[RECORD] == table.c.id)
        .where(wanted, table.c.deleted_at.is_(None))
        .order_by(table.c.id)
    )


def _counting(mine: FromClause, among: Select[Any] | None) -> Select[Any]:
    found = select(mine.c[MEMBER])
    return found if among is None else found.where(mine.c[MEMBER].in_(among))


def add_members(
    connection: Connection, snapshot: Snapshot, entity: str, rows: Sequence[tuple[str, Mapping[str, Any]]]
) -> None:
    """Write the members of new records, given as (id, field → stored value). A statement for each field."""
    for field, members in entity_table(snapshot, entity).members.items():
        described, names = snapshot.entities[entity].fields[field], _columns_of(members)
        parts = type_of(described).member_parts
        found = [
            {"of": ident, "at": place, **dict(zip(names, parts(described, member), strict=True))}
            for ident, values in rows
            for place, member in enumerate(values.get(field) or ())
        ]
        if found:
            connection.execute(_add(snapshot, entity, field), found)


def replace_members(
    connection: Connection, snapshot: Snapshot, entity: str, rows: Sequence[tuple[str, Mapping[str, Any]]]
) -> None:
    """Give records the members of those of the fields that the values name; others stay as they are."""
    for field in entity_table(snapshot, entity).members:
        changed = [ident for ident, values in rows if field in values]
        for start in range(0, len(changed), _AT_ONCE):
            connection.execute(_drop(snapshot, entity, field), {"of": changed[start : start + _AT_ONCE]})
    add_members(connection, snapshot, entity, rows)


@lru_cache(maxsize=2048)
def _add(snapshot: Snapshot, entity: str, field: str) -> Insert:
    members = entity_table(snapshot, entity).members[field]
    columns = {RECORD: "of", PLACE: "at", **{name: name for name in _columns_of(members)}}
    return insert(members).values(
        {column: bindparam(name, type_=members.c[column].type) for column, name in columns.items()}
    )


@lru_cache(maxsize=2048)
def _drop(snapshot: Snapshot, entity: str, field: str) -> Delete:
    members = entity_table(snapshot, entity).members[field]
    return delete(members).where(members.c[RECORD].in_(bindparam("of", expanding=True, type_=Key())))
