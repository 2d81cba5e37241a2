"""Examples in the OpenAPI document: a value that a schema allows, and bodies that could be sent as they stand."""

from __future__ import annotations

import re
from typing import Any

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
_FORMATS = {
    "date": "2026-03-01",
    "date-time": "2026-03-01T09:30:00Z",
    "duration": "PT1H30M",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uuid": UNKNOWN_ID,
}
# Tried in turn where a pattern says what a text looks like.
_LIKELY = ("12.50", "09:30", "EUR", "DE", "vip", "a" * 64, "Example")
_MOST_OPTIONAL = 4
# What holds an id of a record or a file that a reader of the example does not have.
_FOREIGN = ("uuid", "hash")


class NoExampleError(ValueError):
    """A schema of which no value is known."""


def with_examples(body: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body with an example: what it needs, and some of what may stand there besides."""
    properties, needed = body["properties"], set(body.get("required", ()))
    example: dict[str, Any] = {}
    optional = 0
    for name, schema in properties.items():
        if name not in needed and (optional == _MOST_OPTIONAL or not _by_itself(schema)):
            continue
        try:
            example[name] = example_of(schema)
        except NoExampleError:
            continue
        optional += name not in needed
    return {**body, "examples": [example]}


def example_of(schema: dict[str, Any]) -> Any:  # noqa: ANN401
    """A value that the schema allows. Raises NoExampleError where none comes to mind."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    for value in schema.get("enum", ()):
        if value is not None:
            return value
    for choice in schema.get("anyOf", ()):
        return example_of(choice)
    kinds = schema.get("type", ())
    kind = kinds if isinstance(kinds, str) else next((one for one in kinds if one != "null"), None)
    make = _MAKE.get(kind or "")
    if make is None:
        raise NoExampleError(schema)
    return make(schema)


def _by_itself(schema: dict[str, Any]) -> bool:
    """Whether a value says something by itself; read-only ones and ids of other records do not."""
    told = repr(schema)
    return not schema.get("readOnly") and not any(word in told for word in _FOREIGN)


def _text(schema: dict[str, Any]) -> str:
    if "format" in schema:
        return _FORMATS[schema["format"]] if schema["format"] in _FORMATS else _no(schema)
    if "pattern" in schema:  # those of our field types; an administrator's own are in no schema
        found = next((one for one in _LIKELY if re.search(schema["pattern"], one)), None)
        return _no(schema) if found is None else found
    text = str(schema.get("title", "Example"))
    return text[: schema.get("maxLength", len(text))]


def _number(schema: dict[str, Any]) -> int:
    return int(min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1)))


def _list(schema: dict[str, Any]) -> list[Any]:
    return [example_of(schema["items"])]


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: example_of(part) for name, part in schema.get("properties", {}).items()}


def _no(schema: dict[str, Any]) -> str:
    raise NoExampleError(schema)


_MAKE = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda schema: True,  # noqa: ARG005
    "array": _list,
    "object": _object,
}
