"""Every example bundle: without a finding, in canonical form, and its people open the pages offered to them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from framework.cli import main
from metadata.documents import canonical
from tests.support.bundles import settings_for
from tests.support.clients import application, browser_of
from tests.support.sampling import due_today

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/bundle.json"))
NAMES = [path.parent.name for path in EXAMPLES]
PASSWORD = "correct-horse-battery"
# What a page offers to be opened; files and signing out are no pages.
OFFERED = re.compile(r'href="(/(?:records|screens|me|search)[^"#]*)"')
MOST_PAGES = 60


@pytest.fixture(params=EXAMPLES, ids=NAMES)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path.parent


@dataclass(frozen=True, slots=True)
class Installed:
    """An example with its demo data, and the e-mails of its people."""

    app: Flask
    people: list[str]


@pytest.fixture
def installed(folder: Path, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    monkeypatch.setenv("ARMATURE_DATABASE_URL", database_url)
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ARMATURE_ADMIN_PASSWORD", PASSWORD)
    done = CliRunner().invoke(main, ["init", "--bundle", str(folder), "--demo"])
    assert done.exit_code == 0, done.output
    demo = folder / "demo/user.json"
    others = [one["email"] for one in json.loads(demo.read_text("utf-8"))] if demo.exists() else []
    app = application(settings_for(database_url, tmp_path))
    yield Installed(app, ["admin@example.com", *others])
    app.extensions["armature"].database.close()


def test_it_has_no_finding(folder: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(folder), "--json"])
    assert (done.exit_code, [one for one in json.loads(done.output)["problems"] if one["severity"] != "hint"]) == (
        0,
        [],
    )


def test_its_files_are_canonical(folder: Path) -> None:
    files = sorted(folder.rglob("*.json"))
    assert files
    for file in files:
        assert file.read_text("utf-8") == canonical(json.loads(file.read_text("utf-8"))), file


@pytest.mark.timeout(600)
def test_its_people_open_every_page_that_is_offered_to_them(installed: Installed) -> None:
    # Whoever is not due on one engine today is so on the other.
    first = int(installed.app.extensions["armature"].database.name == "sqlite")
    for email in (email for place, email in enumerate(installed.people, first) if due_today(place)):
        browser, waiting, seen = browser_of(installed.app, email, PASSWORD), ["/"], set[str]()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            answer = browser.get(path)
            assert answer.status in {200, 303}, (email, path, answer.status)
            # A list leaves as a spreadsheet too, which leads nowhere.
            page = answer.body.decode() if answer.headers["content-type"].startswith("text/") else ""
            waiting += [answer.headers["location"]] if answer.status == 303 else map(unescape, OFFERED.findall(page))
        assert any(path.startswith("/records/") for path in seen), email
