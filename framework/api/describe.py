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


def anything(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """An answer that is an object with at least these members."""
    schema = {"type": "object", "properties": properties, "required": [*properties]}
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
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
OUTCOMES = items(
    "What became of each item, in their order",
    {
        "type": "object",
        "properties": {
            "status": {"type": "integer", "description": "As if the item had been a call of its own"},
            "record": {"type": "object"},
            "problem": _PROBLEM,
        },
        "required": ["status"],
    },
)
_ONE_CHANGE = {
    "entity": {"type": "string"},
    "id": UUID,
    "version": {"type": "integer", "description": "The record version that the change left"},
    "op": {"type": "string", "description": "create, update, delete, restore and the like"},
    "fields": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2},
        "description": "By field, what stood there before and what stands there since",
    },
    "actor": {"type": ["string", "null"]},
    "actor_name": {"type": ["string", "null"]},
    "door": {"type": "string", "description": "The way in: api, screen, import, cli, job"},
    "at": {"type": "string", "format": "date-time"},
}
_CHANGE = {"type": "object", "properties": _ONE_CHANGE, "required": [*_ONE_CHANGE]}
FEED = items(
    "Changes in their order. `next` goes on behind them; it stays as it is where there is nothing new",
    _CHANGE,
    next={"type": "string"},
)
HISTORY = items("What happened to the record, newest first", _CHANGE, next={"type": ["string", "null"]})
ME = anything(
    "The caller",
    id={"type": ["string", "null"]},
    email={"type": "string"},
    name={"type": "string"},
    roles={"type": "array", "items": {"type": "string"}},
    abilities={"type": "array", "items": {"type": "string"}},
    locale={"type": "string"},
    zone={"type": "string"},
    revision={"type": "integer"},
)
_SAYS = {
    "type": "object",
    "properties": {"role": {"type": "string"}, "allows": {"type": ["boolean", "null"]}},
    "required": ["role", "allows"],
}
EXPLAINED = anything(
    "Whether it is allowed (null: it depends on the record), which role decides, and what each role says",
    allowed={"type": ["boolean", "null"]},
    user={"type": "string"},
    action={"type": "string"},
    entity={"type": "string"},
    id={"type": ["string", "null"]},
    field={"type": ["string", "null"]},
    decided_by={"type": ["string", "null"]},
    roles={"type": "array", "items": _SAYS},
)
