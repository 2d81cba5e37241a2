"""Each test has a database of its own, and nothing of it stays."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.schema import Column, MetaData, Table
from sqlalchemy.types import Integer

from tests.support.databases import ENGINES, SERVER, database, postgresql_database


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_databases_do_not_see_each_other(engine_name: str, tmp_path: Path) -> None:
    with database(engine_name, tmp_path) as first_url, database(engine_name, tmp_path) as second_url:
        first, second = create_engine(first_url), create_engine(second_url)
        Table("mark", metadata := MetaData(), Column("id", Integer, primary_key=True))
        metadata.create_all(first)
        assert inspect(first).has_table("mark")
        assert not inspect(second).has_table("mark")
        first.dispose()
        second.dispose()


def test_a_postgresql_database_is_gone_afterwards() -> None:
    with postgresql_database() as url:
        name = make_url(url).database
    with psycopg.connect(SERVER) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert found is None
