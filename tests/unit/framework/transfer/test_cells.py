"""No cell of an export is a formula for a spreadsheet, and reading gives back what was written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.transfer.cells import guarded, unguarded

SIGNS = "=+-@\t\r"
TEXTS = st.text(st.sampled_from([*SIGNS, "'", " ", "\n", "\x00", "\x1f", "\u00a0", "\u200b", "a", "1"]), max_size=8)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "  =1", "\n\x00=1", "\u200b+1", "\uff1d1"])
def test_a_formula_is_made_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'a", "O'Neill", " a", "a\tb"])
def test_other_texts_stay(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.one_of(TEXTS, st.text()))
def test_reading_gives_back_what_was_written(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.one_of(TEXTS, st.text()))
def test_nothing_that_is_written_begins_with_a_sign_of_a_formula(text: str) -> None:
    seen = next((sign for sign in guarded(text) if not (sign.isspace() or unicodedata.category(sign) == "Cc")), "")
    assert seen not in {*SIGNS} - {"\t", "\r"} or not seen
    assert not guarded(text).startswith(tuple(SIGNS))
