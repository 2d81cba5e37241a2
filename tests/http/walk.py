"""Walks through a whole example: every page, and what it asks for once it stands, by all ways that lead on."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from zlib import crc32

import pytest
from click.testing import CliRunner
from flask import Flask

from framework.app import create_app
from framework.cli import main
from tests.support.clients import browser_of
from tests.support.databases import sqlite_url
from tests.support.sampling import due_today
from tests.support.statements import statements

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "correct-horse-battery"
# Fragments and pages of the same installation, but no download.
_LEADS = re.compile(r'(?:href|hx-get)="(/(?:screens|records|search|me|jobs)[^"#]*)"')
_LEFT = ("/export", "/files/", "/thumbnail")


@dataclass(frozen=True, slots=True)
class Visit:
    """One address: how it answered, and how many statements that cost."""

    path: str
    locale: str
    status: int
    cost: int
    page: str


@contextmanager
def example(name: str, folder: Path, url: str = "") -> Iterator[Flask]:
    """An application with an example and its demo records; in a new SQLite file unless a URL says where."""
    environment = {
        "ARMATURE_DATABASE_URL": url or sqlite_url(folder),
        "ARMATURE_DATA_DIR": str(folder),
        "ARMATURE_ADMIN_PASSWORD": PASSWORD,
        "ARMATURE_LIMITS_REQUESTS": "0",
    }
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in environment.items():
            patch.setenv(variable, value)
        done = CliRunner().invoke(main, ["init", "--bundle", str(EXAMPLES / name), "--demo"])
        assert done.exit_code == 0, done.output
        made = create_app()
    yield made
    made.extensions["armature"].database.close()


def walk(
    app: Flask, languages: Sequence[str] = ("en",), email: str = "admin@example.com", parts: int = 1
) -> Iterator[Visit]:
    """Visit every page of somebody's, one of many alike; each in one language, and the next day in another.

    Of the addresses with a query, one page's are due each day in so many `parts`, with all that they lead on to:
    whatever only they lead to is reached on their day.
    """
    browser = browser_of(app, email, PASSWORD)
    cookie = browser.headers["Cookie"]
    waiting, seen, today, number = [("/", False)], {_shape("/")}, dt.datetime.now(dt.UTC).toordinal(), 0
    while waiting:
        (path, asked_for), number = waiting.pop(), number + 1
        locale = languages[(number + today) % len(languages)]
        reader = replace(browser, headers={**browser.headers, "Cookie": f"{cookie}; language={locale}"})
        with statements(app.extensions["armature"].database) as asked:
            answer = reader.get(path)
        page = answer.body.decode()
        yield Visit(path, locale, answer.status, len(asked), page)
        further = [answer.headers["location"]] if answer.status == 303 else map(unescape, _LEADS.findall(page))
        for one in further:
            shape = _shape(one)
            if shape in seen or any(part in one for part in _LEFT):
                continue
            seen.add(shape)
            if asked_for or "?" not in one or due_today(_place(shape), parts):
                waiting.append((one, asked_for or "?" in one))


def _place(shape: str) -> int:
    """The place of a page among all, which is the same each day and for all queries of it."""
    return crc32(shape.partition("?")[0].encode())


def _shape(path: str) -> str:
    """What two addresses have in common that are alike but for the record, the day and the value that they name."""
    named = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", path.partition("?")[0])
    return f"{named}?{'&'.join(sorted(re.findall(r'[?&]([a-z_]+)', path)))}"
