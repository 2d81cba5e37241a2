"""Opening a database: all the settings of a connection stand here, each with its reason."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from framework.errors import CommandError
from framework.rules.sqlite import register
from framework.storage.aggregate import register_aggregates
from framework.storage.collation import register_collation
from i18n.lazy import msg

if TYPE_CHECKING:
    from pathlib import Path

    from framework.rules.operand import EngineName

_POOL_WAIT_S = 5
_SQLITE_BUSY_MS = 15_000
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_OLDEST_SQLITE = (3, 35)


@dataclass(frozen=True, slots=True)
class Database:
    """Two ways into one database: `write` begins transactions, `read` runs single statements."""

    name: EngineName
    write: Engine
    read: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether one writer at a time is the engine's own rule."""
        return self.name == "sqlite"

    def close(self) -> None:
        """Give back all connections."""
        self.write.dispose()
        self.read.dispose()


def open_database(url: str, read_url: str | None = None) -> Database:
    """Open a database by address, with reads from `read_url` where given. Connects at first use.

    Raises CommandError for an address that we cannot use.
    """
    address = normalise(url)
    reading = normalise(read_url, "ARMATURE_READ_DATABASE_URL") if read_url else address
    if address.get_backend_name() == "sqlite":
        _require_sqlite()
        return Database("sqlite", _sqlite(address, write=True), _sqlite(address, write=False))
    return Database("postgresql", _postgresql(address, write=True), _postgresql(reading, write=False))


def optimise(database: Database) -> None:
    """Let SQLite look at what the tables hold, so that it chooses its indexes well; others do so by themselves."""
    if database.is_sqlite:
        with database.write.connect() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
            connection.exec_driver_sql("ANALYZE")
            connection.commit()


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


def normalise(url: str, variable: str = "ARMATURE_DATABASE_URL") -> URL:
    """The parsed address with our driver filled in. Raises CommandError, naming the variable, for what is none."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise _no_address(variable) from None
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise CommandError(
            msg(
                "The database engine “%(engine)s” is not supported; use sqlite or postgresql",
                engine=address.get_backend_name(),
            )
        )
    address = address.set(drivername=driver)
    try:
        address.get_dialect()().create_connect_args(address)
    except (ArgumentError, ValueError):
        raise _no_address(variable) from None
    if driver == _DRIVERS["sqlite"] and address.database in {None, "", ":memory:"}:
        raise _no_address(variable)  # every connection would have tables of its own
    return address


def _no_address(variable: str) -> CommandError:
    return CommandError(
        msg(
            "%(variable)s is no database address; give sqlite:///file or postgresql://user@host/name",
            variable=variable,
        )
    )


def _require_sqlite() -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise CommandError(
            msg("SQLite %(version)s is too old; Armature needs 3.35 or newer", version=sqlite3.sqlite_version)
        )


def _sqlite(address: URL, *, write: bool) -> Engine:
    options: dict[str, Any] = {"pool_timeout": _POOL_WAIT_S, "query_cache_size": 2000, "pool_size": 8}
    if not write:
        # Each read is one statement, so neither BEGIN nor ROLLBACK is worth its time.
        options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    engine = create_engine(address, **options)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, DDL included
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {_SQLITE_BUSY_MS}")
        if not write:
            connection.execute("PRAGMA query_only = ON")
        register(connection)
        register_aggregates(connection)
        register_collation(connection)

    if write:

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:  # noqa: ANN401
            # A deferred transaction could find somebody else's write between its read and its write.
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(address: URL, *, write: bool) -> Engine:
    options: dict[str, Any] = {
        "pool_timeout": _POOL_WAIT_S,
        "query_cache_size": 2000,
        "pool_size": 8,
        "pool_pre_ping": False,
        "connect_args": {"options": "-c TimeZone=UTC -c statement_timeout=60000", "connect_timeout": 5},
    }
    if not write:
        options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    try:
        engine = create_engine(address, **options)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise CommandError(msg("The PostgreSQL driver is missing; install armature-crm[postgres]")) from None

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401
        connection.adapters.register_loader("uuid", _text_loader())

    return engine


def _text_loader() -> Any:  # noqa: ANN401
    from psycopg.types.string import TextLoader  # noqa: PLC0415  (the driver is an extra)

    return TextLoader
