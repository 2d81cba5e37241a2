"""What the OpenAPI document says of duplicates and merging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.api.describe import JOB, UUID, items
from framework.api.operations import ETAG, ID, IF_MATCH, operation
from framework.records.duplicates import MOST_SHOWN, pointed_out
from framework.records.merging import MOST_MERGED, may_merge

if TYPE_CHECKING:
    from framework.permissions import Policy
    from metadata.snapshot import Entity

_ALIKE = items(
    "The first records that are alike, and by which rules",
    {
        "type": "object",
        "properties": {
            "id": UUID,
            "title": {"type": ["string", "null"]},
            "rules": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["id", "title", "rules"],
    },
)
_ALIKE["content"]["application/json"]["schema"]["properties"]["items"]["maxItems"] = MOST_SHOWN
_RECORD = {
    "type": "object",
    "properties": {"id": UUID, "version": {"type": "integer"}},
    "required": ["id"],
    "additionalProperties": False,
}


def merge_operations(policy: Policy, entity: Entity) -> dict[str, dict[str, Any]]:
    """Addresses below those of the entity's records, with their operations by method."""
    name, rights = entity.name, policy.entity(entity.name)
    base = f"/api/v1/records/{name}"
    found: dict[str, dict[str, Any]] = {}
    if pointed_out(entity, rights):
        found[f"{base}/{{id}}/duplicates"] = {"get": operation(name, "list_duplicates", _ALIKE, [ID], (400,))}
        asking = operation(name, "find_duplicates", _ALIKE, [], (400, 413, 415))
        asking["requestBody"] = _body({"type": "object"})
        found[f"{base}/duplicates"] = {"post": asking}
    if may_merge(policy, entity):
        merging = operation(name, "merge", _merged(name), [ID, IF_MATCH], (400, 409, 412, 413, 415, 422, 428))
        merging["requestBody"] = _body(_merge(name))
        merging["responses"]["202"] = JOB
        found[f"{base}/{{id}}/merge"] = {"post": merging}
    return found


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _merge(name: str) -> dict[str, Any]:
    records = {"type": "array", "items": _RECORD, "minItems": 1, "maxItems": MOST_MERGED - 1}
    return {
        "type": "object",
        "properties": {"records": records, "values": {"$ref": f"#/components/schemas/{name}_change"}},
        "required": ["records"],
        "additionalProperties": False,
    }


def _merged(name: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "op_id": {"type": "string", "description": "The operation, which can be undone"},
            "merged": {"type": "array", "items": UUID, "description": "The records that went to the recycle bin"},
            "moved": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "description": "By entity, how many records lead to the one that stayed now",
            },
            "record": {"$ref": f"#/components/schemas/{name}"},
        },
        "required": ["op_id", "merged", "moved", "record"],
    }
    return {
        "description": "The record that stayed, and what became of the others",
        "headers": {"ETag": ETAG},
        "content": {"application/json": {"schema": schema}},
    }
