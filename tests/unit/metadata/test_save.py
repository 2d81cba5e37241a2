"""A pull gives back what was applied, byte for byte, and leaves the rest of the folder alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.documents import canonical
from metadata.layers import merge
from metadata.load import load_core, load_folder, read_layer
from metadata.save import effective_layer, write_folder
from tests.support.layers import as_bytes, bundle, manifest, site
from tests.support.stress import stress_files

DEAL = {"label": "Deal", "fields": {"name": {"type": "text", "label": "Größe ✓"}}}
FILES = {
    "bundle.json": manifest(),
    "entities/deal.json": DEAL,
    "demo/deal.json": [{"name": "A"}],
    "locales/de.po": "# Wörter\n",
    "README.md": "Deals\n",
}


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("files", [as_bytes(FILES), stress_files(25)], ids=["small", "large"])
def test_load_store_pull_gives_the_same_bytes(tmp_path, files):
    layer, _ = read_layer(files)
    stored, _ = read_layer({path: text.encode() for path, text in layer.files().items()})

    write_folder(stored, tmp_path)

    assert content(tmp_path) == files
    assert load_folder(tmp_path)[0].files() == layer.files()


names = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
labels = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
fields = st.dictionaries(
    names, st.fixed_dictionaries({"type": st.just("text"), "label": labels}), min_size=1, max_size=5
)


@given(st.dictionaries(names, fields, max_size=4))
def test_canonical_documents_survive_any_number_of_rounds(entities):
    files = as_bytes(
        {"bundle.json": manifest(), **{f"entities/{name}.json": {"fields": body} for name, body in entities.items()}}
    )

    for _ in range(2):
        layer, problems = read_layer(files)
        assert problems == []
        assert {path: text.encode() for path, text in layer.files().items()} == files
        assert all(canonical(document.body) == document.text for document in layer.documents)


def test_a_pull_writes_what_differs_and_removes_what_is_no_longer_defined(tmp_path):
    write_folder(bundle({**FILES, "entities/gone.json": DEAL}), tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".git").mkdir()

    written, removed = write_folder(bundle({**FILES, "README.md": "New\n"}), tmp_path)

    assert (written, removed) == (["README.md"], ["entities/gone.json"])
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_effective_definitions_have_the_patches_worked_in():
    patch = {"label": "Offer", "fields": {"name": {"label": None}}}
    layers = [load_core(), bundle(FILES), site({"entities/deal.json": patch, "entities/team.json": {"label": "Crew"}})]

    effective = effective_layer(layers)

    assert {document.address: document.body["label"] for document in effective.documents} == {
        "entity/deal": "Offer",
        "entity/team": "Crew",
    }
    assert effective.documents[0].body["fields"] == {"name": {"type": "text"}}
    assert all(document.text == canonical(document.body) for document in effective.documents)
    assert merge([effective]).documents.keys() == {("entity", "deal"), ("entity", "team")}
