"""What every operation of the OpenAPI document is put together from: its parameters, answers and refusals."""

from __future__ import annotations

from typing import Any

from framework.api.describe import (
    ACTIONS,
    EXPLAINED,
    FEED,
    FOUND,
    JOB,
    ME,
    UNDONE,
    UUID,
    anything,
)

_REVISION = {"$ref": "#/components/headers/Armature-Revision"}
_REFUSED = {"$ref": "#/components/responses/Refused"}
_LATER = {"$ref": "#/components/responses/Later"}
# The refusals that every call may meet besides its own: 401, 403, 404, and these two.
_COME_AGAIN = frozenset({429, 503})
_ALWAYS = frozenset({401, 403, 404})
ETAG = {"$ref": "#/components/headers/ETag"}
HEADERS = {
    "Armature-Revision": {
        "description": "The number of the published revision that gave the answer",
        "schema": {"type": "integer"},
    },
    "ETag": {"description": "The record version, for `If-Match`", "schema": {"type": "string", "examples": ['"3"']}},
    "Retry-After": {"description": "Seconds after which the call may succeed", "schema": {"type": "integer"}},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES = {
    "Refused": {"description": "Refused: what is wrong, where, and what to do", "content": _PROBLEM},
    "Later": {
        "description": "Too many requests, or the database is busy: come again",
        "headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
        "content": _PROBLEM,
    },
}
_SUMMARIES = {
    "list": "List a page of records",
    "get": "Read a record",
    "create": "Create a record",
    "update": "Change some fields of a record",
    "delete": "Move a record to the recycle bin",
    "restore": "Take a record back from the recycle bin",
    "upsert": "Create a record, or change the one that a unique value names",
    "batch": "Write up to 1,000 records at once",
    "aggregate": "Counts, sums and other figures, by groups",
    "history": "What happened to a record",
    "list_duplicates": "Records that are alike this one",
    "find_duplicates": "Records that are alike one with these values",
    "merge": "Make one record of several",
    "download": "The content of a file",
    "preview": "A small picture of a file",
    "upload": "Send a file, which a record may then name",
}
_VERSION = {"type": "string", "pattern": r'^(\*|"[0-9]{1,18}")$'}


def _named(name: str, place: str, schema: dict[str, Any], description: str, **more: object) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "description": description, **more}


ID = _named("id", "path", UUID, "The record's id", required=True)
JOB_ID = _named("id", "path", UUID, "The job's id", required=True)
OP_ID = _named(
    "op_id", "path", {"type": "string", "pattern": "^[0-9a-f-]{16,36}$"}, "The id of an operation", required=True
)
IF_MATCH = _named(
    "If-Match", "header", _VERSION, "The ETag that was read, or * for whatever is there", required=True, example="*"
)
KEY = _named(
    "Idempotency-Key",
    "header",
    {"type": "string", "minLength": 1, "maxLength": 200},
    "The same key with the same body gives the same answer, and does it once",
)
_LIMIT = _named("limit", "query", {"type": "integer", "minimum": 1, "maximum": 200}, "How many at most", example=50)
_TEXTS = {
    "filter": ("An expression, such as `stage in ('won', 'lost') and amount > 1000`", "created_at >= '2026-01-01'"),
    "sort": ("Fields with commas between them; a minus turns one round", "-created_at"),
    "search": ("Words that the searchable fields hold", None),
    "after": ("The `next` of the page before", None),
    "fields": ("Fields with commas between them, also of linked records: `name,account.name`", "id,version"),
    "expand": ("Links of which the record's title is wanted too", None),
    "group": ("Fields or `year(…)`, `quarter(…)`, `month(…)`, `week(…)`, `day(…)` of dates", None),
    "measure": ("`count()`, `sum(…)`, `avg(…)`, `min(…)`, `max(…)` with commas between them", "count()"),
    "entity": ("The name of an entity", None),
    "field": ("The name of a field", None),
    "user": ("The e-mail of the person asked about; else it is about the caller", None),
    "q": ("Words to look for", "acme"),
}


