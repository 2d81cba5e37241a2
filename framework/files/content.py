"""What a file is, told by its content: a name says only what somebody wishes it were."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING

from framework.files.images import image_type

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "application/octet-stream"
PLAIN = "text/plain"
_HEAD = 4096
_MOST_MEMBERS = 20_000
_OFFICE = "application/vnd.openxmlformats-officedocument"

_BEGINNINGS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
    b"{\\rtf": "application/rtf",
    b"\x1f\x8b": "application/gzip",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"ID3": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
    b"\x1aE\xdf\xa3": "video/webm",
    b"MZ": "application/x-msdownload",
    b"\x7fELF": "application/x-executable",
}
# By a member that such an archive always has.
_IN_ARCHIVE: Mapping[str, str] = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_LONGEST_TYPE = 100
# By what a text begins with; a browser would run or draw the first three.
_MARKUP: Mapping[bytes, str] = {
    b"<svg": "image/svg+xml",
    b"<!doctype html": "text/html",
    b"<html": "text/html",
    b"<?xml": "application/xml",
}
# Texts cannot be told apart by what they hold; none of these does anything by itself.
_TEXTS: Mapping[str, str] = {".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"}


# How people call types whose own names say it badly.
_CALLED: Mapping[str, str] = {
    f"{_OFFICE}.wordprocessingml.document": "DOCX",
    f"{_OFFICE}.spreadsheetml.sheet": "XLSX",
    f"{_OFFICE}.presentationml.presentation": "PPTX",
    f"{_OPEN_DOCUMENT}text": "ODT",
    f"{_OPEN_DOCUMENT}spreadsheet": "ODS",
    "image/svg+xml": "SVG",
    "text/plain": "TXT",
}


def brief(kind: str) -> str:
    """What people call a media type: `PDF`; those of a whole group as they are: `image/*`."""
    last = kind.rpartition("/")[2]
    return _CALLED.get(kind) or (last.upper() if last.isalnum() else kind)


def media_type(stream: IO[bytes], name: str) -> str:
    """The media type of what a stream holds; `name` only tells kinds of plain text apart.

    Raises TooManyPixelsError for a picture that would be too large once it is drawn.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _archive(stream)
    if head[4:8] == b"ftyp" and head[8:12] not in {b"avif", b"avis", b"heic", b"mif1"}:
        return "video/mp4"
    if head[:4] == b"RIFF" and head[8:12] in {b"WAVE", b"AVI "}:
        return "audio/wav" if head[8:12] == b"WAVE" else "video/x-msvideo"
    return image_type(stream) or _text(head, name)


def _archive(stream: IO[bytes]) -> str:
    """A document that is an archive inside, else a bare archive; nothing of it is unpacked but a few signs."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = {one.filename: one for one in archive.infolist()[:_MOST_MEMBERS]}
            found = next((kind for member, kind in _IN_ARCHIVE.items() if member in members), None)
            if found is None and "mimetype" in members and members["mimetype"].file_size < _LONGEST_TYPE:
                told = archive.read("mimetype").decode("ascii", "replace")
                found = told if told.startswith(_OPEN_DOCUMENT) and told.replace("-", "").isprintable() else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return "application/zip"
    return found or "application/zip"


def _text(head: bytes, name: str) -> str:
    if b"\0" in head:
        return UNKNOWN
    try:
        # The last sign of the beginning may be cut in two.
        head.decode("utf-8-sig") if len(head) < _HEAD else head[: _HEAD - 3].decode("utf-8-sig", "ignore")
    except UnicodeDecodeError:
        return UNKNOWN
    low = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in low[:1024]:
        return "image/svg+xml"
    found = next((kind for beginning, kind in _MARKUP.items() if low.startswith(beginning)), None)
    return found or next((kind for ending, kind in _TEXTS.items() if name.lower().endswith(ending)), PLAIN)
