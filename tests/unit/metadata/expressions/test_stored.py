"""Filters as JSON: the form that saved views keep and that programs may send."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.expressions import ExpressionError, from_json, parse, to_json


@pytest.mark.parametrize(
    ("text", "json"),
    [
        ("account.industry", {"path": "account.industry"}),
        ("$old.stage", {"path": "$old.stage"}),
        ("me().team", {"path": "me().team"}),
        ("'won'", {"text": "won"}),
        ("12.50", {"number": "12.50"}),
        ("false", {"value": False}),
        ("null", {"value": None}),
        ("-a", {"op": "-", "of": [{"path": "a"}]}),
        ("a and b and c", {"op": "and", "of": [{"path": "a"}, {"path": "b"}, {"path": "c"}]}),
        ("a not in (1, 2)", {"op": "not in", "of": [{"path": "a"}, {"number": "1"}, {"number": "2"}]}),
        ("if(a, 1)", {"call": "if", "of": [{"path": "a"}, {"number": "1"}]}),
        ("today()", {"call": "today", "of": []}),
    ],
)
def test_json_and_text_say_the_same(text: str, json: dict[str, Any]) -> None:
    assert to_json(parse(text)) == json
    assert from_json(json) == parse(text)


@pytest.mark.parametrize(
    ("json", "message", "hint"),
    [
        ([], "Each part of a filter is an object.", None),
        ({"op": "and", "of": ["a"]}, "Each part of a filter is an object.", None),
        ({"op": "and", "of": {}}, "“of” is a list.", None),
        ({"pth": "a"}, "A part of a filter has path,", "Did you mean path?"),
        ({"path": "a", "text": "b"}, "A part of a filter has path,", None),
        ({"path": "a b"}, "a b is not the name of a field.", None),
        ({"path": "in"}, "in is not the name of a field.", None),
        ({"path": "$new.a"}, "$new.a is not the name of a field.", None),
        ({"path": 1}, "1 is not the name of a field.", None),
        ({"text": 1}, "“text” is a string.", None),
        ({"number": 1.5}, "“number” is a string such as 12.50, without a sign.", None),
        ({"number": "-1"}, "“number” is a string such as 12.50, without a sign.", None),
        ({"number": "1e9"}, "“number” is a string such as 12.50, without a sign.", None),
        ({"value": 1}, "“value” is true, false or null.", None),
        ({"call": "a b", "of": []}, "a b is not the name of a function.", None),
        ({"call": "and", "of": []}, "and is not the name of a function.", None),
        ({"op": "adn", "of": []}, "There is no operator adn of 0 parts.", "Did you mean and?"),
        ({"op": "and", "of": [{"path": "a"}]}, "There is no operator and of 1 parts.", None),
        ({"op": ["and"], "of": []}, "There is no operator", "Did you mean and?"),
    ],
)
def test_other_json_is_refused(json: object, message: str, hint: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        from_json(json)
    error = caught.value
    assert (error.code, error.column) == ("bad_tree", 0)
    assert str(error.message).startswith(message)
    assert (str(error.hint) if error.hint else None) == hint


def _nested(levels: int) -> Any:
    json: Any = {"path": "a"}
    for _ in range(levels):
        json = {"op": "not", "of": [json]}
    return json


@pytest.mark.parametrize(
    ("json", "code"),
    [
        (_nested(40), "too_deep"),
        (_nested(10_000), "too_deep"),
        ({"op": "and", "of": [{"path": "a"}] * 400}, "too_many_nodes"),
        ({"text": "x" * 4001}, "too_long"),
        ({"number": "1" * 4001}, "too_long"),
        ({"op": "&", "of": [{"text": "x" * 3000}, {"text": "y" * 3000}]}, "too_long"),
        ({"text": "\0"}, "bad_character"),
    ],
)
def test_the_limits_of_the_text_hold_for_json(json: object, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        from_json(json)
    assert caught.value.code == code


def test_a_caller_may_allow_fewer_nodes() -> None:
    with pytest.raises(ExpressionError, match="at most 1 parts here"):
        from_json({"op": "-", "of": [{"path": "a"}]}, max_nodes=1)


KEYS = st.sampled_from(["path", "text", "number", "value", "op", "of", "call"])
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["and", "in", "a"])
)


@given(
    st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=2), inner))
)
def test_no_json_makes_another_error(json: object) -> None:
    try:
        node = from_json(json)
    except ExpressionError:
        return
    assert from_json(to_json(node)) == node
