"""From a layer back to a folder: what was applied comes out byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from metadata.documents import Layer, canonical
from metadata.kinds import FOLDERS, MANIFESTS
from metadata.layers import CORE, SITE, merge

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_folder(layer: Layer, folder: Path) -> tuple[list[str], list[str]]:
    """Make a folder hold exactly this layer: (files written, definitions removed), as relative paths.

    Files with the right bytes are not touched; files that belong to no layer (`.git`, notes) stay.
    Raises OSError where the folder cannot be written.
    """
    files = layer.files()
    written = [path for path, text in files.items() if _write(folder / path, text.encode("utf-8"))]
    removed = [path for path in _definitions(folder) if path not in files]
    for path in removed:
        (folder / path).unlink()
    return written, removed


def effective_layer(layers: Iterable[Layer]) -> Layer:
    """All layers as one site layer of definitions as they hold, for reading; core is left out.

    The site's patches are worked in, so that it cannot be applied in place of the layers.
    """
    merged = merge(layers)
    documents = [
        replace(found.base, layer=SITE, text=canonical(found.body), body=found.body)
        for found in merged.documents.values()
        if found.base.layer != CORE or found.patch is not None
    ]
    return Layer(SITE, merged.site, tuple(sorted(documents, key=lambda document: document.file)))


def _write(path: Path, data: bytes) -> bool:
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)  # a reader, such as `apply --watch`, never sees half a file
    return True


def _definitions(folder: Path) -> list[str]:
    """Files of a folder that belong to a layer by their place."""
    found = [name for name in MANIFESTS if (folder / name).is_file()]
    for place, pattern in (*((name, "*.json") for name in (*FOLDERS, "demo")), ("locales", "*.po")):
        found += [PurePosixPath(place, path.name).as_posix() for path in sorted((folder / place).glob(pattern))]
    return found
