"""Every command of the README, the tutorial and the how-to pages runs, in the order of its page, and succeeds.

So do the files that a page has one write, its requests by curl, and the pages that it has one open.
"""

import os
import re
import shlex
import shutil
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from framework.cli import main
from framework.settings import read_settings
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.bundles import write_folder
from tests.support.clients import Browser, Client, application, browser_of

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs/tutorial.md"
PAGES = (ROOT / "README.md", TUTORIAL, *sorted((ROOT / "docs/how-to").glob("*.md")))
SERVER = "http://127.0.0.1:8000"
# A file with its name above it; commands fenced with three ticks, or indented by four blanks; a page to open.
STEP = re.compile(
    r"^\*\*(?P<path>\S+)\*\*\n```\w+\n(?P<text>.*?)^```$"
    r"|^```\n(?P<fenced>.*?)^```$"
    r"|(?P<indented>(?:^ {4}(?: {2})?\S[^\n]*\n)+)"
    rf"|`{SERVER}(?P<opened>/[^\s`]*)`",
    re.MULTILINE | re.DOTALL,
)
# The shell's own programs and `make` are tried by hand and by CI.
OURS = re.compile(r"^\s*(?:\.venv/bin/)?armature\s+(.*)$")
SETTING = re.compile(r"^\s*export\s+(\w+)=(.+)$")
MADE = re.compile(r"^\$\((.*)\)$")
NOT_ENDING = re.compile(r"--watch\b|^serve\b|^work$")
# The records of the CRM take long to load, and no page is about them; that they load is tested elsewhere.
DEMO = shutil.ignore_patterns("demo")
ADMIN, PASSWORD = "ada@example.com", "a calm sentence for tests"


def blocks(page: Path) -> Iterator[dict[str, str]]:
    for found in STEP.finditer(page.read_text("utf-8")):
        yield {name: text for name, text in found.groupdict().items() if text}


def lines(block: dict[str, str]) -> list[str]:
    """The commands of a block; one that ends in a backslash goes on in the next line."""
    text = block.get("fenced") or block.get("indented", "")
    return re.sub(r"\\\n\s*", "", text).splitlines()


def has_commands(page: Path) -> bool:
    return any(OURS.match(line) for block in blocks(page) for line in lines(block))


def installed(*bundles: str) -> None:
    named = [part for bundle in bundles for part in ("--bundle", bundle)]
    done = CliRunner().invoke(main, ["init", *named, "--demo"])
    assert done.exit_code == 0, done.output


def an_edited_crm() -> None:
    shutil.copytree(ROOT / "examples/crm", "my-bundle", ignore=DEMO)
    installed("my-bundle")
    site = write_folder(Path("site"), {"site.json": {"name": "Ours"}})
    done = CliRunner().invoke(main, ["apply", str(site), "--message", "Our name", "--yes"])
    assert done.exit_code == 0, done.output
    visit = {"label": "Site visit", "fields": {"name": {"type": "text", "label": "Name"}}}
    write_folder(Path("my-bundle"), {"entities/site_visit.json": visit})
    shutil.copytree("my-bundle", "crm")


def the_sales_example() -> None:
    installed(str(ROOT / "examples/b2b_sales"))
    shutil.copytree(ROOT / "examples/b2b_sales/imports", "imports")
    write_folder(Path(), {"accounts.csv": "name,sector\nAcme,retail\n", "downloads/accounts.csv": REAL})


REAL = (
    "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    "Acme Corporation,technolgy,1996,1100.04,2822,United States,\n"
)


def the_readme() -> None:
    shutil.copytree(ROOT / "examples", "examples", ignore=DEMO)
    Path("var").mkdir()
    installed("examples/crm")
    write_folder(Path("folder/with/the/csv"), {"accounts.csv": REAL, "products.csv": "product,series,sales_price\n"})
    write_folder(Path("folder/with/the/csv"), {"sales_teams.csv": "sales_agent,manager,regional_office\n"})
    deals = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    write_folder(Path("folder/with/the/csv"), {"sales_pipeline.csv": deals})


def a_server_in_use() -> None:
    installed(str(ROOT / "examples/minimal"))
    Path("backups").mkdir()


def nothing(*_of: Browser) -> None:
    """A page that brings everything along, or on which nothing is to be filled in."""


