"""`armature words`: texts go out in three forms, come back and are live at once; core and CRM are complete."""

from pathlib import Path
from typing import Any

import pytest

from framework.publishing.words import entries_by_layer
from i18n.exchange.entries import State
from metadata.load import load_core, load_folder
from tests.support.bundles import write_folder
from tests.support.commands import Run, commands_on, told
from tests.support.databases import sqlite_url

CRM = Path(__file__).parents[2] / "examples" / "crm"
DEAL: dict[str, Any] = {
    "label": "Deal",
    "label_plural": "Deals",
    "fields": {
        "name": {"type": "text", "label": "Name"},
        "note": {"type": "text", "label": "Note", "help": "For {us}."},
    },
}
GERMAN = 'msgctxt "entity/deal/label"\nmsgid "Deal"\nmsgstr "Geschäft"\n'
BUNDLE: dict[str, Any] = {
    "bundle.json": {"name": "shop", "title": "Shop", "version": "1.0", "language": 1},
    "entities/deal.json": DEAL,
    "locales/de.po": GERMAN,
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return commands_on(sqlite_url(tmp_path), tmp_path, monkeypatch)


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Path:
    folder = write_folder(tmp_path / "shop", BUNDLE)
    done = run("init", "--bundle", folder)
    assert done.exit_code == 0, done.output
    return folder


def figures(run: Run, layer: str, *more: object) -> tuple[int, int, int]:
    (locale,) = told(run("words", "status", "--locale", "de", "--json", *more))["locales"]
    one = next(one for one in locale["layers"] if one["layer"] == layer)
    return one["translated"], one["stale"], one["missing"]


@pytest.mark.parametrize("locale", ["de", "ru", "ar"])
def test_core_and_crm_are_translated_whole(locale: str) -> None:
    layers = [load_core(), load_folder(CRM)[0]]
    open_ = [entry for _, entry in entries_by_layer(layers, locale) if entry.state is not State.TRANSLATED]
    assert [(entry.state.value, entry.text.key) for entry in open_] == []


@pytest.mark.parametrize("form", ["po", "xlf", "xlsx"])
def test_words_go_out_and_come_back_live(run: Run, shop: Path, tmp_path: Path, form: str) -> None:
    assert figures(run, "shop") == (1, 0, 5)
    out = tmp_path / f"words.{form}"
    assert run("words", "export", "--locale", "de", "--layer", "shop", "--out", out).exit_code == 0
    (shop / "locales/de.po").unlink()
    refused = run("apply", shop, "--message", "None", "--yes")
    assert (refused.exit_code, "locale/shop/de" in refused.stderr) == (1, True)
    assert run("apply", shop, "--message", "None", "--yes", "--prune").exit_code == 0
    assert figures(run, "shop") == (0, 0, 6)
    done = told(run("words", "import", out, "--locale", "de", "--json"))
    assert (done["new"], done["left"], done["problems"]) == (["entity/deal/label"], 5, [])
    assert figures(run, "shop") == (1, 0, 5)
    assert run("pull", tmp_path / "site").exit_code == 0
    assert 'msgstr "Geschäft"' in (tmp_path / "site/locales/de.po").read_text()


@pytest.mark.usefixtures("shop")
def test_what_the_bundle_says_already_is_not_copied_into_the_site(run: Run, tmp_path: Path) -> None:
    same = tmp_path / "same.po"
    same.write_text(GERMAN)
    assert told(run("words", "import", same, "--locale", "de", "--json"))["same"] == 1
    assert len(told(run("revisions", "--json"))["revisions"]) == 1


def test_a_changed_label_is_stale_until_somebody_looks_at_it(run: Run, shop: Path, tmp_path: Path) -> None:
    write_folder(shop, {"entities/deal.json": {**DEAL, "label": "Chance"}})
    assert run("apply", shop, "--message", "Chance").exit_code == 0
    assert figures(run, "shop") == (0, 1, 5)
    out = run("words", "export", "--locale", "de", "--open").stdout
    assert '#, fuzzy\n#| msgid "Deal"\nmsgctxt "entity/deal/label"\nmsgid "Chance"\nmsgstr "Geschäft"\n' in out
    back = tmp_path / "back.po"
    back.write_text(out.replace('#, fuzzy\n#| msgid "Deal"\n', "").replace("Geschäft", "Gelegenheit"))
    assert run("words", "import", back, "--locale", "de").exit_code == 0
    assert figures(run, "shop") == (1, 0, 5)


@pytest.mark.usefixtures("shop")
def test_what_does_not_fit_is_told_and_the_rest_is_taken(run: Run, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.po"
    mixed.write_text(
        'msgctxt "entity/deal/fields/name/label"\nmsgid "Name"\nmsgstr "Name"\n\n'
        'msgctxt "entity/deal/fields/note/help"\nmsgid "For {us}."\nmsgstr "Für {uns}."\n\n'
        'msgctxt "entity/deal/fields/note/label"\nmsgid "Remark"\nmsgstr "Bemerkung"\n\n'
        'msgctxt "entity/deal/fields/nam/label"\nmsgid "Name"\nmsgstr "Name"\n'
    )
    done = told(run("words", "import", mixed, "--locale", "de", "--json"), 1)
    found = [(one["code"], one["place"]) for one in done["problems"]]
    assert found == [("placeholders", "line 6"), ("conflict", "line 10"), ("unknown", "line 14")]
    assert done["new"] == ["entity/deal/fields/name/label"]
    assert figures(run, "shop") == (2, 0, 4)


def test_who_may_translate_publishes_words_and_nothing_else(run: Run, shop: Path, tmp_path: Path) -> None:
    write_folder(shop, {"roles/words.json": {"label": "Translator", "abilities": {"translate": True}, "grants": {}}})
    assert run("apply", shop, "--message", "Role", "--yes").exit_code == 0
    assert run("user", "add", "t@example.com", "--role", "words", "--json").exit_code == 0
    new = tmp_path / "new.po"
    new.write_text(GERMAN.replace("Geschäft", "Verkauf"))
    done = told(run("words", "import", new, "--locale", "de", "--as", "t@example.com", "--json"))
    assert done["revision"] == 3
    site = write_folder(tmp_path / "site", {"entities/deal.json": {"label": "Chance"}})
    refused = run("apply", site, "--message", "More", "--as", "t@example.com", "--prune", "--yes")
    assert (refused.exit_code, "ability" in refused.stderr) == (1, True), refused.output


@pytest.mark.usefixtures("shop")
def test_a_dry_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new.po"
    new.write_text(GERMAN.replace("Geschäft", "Verkauf"))
    assert told(run("words", "import", new, "--locale", "de", "--dry-run", "--json"))["replaced"] == [
        "entity/deal/label"
    ]
    assert len(told(run("revisions", "--json"))["revisions"]) == 1


def test_a_folder_is_translated_without_a_database(run: Run, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", BUNDLE)
    out = tmp_path / "de.po"
    assert run("words", "export", "--locale", "de", "--bundle", folder, "--out", out).exit_code == 0
    out.write_text(out.read_text().replace('msgid "Name"\nmsgstr ""', 'msgid "Name"\nmsgstr "Name"'))
    assert run("words", "import", out, "--locale", "de", "--bundle", folder).exit_code == 0
    assert (folder / "locales/de.po").read_text() == out.read_text()
    assert figures(run, "shop", "--bundle", folder) == (2, 0, 4)


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.po", b"msgid 1"), ("x.po", b"\xff"), ("x.xlf", b"<a/>"), ("x.xlsx", b"no"), ("y.po", None)],
)
@pytest.mark.usefixtures("shop")
def test_a_file_that_is_none_is_one_sentence(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = run("words", "import", path, "--locale", "de")
    assert (done.exit_code, done.stderr.startswith("armature: ")) == (1, True), done.output


def test_what_is_no_language_is_refused(run: Run, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", BUNDLE)
    for locale in ("german", "xx", "../de", "de_germany"):
        done = run("words", "export", "--locale", locale, "--bundle", folder)
        assert (done.exit_code, "is no language code" in done.stderr) == (1, True), done.output
