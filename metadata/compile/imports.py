"""Import mappings, from a bundle or from any file given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.compile.freeze import frozen, frozen_json
from metadata.labels import label_of
from metadata.snapshot import ImportColumn, ImportMapping

if TYPE_CHECKING:
    from collections.abc import Mapping


def import_of(name: str, body: Mapping[str, Any]) -> ImportMapping:
    """The mapping that a body (already checked) describes."""
    return ImportMapping(
        name,
        label_of(f"import/{name}", body, name),
        body["entity"],
        body.get("file"),
        tuple(body.get("match", ())),
        frozen_json(body.get("defaults", {})),
        frozen({header: _column(column) for header, column in body["columns"].items()}),
    )


def _column(body: Mapping[str, Any]) -> ImportColumn:
    field, _, part = body.get("field", "").partition(".")
    return ImportColumn(
        field or None,
        frozen(body.get("values", {})),
        part or None,
        body.get("by"),
        blank_when_missing=body.get("missing") == "blank",
        format=body.get("format"),
    )