def operation(
    entity: str,
    verb: str,
    answer: dict[str, Any],
    parameters: list[dict[str, Any]],
    refusals: tuple[int, ...],
    status: int = 200,
    body: str | None = None,
    summary: str | None = None,
) -> dict[str, Any]:
    """One operation, with the refusals that every call may meet besides its own."""
    told = {**answer, "headers": {**answer.get("headers", {}), "Armature-Revision": _REVISION}}
    found: dict[str, Any] = {
        "operationId": f"{verb}_{entity}",
        "summary": summary or _SUMMARIES.get(verb, verb.replace("_", " ").capitalize()),
        "tags": [entity],
        "parameters": parameters,
        "responses": {
            str(status): told,
            **{str(code): _REFUSED for code in sorted(_ALWAYS | {*refusals})},
            **{str(code): _LATER for code in sorted(_COME_AGAIN)},
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
        "headers": {"ETag": ETAG},
        "content": {"application/json": {"schema": schema}},
    }


def page(name: str) -> dict[str, Any]:
    """The answer that carries a page of records."""
    schema = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {"type": ["string", "null"], "description": "For `after`; null on the last page"},
            "count": {"type": "integer", "description": "Where `count` asked for it"},
            "count_exact": {"type": "boolean", "description": "Whether there may be more than were counted"},
        },
        "required": ["items", "next"],
    }
    return {"description": "A page of records", "content": {"application/json": {"schema": schema}}}


def list_parameters() -> list[dict[str, Any]]:
    """What a list may be asked for."""
    counting = {"type": "string", "enum": ["none", "capped", "exact"]}
    return [
        *texts("filter", "sort", "search"),
        *page_parameters(),
        *projection(),
        _named("count", "query", counting, "Whether to count all that fit; `capped` stops at 1,000"),
        _named("deleted", "query", {"type": "string", "enum": ["no", "only"]}, "`only`: what lies in the recycle bin"),
    ]


def page_parameters() -> list[dict[str, Any]]:
    """Which page of something."""
    return [_LIMIT, *texts("after")]


def projection() -> list[dict[str, Any]]:
    """Which fields of a record."""
    return texts("fields", "expand")


def texts(*names: str, required: bool = False) -> list[dict[str, Any]]:
    """Parameters that are texts."""
    found = []
    for name in names:
        description, example = _TEXTS[name]
        more = {"required": True} if required else {}
        found.append(_named(name, "query", {"type": "string"}, description, **more))
        if example is not None:
            found[-1]["example"] = example
    return found


def system_operations() -> dict[str, dict[str, dict[str, Any]]]:
    """Addresses that are about no single entity, with their operations by method."""

    def about(verb: str, answer: dict[str, Any], parameters: list[dict[str, Any]], summary: str, *more: int) -> Any:  # noqa: ANN401
        return operation("system", verb, answer, parameters, (400, *more), summary=summary)

    undoing = about("undo", UNDONE, [OP_ID], "Take back an operation of one's own", 409)
    undoing["responses"]["202"] = JOB
    action = _named(
        "action",
        "query",
        {"type": "string", "enum": ["read", "create", "update", "delete"]},
        "What is to be done",
        required=True,
    )
    explaining = [action, *texts("entity", required=True), *texts("field", "user"), {**ID, "in": "query"}]
    explaining[-1].pop("required")
    feeding = [*page_parameters(), *texts("entity")]
    return {
        "/api/v1/me": {"get": about("me", ME, [], "Who one is, and what one may do")},
        "/api/v1/me/actions": {"get": about("actions", ACTIONS, page_parameters(), "One's own operations")},
        "/api/v1/me/actions/{op_id}/undo": {"post": undoing},
        "/api/v1/jobs/{id}": {"get": about("job", JOB, [JOB_ID], "How far long work is")},
        "/api/v1/jobs/{id}/cancel": {"post": about("cancel", JOB, [JOB_ID], "Have long work end where it is", 409)},
        "/api/v1/openapi.json": {"get": about("describe", anything("This document"), [], "This document")},
        "/api/v1/search": {"get": about("search", FOUND, [_LIMIT, *texts("q")], "Find records of all entities")},
        "/api/v1/changes": {"get": about("changes", FEED, feeding, "Follow what is written, in order")},
        "/api/v1/explain": {"get": about("explain", EXPLAINED, explaining, "Why something is allowed or not")},
    }
