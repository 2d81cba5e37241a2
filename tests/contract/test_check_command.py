"""`armature check` of a folder that builds on bundles which lie beside it, are installed, or are not at hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from framework.cli import main
from tests.support.bundles import write_folder

Run = Callable[..., list[tuple[str, str]]]
TEXT = {"type": "text", "label": "Text"}


def bundle(name: str, *requires: str, **files: Any) -> dict[str, Any]:
    manifest = {"name": name, "title": name, "version": "1", "language": 1, "requires": list(requires)}
    return {"bundle.json": manifest, **{f"entities/{entity}.json": body for entity, body in files.items()}}


def entity(**fields: Any) -> dict[str, Any]:
    return {"label": "Thing", "fields": {"name": TEXT, **fields}}


BASE = bundle("base", firm=entity(size={"type": "integer", "label": "Size"}))
MIDDLE = bundle("middle", "base", branch=entity(firm={"type": "link", "to": "firm", "label": "Firm"}))
TOP = {
    **bundle("top", "middle", visit=entity(branch={"type": "link", "to": "branch", "label": "Branch"})),
    "screens/firm_list.json": {"kind": "list", "entity": "firm", "columns": ["size"], "filter": "size > 1"},
    "roles/visitor.json": {"label": "Visitor", "grants": {"firm": {"read": "all"}, "visit": {"read": "all"}}},
}


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def problems(folder: Path) -> list[tuple[str, str]]:
    """(code, address) of what a check finds, hints left out."""
    done = invoke("check", folder, "--json")
    found = [one for one in json.loads(done.stdout)["problems"] if one["severity"] != "hint"]
    assert done.exit_code == (1 if found else 0), done.output
    return [(one["code"], one["address"]) for one in found]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ARMATURE_DATABASE_URL", raising=False)
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.setenv("ARMATURE_DATABASE_URL", database_url)
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ARMATURE_BASE_URL", raising=False)


@pytest.mark.usefixtures("alone")
def test_required_bundles_are_found_beside_the_folder(tmp_path: Path) -> None:
    for name, files in (("base", BASE), ("middle", MIDDLE)):
        write_folder(tmp_path / name, files)
    top = write_folder(tmp_path / "top", TOP)
    assert problems(top) == []
    write_folder(top, {"screens/firm_list.json": {"kind": "list", "entity": "firm", "columns": ["szie"]}})
    assert problems(top) == [("M101", "screen/firm_list/columns/0")]


@pytest.mark.usefixtures("alone")
def test_without_a_required_bundle_the_rest_is_checked(tmp_path: Path) -> None:
    write_folder(tmp_path / "middle", bundle("something_else"))
    top = write_folder(tmp_path / "top", TOP)
    assert problems(top) == [("M402", "bundle/top")]
    write_folder(top, {"entities/visit.json": entity(size={"type": "integer", "label": "Size", "min": 3, "max": 2})})
    assert set(problems(top)) == {("M402", "bundle/top"), ("M206", "entity/visit/fields/size")}


@pytest.mark.usefixtures("installed")
def test_what_is_installed_stands_in_for_what_is_not_beside(tmp_path: Path) -> None:
    top = write_folder(tmp_path / "elsewhere" / "top", TOP)
    assert problems(top) == [("M402", "bundle/top")]  # the database is empty yet
    for name, files in (("base", BASE), ("middle", MIDDLE)):
        assert invoke("init", "--bundle", write_folder(tmp_path / name, files)).exit_code == 0
    assert problems(top) == []
    patch = {"fields": {"size": {"label": "Staff"}, "note": TEXT}}
    site = write_folder(tmp_path / "site", {"site.json": {"name": "Us"}, "entities/firm.json": patch})
    assert problems(site) == []
    write_folder(site, {"entities/frim.json": patch})
    assert {code for code, _ in problems(site)} == {"M021"}
