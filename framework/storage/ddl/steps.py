"""Which changes of the tables lead from one snapshot to the next. Only additions: pure, no database.

What a snapshot no longer mentions stays where it is, since a request on the old revision may
still read it; removal is a purge of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.fields.base import Column, ColumnKind, type_of
from framework.storage.tables import MEMBER, PLACE, RECORD, members_name, physical_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.snapshot import Entity, Field, Snapshot


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column to be made: its physical name, what it keeps, and the table its key points at.

    `key` columns tell the rows of their table apart, all of them together.
    """

    name: str
    column: Column
    references: str | None = None
    required: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key of an index; `collated` orders texts as lists do, blanks come last both ways."""

    column: str
    descending: bool = False
    collated: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One change: `do` is create_table, add_column or create_index.

    `lock` says what others notice: "instant", or "online" for an index built beside the work.
    """

    do: str
    table: str
    columns: tuple[TableColumn, ...] = ()
    index: str | None = None
    on: tuple[IndexKey, ...] = ()
    unique: bool = False
    lock: str = "instant"

    def as_json(self) -> dict[str, object]:
        """The step as a plan shows it."""
        found: dict[str, object] = {"do": self.do, "table": self.table, "lock": self.lock}
        if self.do == "add_column":
            found["column"] = self.columns[0].name
        if self.index:
            found["index"] = self.index
        return found


def plan_steps(before: Snapshot | None, after: Snapshot) -> tuple[Step, ...]:
    """The steps from `before` (None: nothing there yet) to `after`, tables before columns before indexes."""
    known, wanted = (_tables(before) if before else {}), _tables(after)
    tables = [Step("create_table", name, tuple(columns)) for name, columns in wanted.items() if name not in known]
    columns = [
        Step("add_column", name, (column,))
        for name, held in wanted.items()
        if name in known
        for column in held
        if column.name not in {one.name for one in known[name]}
    ]
    made = {step.index for step in _all_indexes(before)} if before else frozenset()
    indexes = [step for step in _all_indexes(after) if step.index not in made]
    return (*tables, *columns, *indexes)


def _tables(snapshot: Snapshot) -> dict[str, list[TableColumn]]:
    """Table → its columns: of each entity, and of each field that keeps several values."""
    found: dict[str, list[TableColumn]] = {}
    for entity in snapshot.entities.values():
        found[entity.table] = list(_columns(entity, snapshot))
        for field, member in _members(entity):
            found[members_name(entity.table, field)] = [
                TableColumn(RECORD, Column(ColumnKind.KEY), entity.table, required=True, key=True),
                TableColumn(PLACE, Column(ColumnKind.INTEGER), required=True),
                TableColumn(MEMBER, member, _table_of(snapshot, member.references), required=True, key=True),
                *(
                    TableColumn(f"{MEMBER}{more.suffix}", more, required=True)
                    for more in type_of(field).member_more(field)
                ),
            ]
    return found


def _members(entity: Entity) -> Iterator[tuple[Field, Column]]:
    for field in (*entity.fields.values(), *entity.retired_fields.values()):
        member = type_of(field).member_column(field)
        if member is not None and field.lines is None:
            yield field, member


def _table_of(snapshot: Snapshot, entity: str | None) -> str | None:
    target = snapshot.entities.get(entity) if entity else None
    return target.table if target else None


def _all_indexes(snapshot: Snapshot) -> Iterator[Step]:
    for entity in snapshot.entities.values():
        yield from _indexes(entity, snapshot)
        for field, _ in _members(entity):
            table = members_name(entity.table, field)
            keys = (IndexKey(MEMBER), IndexKey(RECORD))
            yield Step("create_index", table, index=physical_name(f"ix_{table}__{MEMBER}"), on=keys, lock="online")


