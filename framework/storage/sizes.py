"""What the database says of itself: its version, and how much room it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

if TYPE_CHECKING:
    from sqlalchemy import Connection


def server_version(connection: Connection) -> str:
    """The version of the engine, as it names it itself."""
    if connection.dialect.name == "sqlite":
        return str(connection.execute(select(func.sqlite_version())).scalar())
    return str(connection.execute(text("SHOW server_version")).scalar())


def database_size(connection: Connection) -> int:
    """The room that the database takes on disc, in bytes."""
    if connection.dialect.name == "sqlite":
        pages = connection.execute(text("PRAGMA page_count")).scalar() or 0
        return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar() or 0)
    return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar() or 0)
