"""What the OpenAPI document says of an entity's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.api.operations import ID, operation
from framework.fields.base import type_of
from framework.fields.uploaded import TakesFiles
from framework.files import THUMBNAIL_TYPE
from framework.records.files import files_of

if TYPE_CHECKING:
    from framework.permissions import EntityRights
    from metadata.snapshot import Entity, Field

_BYTES = {"type": "string", "format": "binary"}
_HASH = {"name": "hash", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}


def file_operations(entity: Entity, rights: EntityRights) -> dict[str, dict[str, Any]]:
    """Addresses of files below those of the entity's records, with their operations by method."""
    found: dict[str, dict[str, Any]] = {}
    base = f"/api/v1/records/{entity.name}"
    for field in files_of(entity):
        name = f"{entity.name}_{field.name}"
        if field.name in rights.readable:
            below, named = f"{base}/{{id}}/files/{field.name}", [ID]
            if type_of(field).member_column(field) is not None:
                below, named = f"{below}/{{hash}}", [ID, _HASH]
            found[below] = {"get": operation(name, "download", _content("*/*"), named, (400,))}
            found[f"{below}/thumbnail"] = {"get": operation(name, "preview", _content(THUMBNAIL_TYPE), named, (400,))}
        if field.name in rights.creatable | rights.writable and not field.read_only:
            found[f"{base}/files/{field.name}"] = {"post": _sending(name, field)}
    for one in (one for methods in found.values() for one in methods.values()):
        one["tags"] = [entity.name]
    return found


def _content(kind: str) -> dict[str, Any]:
    return {"description": "The content", "content": {kind: {"schema": _BYTES}}}


def _sending(name: str, field: Field) -> dict[str, Any]:
    kind = type_of(field)
    assert isinstance(kind, TakesFiles)  # noqa: S101  (`files_of` gives no other)
    value = kind.file_schema(field)
    kept = {"description": "What a record then names", "content": {"application/json": {"schema": value}}}
    found = operation(name, "upload", kept, [], (400, 413, 415, 422), 201)
    schema = {"type": "object", "properties": {"file": _BYTES}, "required": ["file"], "additionalProperties": False}
    found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return found
