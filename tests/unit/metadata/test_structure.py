"""What JSON Schema refuses is said in a sentence, with the place and what to write instead."""

import json
from importlib.resources import files

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.check.structure import Structure
from metadata.compile.fields import COMMON_KEYS, RESOLVED_KEYS
from metadata.kinds import KINDS
from metadata.schemas import definition_schema
from tests.support.catalogue import CATALOGUE

STRUCTURE = Structure(CATALOGUE)


def said(kind, body):
    return [
        (code, found.place, str(found.message), str(found.hint)) for code, _, found in STRUCTURE.findings(kind, body)
    ]


def test_the_keys_of_a_field_are_those_of_its_type():
    fields = {"a": {"type": "text", "scale": 2}, "b": {"type": "decimal", "max_length": 2, "scale": 2}}

    found = {(code, place) for code, place, *_ in said("entity", {"fields": fields})}

    assert found == {("M020", "/fields/a/scale"), ("M020", "/fields/b/max_length")}


def test_each_fault_is_said_once():
    found = said("entity", {"fields": {"a": {"type": "text", "label": 1, "help": "", "requierd": True}}})

    assert sorted(found) == [
        ("M020", "/fields/a/requierd", "“requierd” is not a key here.", "Did you mean “required”?"),
        ("M022", "/fields/a/label", "Here must stand a text in quotes.",
         "What people read, in the bundle's source locale. Translations live in locales/<locale>.po."),
        ("M026", "/fields/a/help", "At least one character must stand here.", "It has 0."),
    ]  # fmt: skip


def test_a_choice_of_forms_is_worded_by_the_form_that_was_meant():
    flow = {"new": [{"to": "won", "need": ["name"]}, 3]}
    stage = {"type": "choice", "options": {"new": {}, "won": {}}, "flow": flow}

    found = said("entity", {"fields": {"stage": stage}})

    assert [(code, place) for code, place, *_ in found] == [
        ("M020", "/fields/stage/flow/new/0/need"),
        ("M028", "/fields/stage/flow/new/1"),
    ]


def test_exactly_one_key_of_several():
    item = {"screen": "a", "entity": "b"}

    found = said("navigation", {"groups": {"g": {"items": {"i": item}}}})

    assert [(code, message) for code, _, message, _ in found] == [
        ("M028", "Exactly one of these keys must stand here: screen, entity, url.")
    ]


@pytest.mark.parametrize("body", [None, [], "text", 1, True])
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"demo"}))
def test_a_definition_is_an_object(kind, body):
    assert [code for code, *_ in said(kind, body)] == ["M022"]


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind):
    schema = definition_schema(kind, CATALOGUE)

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema_rs.Draft202012Validator(schema)
    assert schema["description"]


def objects(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"demo"}))
def test_objects_are_closed_and_their_keys_described(kind):
    for found in objects(definition_schema(kind, CATALOGUE)):
        closed = "additionalProperties" in found or "allOf" in found or "propertyNames" in found
        assert closed, found


def test_an_unknown_kind_has_no_schema():
    with pytest.raises(KeyError):
        definition_schema("report", CATALOGUE)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("abc_*.1", max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["fields", "type", "to", "label", "grants", "read", "groups", "items", "a", "kind", "options",
                         "flow", "columns", "entity", "name", "for", "rows", "unique", "rules", "$schema", "default"]),
        inner, max_size=4),
    max_leaves=25,
)  # fmt: skip


@given(st.sampled_from(KINDS), json_values)
def test_any_json_is_judged_alike_by_both_validators(kind, body):
    fits = not STRUCTURE.findings(kind, body)

    assert jsonschema.Draft202012Validator(definition_schema(kind, CATALOGUE)).is_valid(body) is fits


def test_the_compiler_knows_the_keys_that_the_schema_gives_to_every_field():
    schema = json.loads((files("metadata.schemas") / "entity.json").read_text("utf-8"))["$defs"]

    assert set(schema["field"]["properties"]) == COMMON_KEYS
    assert {*schema["relation"]["properties"], *schema["choice"]["properties"]} == RESOLVED_KEYS - {"formula"}
