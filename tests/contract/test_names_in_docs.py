"""What the documentation names exists: settings, commands and their options, addresses, and words on the screen."""

import re
import shlex
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from framework.cli import main
from framework.extension import installed_parts
from framework.health import shown
from tests.browser.readme import FOLDER, MOST_BYTES, PICTURES
from tests.house.reading import ROOT
from tests.support.bundles import settings_for

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")))
# A command begins a line or a span; `crm` is how the page for operators calls it, systemd names it by its path.
COMMAND = re.compile(r"^(?: {4}|ExecStart=)?(?:\S*/)?(?:armature|crm) ([a-z].*)$|`armature ([a-z][^`]*)`", re.MULTILINE)
SETTING = re.compile(r"\bARMATURE_([A-Z_]*[A-Z])\b")
OUTSIDE_SETTINGS = {"ARMATURE_NEW_PASSWORD"}  # read by `armature user` itself
# What operators' pages name of their machine, and what ends in an ellipsis.
OF_A_MACHINE = ("/opt/", "/etc/", "/var/", "/usr/", "/backups/")
ADDRESS = re.compile(r"`(?:(?:GET|POST|PUT|PATCH|DELETE) )?(/[a-z][^`\s]*)`")
BOLD = re.compile(r"(?<!\*)\*\*([^*`/.]+)\*\*(?!\*)")
LABEL = re.compile(r'"label(?:_plural)?": "([^"]+)"')
PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s")
PEOPLES_PAGES = pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name in {"README.md", "tutorial.md"} or page.parent.name == "how-to"],
    ids=lambda page: page.name,
)
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@EACH_PAGE
def test_settings_exist(page: Path) -> None:
    known = {*shown(settings_for("sqlite:///x", Path())), *OUTSIDE_SETTINGS, *settings_of_tests()}
    named = {f"ARMATURE_{name.removesuffix('_FILE')}" for name in SETTING.findall(page.read_text("utf-8"))}
    assert named <= known


def test_every_setting_has_its_heading() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    headings = re.findall(r"^## `(\w+)`$", page, re.MULTILINE)
    assert sorted(headings) == sorted([*shown(settings_for("sqlite:///x", Path())), *OUTSIDE_SETTINGS])


@EACH_PAGE
def test_commands_and_their_options_exist(page: Path) -> None:
    wrong = [line for found in COMMAND.findall(page.read_text("utf-8")) if not exists(line := "".join(found))]
    assert not wrong


@PEOPLES_PAGES
def test_addresses_exist(page: Path) -> None:
    addresses = {found.partition("?")[0] for found in ADDRESS.findall(page.read_text("utf-8"))}
    assert [one for one in sorted(addresses) if not one.startswith(OF_A_MACHINE) and not answers(one)] == []


@PEOPLES_PAGES
def test_words_in_bold_stand_on_the_screen(page: Path) -> None:
    text = page.read_text("utf-8")
    labels = set(LABEL.findall(text))
    words = {" ".join(word.split()) for found in BOLD.findall(text) for word in found.split(" › ")}
    assert sorted(word for word in words if word not in labels and not shown_somewhere(word)) == []


@pytest.mark.parametrize("word", ["Keep in draft", "Savee"])
def test_other_words_are_noticed(word: str) -> None:
    assert not shown_somewhere(word)


@pytest.mark.parametrize("address", ["/recrods/account", "/admin/none", "/api/v1/metadat"])
def test_other_addresses_are_noticed(address: str) -> None:
    assert not answers(address)


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("apply x --message 'y' --yes", True),
        ("token create --user x", True),
        ("serve --port 1", True),
        ("aply x", False),
        ("apply x --massage y", False),
        ("token make", False),
        ("serve --yes", False),
    ],
)
def test_only_what_exists_passes(line: str, there: bool) -> None:  # noqa: FBT001
    assert exists(line) == there


def exists(line: str) -> bool:
    """Whether a command, its sub-command and its options are those of the product."""
    command: click.Command | None = main
    words = shlex.split(line.partition("…")[0].replace("'", "").replace('"', ""), comments=True)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.get_command(click.Context(command), words.pop(0))
    if command is None:
        return False
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return known.issuperset(word.partition("=")[0] for word in words if word.startswith("--"))


@cache
def addresses() -> MapAdapter:
    """The addresses that the installed parts bring."""
    app = Flask("addresses", static_folder=None)
    for part in installed_parts():
        for blueprint in part.blueprints:
            app.register_blueprint(blueprint)
    return app.url_map.bind("")


def answers(address: str) -> bool:
    """Whether something answers at an address, in which `<name>`, `{name}` or `…` stand for anything, or below it."""
    if any(rule.rule.startswith(f"{address.rstrip('/')}/") for rule in addresses().map.iter_rules()):
        return True
    try:
        addresses().match(re.sub(r"<[^>]*>|\{[^}]*\}|…", "1", address))
    except (MethodNotAllowed, RequestRedirect):
        return True
    except NotFound:
        return False
    return True


@cache
def words() -> re.Pattern[str]:
    """All that the product, its core and the example say; a placeholder may be anything."""
    texts: set[str] = set()
    for file in (ROOT / "i18n/locales/messages.pot", *ROOT.glob("*/*/locales/de.po")):
        with file.open("rb") as stream:
            for message in read_po(stream):
                texts.update([message.id] if isinstance(message.id, str) else message.id)
    return re.compile("|".join(PLACEHOLDER.sub(".+", re.escape(text)) for text in texts if text))


def shown_somewhere(word: str) -> bool:
    """Whether a word is one of those."""
    return bool(words().fullmatch(word))


def settings_of_tests() -> set[str]:
    """What only tests and `make` read."""
    files = [*(ROOT / "tests").rglob("*.py"), ROOT / ".ci/dev"]
    return {f"ARMATURE_{name}" for file in files for name in SETTING.findall(file.read_text("utf-8"))}


def test_the_readme_leads_to_what_is_there() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [found for found in re.findall(r"\]\(([^)]+)\)", readme) if not (ROOT / found).exists()] == []


def test_its_pictures_are_those_that_the_script_takes_and_small() -> None:
    pictures = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(pictures) == set(PICTURES)
    assert all(f"docs/pictures/{name}.png" in (ROOT / "README.md").read_text("utf-8") for name in pictures)
    assert max(pictures.values()) <= MOST_BYTES
