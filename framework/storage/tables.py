"""Snapshot → SQLAlchemy Core tables, built per entity at first use and kept with the snapshot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, MetaData, Table, func, literal, select

from framework.fields.base import type_of
from framework.storage.types import Key, sql_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import FromClause

    from metadata.snapshot import Entity, Field, Snapshot

_LONGEST_NAME = 63  # bytes, of PostgreSQL
_LAST = 2**62


RECORD, PLACE, MEMBER = "record", "place", "member"
"""The columns of a table of members: whose value it is part of, at which place, and what."""


@dataclass(frozen=True, slots=True)
class EntityTable:
    """The table of an entity, with the physical columns of each stored field, main one first.

    A field that keeps several values has no columns but a table in `members`. The members of a field of `lines` are
    read likewise, from the table of their own entity.
    """

    table: Table
    columns: Mapping[str, tuple[Column[object], ...]]
    members: Mapping[str, Table]
    lines: Mapping[str, FromClause]

    def several(self, name: str) -> FromClause | None:
        """Where the members of a field stand; None for a field of one value."""
        found = self.members.get(name)
        return self.lines.get(name) if found is None else found

    def main(self, field: str) -> Column[object]:
        """The main physical column of a field."""
        return self.columns[field][0]


@lru_cache(maxsize=4096)
def entity_table(snapshot: Snapshot, name: str) -> EntityTable:
    """The table of the entity of that name, which must exist in the snapshot."""
    entity = snapshot.entities[name]
    built = build_table(entity, MetaData())
    return replace(built, lines={one.name: _lines(snapshot, one) for one in entity.fields.values() if one.lines})


def _lines(snapshot: Snapshot, owner: Field) -> FromClause:
    """The live lines of all records of an entity, laid out as members are."""
    assert owner.lines is not None  # noqa: S101  (callers look)
    name, link = owner.lines
    rows, order = entity_table(snapshot, name), owner.options.get("order")
    # What was never put in order comes behind the rest, as it was made: ids are in the order of time.
    place = literal(0) if order is None else func.coalesce(rows.main(order), _LAST)
    columns = rows.main(link).label(RECORD), place.label(PLACE), rows.table.c.id.label(MEMBER)
    return select(*columns).where(rows.table.c.deleted_at.is_(None)).subquery()


def build_table(entity: Entity, metadata: MetaData) -> EntityTable:
    """The Core table of an entity, without constraints: `ddl` knows those."""
    columns = {field.name: _columns(field) for field in entity.fields.values() if not field.computed}
    table = Table(entity.table, metadata, *(column for found in columns.values() for column in found))
    return EntityTable(table, columns, _members(entity, metadata), {})


def _members(entity: Entity, metadata: MetaData) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for field in entity.fields.values():
        member = type_of(field).member_column(field)
        if member is not None and field.lines is None:
            found[field.name] = Table(
                members_name(entity.table, field),
                metadata,
                Column(RECORD, Key(), primary_key=True),
                Column(PLACE, BigInteger(), nullable=False),
                Column(MEMBER, sql_type(member), primary_key=True),
                *(
                    Column(f"{MEMBER}{more.suffix}", sql_type(more), nullable=False)
                    for more in type_of(field).member_more(field)
                ),
            )
    return found


def members_name(table: str, field: Field) -> str:
    """The name of the table that keeps the members of a field."""
    return physical_name(f"{table}__{field.column}")


def _columns(field: Field) -> tuple[Column[object], ...]:
    return tuple(
        Column(
            physical_name(field.column + column.suffix),
            sql_type(column),
            primary_key=field.name == "id",
            nullable=not (field.system and field.name in _ALWAYS_SET),
        )
        for column in type_of(field).columns(field)
    )


_ALWAYS_SET = frozenset({"id", "version", "created_at", "updated_at"})


def physical_name(name: str) -> str:
    """The name as it is, or cut and ended by a hash where it is longer than engines allow."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
