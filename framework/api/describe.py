"""The parts of the OpenAPI document that no snapshot and no right changes."""

from __future__ import annotations

from typing import Any

from framework.records.batch import MOST_ITEMS


def items(description: str, item: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    """An answer that holds a list of items."""
    schema = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}, **more},
        "required": ["items", *more],
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


PROBLEM = {
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
UUID = {"type": "string", "format": "uuid"}
ID = {"name": "id", "in": "path", "required": True, "schema": UUID}
VERSION = {"type": "string", "pattern": r'^(\*|"[0-9]{1,18}")$'}
IF_MATCH = {"name": "If-Match", "in": "header", "required": True, "schema": VERSION}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
# A link in an answer where it was asked for with its title or fields.
EXPANDED = {
    "type": "object",
    "properties": {"id": UUID, "title": {"type": ["string", "null"]}},
    "required": ["id", "title"],
}
# Records that a search found, and the entities of which there are more.
FOUND = items(
    "What was found, best first",
    {
        "type": "object",
        "properties": {"entity": {"type": "string"}, "id": UUID, "title": {"type": ["string", "null"]}},
        "required": ["entity", "id", "title"],
    },
    more={"type": "array", "items": {"type": "string"}},
)
BATCH = {
    "type": "object",
    "properties": {
        "atomic": {"type": "boolean"},
        "items": {
            "type": "array",
            "maxItems": MOST_ITEMS,
            "items": {
                "type": "object",
                "properties": {
                    "do": {"enum": ["create", "update", "upsert", "delete"]},
                    "id": UUID,
                    "version": {"type": "integer"},
                    "by": {"type": "object", "minProperties": 1, "maxProperties": 1},
                    "values": {"type": "object"},
                },
                "required": ["do"],
                "additionalProperties": False,
                "oneOf": [
                    {"properties": {"do": {"const": "create"}}},
                    {"properties": {"do": {"enum": ["update", "delete"]}}, "required": ["id"]},
                    {"properties": {"do": {"const": "upsert"}}, "required": ["by"]},
                ],
            },
        },
    },
    "required": ["items"],
    "additionalProperties": False,
}
ACTIONS = items(
    "The caller's own operations of the last 30 days, newest first",
    {
        "type": "object",
        "properties": {
            "op_id": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
            "door": {"type": "string"},
            "what": {"type": "string", "description": "What was done, in the caller's language"},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "state": {"enum": ["undoable", "undone", "changed_since"]},
            "undo_until": {"type": "string", "format": "date-time"},
            "undoes": {"type": ["string", "null"], "description": "The operation that this one took back"},
        },
        "required": ["op_id", "at", "door", "what", "counts", "state", "undo_until", "undoes"],
    },
    next={"type": ["string", "null"]},
)
OP_ID = {"name": "op_id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f-]{16,36}$"}}
_TOUCHED = {
    "type": "object",
    "properties": {
        "entity": {"type": "string"},
        "id": UUID,
        "title": {"type": ["string", "null"]},
        "did": {"enum": ["update", "delete", "restore"]},
    },
    "required": ["entity", "id", "title", "did"],
}
_LEFT = {"code": {"type": "string"}, "message": {"type": "string"}}
UNDONE = {
    "description": "What was taken back, by an operation that can itself be undone, and what was left as it is",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "op_id": {"type": "string"},
                    "undone": {"type": "array", "items": _TOUCHED},
                    "skipped": {
                        "type": "array",
                        "items": {**_TOUCHED, "properties": {**_TOUCHED["properties"], **_LEFT}},  # type: ignore[dict-item]
                    },
                },
                "required": ["op_id", "undone", "skipped"],
            }
        }
    },
}
_JOB = {
    "type": "object",
    "properties": {
        "id": UUID,
        "kind": {"type": "string"},
        "title": {"type": "string", "description": "What is done, in the caller's language"},
        "state": {"enum": ["waiting", "running", "done", "dead", "cancelled"]},
        "asked_at": {"type": "string", "format": "date-time"},
        "finished_at": {"type": ["string", "null"], "format": "date-time"},
        "done": {"type": "integer"},
        "failed": {"type": "integer"},
        "total": {"type": ["integer", "null"]},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "refused": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"entity": {"type": "string"}, "id": {"type": "string"}, **_LEFT},
                "required": ["entity", "id", "code", "message"],
            },
        },
        "undoable": {"type": "boolean", "description": "Whether the operation of the job's id can be taken back"},
    },
    "required": ["id", "kind", "title", "state", "asked_at", "finished_at", "done", "failed", "total", "undoable"],
}
JOB = {"description": "Long work", "content": {"application/json": {"schema": _JOB}}}
_REFERENCE = {
    "type": "object",
    "properties": {"entity": {"type": "string"}, "id": UUID},
    "required": ["entity", "id"],
}
RAN = {
    "description": "What came of it: the record of the run, the records that it wrote, and the one to be shown",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "id": UUID,
                    "action": {"type": "string"},
                    "op_id": {"type": "string", "description": "The operation, which can be undone"},
                    "made": {"type": "array", "items": _REFERENCE},
                    "open": _REFERENCE,
                },
                "required": ["id", "action", "op_id", "made", "open"],
            }
        }
    },
}
GONE = {"description": "Moved to the recycle bin"}
FIGURES = items("One object per group, keyed by the expressions as they were asked", {"type": "object"})
OUTCOMES = items(
    "What became of each item, in their order",
    {"type": "object", "properties": {"status": {"type": "integer"}}, "required": ["status"]},
)
FEED = items("Changes", {"type": "object"}, next={"type": ["string", "null"]})


