"""From a folder, or from the files that storage kept, to a layer and the problems of its files.

Reading never fails as a whole: what cannot be read is reported and named as broken, the rest goes on.
"""

from __future__ import annotations

import errno
import re
from functools import cache
from importlib.resources import files
from os.path import realpath
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.collection import collection_paused
from metadata.documents import Document, Layer
from metadata.kinds import FOLDERS, LOCALE, MANIFESTS, MAX_DOCUMENT_BYTES, MAX_LAYER_BYTES, NAME
from metadata.layers import CORE, SITE
from metadata.nearest import nearest
from metadata.problems import Problem, Severity
from metadata.reading import Source, read_json, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from i18n.lazy import Message

_IGNORED = re.compile(r"(?:.*/)?(?:\.[^/]*|__pycache__|[^/]*~|Thumbs\.db)(?:/.*)?")
_KEPT = re.compile(r"README(?:\.[a-z]{2,3}(?:_[A-Z]{2})?)?\.md|LICENSE(?:\.(?:txt|md))?|CHANGELOG\.md")
_WITH_FILES = (*FOLDERS, "demo", "locales")
_PLACES = (*MANIFESTS, *(f"{folder}/" for folder in FOLDERS), "locales/", "demo/", "README.md")


def load_folder(path: Path) -> tuple[Layer, list[Problem]]:
    """The layer that a folder holds: a bundle where `bundle.json` lies in it, else the site.

    A folder that is absent or cannot be read gives an empty layer and a problem.
    """
    found, problems = _read_files(path)
    if problems and not found:
        return Layer(SITE, None), problems
    layer, more = read_layer(found)
    if layer.name == CORE:
        hint = msg("Choose another name.")
        message = msg("“%(name)s” is the product's own bundle; no other can take its place.", name=CORE)
        more.append(Problem("M405", Severity.ERROR, "bundle/core", "bundle.json", "/name", message, hint, CORE))
    return layer, [*problems, *more]


@cache
def load_core() -> Layer:
    """The shipped core bundle, layer `core`."""
    root = files("metadata") / "core"
    layer, problems = read_layer({name: part.read_bytes() for name, part in _resources(root, "")})
    if problems:
        detail = "; ".join(f"{problem.file}{problem.pointer}: {problem.message}" for problem in problems)
        raise RuntimeError(detail)  # a broken release, not anybody's input
    return layer


@collection_paused()
def read_layer(found: Mapping[str, bytes], previous: Layer | None = None) -> tuple[Layer, list[Problem]]:
    """The layer that these files make: path relative to the folder, with `/` → bytes.

    Documents of `previous` whose text is the same are taken over as they are, so that what was
    derived from them stays valid.
    """
    reader = _Reader(_reusable(previous))
    manifest = reader.manifest(found)
    name = manifest.name if manifest is not None else SITE
    for path in sorted(found):
        if path not in MANIFESTS:
            reader.file(path, found[path], name)
    if manifest is None and not found.keys() & MANIFESTS.keys() and not reader.knows_any:
        reader.add("M010", "", msg("This folder holds neither a bundle nor a site layer."), _hint_of_places())
    layer = Layer(
        name,
        manifest,
        tuple(reader.documents),
        tuple(reader.demo),
        MappingProxyType(reader.texts),
        frozenset(reader.broken),
    )
    return layer, reader.problems


