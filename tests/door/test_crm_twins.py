"""Two copies of the CRM that differ only in what somebody may not see give that person the same bytes, page by page."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import Integer, MetaData, Table, Update, update

from framework.extension import services
from tests.door.answers import plain
from tests.door.crm import ENTITIES, opened_company
from tests.http.walk import PASSWORD, walk
from tests.support.clients import application, browser_of, client_of, path_of
from tests.support.databases import sqlite_url
from tests.support.sampling import due_today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.door.crm import Company, Judge

WHO = ("rep@example.com", "service@example.com", "marketing@example.com", "analyst@example.com")
_LED_TO, _PAGES, _ROWS = 300, 60, 8


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with opened_company("sqlite", tmp_path_factory.mktemp("twins")) as made:
        yield made


@pytest.mark.parametrize("email", [email for place, email in enumerate(WHO) if due_today(place)])
def test_what_differs_out_of_sight_changes_no_byte_of_the_crm(company: Company, tmp_path: Path, email: str) -> None:
    draw = random.Random(email)  # noqa: S311  (which pages are compared, not a secret)
    judge = company.judge(email)
    with twin(company, tmp_path) as other:
        assert written_over(company, judge, other, draw) > _ROWS
        assert blotted(judge, other) > 0
        sides = company.app, other
        with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
            led_to = [visit.path for visit in islice(walk(company.app, email=email), _LED_TO)]
            browsers = [browser_of(app, email, PASSWORD) for app in sides]
            for path in draw.sample(led_to, _PAGES):
                first, second = (plain(browser.get(path)) for browser in browsers)
                assert first == second, path
            clients = [client_of(app, email) for app in sides]
            for path in asked(judge):
                first, second = (plain(one.get(path), sealed=path == "changes?limit=200") for one in clients)
                assert first == second, path
            # The administrator sees the difference, or nothing was compared.
            everything = (client_of(app, "admin@example.com") for app in sides)
            lists = [[one.items(f"records/{entity}", limit=200) for entity in ENTITIES] for one in everything]
            assert lists[0] != lists[1]


@contextmanager
def twin(company: Company, folder: Path) -> Iterator[Flask]:
    """An application on a copy of the database."""
    with company.app.app_context():
        known = services()
    url = sqlite_url(folder)
    with (
        closing(sqlite3.connect(_file(known.settings.database_url))) as here,
        closing(sqlite3.connect(_file(url))) as there,
    ):
        here.backup(there)
    app = application(replace(known.settings, database_url=url))
    yield app
    app.extensions["armature"].database.close()


def _file(url: str) -> str:
    return url.removeprefix("sqlite:///")


def written_over(company: Company, judge: Judge, other: Flask, draw: random.Random) -> int:
    """Change and delete some of what the person does not see, on the other side."""
    admin, count = client_of(other, "admin@example.com"), 0
    for entity, rows in company.rows.items():
        unseen = [row for row in rows.values() if not judge.covers(entity, row, "read")]
        title = ENTITIES[entity].get("title", "name")
        for row in draw.sample(unseen, min(len(unseen), _ROWS)):
            path = path_of(entity, row)
            count += admin.patch(path, {title: "Written over"}, "*").status == 200
            count += draw.random() < 0.5 and admin.delete(path, "*").status == 204
    return count


def blotted(judge: Judge, other: Flask) -> int:
    """Give what the person does not read other values: past the product, whose changes of a record would be seen."""
    count = 0
    with other.app_context():
        engine = services().database.write
    found = MetaData()
    found.reflect(engine)
    with engine.begin() as connection:
        for entity, document in ENTITIES.items():
            table = found.tables[document.get("table", entity)]
            for name in document["fields"] if judge.acts(entity, "read") else ():
                column = table.columns.get(name)
                if column is None or judge.knows(entity, name) or document["fields"][name]["type"] == "link":
                    continue
                count += connection.execute(_other(table, name)).rowcount
    return count


def _other(table: Table, name: str) -> Update:
    column = table.columns[name]
    value = column + 1 if isinstance(column.type, Integer) else column.op("||")(" unseen")
    return update(table).where(column.is_not(None)).values({name: value})


def asked(judge: Judge) -> Iterator[str]:
    """Addresses of the API."""
    yield "changes?limit=200"
    yield "search?q=e"
    for entity in ENTITIES:
        if judge.acts(entity, "read"):
            yield f"records/{entity}?limit=200&count=exact"
            yield f"records/{entity}/aggregate?measure=count()"
            yield f"records/{entity}?search=an&limit=50"
