"""Folders, files and variables that are wrong: status 1 or 2 and a sentence that says what, never a traceback."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from framework.cli import main
from tests.support.bundles import write_folder

BUNDLE: dict[str, Any] = {
    "bundle.json": {"name": "shop", "title": "Shop", "version": "1.0", "language": 1},
    "entities/deal.json": {
        "label": "Deal",
        "fields": {
            "name": {"type": "text", "label": "Name", "required": True},
            "size": {"type": "integer", "label": "Size"},
            "won_on": {"type": "date", "label": "Won on"},
            "paid": {"type": "boolean", "label": "Paid"},
        },
    },
    "demo/deal.json": [{"name": "First"}],
}


class Terminal:
    """Somebody at the command line, with a folder, a database of their own and their variables."""

    def __init__(self, folder: Path) -> None:
        """Begin with an empty folder."""
        self.folder = folder
        self.variables = {
            "ARMATURE_DATA_DIR": str(folder / "data"),
            "ARMATURE_DATABASE_URL": f"sqlite:///{folder / 'own.db'}",
        }

    def run(self, *arguments: str | Path, **variables: str) -> Result:
        """Run a command; variables are named without `ARMATURE_`."""
        given = {**self.variables, **{f"ARMATURE_{name}": value for name, value in variables.items()}}
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=given)

    def bundle(self, files: Mapping[str, Any] = BUNDLE) -> Path:
        """A folder with these files."""
        return write_folder(self.folder / "shop", files)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in [name for name in os.environ if name.startswith("ARMATURE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """A terminal where the bundle is installed."""
    assert_fine(terminal.run("init", "--bundle", terminal.bundle()))
    return terminal


def assert_fine(done: Result) -> None:
    assert done.exit_code == 0, (done.output, done.exception)


def assert_refused(done: Result, *words: str) -> None:
    """It ended with a sentence that holds the words, not with an exception."""
    assert isinstance(done.exception, SystemExit), done.exc_info
    assert done.exit_code in {1, 2}, done.output
    assert "Traceback" not in done.output
    for word in words:
        assert word in done.output, done.output


NO_ADDRESS = "is no database address"
UNUSABLE = "cannot be used: "
VARIABLES = [
    ("DATABASE_URL", "x", NO_ADDRESS),
    ("DATABASE_URL", "://", NO_ADDRESS),
    ("DATABASE_URL", "sqlite:", NO_ADDRESS),
    ("DATABASE_URL", "sqlite://", NO_ADDRESS),
    ("DATABASE_URL", "sqlite:///:memory:", NO_ADDRESS),
    ("DATABASE_URL", "sqlite:///x?timeout=soon", NO_ADDRESS),
    ("DATABASE_URL", "sqlite:////nowhere/at/all.db", UNUSABLE),
    ("DATABASE_URL", "sqlite:////dev", UNUSABLE),
    ("DATABASE_URL", "sqlite:///" + "x" * 5_000, UNUSABLE),
    ("DATABASE_URL", "sqlite:///\udcff.db", "ARMATURE_DATABASE_URL is no UTF-8 text"),
    ("DATABASE_URL", "postgresql://u@h:port/x", NO_ADDRESS),
    ("DATABASE_URL", "postgresql://u@[::1/x", NO_ADDRESS),
    ("DATABASE_URL", "postgresql://u@127.0.0.1:1/x", UNUSABLE),
    ("DATABASE_URL", "postgresql://u@127.0.0.1:1/x?nosuch=1", UNUSABLE),
    ("DATABASE_URL", "mysql://u@h/x", "“mysql” is not supported"),
    ("READ_DATABASE_URL", "x", "ARMATURE_READ_DATABASE_URL is no database address"),
    ("READ_DATABASE_URL", "postgresql://u@h:port/x", "ARMATURE_READ_DATABASE_URL is no database address"),
    ("DATA_DIR", "/dev/null/x", "ARMATURE_DATA_DIR"),
    ("DATA_DIR", "x" * 5_000, "ARMATURE_DATA_DIR"),
    ("DATA_DIR", "\udcff", "ARMATURE_DATA_DIR is no UTF-8 text"),
    ("BASE_URL", "x", "ARMATURE_BASE_URL is no address of a server"),
    ("BASE_URL", "http://[::1", "ARMATURE_BASE_URL is no address of a server"),
    ("BASE_URL", "https://", "ARMATURE_BASE_URL is no address of a server"),
    ("BASE_URL", "https://host:port", "ARMATURE_BASE_URL is no address of a server"),
    ("BASE_URL", "https://user:secret@host", "ARMATURE_BASE_URL is no address of a server"),
    ("BASE_URL", "https://host/path", "ARMATURE_BASE_URL is no address of a server"),
    ("BASE_URL", "http://crm.example.com", "ARMATURE_BASE_URL must begin with https://"),
    ("BASE_URL", "https://crm.example.com", "ARMATURE_SECRET_KEY is missing"),
    ("SECRET_KEY", "short", "ARMATURE_SECRET_KEY"),
    ("SECRET_KEY", "\udcff" * 40, "ARMATURE_SECRET_KEY is no UTF-8 text"),
    ("ADMIN_PASSWORD", "\udcff", "ARMATURE_ADMIN_PASSWORD is no UTF-8 text"),
    ("LOG", "loud", "ARMATURE_LOG: use debug"),
    ("LOG_FILE", "/nowhere", "ARMATURE_LOG_FILE"),
    ("SECRET_KEY_FILE", "/", "ARMATURE_SECRET_KEY_FILE"),
]


@pytest.mark.parametrize("command", [("revisions", "--json"), ("doctor",), ("init",), ("serve",)], ids=" ".join)
@pytest.mark.parametrize(("name", "value", "words"), VARIABLES, ids=lambda value: value[:30])
def test_a_variable_that_makes_no_sense_is_named(
    shop: Terminal, command: tuple[str, ...], name: str, value: str, words: str
) -> None:
    assert_refused(shop.run(*command, **{name: value}), words)
