"""What the OpenAPI document says of definitions and revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.api.describe import anything, items
from framework.api.operations import operation
from metadata.kinds import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT = {"type": "string"}
_KIND = {
    "name": "kind",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": [*FOLDERS]},
    "description": "The kind of definition",
}
_NAME = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "The name of a definition",
}
_NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
    "description": "The number of a revision",
}
_LISTED = {"type": "object", "properties": {"name": _TEXT, "label": _TEXT}, "required": ["name", "label"]}
_REVISION: dict[str, dict[str, Any]] = {
    "number": {"type": "integer"},
    "base": {"type": ["integer", "null"]},
    "digest": _TEXT,
    "message": _TEXT,
    "actor": _TEXT,
    "at": _TEXT,
    "live": {"type": "boolean"},
}
_BACK = {
    "type": "object",
    "properties": {
        "revision": {"type": "integer", "minimum": 1, "description": "Whose definitions are to hold again"},
        "message": {"type": "string", "minLength": 1, "maxLength": 1000},
    },
    "required": ["revision", "message"],
    "additionalProperties": False,
}
_DRAFT = {
    "type": "object",
    "properties": {"files": {"type": "object", "additionalProperties": True}},
    "required": ["files"],
    "additionalProperties": False,
}
_PUBLISH = {
    "type": "object",
    "properties": {
        "message": {"type": "string", "minLength": 1, "maxLength": 1000},
        "confirm": {"type": "array", "items": _TEXT},
    },
    "required": ["message"],
    "additionalProperties": False,
}
_DEFINED = anything("The definition as it holds, all layers over each other, as far as one's rights reach")


def metadata_operations(abilities: frozenset[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Addresses of definitions and, for those who design or publish, of revisions, with their operations by method."""

    def about(verb: str, answer: dict[str, Any], parameters: list[Any], summary: str, *more: int) -> dict[str, Any]:
        return operation("metadata", verb, answer, parameters, (400, *more), summary=summary)

    listed = items("Names and labels", _LISTED)
    found = {
        "/api/v1/metadata/{kind}": {"get": about("list_definitions", listed, [_KIND], "List definitions of a kind")},
        "/api/v1/metadata/{kind}/{name}": {
            "get": about("get_definition", _DEFINED, [_KIND, _NAME], "Read a definition")
        },
    }
    if abilities & {"design", "publish"}:
        one = {"type": "object", "properties": _REVISION, "required": [*_REVISION]}
        all_ = about("list_revisions", items("Newest first", one), [], "List revisions")
        changed = anything(
            "The revision and what it changed", **_REVISION, changes={"type": "array", "items": {"type": "object"}}
        )
        found["/api/v1/metadata/revisions"] = {"get": all_}
        found["/api/v1/metadata/revisions/{number}"] = {
            "get": about("get_revision", changed, [_NUMBER], "Read a revision with what it changed")
        }
    if "publish" in abilities:
        done = anything("The plan that was carried out", revision={"type": "integer"})
        back = about("roll_back", done, [], "Make an earlier revision's definitions live again", 409, 413, 415, 422)
        back["requestBody"] = {"required": True, "content": {"application/json": {"schema": _BACK}}}
        found["/api/v1/metadata/rollback"] = {"post": back}
    if abilities & {"design", "publish"}:
        found |= _drafts(about)
    return found


def _drafts(about: Callable[..., dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Drafts, whose documents are given whole and published under what their plan wants confirmed."""
    place, one = "/api/v1/metadata/drafts", [{**_NAME, "description": "The name of a draft"}]
    draft = anything(
        "The draft with its documents by path", name=_TEXT, base={"type": "integer"}, step={"type": "integer"}
    )
    put = about("put_draft", draft, one, "Make these the documents of a draft", 403, 404, 409, 413, 415)
    put["requestBody"] = {"required": True, "content": {"application/json": {"schema": _DRAFT}}}
    publish = about(
        "publish_draft", anything("The plan that was carried out"), one, "Publish a draft", 403, 404, 409, 413, 415, 422
    )
    publish["requestBody"] = {"required": True, "content": {"application/json": {"schema": _PUBLISH}}}
    delete = about("delete_draft", anything("Nothing"), one, "Forget a draft", 403, 404)
    delete["responses"]["204"] = {"description": "It is forgotten"}
    delete["responses"].pop("200", None)
    return {
        place: {"get": about("list_drafts", anything("The drafts"), [], "List the drafts", 403)},
        f"{place}/{{name}}": {
            "get": about("get_draft", draft, one, "Get a draft", 403, 404),
            "put": put,
            "delete": delete,
        },
        f"{place}/{{name}}/check": {
            "post": about("check_draft", anything("Its problems"), one, "Check a draft", 403, 404)
        },
        f"{place}/{{name}}/plan": {
            "post": about("plan_draft", anything("The plan"), one, "What publishing a draft would do", 403, 404, 409)
        },
        f"{place}/{{name}}/publish": {"post": publish},
    }