def a_field_by_form(ada: Browser) -> None:
    new = {"label": "Newsletter", "type": "boolean", "drawn": "boolean"}
    assert post(ada, "/admin/entities/customer/fields/new", new).status == 303
    step = hidden_inputs(text(ada.get("/admin/draft")))["step"]
    done = post(ada, "/admin/draft/apply", {"step": step, "message": "Who wants the newsletter"})
    assert done.status == 303, text(done)


# What a page has one do by form on a page that it has one open.
BY_FORM: dict[str, Callable[[Browser], None]] = {"/admin/entities": a_field_by_form}
PREPARED: dict[str, Callable[[], None]] = {
    "README.md": the_readme,
    "api.md": the_sales_example,
    "backup.md": a_server_in_use,
    "demo-data.md": the_sales_example,
    "export.md": the_sales_example,
    "import.md": the_sales_example,
    "jobs.md": a_server_in_use,
    "publish.md": an_edited_crm,
    "translate.md": an_edited_crm,
    "tutorial.md": nothing,
}


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARMATURE_DATABASE_URL", f"sqlite:///{tmp_path / 'docs.db'}")
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ARMATURE_ADMIN_PASSWORD", PASSWORD)


class Site:
    """The application as a server answers, from the first request on, and who looks at it."""

    @cached_property
    def app(self) -> Flask:
        return application(read_settings())

    @cached_property
    def ada(self) -> Browser:
        return browser_of(self.app, ADMIN, PASSWORD)


@pytest.fixture
def site(at_home: None) -> Iterator[Site]:  # noqa: ARG001 - the settings must be there while it is served
    served = Site()
    yield served
    if "app" in vars(served):
        served.app.extensions["armature"].database.close()


@pytest.mark.parametrize("page", [page for page in PAGES if has_commands(page)], ids=lambda page: page.name)
def test_what_a_page_has_one_do_succeeds(page: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    PREPARED[page.name]()
    commands, answers, opened = 0, list[Any](), 0
    for block in blocks(page):
        if "path" in block:
            write_folder(Path(), {block["path"]: block["text"]})
        for line in lines(block):
            if line.strip().startswith("curl "):
                answers.append(asked(site, line, answers))
            else:
                commands += ran(line, monkeypatch)
        if "opened" in block:
            assert site.ada.get(block["opened"]).status == 200, block
            BY_FORM.get(block["opened"], nothing)(site.ada)
            opened += 1
    assert commands
    if page == TUTORIAL:
        assert (len(answers), opened) == (3, 7)
        assert "Newsletter" in Path("site/entities/customer.json").read_text("utf-8")
        assert answers[-1]["items"] == [{"state": "accepted", "count()": 1}]


def ran(line: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run a line where it is a command of ours that ends; whether it was one."""
    if setting := SETTING.match(line):
        made = MADE.match(setting[2])
        value = output(made[1]).strip() if made else os.path.expandvars(setting[2].strip('"'))
        monkeypatch.setenv(setting[1], value)
        return bool(made)
    ours = OURS.match(line)
    if ours is None or NOT_ENDING.search(ours[1].strip()):
        return False
    output(line)
    return True


def output(line: str) -> str:
    """What a command of ours prints."""
    ours = OURS.match(line)
    assert ours
    done = CliRunner().invoke(main, shlex.split(ours[1].replace(" /backups", " backups"), comments=True))
    assert done.exit_code == 0, (line, done.output)
    return done.stdout


def asked(site: Site, line: str, answers: list[Any]) -> Any:
    """The answer to a request; `{id}` is that of the first record of the answer before."""
    curl = ArgumentParser()
    curl.add_argument("address")
    curl.add_argument("-H", action="append", dest="headers")
    curl.add_argument("-d", dest="body")
    if "{id}" in line:
        line = line.replace("{id}", answers[-1]["items"][0]["id"])
    given = curl.parse_args(shlex.split(os.path.expandvars(line))[1:])
    headers = dict(header.split(": ", 1) for header in given.headers)
    method, body = ("POST", given.body.encode()) if given.body else ("GET", None)
    answer = Client(site.app, headers).call(method, given.address.removeprefix(SERVER), raw=body)
    assert answer.status in {200, 201}, (line, answer.body)
    return answer.json
