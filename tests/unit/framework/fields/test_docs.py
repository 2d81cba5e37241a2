"""The reference of field types cannot lie: its facts are made from the types, its examples are checked."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from framework.extension import installed_catalogue
from framework.fields.base import FieldType
from framework.fields.registry import STANDARD
from framework.fields.resulting import Resulting
from metadata.schemas import definition_schema

PAGE = (Path(__file__).parents[4] / "docs/reference/field-types.md").read_text("utf-8")
# The id of every record is one; no definition declares any.
DECLARED = [kind for kind in STANDARD if kind.name != "key"]
EACH = pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.name)


def test_every_type_has_its_heading_and_every_heading_a_type() -> None:
    assert re.findall(r"^## `(\w+)`$", PAGE, re.MULTILINE) == sorted(kind.name for kind in DECLARED)


@EACH
def test_the_facts_are_those_of_the_type(kind: FieldType) -> None:
    expected = facts(kind)
    assert expected in section(kind), f"write into docs/reference/field-types.md:\n\n{expected}"


@EACH
def test_the_examples_are_fields_of_the_type(kind: FieldType) -> None:
    validator = jsonschema.Draft202012Validator(definition_schema("entity", installed_catalogue()))
    examples = re.findall(r"```json\n(.*?)```", section(kind), re.DOTALL)
    assert examples
    for text in examples:
        fields = json.loads(text)
        assert kind.name in {field["type"] for field in fields.values()}
        validator.validate({"fields": fields})


def section(kind: FieldType) -> str:
    """What stands below the heading of a type."""
    return PAGE.partition(f"## `{kind.name}`\n")[2].partition("\n## ")[0]


def facts(kind: FieldType) -> str:
    """The lines that the page has of a type: its options, and what lists do with it."""
    rows = [f"| `{name}` | {_words(schema)} |" for name, schema in _options(kind).items()]
    table = ["| option | |", "|---|---|", *rows, ""] if rows else []
    if isinstance(kind, Resulting):
        return "\n".join([*table, "Filters, order and figures are those of the result."])
    order = "Lists sort by it." if kind.sortable else "Lists do not sort by it."
    filters = f"Filters: {', '.join(f'`{name}`' for name in kind.operators)}."
    figures = f" Figures: {', '.join(f'`{name}`' for name in kind.aggregates)}." if kind.aggregates else ""
    return "\n".join([*table, f"{filters}{figures} {order}"])


def _options(kind: FieldType) -> dict[str, Any]:
    own = kind.options_schema
    return dict(own.get("properties", {}) if own.get("type") == "object" else own)


def _words(schema: dict[str, Any]) -> str:
    listed = f" One of {', '.join(f'`{one}`' for one in schema['enum'])}." if "enum" in schema else ""
    default = f" Default: `{json.dumps(schema['default'])}`." if "default" in schema else ""
    return f"{schema['description']}{listed}{default}"
