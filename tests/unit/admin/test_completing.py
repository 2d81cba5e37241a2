"""Where one writes in a document that is not whole, and what may stand there."""

import pytest

from admin.completing import cursor_of, offers

SCHEMA = {
    "type": "object",
    "properties": {
        "label": {"$ref": "#/$defs/label"},
        "fields": {"type": "object", "additionalProperties": {"$ref": "#/$defs/field"}},
        "order": {"type": "array", "items": {"enum": ["up", "down"]}},
    },
    "$defs": {
        "label": {"type": "string", "description": "What people read."},
        "field": {
            "properties": {"type": {"enum": ["date", "text"]}},
            "allOf": [
                {
                    "if": {"properties": {"type": {"const": "text"}}, "required": ["type"]},
                    "then": {"properties": {"unique": {"type": "boolean"}, "max": {"type": "integer"}}},
                }
            ],
        },
    },
}


@pytest.mark.parametrize(
    ("before", "steps", "wants_key", "typed"),
    [
        ("", (), False, ""),
        ("{", (), True, ""),
        ('{"la', (), True, "la"),
        ('{"label', (), True, "label"),
        ('{"label"', (), True, ""),
        ('{"label": ', ("label",), False, ""),
        ('{"label": "x", ', (), True, ""),
        ('{"label": "a, {[\\"", "fields": {"a": {', ("fields", "a"), True, ""),
        ('{"fields": {"a": {}}, ', (), True, ""),
        ('{"fields": {"a": {"unique": tr', ("fields", "a", "unique"), False, "tr"),
        ('{"order": ["up", "d', ("order", "1"), False, "d"),
        ("}]", (), False, ""),
    ],
)
def test_the_place_is_read_from_what_stands_before_it(
    before: str, steps: tuple[str, ...], typed: str, *, wants_key: bool
) -> None:
    found = cursor_of(before)
    assert (found.steps, found.wants_key, found.typed) == (steps, wants_key, typed)


@pytest.mark.parametrize(
    ("before", "holds", "names"),
    [
        ("{", {}, ["label", "fields", "order"]),
        ('{"label": "x", ', {}, ["fields", "order"]),
        ('{"fields": {', {"fields": {"a": {}, "b": {}}}, ["x", "a", "b"]),
        ('{"fields": {"n": {', {}, ["type"]),
        ('{"fields": {"n": {"type": "text", ', {}, ["unique", "max"]),
        ('{"fields": {"a": {', {"fields": {"a": {"type": "text"}}}, ["unique", "max", "type"]),
        ('{"fields": {"a": {"type": "date", ', {"fields": {"a": {"type": "text"}}}, []),
        ('{"fields": {"a": {"type": ', {}, ["date", "text"]),
        ('{"fields": {"a": {"type": "text", "unique": ', {"fields": {"a": {"type": "text"}}}, ["true", "false"]),
        ('{"order": ["up", "d', {}, ["down"]),
        ('{"label": ', {}, ["y"]),
    ],
)
def test_keys_values_and_names_are_offered(before: str, holds: dict[str, object], names: list[str]) -> None:
    known = {("fields", "*"): ["x"], ("label",): ["y"]}
    found = offers(cursor_of(before), SCHEMA, holds, lambda steps: known.get(steps, []))
    assert [one.name for one in found] == names


def test_an_offer_says_what_it_is_and_takes_the_place_of_what_is_typed() -> None:
    cursor = cursor_of('{"la')
    found = offers(cursor, SCHEMA, {}, lambda _: [])
    assert cursor.replaces == len('"la')
    assert [(one.text, one.told) for one in found] == [('"label": ', "What people read.")]
