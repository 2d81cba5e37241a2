"""Whatever bytes come, there is a value or a problem with a place, never an exception."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.documents import canonical, pointer, steps_of
from metadata.reading import Source, read_json

SOURCE = Source("entity", "deal", "entities/deal.json")

# No lone surrogates and no NUL: the language refuses both, which another test shows.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.integers(-(2**63), 2**63 - 1) | st.integers(-(10**6), 10**6).map(lambda number: number / 1000)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_problem(data):
    _, body, problems = read_json(data, SOURCE)

    assert problems or json.loads(data) == body


@given(st.text(alphabet='{}[]",:\\u0d8123e.- \ntrufalsn', max_size=60))
def test_what_looks_like_json_gives_a_value_or_a_problem(text):
    _, body, problems = read_json(text.encode(), SOURCE)

    assert problems or body == json.loads(text)


@given(values)
def test_the_canonical_form_is_read_as_it_was_written(value):
    text = canonical(value)

    assert read_json(text.encode(), SOURCE) == (text, value, [])


@given(values)
def test_the_canonical_form_does_not_change_by_reading(value):
    text, body, _ = read_json(canonical(value).encode(), SOURCE)

    assert canonical(body) == text


@given(st.lists(texts, max_size=5))
def test_a_pointer_leads_back_to_its_steps(steps):
    assert steps_of(pointer(*steps)) == steps


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        ('{"a": {"b": 1, "b": 2}}', "M005", "/a/b", "line 1, column 16"),
        ('{\n "a": 1,\n "a": 2\n}', "M005", "/a", "line 3, column 2"),
        ('[{"x~y/z": NaN}]', "M008", "/0/x~0y~1z", "NaN"),
        ('{"min": -Infinity}', "M008", "/min", "-Infinity"),
        ('{"n": 0.1234567890123456789}', "M008", "/n", "0.1234567890123456789"),
        ('{"n": ' + "9" * 5000 + "}", "M008", "/n", "999"),
        ('{"n": 9223372036854775808}', "M008", "/n", "9223372036854775808"),
        ('{"a": "\\ud800"}', "M006", "/a", "line 1, column 7"),
        ('{"\\u0000": 1}', "M006", "/\0", ""),
        ("[" * 100_000, "M007", "", ""),
        ("[" * 100_000 + "]" * 100_000, "M007", "", "line 1, column 41"),
        ("", "M004", "", "line 1, column 1"),
        ('{"a": tru}', "M004", "", "line 1, column 7"),
    ],
)
def test_a_fault_is_named_with_its_place(text, code, place, words):
    _, body, problems = read_json(text.encode(), SOURCE)

    assert body is None
    assert [(found.code, found.pointer) for found in problems] == [(code, place)]
    assert words in str(problems[0].message)
    assert problems[0].file == "entities/deal.json"


def test_all_faults_of_a_text_are_found_at_once():
    text = '{"a": 1, "a": 2, "b": {"c": NaN, "d": "\\u0000"}}'

    _, _, problems = read_json(text.encode(), SOURCE)

    assert [(found.code, found.pointer) for found in problems] == [("M005", "/a"), ("M008", "/b/c"), ("M006", "/b/d")]


def test_numbers_that_a_double_keeps_are_taken_as_they_are():
    text = '{"a": 123456789012345, "b": 0.000000000000000123, "c": 1e3, "d": 4611686018427387904}'

    assert read_json(text.encode(), SOURCE)[1:] == (json.loads(text), [])


def test_half_characters_in_a_problem_can_be_printed():
    _, _, problems = read_json(b'{"\\ud800": {"a": 1, "a": 2}}', SOURCE)

    for found in problems:
        json.dumps(found.as_json(), ensure_ascii=False).encode("utf-8")
