"""The pages of the reference that are made from the code are what the code gives, and leave nothing unsaid."""

import json
import re
import shutil
from pathlib import Path

import click
import pytest

from framework.cli import main
from tests.support.commands import commands_on, told
from tests.support.reference import FOLDER, MINIMAL, NOTES, PAGES, each_command


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_gives(name: str) -> None:
    written = (FOLDER / name).read_text("utf-8")
    assert written == PAGES[name](), "run python -m tests.support.reference and look at the difference"


def test_every_code_says_something() -> None:
    sections = re.split(r"^## `", (FOLDER / "errors.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert [section for section in sections if not re.search(r"^- \S", section, re.MULTILINE)] == []
    assert {section.partition("`")[0] for section in sections} > set(NOTES)


def test_every_command_and_option_says_what_it_does() -> None:
    commands = dict(each_command(main, "armature"))
    silent = [
        f"{name} {parameter.opts[0]}"
        for name, command in commands.items()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert not silent
    assert all(command.help for command in commands.values())


def test_the_plan_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (FOLDER / "plan.md").read_text("utf-8")
    (text,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    bundle = shutil.copytree(MINIMAL, tmp_path / "minimal")
    run = commands_on(f"sqlite:///{tmp_path / 'plan.db'}", tmp_path, monkeypatch)
    assert run("init", "--bundle", bundle).exit_code == 0
    assert run("user", "add", "rita@example.com", "--role", "reception").exit_code == 0
    shown = json.loads(text)
    renamed, role = shown["changes"]
    visit = json.loads((bundle / "entities/visit.json").read_text("utf-8"))
    fields = {("firm" if name == "company" else name): field for name, field in visit["fields"].items()}
    fields["firm"] = renamed["after"]
    (bundle / "entities/visit.json").write_text(json.dumps({**visit, "fields": fields}), "utf-8")
    (bundle / "roles/reception.json").write_text(json.dumps(role["after"]), "utf-8")
    plan = told(run("plan", bundle, "--json"))
    assert {**plan, "target_digest": "…"} == shown
    for key in {
        *plan,
        *(key for one in plan["changes"] for key in one),
        *(key for one in plan["rights"] for key in one),
    }:
        assert f"`{key}`" in page or f'"{key}"' in text
