"""The OpenAPI 3.1 document of a snapshot as one policy sees it; made once for each of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from apispec import APISpec

from framework.api.describe import (
    BATCH,
    EXPANDED,
    FIGURES,
    GONE,
    HISTORY,
    OUTCOMES,
    PROBLEM,
    RAN,
    UUID,
)
from framework.api.examples import with_examples
from framework.api.file_operations import file_operations
from framework.api.merge_operations import merge_operations
from framework.api.metadata_operations import metadata_operations
from framework.api.operations import (
    HEADERS,
    ID,
    IF_MATCH,
    KEY,
    RESPONSES,
    answer,
    list_parameters,
    operation,
    page,
    page_parameters,
    projection,
    system_operations,
    texts,
)
from framework.fields.base import type_of
from framework.plans.predicates import NOTHING
from framework.records.runs import possible

if TYPE_CHECKING:
    from framework.permissions import Policy
    from metadata.snapshot import Action, Entity


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
    for header, told in HEADERS.items():
        spec.components.header(header, told)
    for response, told in RESPONSES.items():
        spec.components.response(response, told)
    spec.components.schema("Problem", PROBLEM)
    spec.components.schema("Batch", BATCH)
    history = "view_history" in policy.abilities()
    for entity in policy.visible_entities():
        _add(spec, policy, entity, history=history)
    for path, found in {**system_operations(), **metadata_operations(policy.abilities())}.items():
        spec.path(path, operations=found)
    return msgspec.json.encode(spec.to_dict())


def _add(spec: APISpec, policy: Policy, entity: Entity, *, history: bool) -> None:
    name, rights = entity.name, policy.entity(entity.name)
    base, writes = f"/api/v1/records/{name}", _add_schemas(spec, policy, entity)
    one = answer({"$ref": f"#/components/schemas/{name}"})
    collection = {"get": operation(name, "list", page(name), list_parameters(), (400,))}
    record = {"get": operation(name, "get", one, [ID, *projection()], (400,))}
    figures = operation(name, "aggregate", FIGURES, texts("group", "measure", "filter", "search"), (400,))
    spec.path(f"{base}/aggregate", operations={"get": figures})
    if rights.create != NOTHING:
        collection["post"] = operation(name, "create", one, [KEY], (400, 409, 415, 422), 201, f"{name}_new")
    if rights.update != NOTHING:
        refusals = (400, 409, 412, 415, 422, 428)
        record["patch"] = operation(name, "update", one, [ID, IF_MATCH], refusals, 200, f"{name}_change")
    if rights.delete != NOTHING:
        record["delete"] = operation(name, "delete", GONE, [ID, IF_MATCH], (400, 409, 412, 428), 204)
        back = operation(name, "restore", one, [ID], (400, 409, 422))
        spec.path(f"{base}/{{id}}/restore", operations={"post": back})
    unique = [f for f in entity.fields if f in rights.readable and entity.fields[f].unique]
    if writes and unique:
        spec.path(f"{base}/by/{{field}}/{{value}}", operations={"put": _upsert(name, one, unique, writes)})
    if writes:
        spec.path(f"{base}/batch", operations={"post": _batch(name)})
    if history:
        told = operation(name, "history", HISTORY, [ID, *page_parameters()], (400,))
        spec.path(f"{base}/{{id}}/history", operations={"get": told})
    _add_below(spec, policy, entity)
    spec.path(base, operations=collection)
    spec.path(f"{base}/{{id}}", operations=record)


def _add_below(spec: APISpec, policy: Policy, entity: Entity) -> None:
    """What lies below a record: linked ones, actions, files."""
    name, rights = entity.name, policy.entity(entity.name)
    base = f"/api/v1/records/{name}"
    for links in (f for f in entity.fields.values() if f.name in rights.readable):
        if links.linked and policy.entity(links.linked).visible:
            far = operation(name, f"list_{links.name}", page(links.linked), [ID, *list_parameters()], (400,))
            spec.path(f"{base}/{{id}}/{links.name}", operations={"get": far})
    for action in possible(policy, entity):
        spec.path(f"{base}/{{id}}/actions/{action.name}", operations={"post": _action(spec, name, action)})
    for path, found in {**file_operations(entity, rights), **merge_operations(policy, entity)}.items():
        spec.path(path, operations=found)


def _add_schemas(spec: APISpec, policy: Policy, entity: Entity) -> str | None:
    """The schemas of a record and of its bodies; the name of the widest of these, None where nothing may be written."""
    name, rights = entity.name, policy.entity(entity.name)
    told = _schema(entity, [f for f in entity.fields if f in rights.readable], reading=True)
    spec.components.schema(name, told)
    widest = None
    if rights.update != NOTHING:
        widest = f"{name}_change"
        change = _schema(entity, [f for f in entity.fields if f in rights.writable])
        spec.components.schema(widest, with_examples(_with_lines(policy, entity, change)))
    if rights.create != NOTHING:
        wanted = [f for f in rights.creatable if entity.fields[f].required and not _has_default(entity, f)]
        body = _schema(entity, [f for f in entity.fields if f in rights.creatable], required=wanted)
        body["properties"]["id"] = UUID
        widest = widest or f"{name}_new"
        spec.components.schema(f"{name}_new", with_examples(_with_lines(policy, entity, body)))
    return widest


def _with_lines(policy: Policy, entity: Entity, body: dict[str, Any]) -> dict[str, Any]:
    """A body whose lines are told as what may be written of them."""
    for name in body["properties"]:
        owner = entity.fields.get(name)
        if owner is None or owner.lines is None:
            continue
        child, rights = policy.snapshot.entities[owner.lines[0]], policy.entity(owner.lines[0])
        beside = {owner.lines[1], owner.options.get("order")}
        names = [one for one in child.fields if one in rights.writable | rights.creatable and one not in beside]
        line = _schema(child, names)
        line["properties"]["id"] = UUID
        body["properties"][name] = {**body["properties"][name], "items": {"anyOf": [UUID, line]}}
    return body


def _upsert(name: str, one: dict[str, Any], unique: list[str], body: str) -> dict[str, Any]:
    named = {"name": "field", "in": "path", "required": True, "schema": {"enum": unique}}
    value = {"name": "value", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    found = operation(name, "upsert", one, [named, value], (400, 409, 415, 422), 200, body)
    found["responses"]["201"] = one
    return found


def _action(spec: APISpec, entity: str, action: Action) -> dict[str, Any]:
    fields, body = action.inputs.fields, f"{entity}_{action.name}"
    wanted = [name for name, one in fields.items() if one.required and not _has_default(action.inputs, name)]
    spec.components.schema(body, with_examples(_schema(action.inputs, list(fields), required=wanted)))
    found = operation(entity, f"do_{action.name}", RAN, [ID, KEY], (400, 409, 415, 422), 200, body, action.label.text)
    found["requestBody"]["required"] = bool(wanted)
    return found


def _batch(name: str) -> dict[str, Any]:
    found = operation(name, "batch", OUTCOMES, [], (400, 413, 415, 422), 200, "Batch")
    # Where all or none was asked for, the refusal tells what became of each item.
    refused = RESPONSES["Refused"]
    found["responses"]["422"] = {**refused, "content": {**refused["content"], **OUTCOMES["content"]}}  # type: ignore[dict-item]
    return found


def _has_default(entity: Entity, name: str) -> bool:
    field = entity.fields[name]
    return field.default is not None or field.default_expression is not None


def _schema(
    entity: Entity, names: list[str], *, required: list[str] | None = None, reading: bool = False
) -> dict[str, Any]:
    properties = {}
    for name in names:
        field = entity.fields[name]
        value = type_of(field).json_schema(field)
        if field.required and not reading:
            value = {**value, "not": {"type": "null"}}
        if reading and field.targets:
            value = {"anyOf": [value, EXPANDED]}
        if reading and field.linked:
            value = {**value, "items": {"anyOf": [UUID, EXPANDED]}}
        properties[name] = {**value, "title": field.label.text}
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = sorted(required)
    return found
