"""What the OpenAPI document says of an entity's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.api.describe import ID, operation
from framework.fields.base import type_of
from framework.files import THUMBNAIL_TYPE
from framework.records.files import files_of

if TYPE_CHECKING:
    from framework.permissions import EntityRights
    from metadata.snapshot import Entity, Field

_BYTES = {"type": "string", "format": "binary"}


def file_operations(entity: Entity, rights: EntityRights) -> dict[str, dict[str, Any]]:
    """Addresses of files below those of the entity's records, with their operations by method."""
    found: dict[str, dict[str, Any]] = {}
    base = f"/api/v1/records/{entity.name}"
    for field in files_of(entity):
        name = f"{entity.name}_{field.name}"
        if field.name in rights.readable:
            below = f"{base}/{{id}}/files/{field.name}"
            found[below] = {"get": operation(name, "download", _content("*/*"), [ID], (400,))}
            found[f"{below}/thumbnail"] = {"get": operation(name, "preview", _content(THUMBNAIL_TYPE), [ID], (400,))}
        if field.name in rights.creatable | rights.writable and not field.read_only:
            found[f"{base}/files/{field.name}"] = {"post": _sending(name, field)}
    return found


def _content(kind: str) -> dict[str, Any]:
    return {"description": "The content", "content": {kind: {"schema": _BYTES}}}


def _sending(name: str, field: Field) -> dict[str, Any]:
    value = type_of(field).json_schema(field)
    kept = {"description": "The value of the field", "content": {"application/json": {"schema": value}}}
    found = operation(name, "upload", kept, [], (400, 413, 415, 422), 201)
    schema = {"type": "object", "properties": {"file": _BYTES}, "required": ["file"], "additionalProperties": False}
    found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return found
