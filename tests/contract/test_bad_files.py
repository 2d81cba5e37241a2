"""Folders, files and variables that are wrong: status 1 or 2 and a sentence that says what, never a traceback."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="module", autouse=True)
def _no_variables() -> Iterator[None]:
    """Forget what the machine's own shell says."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ARMATURE_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundle and a database in which it is installed, to be copied."""
    first = Terminal(tmp_path_factory.mktemp("installed"))
    assert_fine(first.run("init", "--bundle", write_folder(first.folder / "shop", BUNDLE)))
    return first.folder


@pytest.fixture
def shop(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a folder of its own where the bundle is installed."""
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


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


DEAL = "entities/deal.json"
Spoil = Callable[[Path], None]


def holding(path: str, data: str | bytes) -> Spoil:
    """Make that file hold something else."""

    def spoil(folder: Path) -> None:
        write_folder(folder, {path: data})

    return spoil


def linking(path: str, target: str) -> Spoil:
    """Make that file a link."""
    return lambda folder: (folder / path).symlink_to(target)


def named_in_bytes(name: bytes) -> Spoil:
    """Add a file whose name is not UTF-8."""
    return lambda folder: Path(os.fsdecode(os.fsencode(folder / "entities") + b"/" + name)).touch()


def without_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def a_file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


def a_folder_called_as_a_file(folder: Path) -> None:
    (folder / DEAL).unlink()
    write_folder(folder, {f"{DEAL}/deal.json": "{}"})


BUNDLES: dict[str, tuple[Spoil, str]] = {
    "bytes": (holding(DEAL, b'{"label": "\xff"}'), "is not UTF-8 text"),
    "utf16": (holding(DEAL, '{"label": "x"}'.encode("utf-16")), "is not UTF-8 text"),
    "mark": (holding(DEAL, b"\xef\xbb\xbf{}"), "byte order mark"),
    "nul": (holding(DEAL, '{"label": "a\0b"}'), "line 1, column 13"),
    "nul_escaped": (holding(DEAL, '{"label": "a\\u0000b"}'), "cannot be stored"),
    "half": (holding(DEAL, '{"fields": {"\\ud800": {"type": "text"}}}'), "cannot be stored"),
    "deep": (holding(DEAL, "[" * 100_000), "levels inside each other"),
    "doubled": (holding(DEAL, '{"label": "a", "label": "b"}'), "“label” stands here for the second time"),
    "empty": (holding(DEAL, ""), "This is not JSON"),
    "list": (holding(DEAL, "[]"), "an object in braces"),
    "null": (holding("bundle.json", "null"), "an object in braces"),
    "number": (holding(DEAL, '{"label": 1e999}'), "cannot be kept exactly"),
    "digits": (holding(DEAL, '{"label": ' + "9" * 5_000 + "}"), "cannot be kept exactly"),
    "large": (holding(DEAL, '{"label": "' + "x" * 6_000_000 + '"}'), "at most 5242880 are read"),
    "manifest": (holding("bundle.json", '{"name": [], "title": {}, "version": 1, "language": "x"}'), "#/name"),
    "two_manifests": (holding("site.json", '{"name": "x"}'), "a bundle or a site layer, not both"),
    "letter_case": (holding("entities/Deal.json", "{}"), "“Deal” cannot be a name"),
    "long_name": (holding(f"entities/{'x' * 200}.json", "{}"), "cannot be a name"),
    "name_in_bytes": (named_in_bytes(b"\xff.json"), "cannot be a name"),
    "too_far_down": (holding("entities/more/deal.json", "{}"), "Did you mean “entities/deal.json”"),
    "folder": (a_folder_called_as_a_file, "entities/deal.json"),
    "language": (holding("locales/nowhere_XX_y.po", ""), "is no language code"),
    "translation": (holding("locales/de.po", b"\xff"), "is not UTF-8 text"),
    "demo": (holding("demo/deal.json", '[{"name": "x", "won_on": {"days": 99999999999}}]'), "demo/deal.json#/0/won_on"),
    "link_out": (linking("README.md", "/etc/hostname"), "a link that leads out of the folder"),
    "link_to_nothing": (linking("entities/x.json", "y.json"), "No such file"),
    "link_to_itself": (linking("entities/x.json", "x.json"), "entities/x.json"),
    "endless": (linking("entities/x.json", "/dev/zero"), "not a regular file"),
    "pipe": (lambda folder: os.mkfifo(folder / "entities/x.json"), "not a regular file"),
    "absent": (without_folder, "Cannot be read: No such file"),
    "file": (a_file_instead, "Cannot be read: Not a directory"),
}


@pytest.mark.parametrize(
    "command", [("check",), ("check", "--json"), ("plan",), ("apply", "--message", "x")], ids=" ".join
)
@pytest.mark.parametrize("name", BUNDLES)
def test_a_folder_that_cannot_be_understood_changes_nothing(
    shop: Terminal, command: tuple[str, ...], name: str
) -> None:
    spoil, words = BUNDLES[name]
    folder = write_folder(shop.folder / "spoilt", BUNDLE)
    spoil(folder)
    done = shop.run(command[0], folder, *command[1:])
    if "--json" in command:
        assert json.loads(done.stdout)["problems"]
    assert_refused(done, *([] if "--json" in command else [words]))
    assert len(json.loads(shop.run("revisions", "--json").stdout)["revisions"]) == 1


TABLES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty; its first line should name the columns"),
    "blank": (b"\n\n", "is empty; its first line should name the columns"),
    "nul": (b"name\na\0b\n", "cannot hold the character NUL"),
    "nul_in_header": (b"na\0me\nx\n", "There is no field"),
    "unclosed": (b'name\n"x\ny\n', "line 2: unexpected end of data"),
    "unquoted": (b'name\n"a"b\n', "line 2"),
    "ragged": (b"name,size\na\nb,1,2\n", "line 3: The row has 3 cells, the header 2"),
    "cut_utf16": ("name\nx\n".encode("utf-16")[:-1], "is not utf-16"),
    "utf32": ("name\nx\n".encode("utf-32"), "There is no field"),
    "noise": (bytes(range(256)) * 20, "save it as UTF-8"),
    "doubled": (b"name,name\na,b\n", "“name” is there twice"),
    "nameless": (b"name,\na,b\n", "column 2 has no name"),
    "large_cell": (b"name\n" + b"x" * 1_500_000 + b"\n", "field larger than field limit"),
    "misspelt": (b"nmae\nx\n", "Did you mean name?"),
    "page": (b"<html><body>name</body></html>", "There is no field"),
    "zip": (b"PK\x03\x04" + b"x" * 100, "There is no field"),
    "values": (b"name,size,won_on,paid\nx,1e999999,9999-99-99,maybe\n", "is neither yes nor no"),
    "integers": (b"name,size\nx,99999999999999999999\n", "size"),
    "refusals": (b"_line,_error,name\n1\n", "The row has 0 cells"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_read_brings_no_record(shop: Terminal, name: str) -> None:
    data, words = TABLES[name]
    file = shop.folder / f"{name}.csv"
    file.write_bytes(data)
    assert_refused(shop.run("import", "deal", file), words)
    assert shop.run("export", "deal").stdout.splitlines()[1:] == []


@pytest.mark.parametrize("name", ["absent.csv", "folder.csv", "pipe.csv", "x" * 5_000])
def test_what_is_no_file_is_not_read(shop: Terminal, name: str) -> None:
    (shop.folder / "folder.csv").mkdir()
    os.mkfifo(shop.folder / "pipe.csv")
    assert_refused(shop.run("import", "deal", shop.folder / name), "cannot be read")


MAPPINGS = {
    "": "This is not JSON",
    "null": "an object in braces",
    "[" * 100_000: "levels inside each other",
    '{"entity": "deal", "entity": "deal"}': "for the second time",
    '{"entity": 1, "columns": []}': "/entity",
    '{"entity": "deal"}': "“columns” is missing",
    '{"entity": "nobody", "columns": {"name": {"field": "name"}}}': "There is no entity",
    '{"entity": "deal", "columns": {"name": {"field": "nmae"}}}': "/columns/name/field",
    '{"entity": "deal", "file": "../x.csv", "columns": {"name": {"field": "name"}}}': "/file",
    '{"entity": "deal", "file": "a\\u0000", "columns": {"name": {"field": "name"}}}': "cannot be stored",
    '{"entity": "deal", "columns": {"name": {"field": "won_on", "format": "%%%"}}}': "lacks a year",
    '{"entity": "deal", "match": ["nobody"], "columns": {"name": {"field": "name"}}}': "/match/0",
}


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda text: text[:60])
def test_a_mapping_that_makes_no_sense_is_named_with_its_place(shop: Terminal, mapping: str) -> None:
    file, table = shop.folder / "mapping.json", shop.folder / "table.csv"
    file.write_text(mapping, encoding="utf-8")
    table.write_text("name\nx\n", encoding="utf-8")
    assert_refused(shop.run("import", "deal", table, "--map", file), MAPPINGS[mapping])


ARGUMENTS = [
    ("show", "99999999999999999999"),
    ("diff", "head", "99999999999999999999"),
    ("diff", "head", "\udcff"),
    ("pull", "out", "--revision", "99999999999999999999"),
    ("rollback", "99999999999999999999", "--message", "x"),
    ("rollback", "1", "--message", "\udcff"),
    ("apply", "shop", "--message", "\udcff"),
    ("explain", "--user", "\udcff", "read", "deal", "--json"),
    ("user", "add", "\udcff", "--role", "administrator"),
    ("user", "add", "x@example.com", "--role", "\udcff"),
    ("token", "create", "--user", "\udcff", "--name", "x", "--json"),
    ("token", "create", "--user", "x@example.com", "--name", "x", "--days", "99999999999999999999"),
    ("token", "revoke", "\udcff"),
    ("bundle", "remove", "\udcff"),
    ("init", "--admin", "\udcff"),
    ("init", "--bundle", "\udcff"),
    ("import", "\udcff", "table.csv"),
    ("export", "deal", "--filter", "name = '\udcff'"),
    ("export", "deal", "--filter", "true or " * 9_000 + "true"),
    ("export", "deal", "--out", "/dev/null/x"),
    ("export", "deal", "--out", "."),
    ("schema", "--out", "/dev/null/x"),
    ("backup", "/dev/null/x"),
    ("backup", "\udcff"),
    ("restore", "/dev/zero"),
    ("restore", "shop/bundle.json"),
    ("nothing",),
]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda arguments: repr(" ".join(arguments)[:50]))
def test_an_argument_that_makes_no_sense_is_refused(shop: Terminal, arguments: tuple[str, ...]) -> None:
    assert_refused(shop.run(*arguments))
