"""Content under its hash: written once, proved when it comes back, and known by what it is."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from framework.errors import CommandError, UnavailableError
from framework.files import Store, clean_name, media_type
from framework.files.copies import pack, unpack
from tests.support.uploads import PAGE, PDF, PNG, SVG, TEXT, picture


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def kept(store: Store, content: bytes) -> str:
    store.keep(io.BytesIO(content), digest(content))
    return digest(content)


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store("memory:///" if request.param == "memory" else (tmp_path / "a folder" / "files").as_uri())


def test_content_is_written_once_and_forgotten_with_what_was_made_of_it(store: Store) -> None:
    content = picture(900, 600)
    name = kept(store, content)
    small = store.thumbnail(name)
    store.keep(io.BytesIO(b"other bytes"), name)
    assert b"".join(store.parts_of(name)) == content
    assert store.thumbnail(name) == small
    assert len(small) < len(content) or small[8:12] == b"WEBP"
    store.forget(name)
    store.forget(name)
    for gone in (store.parts_of, store.thumbnail):
        with pytest.raises(FileNotFoundError):
            gone(name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "A" * 64, f"{'0' * 64}/x"])
def test_only_a_hash_names_content(store: Store, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        store.parts_of(name)


def test_a_store_that_cannot_be_opened_is_told_without_its_address(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    for url in (f"file://{tmp_path}/taken/files", "nothing://secret@place"):
        with pytest.raises(UnavailableError) as refused:
            Store(url).keep(io.BytesIO(TEXT), digest(TEXT))
        assert "secret" not in str(refused.value.detail)


def test_a_copy_brings_all_content_back_and_refuses_what_is_not_what_it_says(tmp_path: Path) -> None:
    first, second = Store((tmp_path / "one").as_uri()), Store((tmp_path / "two").as_uri())
    names = {kept(first, content) for content in (PDF, PNG, b"")}
    first.thumbnail(digest(PNG))
    assert pack(first, tmp_path / "copy.files") == 3
    assert unpack(second, tmp_path / "copy.files") == 3
    assert {path.name for path in (tmp_path / "two").rglob("*") if path.is_file()} == names
    with tarfile.open(tmp_path / "bad.files", "w") as archive:
        told = tarfile.TarInfo(digest(PDF))
        told.size = len(TEXT)
        archive.addfile(told, io.BytesIO(TEXT))
    with pytest.raises(CommandError):
        unpack(Store((tmp_path / "three").as_uri()), tmp_path / "bad.files")
    assert not [path for path in (tmp_path / "three").rglob("*") if path.is_file()]


def test_an_empty_store_makes_an_empty_copy(tmp_path: Path) -> None:
    assert pack(Store((tmp_path / "none").as_uri()), tmp_path / "copy.files") == 0


def _archive(*members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for member in members:
            archive.writestr(member, "application/vnd.oasis.opendocument.text" if member == "mimetype" else "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "x.png", "application/pdf"),
        (PNG, "x.pdf", "image/png"),
        (picture(3, 3, "JPEG"), "x", "image/jpeg"),
        (picture(3, 3, "WEBP"), "x", "image/webp"),
        (SVG, "x.png", "image/svg+xml"),
        (b'<?xml version="1.0"?><!-- x --><svg/>', "x.png", "image/svg+xml"),
        (PAGE, "x.txt", "text/html"),
        (TEXT, "x.exe", "text/plain"),
        ("\ufeffName;Ort\nÄnne;Wien\n".encode(), "x.csv", "text/csv"),
        (b"a\0b", "x.txt", "application/octet-stream"),
        (b"\xff\xfe\xfa", "x.txt", "application/octet-stream"),
        (b"", "x", "text/plain"),
        (b"\x89PNG\r\n\x1a\nbroken", "x.png", "application/octet-stream"),
        (
            _archive("word/document.xml"),
            "x.zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (_archive("mimetype"), "x.odt", "application/vnd.oasis.opendocument.text"),
        (_archive("a.txt"), "x.docx", "application/zip"),
        (b"PK\x03\x04 broken", "x.docx", "application/zip"),
        (b"x" * 4095 + "ä".encode() * 10, "x.txt", "text/plain"),
    ],
)
def test_what_a_file_is_its_content_says(content: bytes, name: str, kind: str) -> None:
    assert media_type(io.BytesIO(content), name) == kind


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("offer.pdf", "offer.pdf"),
        ("C:\\Users\\me\\offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("e\u0301.txt", "é.txt"),
        (f"{'x' * 300}.pdf", f"{'x' * 196}.pdf"),
    ],
)
def test_a_name_is_one_line_without_a_path(given: str, name: str) -> None:
    assert clean_name(given) == name
    assert clean_name(name) == name
