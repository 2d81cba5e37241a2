"""Layers made of Python values, for tests that need definitions without a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.documents import canonical
from metadata.load import load_core, read_layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.documents import Layer
    from metadata.problems import Problem

Files = "Mapping[str, Any]"


def manifest(name: str = "shop", **more: Any) -> dict[str, Any]:
    """A `bundle.json`."""
    return {"name": name, "title": name.title(), "version": "1.0.0", "language": 1, **more}


def as_bytes(files: Mapping[str, Any]) -> dict[str, bytes]:
    """Files as read from a folder: bytes and texts as they are, other values in the canonical form."""
    return {
        path: body if isinstance(body, bytes) else (body if isinstance(body, str) else canonical(body)).encode()
        for path, body in files.items()
    }


def read(files: Mapping[str, Any]) -> tuple[Layer, list[Problem]]:
    """The layer that files make, and the problems of reading them."""
    return read_layer(as_bytes(files))


def bundle(files: Mapping[str, Any], name: str = "shop", **more: Any) -> Layer:
    """A bundle of files that can be read."""
    return _sound({"bundle.json": manifest(name, **more), **files})


def site(files: Mapping[str, Any]) -> Layer:
    """A site layer of files that can be read."""
    return _sound({"site.json": {"name": "Test"}, **files})


def with_core(*layers: Layer) -> list[Layer]:
    """The layers and the core."""
    return [load_core(), *layers]


def _sound(files: Mapping[str, Any]) -> Layer:
    layer, problems = read(files)
    if problems:
        raise ValueError("; ".join(f"{problem.file}: {problem.message}" for problem in problems))
    return layer
