"""Carries out steps of a publish. Each looks first whether it is done, so a cut run can be repeated."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, ForeignKey, Inspector, MetaData, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, Index

from framework.storage.collation import text_collation
from framework.storage.ddl.steps import Step
from framework.storage.faults import Retry, retry_class
from framework.storage.session import run_tx
from framework.storage.types import Key, sql_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from framework.rules.operand import EngineName
    from framework.storage.ddl.steps import IndexKey, TableColumn
    from framework.storage.engines import Database

_LOCK_WAIT = "SET LOCAL lock_timeout = '500ms'"
_LOCK_TRIES = 40
_AT_ONCE = 40  # tables of a transaction
_PAUSE_S = 0.25


def run_steps(database: Database, steps: Sequence[Step], done: Callable[[int], None] = lambda _: None) -> None:
    """Run the steps in order; `done` hears how many are finished.

    On SQLite all steps are one transaction. On PostgreSQL new tables are made some at a time (a
    transaction holds a lock for each table and index, of which a server has only so many), each
    further step in a transaction of its own with a short lock wait, and indexes beside the running work.
    """
    if database.is_sqlite:
        if steps:
            run_tx(database, lambda connection: _run_all(connection, steps))
        done(len(steps))
        return
    made = [step for step in steps if step.do == "create_table"]
    fresh = {step.table for step in made}
    within = [step for step in steps if step.table in fresh and step.do != "create_table"]
    # Constraints to tables made a moment ago, or to the table itself, need all of them first.
    for work, concerned in ((_make_tables, made), (_add_foreign_keys, made), (_complete, within)):
        for start in range(0, len(concerned), _AT_ONCE):
            _patiently(database, partial(work, steps=concerned[start : start + _AT_ONCE]))
    done(len(made) + len(within))
    beside = [step for step in steps if step.table not in fresh]
    for count, step in enumerate(beside, len(made) + len(within) + 1):
        _run_beside(database, step)
        done(count)


def _run_all(connection: Connection, steps: Sequence[Step]) -> None:
    _make_tables(connection, [step for step in steps if step.do == "create_table"])
    _complete(connection, [step for step in steps if step.do != "create_table"])


def _make_tables(connection: Connection, steps: Sequence[Step]) -> None:
    found = inspect(connection)
    known = set(found.get_table_names())
    for step in steps:
        if step.table not in known:
            _create_table(connection, step)
            continue
        for column in step.columns:  # of an entity that comes back, or of a publish that ended here
            _add_column(connection, Step("add_column", step.table, (column,)), found)


def _complete(connection: Connection, steps: Sequence[Step]) -> None:
    """Add columns and indexes to tables that nobody uses yet."""
    found = inspect(connection)
    engine: EngineName = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    for step in steps:
        if step.do == "add_column":
            _add_column(connection, step, found)
        else:
            connection.execute(_create_index(step, engine, concurrently=False))


def _create_table(connection: Connection, step: Step) -> None:
    table = Table(step.table, MetaData(), *(_column(column) for column in step.columns))
    if connection.dialect.name == "sqlite":
        # SQLite resolves a reference when it is used, so the other table may come later.
        for column in step.columns:
            if column.references:
                _stub(table.metadata, column.references)
                table.c[column.name].append_foreign_key(ForeignKey(f"{column.references}.id"))
    table.create(connection)


def _stub(metadata: MetaData, name: str) -> None:
    if name not in metadata.tables:
        Table(name, metadata, Column("id", Key(), primary_key=True))


def _column(column: TableColumn) -> Column[object]:
    return Column(column.name, sql_type(column.column), primary_key=column.key, nullable=not column.required)


def _add_foreign_keys(connection: Connection, steps: Sequence[Step]) -> None:
    names = [step.table for step in steps]
    known = {
        (table, key["constrained_columns"][0])
        for (_, table), keys in inspect(connection).get_multi_foreign_keys(filter_names=names).items()
        for key in keys
    }
    operations = Operations(MigrationContext.configure(connection))
    for step in steps:
        for column in step.columns:
            if column.references and (step.table, column.name) not in known:
                operations.create_foreign_key(None, step.table, column.references, [column.name], ["id"])


def _add_column(connection: Connection, step: Step, found: Inspector) -> None:
    (wanted,) = step.columns
    if wanted.name in {column["name"] for column in found.get_columns(step.table)}:
        return
    column = _column(wanted)
    if wanted.references:
        column.append_foreign_key(ForeignKey(f"{wanted.references}.id"))
    # SQLite cannot add a constraint afterwards; every engine takes it with the column.
    Operations(MigrationContext.configure(connection)).add_column(step.table, column, inline_references=True)


def _create_index(step: Step, engine: EngineName, *, concurrently: bool) -> CreateIndex:
    names = {*(key.column for key in step.on), "deleted_at"}
    table = Table(step.table, MetaData(), *(Column(name, Key()) for name in names))
    # Only live records are listed and unique. Psycopg prepares statements, so the condition is a literal.
    live = text("deleted_at IS NULL") if step.unique or step.on[-1].column == "id" else None
    index = Index(
        step.index,
        *(_key(table.c[key.column], key, engine) for key in step.on),
        unique=step.unique,
        sqlite_where=live,
        postgresql_where=live,
        postgresql_concurrently=concurrently,
    )
    return CreateIndex(index, if_not_exists=True)


def _key(column: Column[Any], key: IndexKey, engine: EngineName) -> ColumnElement[Any]:
    found: ColumnElement[Any] = column.collate(text_collation(engine)) if key.collated else column
    if not key.descending:
        return found
    # SQLite knows no order of blanks in an index; PostgreSQL puts them first unless told.
    return found.desc() if engine == "sqlite" else found.desc().nulls_last()


def _run_beside(database: Database, step: Step) -> None:
    if step.do == "add_column":
        _patiently(database, lambda connection: _add_column(connection, step, inspect(connection)))
        return
    with database.read.connect() as connection:  # CONCURRENTLY refuses to run inside a transaction
        broken = connection.execute(
            text("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"),
            {"name": f'"{step.index}"'},
        ).scalar()
        if broken:
            connection.execute(text(f'DROP INDEX CONCURRENTLY IF EXISTS "{step.index}"'))
        connection.execute(_create_index(step, "postgresql", concurrently=True))


def _patiently(database: Database, work: Callable[[Connection], None]) -> None:
    """Run `work` with a short wait for locks, again and again: a waiting ALTER stops everybody behind it."""

    def briefly(connection: Connection) -> None:
        connection.execute(text(_LOCK_WAIT))
        work(connection)

    for attempt in range(_LOCK_TRIES):
        try:
            with database.write.begin() as connection:
                briefly(connection)
        except DBAPIError as error:
            if retry_class(error) is Retry.NO or attempt == _LOCK_TRIES - 1:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