def _read_files(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    size, inside = 0, realpath(root)
    for path in _walk(root, problems):
        name = path.relative_to(root).as_posix()
        try:
            data = _read(path, inside)
        except OSError as error:
            problems.append(_unreadable(name, error))
            continue
        size += len(data)
        if size > MAX_LAYER_BYTES:
            message = msg("The folder has more than %(most)s bytes.", most=MAX_LAYER_BYTES)
            problems.append(Problem("M009", Severity.ERROR, "", name, "", message))
            break
        found[name] = data
    return found, problems


def _read(path: Path, root: str) -> bytes:
    """The bytes of a file, one more than allowed at most: enough to know that it is too large. Raises OSError."""
    if path.exists() and not path.is_file():  # a device has no end, and a pipe may never begin
        raise OSError(errno.EINVAL, "not a regular file")
    if not Path(realpath(path)).is_relative_to(root):
        raise OSError(errno.EXDEV, "a link that leads out of the folder")
    with path.open("rb") as stream:
        return stream.read(MAX_DOCUMENT_BYTES + 1)


def _walk(root: Path, problems: list[Problem]) -> Iterator[Path]:
    """Every file below a folder; links to folders are given as they are, for nobody reads them."""
    try:
        entries = sorted(root.iterdir())
    except OSError as error:
        problems.append(_unreadable(root.name, error))
        return
    for entry in entries:
        if _IGNORED.fullmatch(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry, problems)
        else:
            yield entry


def _unreadable(name: str, error: OSError) -> Problem:
    message = msg("Cannot be read: %(why)s.", why=error.strerror or type(error).__name__)
    return Problem("M009", Severity.ERROR, "", name, "", message)


def _resources(root: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _resources(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _reusable(previous: Layer | None) -> dict[str, Document]:
    if previous is None:
        return {}
    manifest = [previous.manifest] if previous.manifest else []
    return {document.file: document for document in (*manifest, *previous.documents, *previous.demo)}


class _Reader:
    """Collects what the files of one layer give."""

    def __init__(self, reusable: Mapping[str, Document]) -> None:
        self.reusable = reusable
        self.documents: list[Document] = []
        self.demo: list[Document] = []
        self.texts: dict[str, str] = {}
        self.broken: set[tuple[str, str]] = set()
        self.problems: list[Problem] = []
        self.knows_any = False

    def add(
        self,
        code: str,
        file: str,
        message: Message,
        hint: Message | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.problems.append(Problem(code, severity, "", file, "", message, hint))

    def manifest(self, found: Mapping[str, bytes]) -> Document | None:
        """`bundle.json`, else `site.json`; None where there is none or it cannot be read."""
        file = next((name for name in MANIFESTS if name in found), None)
        if file is None:
            return None
        if "site.json" in found and file != "site.json":
            message = msg("A folder is a bundle or a site layer, not both.")
            self.add("M011", "site.json", message, msg("Remove “site.json” or “bundle.json”."))
        kind = MANIFESTS[file]
        document = self._document(kind, kind, "", file, found[file])
        if document is None:
            return None
        if kind == "site":
            return _named(document, SITE, SITE)
        name = document.body.get("name") if isinstance(document.body, dict) else None
        return (
            _named(document, name, name)
            if isinstance(name, str) and NAME.fullmatch(name)
            else _named(document, "bundle", "bundle")
        )

    def file(self, path: str, data: bytes, layer: str) -> None:
        """Take one file that is no manifest to where it belongs."""
        place = PurePosixPath(path)
        folder = place.parent.as_posix()
        if _IGNORED.fullmatch(path):
            return
        if folder in FOLDERS and place.suffix == ".json":
            self._definition(FOLDERS[folder], place.stem, layer, path, data)
        elif folder == "demo" and place.suffix == ".json":
            self._definition("demo", place.stem, layer, path, data)
        elif (folder == "locales" and place.suffix == ".po") or (folder == "." and _KEPT.fullmatch(path)):
            self._text(path, place, data)
        else:
            self._unknown(path, place)

    def _definition(self, kind: str, name: str, layer: str, path: str, data: bytes) -> None:
        self.knows_any = True
        if not NAME.fullmatch(name):
            message = msg(
                "“%(name)s” cannot be a name: a small letter, then small letters, digits or _, 48 at most.",
                name=name,
            )
            self.add("M013", path, message, msg("Rename the file."))
            return
        document = self._document(kind, name, layer, path, data)
        if document is None:
            self.broken.add((kind, name))
        elif kind == "demo":
            self.demo.append(document)
        else:
            self.documents.append(document)

    def _document(self, kind: str, name: str, layer: str, path: str, data: bytes) -> Document | None:
        known = self.reusable.get(path)
        if known is not None and known.layer == layer and known.text.encode("utf-8", "replace") == data:
            return known
        text, body, problems = read_json(data, Source(kind, name, path))
        self.problems += problems
        return None if problems else Document(kind, name, layer, path, text, body)

    def _text(self, path: str, place: PurePosixPath, data: bytes) -> None:
        if place.parent.name == "locales" and not LOCALE.fullmatch(place.stem):
            message = msg("“%(name)s” is no language code.", name=place.stem)
            self.add("M014", path, message, msg("Name the file like de.po, pt_BR.po or zh_Hant.po."))
            return
        text, problems = read_text(data, Source("file", path, path))
        self.problems += problems
        self.knows_any = self.knows_any or place.parent.name == "locales"
        if not problems:
            self.texts[path] = text

    def _unknown(self, path: str, place: PurePosixPath) -> None:
        """A stray file is in nobody's way; a folder that is passed over may hold half the bundle."""
        folder, first = place.parent.as_posix(), place.parts[0]
        severity = Severity.WARNING
        if folder == ".":
            near = nearest(place.name, ("bundle.json", "site.json", "README.md"))
            message = msg("No file of this name belongs into a layer.")
        elif folder in _WITH_FILES:
            suffix = ".po" if folder == "locales" else ".json"
            near = f"{folder}/{place.stem}{suffix}"
            message = msg("Only files ending in %(suffix)s belong into this folder.", suffix=suffix)
        else:
            near = f"{first}/{place.name}" if first in _WITH_FILES else nearest(first, _WITH_FILES)
            message = msg("No folder of this name belongs into a layer.")
            severity = Severity.ERROR
        hint = msg("Did you mean “%(name)s”?", name=near) if near else _hint_of_places()
        self.add("M012", path, message, hint, severity)


def _named(document: Document, name: str, layer: str) -> Document:
    if (document.name, document.layer) == (name, layer):
        return document
    return Document(document.kind, name, layer, document.file, document.text, document.body)


def _hint_of_places() -> Message:
    return msg("Known are: %(places)s.", places=_listed(_PLACES))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