def _columns(entity: Entity, snapshot: Snapshot) -> Iterator[TableColumn]:
    for found in (*entity.fields.values(), *entity.retired_fields.values()):
        if found.computed:
            continue
        for column in type_of(found).columns(found):
            yield TableColumn(
                physical_name(found.column + column.suffix),
                column,
                _table_of(snapshot, column.references),
                required=found.name in {"id", "version", "created_at", "updated_at"},
                key=found.name == "id",
            )


def _indexes(entity: Entity, snapshot: Snapshot) -> Iterator[Step]:
    """Indexes for unique values, links, and what lists sort and filter by."""
    yield from _unique_indexes(entity)
    for found in entity.fields.values():
        if found.unique or found.computed or found.name == "id" or not type_of(found).columns(found):
            continue
        if found.name == "owner" and not entity.fields[entity.title].computed:
            yield _own_index(entity, found)
        elif found.indexed or _points_somewhere(found):
            yield _index(entity, (found,), unique=False)
    for name, descending in sorted(_sorted_by(entity, snapshot)):
        found = entity.fields[name]
        # Choices are sorted by their place in a list that may change: an index by their keys would not help.
        if not found.computed and name != "id" and found.choices is None:
            yield _sort_index(entity, found, descending=descending)


def _unique_indexes(entity: Entity) -> Iterator[Step]:
    for found in entity.fields.values():
        if found.unique:
            yield _index(entity, (found,), unique=True)
    for constraint in entity.unique.values():
        yield _index(entity, tuple(entity.fields[name] for name in constraint.fields), unique=True)


def _sorted_by(entity: Entity, snapshot: Snapshot) -> set[tuple[str, bool]]:
    """(field, whether descending) by which lists come sorted: the title, and what screens and views say."""
    found = {(entity.title, False)}
    orders = [screen.options.get("sort", ()) for screen in snapshot.entity_screens.get((entity.name, "list"), ())]
    orders += [view.sort for view in snapshot.views.values() if view.entity == entity.name]
    for order in orders:
        for first in tuple(order)[:1]:
            name = first.removeprefix("-")
            if name in entity.fields:
                found.add((name, first.startswith("-")))
    return found


def _sort_index(entity: Entity, found: Field, *, descending: bool) -> Step:
    column, collated = _sorting_column(found)
    name = physical_name(f"so_{entity.table}__{column}{'__desc' if descending else ''}")
    keys = (IndexKey(column, descending, collated), IndexKey("id"))
    return Step("create_index", entity.table, index=name, on=keys, lock="online")


def _own_index(entity: Entity, owner: Field) -> Step:
    """One's own records by their title: what most people's lists ask for."""
    title, collated = _sorting_column(entity.fields[entity.title])
    keys = (IndexKey(physical_name(owner.column)), IndexKey(title, collated=collated), IndexKey("id"))
    return Step("create_index", entity.table, index=physical_name(f"own_{entity.table}"), on=keys, lock="online")


def _sorting_column(found: Field) -> tuple[str, bool]:
    """The name of the column that lists sort by for a field, and whether it holds text."""
    kind = type_of(found)
    column = kind.columns(found)[kind.sorted_by]
    return physical_name(found.column + column.suffix), column.kind is ColumnKind.TEXT


def _points_somewhere(found: Field) -> bool:
    # A deletion looks for links to the record, and related lists read by them.
    columns = type_of(found).columns(found)
    return bool(columns) and columns[0].kind is ColumnKind.KEY and not found.name.endswith("_by")


def _index(entity: Entity, fields: tuple[Field, ...], *, unique: bool) -> Step:
    columns = tuple(physical_name(found.column) for found in fields)
    name = physical_name(f"{'uq' if unique else 'ix'}_{entity.table}__{'__'.join(columns)}")
    keys = tuple(IndexKey(column) for column in columns)
    return Step("create_index", entity.table, index=name, on=keys, unique=unique, lock="online")


def index_columns(entity: Entity, index: str) -> tuple[str, ...]:
    """The physical columns of a unique index of ours, by its name; empty if it is none of these."""
    for step in _unique_indexes(entity):
        if step.index == index:
            return tuple(key.column for key in step.on)
    return ()
