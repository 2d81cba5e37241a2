"""The reference of the language: its examples are a bundle without a problem, and it names every key."""

import json
import re
from pathlib import Path

import pytest

from framework.extension import installed_catalogue
from metadata.check import check
from metadata.compile import compile_snapshot
from metadata.kinds import KINDS
from metadata.load import read_layer
from metadata.schemas import definition_schema
from tests.support.layers import with_core

TEXT = (Path(__file__).parents[3] / "docs/reference/metadata.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"^\*\*(\S+\.json)\*\*\n```json\n(.*?)```$", TEXT, re.MULTILINE | re.DOTALL))


def test_the_examples_are_a_bundle_without_a_problem():
    layer, problems = read_layer({path: text.encode() for path, text in EXAMPLES.items()})

    assert len(EXAMPLES) == 14
    assert [*problems, *check(with_core(layer), installed_catalogue())] == []
    assert compile_snapshot(with_core(layer), installed_catalogue()).entities["visit"].owned


def keys(schema):
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for name, part in schema.items():
            if not name.startswith(("field_", "screen_")):  # keys of types and kinds have pages of their own
                yield from keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_the_language_is_named(kind):
    catalogue = installed_catalogue()
    named = {word for span in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\$?\w+", span)}
    named |= set(re.findall(r'"([\w$]+)":', TEXT))
    bare = type(catalogue)({}, {}, {})

    assert set(keys(definition_schema(kind, bare))) <= named


@pytest.mark.parametrize("kind", installed_catalogue().screen_kinds.values(), ids=lambda kind: kind.name)
def test_every_screen_kind_has_its_section_with_its_keys(kind):
    (section,) = [part for part in re.split("^##+ ", TEXT, flags=re.MULTILINE) if f'`"kind": "{kind.name}"`' in part]
    assert set(kind.options_schema.get("properties", kind.options_schema)) <= set(re.findall(r"`(\w+)`", section))


def test_the_examples_are_json():
    for path, text in EXAMPLES.items():
        assert json.loads(text), path
