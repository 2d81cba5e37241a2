"""The OpenAPI 3.1 document of a snapshot as one policy sees it; made once for each of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from apispec import APISpec

from framework.fields.base import type_of
from framework.plans.predicates import NOTHING

if TYPE_CHECKING:
    from framework.permissions import EntityRights, Policy
    from metadata.snapshot import Entity

_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "hint": {"type": ["string", "null"]},
                },
            },
        },
    },
    "required": ["type", "title", "status", "code"],
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_IF_MATCH = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}


@lru_cache(maxsize=32)
def document(policy: Policy, revision: int) -> bytes:
    """The document as JSON."""
    spec = APISpec(
        title=policy.snapshot.site.name,
        version=str(revision),
        openapi_version="3.1.0",
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", _PROBLEM)
    for entity in policy.visible_entities():
        _add(spec, entity, policy.entity(entity.name))
    return msgspec.json.encode(spec.to_dict())


def _add(spec: APISpec, entity: Entity, rights: EntityRights) -> None:
    name = entity.name
    spec.components.schema(name, _schema(entity, [f for f in entity.fields if f in rights.readable], required=()))
    base = f"/api/v1/records/{name}"
    one = _answer({"$ref": f"#/components/schemas/{name}"})
    collection: dict[str, Any] = {"get": _operation(name, "list", _page(name), _list_parameters(), (400,))}
    record: dict[str, Any] = {"get": _operation(name, "get", one, [_ID, *_projection()], (400,))}
    if rights.create != NOTHING:
        wanted = [f for f in rights.creatable if entity.fields[f].required and not _has_default(entity, f)]
        body = _schema(entity, [f for f in entity.fields if f in rights.creatable], required=wanted)
        spec.components.schema(f"{name}_new", body)
        collection["post"] = _operation(name, "create", one, [_KEY], (400, 409, 415, 422), 201, f"{name}_new")
    if rights.update != NOTHING:
        spec.components.schema(
            f"{name}_change", _schema(entity, [f for f in entity.fields if f in rights.writable], required=())
        )
        record["patch"] = _operation(
            name, "update", one, [_ID, _IF_MATCH], (400, 409, 412, 415, 422, 428), 200, f"{name}_change"
        )
    if rights.delete != NOTHING:
        gone = {"description": "Moved to the recycle bin"}
        record["delete"] = _operation(name, "delete", gone, [_ID, _IF_MATCH], (400, 409, 412, 428), 204)
        spec.path(
            f"{base}/{{id}}/restore", operations={"post": _operation(name, "restore", one, [_ID], (400, 409, 422))}
        )
    spec.path(base, operations=collection)
    spec.path(f"{base}/{{id}}", operations=record)


def _has_default(entity: Entity, name: str) -> bool:
    field = entity.fields[name]
    return field.default is not None or field.default_expression is not None


def _schema(entity: Entity, names: list[str], required: tuple[str, ...] | list[str]) -> dict[str, Any]:
    properties = {}
    for name in names:
        field = entity.fields[name]
        properties[name] = {**type_of(field).json_schema(field), "title": field.label.text}
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = sorted(required)
    return found


def _operation(
    entity: str,
    verb: str,
    answer: dict[str, Any],
    parameters: list[dict[str, Any]],
    refusals: tuple[int, ...],
    status: int = 200,
    body: str | None = None,
) -> dict[str, Any]:
    problem = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    found: dict[str, Any] = {
        "operationId": f"{verb}_{entity}",
        "tags": [entity],
        "parameters": parameters,
        "responses": {
            str(status): answer,
            **{str(code): problem for code in sorted({401, 403, 404, 429, 503, *refusals})},
        },
    }
    if body:
        schema = {"$ref": f"#/components/schemas/{body}"}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return found


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": "The record",
        "headers": {"ETag": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }


def _page(name: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {"type": ["string", "null"]},
            "count": {"type": "integer"},
            "count_exact": {"type": "boolean"},
        },
        "required": ["items", "next"],
    }
    return {"description": "A page of records", "content": {"application/json": {"schema": schema}}}


def _list_parameters() -> list[dict[str, Any]]:
    texts = ("filter", "sort", "after", "search")
    return [
        *({"name": name, "in": "query", "schema": {"type": "string"}} for name in texts),
        *_projection(),
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
        {"name": "count", "in": "query", "schema": {"enum": ["none", "capped", "exact"]}},
        {"name": "deleted", "in": "query", "schema": {"enum": ["no", "only"]}},
    ]


def _projection() -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("fields", "expand")]
