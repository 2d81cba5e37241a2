"""A second address for reading: everything that only reads goes there, and nothing is ever written by it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import event, make_url

from framework.app import make_services
from framework.storage.engines import Database
from tests.support.bundles import Documents, published, settings_for
from tests.support.clients import Client, application, browser_of, client_of
from tests.support.databases import postgresql_database

DOCUMENTS: Documents = {"entities/firm.json": {"label": "Firm", "fields": {"name": {"type": "text", "label": "Name"}}}}
PASSWORD = "correct-horse-battery"


@pytest.fixture
def addresses() -> Iterator[tuple[str, str]]:
    """A database by the address of its owner, and by that of somebody whose every transaction is read-only."""
    with postgresql_database() as url:
        plain, reader = url.replace("+psycopg", ""), f"reader_{uuid4().hex}"
        with psycopg.connect(plain, autocommit=True) as server:
            name = Identifier(reader)
            server.execute(SQL("CREATE ROLE {} LOGIN SUPERUSER").format(name))
            server.execute(SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))
        yield url, make_url(url).set(username=reader).render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as server:
            server.execute(SQL("DROP ROLE {}").format(Identifier(reader)))


def statements_of(database: Database) -> tuple[list[str], list[str]]:
    """The statements that go by the write and by the read address from here on."""
    found: tuple[list[str], list[str]] = ([], [])
    for engine, kept in zip((database.write, database.read), found, strict=True):

        @event.listens_for(engine, "before_cursor_execute")
        def note(_c: object, _cursor: object, statement: str, *_: object, kept: list[str] = kept) -> None:
            kept.append(statement)

    return found


def test_a_day_of_work_writes_nothing_by_the_read_address(addresses: tuple[str, str], tmp_path: Path) -> None:
    write_url, read_url = addresses
    prepared = published(write_url, tmp_path, DOCUMENTS)
    boss = prepared.person("boss@example.com", "administrator")
    prepared.services.auth.set_password(str(boss.actor.id), PASSWORD)
    prepared.close()
    app = application(replace(settings_for(write_url, tmp_path), read_database_url=read_url))
    with app.app_context():
        database = app.extensions["armature"].database
    client: Client = client_of(app, "boss@example.com")
    browser = browser_of(app, "boss@example.com", PASSWORD)
    written, read = statements_of(database)

    firm = client.create("firm", name="Acme")
    assert client.patch(f"records/firm/{firm['id']}", {"name": "Acme & Co"}, '"1"').status == 200
    assert not [statement for statement in read if not statement.lstrip().startswith(("SELECT", "WITH"))]
    written.clear()
    assert [one["name"] for one in client.items("records/firm")] == ["Acme & Co"]
    for path in (f"/records/firm/{firm['id']}", "/records/firm", "/search?q=acme", f"/records/firm/{firm['id']}/edit"):
        assert browser.get(path).status == 200
    assert client.get("records/firm/aggregate", measure="count()").json["items"] == [{"count()": 1}]
    assert not [statement for statement in written if "firm" in statement]
    database.close()


def test_without_a_second_address_one_serves_both(addresses: tuple[str, str], tmp_path: Path) -> None:
    services = make_services(settings_for(addresses[0], tmp_path))
    assert services.database.read.url == services.database.write.url
    services.database.close()
