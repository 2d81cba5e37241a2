"""A folder becomes a layer; what does not belong there is said and never in the way."""

import os

import pytest

from metadata.documents import canonical
from metadata.load import load_core, load_folder, read_layer
from tests.support.layers import as_bytes, manifest, read

DEAL = {"fields": {"name": {"type": "text"}}}


def write(folder, files):
    for path, data in as_bytes(files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_a_folder_gives_kinds_and_names_by_its_folders_and_files(tmp_path):
    write(tmp_path, {
        "bundle.json": manifest(),
        "entities/deal.json": DEAL,
        "choices/stage.json": {"options": {"new": {}}},
        "demo/deal.json": [],
        "locales/de.po": "",
        "README.md": "Deals",
    })  # fmt: skip

    layer, problems = load_folder(tmp_path)

    assert problems == []
    assert layer.name == "shop"
    assert [document.address for document in layer.documents] == ["choices/stage", "entity/deal"]
    assert [document.name for document in layer.demo] == ["deal"]
    assert layer.locales == {"de": ""}
    assert {document.layer for document in layer.documents} == {"shop"}


def test_a_folder_without_a_bundle_is_the_site():
    layer, problems = read({"entities/deal.json": DEAL})

    assert (layer.name, layer.manifest, problems) == ("site", None, [])


def test_what_tools_leave_behind_is_passed_over(tmp_path):
    write(tmp_path, {"bundle.json": manifest(), ".git/config": "", "entities/.deal.json.swp": "", "deal.json~": ""})

    assert load_folder(tmp_path)[1] == []


def test_a_link_to_another_folder_is_not_followed(tmp_path):
    write(tmp_path / "other", {"deal.json": DEAL})
    write(tmp_path / "shop", {"bundle.json": manifest()})
    (tmp_path / "shop/entities").symlink_to(tmp_path / "other")

    layer, problems = load_folder(tmp_path / "shop")

    assert layer.documents == ()
    assert [found.file for found in problems] == ["entities"]


@pytest.mark.parametrize(
    ("path", "severity", "hint"),
    [
        ("notes.txt", "warning", "Known are"),
        ("site.jsn", "warning", "site.json"),
        ("entities/deal.yaml", "warning", "entities/deal.json"),
        ("entites/deal.json", "error", "entities"),
        ("entities/sales/deal.json", "error", "entities/deal.json"),
        ("zoo/deals.json", "error", "Known are"),
    ],
)
def test_what_does_not_belong_is_a_warning_and_a_whole_folder_an_error(path, severity, hint):
    _, problems = read({"bundle.json": manifest(), path: "{}"})

    assert [(found.code, found.severity.value, found.file) for found in problems] == [("M012", severity, path)]
    assert hint in str(problems[0].hint)


@pytest.mark.parametrize("path", ["nothing", "a file"])
def test_what_is_no_folder_is_a_problem(tmp_path, path):
    (tmp_path / "a file").write_text("")

    layer, problems = load_folder(tmp_path / path)

    assert [found.code for found in problems] == ["M009"]
    assert layer.documents == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(tmp_path):
    write(tmp_path, {"bundle.json": manifest(), "entities/deal.json": DEAL})
    (tmp_path / "entities/deal.json").chmod(0)

    assert [found.code for found in load_folder(tmp_path)[1]] == ["M009"]


def test_no_folder_takes_the_place_of_the_core(tmp_path):
    _, problems = load_folder(write(tmp_path, {"bundle.json": manifest("core")}))

    assert [found.code for found in problems] == ["M405"]


def test_a_broken_definition_is_known_to_exist():
    layer, problems = read({"bundle.json": manifest(), "entities/deal.json": "{"})

    assert layer.broken == {("entity", "deal")}
    assert [found.code for found in problems] == ["M004"]


def test_a_folder_that_is_too_large_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr("metadata.load.MAX_LAYER_BYTES", 100)
    write(tmp_path, {"bundle.json": manifest(), "entities/deal.json": canonical(DEAL)})

    assert "M009" in [found.code for found in load_folder(tmp_path)[1]]


def test_files_of_the_same_text_are_the_same_documents():
    files = as_bytes({"bundle.json": manifest(), "entities/deal.json": DEAL, "entities/offer.json": DEAL})
    first, _ = read_layer(files)
    changed = {**files, "entities/offer.json": canonical({"label": "Offer", **DEAL}).encode()}

    second, _ = read_layer(changed, first)

    assert second.documents[0] is first.documents[0]
    assert second.documents[1] is not first.documents[1]


def test_what_was_read_is_given_back_byte_for_byte():
    files = {"bundle.json": b'{ "name":"shop" }', "entities/deal.json": b"{}", "locales/de.po": b"\r\n# x\r\n"}

    layer, _ = read_layer(files)

    assert {path: text.encode() for path, text in layer.files().items()} == files


def test_the_core_is_a_layer():
    core = load_core()

    assert core.name == "core"
    assert {"user", "team", "role_membership", "currency"} <= {document.name for document in core.documents}
    assert all(document.text == canonical(document.body) for document in core.documents)
