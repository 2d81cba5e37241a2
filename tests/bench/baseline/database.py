"""The two ways into the database: reads without a transaction, writes in one."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url


@dataclass(frozen=True, slots=True)
class Database:
    """`read` runs single statements in AUTOCOMMIT, `write` begins transactions."""

    read: Engine
    write: Engine


def open_database(url: str) -> Database:
    """Open SQLite or PostgreSQL by its SQLAlchemy URL."""
    reading: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    if make_url(url).get_backend_name() != "sqlite":
        return Database(create_engine(url, **reading), create_engine(url))
    read, write = create_engine(url, **reading), create_engine(url)
    for engine in (read, write):
        event.listen(engine, "connect", _set_up)
    event.listen(write, "begin", _begin)
    return Database(read, write)


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 15000")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
