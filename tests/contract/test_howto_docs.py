"""Every command on the how-to pages and in the README runs, in the order of its page, and succeeds."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from framework.cli import main
from tests.support.bundles import write_folder

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs/how-to").glob("*.md")))
# Fenced with three ticks, or indented by four blanks as in the README.
BLOCK = re.compile(r"^```\n(.*?)^```$|((?:^ {4}\S.*\n)+)", re.MULTILINE | re.DOTALL)
# The shell's own programs and `make` are tried by hand and by CI.
OURS = re.compile(r"^\s*(?:\.venv/bin/)?armature\s+(.*)$")
SETTING = re.compile(r"^\s*export\s+(\w+)=(\S+)$")
NOT_ENDING = re.compile(r"--watch\b|^serve\b|^work$")


def lines(page: Path) -> list[str]:
    blocks = ("".join(found) for found in BLOCK.findall(page.read_text("utf-8")))
    return [line for block in blocks for line in block.splitlines()]


def has_commands(page: Path) -> bool:
    return any(OURS.match(line) for line in lines(page))


def installed(*bundles: str) -> None:
    named = [part for bundle in bundles for part in ("--bundle", bundle)]
    done = CliRunner().invoke(main, ["init", *named, "--demo"])
    assert done.exit_code == 0, done.output


def an_edited_crm() -> None:
    shutil.copytree(ROOT / "examples/crm", "my-bundle")
    installed("my-bundle")
    site = write_folder(Path("site"), {"site.json": {"name": "Ours"}})
    done = CliRunner().invoke(main, ["apply", str(site), "--message", "Our name", "--yes"])
    assert done.exit_code == 0, done.output
    visit = {"label": "Site visit", "fields": {"name": {"type": "text", "label": "Name"}}}
    write_folder(Path("my-bundle"), {"entities/site_visit.json": visit})
    shutil.copytree("my-bundle", "crm")
    shutil.rmtree("crm/demo")


def the_sales_example() -> None:
    installed(str(ROOT / "examples/b2b_sales"))
    shutil.copytree(ROOT / "examples/b2b_sales/imports", "imports")
    write_folder(Path(), {"accounts.csv": "name,sector\nAcme,retail\n", "downloads/accounts.csv": REAL})


REAL = (
    "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    "Acme Corporation,technolgy,1996,1100.04,2822,United States,\n"
)


def the_readme() -> None:
    shutil.copytree(ROOT / "examples", "examples")
    Path("var").mkdir()
    installed("examples/crm")
    write_folder(Path("folder/with/the/csv"), {"accounts.csv": REAL, "products.csv": "product,series,sales_price\n"})
    write_folder(Path("folder/with/the/csv"), {"sales_teams.csv": "sales_agent,manager,regional_office\n"})
    deals = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    write_folder(Path("folder/with/the/csv"), {"sales_pipeline.csv": deals})


def a_server_in_use() -> None:
    installed(str(ROOT / "examples/minimal"))
    Path("backups").mkdir()


PREPARED: dict[str, Callable[[], None]] = {
    "README.md": the_readme,
    "backup.md": a_server_in_use,
    "export.md": the_sales_example,
    "import.md": the_sales_example,
    "jobs.md": a_server_in_use,
    "publish.md": an_edited_crm,
}


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(map(OURS.match, lines(page)))], ids=lambda page: page.name
)
def test_the_commands_of_a_page_succeed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARMATURE_DATABASE_URL", f"sqlite:///{tmp_path / 'docs.db'}")
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(tmp_path))
    PREPARED[page.name]()
    ran = 0
    for line in lines(page):
        if setting := SETTING.match(line):
            monkeypatch.setenv(setting[1], setting[2])
        elif (ours := OURS.match(line)) and not NOT_ENDING.search(ours[1].strip()):
            arguments = shlex.split(ours[1].replace(" /backups", " backups"), comments=True)
            done = CliRunner().invoke(main, arguments)
            assert done.exit_code == 0, (line, done.output)
            ran += 1
    assert ran
