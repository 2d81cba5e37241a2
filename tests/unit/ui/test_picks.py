"""A picker marks what was sought where the search found it."""

import pytest

from ui.values.telling import _plain


@pytest.mark.parametrize(
    ("title", "sought", "at"),
    [
        ("Wärmeverbund", "WARM", 0),
        ("Große Straße", "straße", 6),
        ("İzmir", "izmir", 0),
        ("e\u0301", "e", 0),
        ("", "a", -1),
    ],
)
def test_accents_and_capitals_make_no_difference_and_no_shift(title: str, sought: str, at: int) -> None:
    assert _plain(title).find(_plain(sought)) == at
    assert len(_plain(title)) == len(title)
