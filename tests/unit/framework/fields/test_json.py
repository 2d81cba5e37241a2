"""Typed JSON that is none is refused with the place where it stops being JSON."""

import pytest

from framework.fields.base import ValueRefusedError
from framework.fields.json import Json
from i18n.formats import formats
from i18n.lazy import Label
from metadata.snapshot import Field

FIELD = Field("value", Json(), Label("value", "Value"), "value")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1\n "b": 2}', "Line 2, column 2: a comma or a closing bracket is missing"),
        ('\n\n {"a" 1}', "Line 3, column 7: a colon is missing behind the key"),
        ("{a: 1}", "Line 1, column 2: a key in double quotes is missing"),
        ("[1, hello]", "Line 1, column 5: a value is missing, or a text stands without double quotes"),
        ('["a]', "Line 1, column 2: the closing double quote of a text is missing"),
        ('["a\tb"]', "Line 1, column 4: a text holds a line break or tab; write \\n or \\t"),
        ('["\\x"]', "Line 1, column 3: there is no such sign behind a backslash; write \\\\ for a backslash"),
        ("{} {}", "Line 1, column 4: something follows the end of the JSON"),
        ("[NaN]", "JSON has no number “NaN”"),
        ('{"a": 1, "a": 2}', "The key “a” stands twice in one object"),
        ("[" * 100_000, "The JSON is nested more than 64 levels deep"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ValueRefusedError) as refusal:
        FIELD.type.from_text(FIELD, text, None, formats("en", "UTC"))  # type: ignore[attr-defined]
    assert str(refusal.value) == words


def test_a_number_of_very_many_digits_is_refused_in_no_time() -> None:
    wire = FIELD.type.from_text(FIELD, "9" * 100_000, None, formats("en", "UTC"))  # type: ignore[attr-defined]
    with pytest.raises(ValueRefusedError) as refusal:
        FIELD.type.load(FIELD, wire)  # type: ignore[attr-defined]
    assert refusal.value.code == "number"
