"""Databases of one's own for tests: made empty, given as a URL, dropped afterwards.

Nothing here knows the product's tables; what a test fills in is its own business.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from tests.support.needs import lacking

SERVER = os.environ.get("ARMATURE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a test an empty database, once on each engine."""
    with database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session", params=ENGINES)
def shared_engine(request: pytest.FixtureRequest) -> str:
    """Name each engine, for worlds that live as long as the worker; each of them opens its own `database`."""
    engine: str = request.param
    return engine


@contextmanager
def database(engine: str, folder: Path, original: str | None = None) -> Iterator[str]:
    """Make a database on an engine and give its SQLAlchemy URL; gone at the end.

    It is empty, or a copy of an original, to which nobody is connected.
    """
    if engine == "sqlite":
        url = sqlite_url(folder)
        if original is not None:
            shutil.copyfile(_name_in(original), _name_in(url))
        yield url
    else:
        with postgresql_database(original) as url:
            yield url


def sqlite_url(folder: Path) -> str:
    """Give the URL of a new SQLite file in a folder that pytest tidies up."""
    return f"sqlite:///{folder / f'{uuid4().hex}.sqlite'}"


@contextmanager
def postgresql_database(original: str | None = None) -> Iterator[str]:
    """Make a PostgreSQL database named test_<uuid>; dropped even if connections were forgotten."""
    unreachable = why_no_postgresql()
    if unreachable:
        lacking(f"no PostgreSQL ({unreachable})", "start it, or set ARMATURE_TEST_POSTGRES_URL to another")
    name, template = f"test_{uuid4().hex}", "template1" if original is None else _name_in(original)
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        try:
            yield (
                make_url(SERVER)
                .set(drivername="postgresql+psycopg", database=name)
                .render_as_string(hide_password=False)
            )
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _name_in(url: str) -> str:
    """The database that a URL names: a file on SQLite."""
    return make_url(url).database or ""


@cache
def why_no_postgresql() -> str | None:
    """Say in one line why the server cannot be used; None when it can."""
    try:
        with psycopg.connect(make_conninfo(SERVER, connect_timeout=5)):
            return None
    except psycopg.OperationalError as error:
        return str(error).partition("\n")[0]
