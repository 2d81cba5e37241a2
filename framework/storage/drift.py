"""Whether the database still has what the live snapshot expects of it: tables, columns, indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

from framework.storage.ddl import plan_steps

if TYPE_CHECKING:
    from framework.storage.engines import Database
    from metadata.snapshot import Snapshot


def missing_parts(database: Database, snapshot: Snapshot) -> list[str]:
    """What is missing, as `table`, `table.column` or the name of an index; what nobody asked for is no drift."""
    with database.read.connect() as connection:
        found = inspect(connection)
        columns = {table[1]: {one["name"] for one in held} for table, held in found.get_multi_columns().items()}
        indexes = {one["name"] for held in found.get_multi_indexes().values() for one in held}
    missing: list[str] = []
    for step in plan_steps(None, snapshot):
        held = columns.get(step.table)
        if step.do == "create_table" and held is None:
            missing.append(step.table)
        elif step.do == "create_table" and held is not None:
            missing += [f"{step.table}.{column.name}" for column in step.columns if column.name not in held]
        elif held is not None and step.index not in indexes:
            missing.append(str(step.index))
    return missing