def operation(
    entity: str,
    verb: str,
    answer: dict[str, Any],
    parameters: list[dict[str, Any]],
    refusals: tuple[int, ...],
    status: int = 200,
    body: str | None = None,
) -> dict[str, Any]:
    """One operation, with the refusals that every call may meet besides its own."""
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


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    """The answer that carries one record of a schema."""
    return {
        "description": "The record",
        "headers": {"ETag": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }


def page(name: str) -> dict[str, Any]:
    """The answer that carries a page of records."""
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


def list_parameters() -> list[dict[str, Any]]:
    """What a list may be asked for."""
    return [
        *texts("filter", "sort", "search"),
        *page_parameters(),
        *projection(),
        {"name": "count", "in": "query", "schema": {"enum": ["none", "capped", "exact"]}},
        {"name": "deleted", "in": "query", "schema": {"enum": ["no", "only"]}},
    ]


def page_parameters() -> list[dict[str, Any]]:
    """Which page of something."""
    return [LIMIT, *texts("after")]


def projection() -> list[dict[str, Any]]:
    """Which fields of a record."""
    return texts("fields", "expand")


def texts(*names: str) -> list[dict[str, Any]]:
    """Parameters that are texts."""
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]


def system_operations() -> dict[str, dict[str, dict[str, Any]]]:
    """Addresses that are about no single entity, with their operations by method."""
    anything = {"description": "An object", "content": {"application/json": {"schema": {"type": "object"}}}}
    entity = [*page_parameters(), *texts("entity")]
    undoing = operation("system", "undo", UNDONE, [OP_ID], (400, 409))
    undoing["responses"]["202"] = JOB
    return {
        "/api/v1/me": {"get": operation("system", "me", anything, [], (400,))},
        "/api/v1/me/actions": {"get": operation("system", "actions", ACTIONS, page_parameters(), (400,))},
        "/api/v1/me/actions/{op_id}/undo": {"post": undoing},
        "/api/v1/jobs/{id}": {"get": operation("system", "job", JOB, [ID], (400,))},
        "/api/v1/jobs/{id}/cancel": {"post": operation("system", "cancel", JOB, [ID], (400, 409))},
        "/api/v1/openapi.json": {"get": operation("system", "describe", anything, [], (400,))},
        "/api/v1/search": {"get": operation("system", "search", FOUND, [LIMIT, *texts("q")], (400,))},
        "/api/v1/changes": {"get": operation("system", "changes", FEED, entity, (400,))},
    }
