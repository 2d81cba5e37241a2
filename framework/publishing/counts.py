"""What a plan says of the records and people that exist: how many hold a value, how many have a role."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import column, func, select, table

from framework.fields.base import type_of
from framework.storage.tables import RECORD, entity_table, members_name, physical_name
from metadata.diff import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection

    from metadata.diff import Change
    from metadata.snapshot import Entity, Snapshot

_ALL = ""  # stands for the record itself beside the names of columns
_HOLDERS = "#record"  # stands for the records that stand in a table of members, each as often as it has some


def records_holding(connection: Connection, changes: Iterable[Change], live: Snapshot | None) -> dict[str, int]:
    """Address of a changed entity or field → records that hold a value, those in the bin among them.

    One statement for each table that is concerned.
    """
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    found: dict[str, int] = {}
    changes = [change for change in changes if change.address.startswith("entity/")]
    old_names = old_addresses(changes)
    for change in changes:
        place = _place(change, live, old_names)
        if place is None:
            found[change.address] = 0
        else:
            wanted[place[0]][change.address] = place[1]
    for name, columns in wanted.items():
        counted = _count(connection, name, set(columns.values()))
        found |= {address: counted[one] for address, one in columns.items()}
    return found


def people_with(connection: Connection, live: Snapshot | None) -> dict[str, int]:
    """Role → how many people have it and can sign in; `everyone` are all of these."""
    if live is None:
        return {}
    person, member = entity_table(live, "user").table, entity_table(live, "role_membership").table
    active = (person.c.deleted_at.is_(None), person.c.active.is_(True))
    statement = (
        select(member.c.role, func.count(person.c.id.distinct()))
        .join_from(member, person, member.c.user == person.c.id)
        .where(member.c.deleted_at.is_(None), *active)
        .group_by(member.c.role)
    )
    found = {row[0]: row[1] for row in connection.execute(statement)}
    everyone = connection.execute(select(func.count()).select_from(person).where(*active)).scalar()
    return {**found, "everyone": everyone or 0}


def _place(change: Change, live: Snapshot | None, old_names: Mapping[str, str | None]) -> tuple[str, str] | None:
    """The table and column to count in; None where no record can hold anything."""
    if live is None or change.kind is ChangeKind.ADDED:
        return None
    entity, name, rest = live_entity(change, live, old_names)
    if entity is None:  # a retired entity that comes back finds its records
        return ((change.after or {}).get("table", name), _ALL) if not rest else None
    if not rest or rest[0] != "fields":
        return entity.table, _ALL
    return _main_column(entity, rest[1])


def live_entity(
    change: Change, live: Snapshot, old_names: Mapping[str, str | None]
) -> tuple[Entity | None, str, list[str]]:
    """The live entity that a change is about, its live name, and the steps to the part; None for one to come back."""
    _, name, *rest = (change.old_address or change.address).split("/")
    name = (old_names.get(f"entity/{name}") or f"entity/{name}").removeprefix("entity/")
    return live.entities.get(name), name, rest


def old_addresses(changes: Iterable[Change]) -> dict[str, str | None]:
    """Present address → the one before, of what was renamed."""
    return {change.address: change.old_address for change in changes if change.old_address}


def _main_column(entity: Entity, name: str) -> tuple[str, str] | None:
    """The table and column that tell which records hold a value."""
    field = entity.fields.get(name) or entity.retired_fields.get(name)
    if field is None or field.computed:
        return None
    columns = type_of(field).columns(field)
    if not columns:
        return members_name(entity.table, field), _HOLDERS
    return entity.table, physical_name(field.column + columns[0].suffix)


def _count(connection: Connection, name: str, columns: set[str]) -> dict[str, int]:
    named = sorted(columns - {_ALL})
    counts = [func.count().label("all"), *(_counted(one) for one in named)]
    row = connection.execute(select(*counts).select_from(table(name))).one()
    return dict(zip([_ALL, *named], row, strict=True))


def _counted(name: str) -> ColumnElement[int]:
    return func.count(column(RECORD).distinct()) if name == _HOLDERS else func.count(column(name))
