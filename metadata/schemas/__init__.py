"""The JSON Schemas of all kinds of definition, composed with what installed parts bring.

The files beside this one are the source of truth for people, editors and the check alike.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from metadata.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.catalogue import Catalogue, FieldType, ScreenKind

_COMMON = "common.json#/$defs/"


def definition_schema(kind: str, catalogue: Catalogue) -> dict[str, Any]:
    """The whole JSON Schema (2020-12) of a kind of definition, without outside references.

    `kind` is one of `metadata.kinds.KINDS`; raises KeyError for another. In the schema of an
    entity each field has the keys of its type, in that of a screen the keys of its kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    schema = _read(kind)
    schema["$defs"] = {**_read("common")["$defs"], **schema.get("$defs", {})}
    if kind == "entity":
        _add_field_types(schema["$defs"], catalogue.field_types)
    if kind == "screen":
        _add_screen_kinds(schema, catalogue.screen_kinds)
    local: dict[str, Any] = _localised(schema)
    local["$defs"] = _used(local)
    return local


def _add_field_types(defs: dict[str, Any], types: Mapping[str, FieldType]) -> None:
    base = defs["field"]
    base["properties"]["type"] |= {"enum": sorted(types), "x-check": "M102"}
    for name, type_ in types.items():
        own = _type_properties(type_, defs)
        required = [*base["required"], *_type_required(type_, defs)]
        defs[f"field_{name}"] = _closed({**base["properties"], **own, "type": {"const": name}}, required)
    # Only the type is said of every field; each type repeats the rest, so that nothing is found twice.
    defs["field"] = {
        "description": base["description"],
        "type": "object",
        "properties": {"type": base["properties"]["type"]},
        "required": base["required"],
    }
    if types:
        defs["field"]["allOf"] = [_when("type", name, f"#/$defs/field_{name}") for name in types]


def _type_properties(type_: FieldType, defs: Mapping[str, Any]) -> dict[str, Any]:
    """Schemas of the type's own keys; what the language says of links and options comes before them."""
    own = _plain(type_.options_schema)
    own = own.get("properties", {}) if own.get("type") == "object" else own
    relation = defs["relation"]["properties"] if type_.relation else {}
    choice = defs["choice"]["properties"] if type_.has_choices else {}
    return {**own, **relation, **choice}


def _type_required(type_: FieldType, defs: Mapping[str, Any]) -> list[str]:
    closed = type_.options_schema.get("type") == "object"
    own = list(type_.options_schema.get("required", ())) if closed else []
    return [*own, *defs["relation"]["required"]] if type_.relation else own


def _add_screen_kinds(schema: dict[str, Any], kinds: Mapping[str, ScreenKind]) -> None:
    base = schema["properties"]
    schema["properties"]["kind"] |= {"enum": sorted(kinds), "x-check": "M103"}
    for name, kind in kinds.items():
        options = _plain(kind.options_schema)
        schema["$defs"] |= options.get("$defs", {})
        own = {**base, **options.get("properties", {}), "kind": {"const": name}}
        schema["$defs"][f"screen_{name}"] = _closed(own, [*schema["required"], *options.get("required", ())])
    if kinds:  # an empty allOf is no schema
        schema["allOf"] = [_when("kind", name, f"#/$defs/screen_{name}") for name in kinds]


def _closed(properties: Mapping[str, Any], required: Iterable[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(dict.fromkeys(required)),
        "additionalProperties": False,
    }


def _when(key: str, value: str, reference: str) -> dict[str, Any]:
    condition = {"properties": {key: {"const": value}}, "required": [key]}
    return {"if": condition, "then": {"$ref": reference}}


def _localised(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """The schema with references to common definitions turned into local ones."""
    if isinstance(schema, dict):
        return {
            key: "#/$defs/" + value.removeprefix(_COMMON)
            if key == "$ref" and isinstance(value, str) and value.startswith(_COMMON)
            else _localised(value)
            for key, value in schema.items()
        }
    return [_localised(part) for part in schema] if isinstance(schema, list) else schema


def _used(schema: dict[str, Any]) -> dict[str, Any]:
    """The definitions that are referred to, directly or through others."""
    defs = schema["$defs"]
    found: dict[str, Any] = {}
    waiting = list(_references({key: value for key, value in schema.items() if key != "$defs"}))
    while waiting:
        name = waiting.pop()
        if name not in found and name in defs:
            found[name] = defs[name]
            waiting += _references(defs[name])
    return {name: found[name] for name in defs if name in found}


def _references(schema: object) -> Iterable[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix("#/$defs/")
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A part's schema, whose mappings may be read-only views, as plain JSON."""
    plain: dict[str, Any] = json.loads(json.dumps(schema, default=dict))
    return plain


@cache
def _text(name: str) -> str:
    return (files("metadata.schemas") / f"{name}.json").read_text("utf-8")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_text(name))
    return found
