"""Accept-Language: weights, regions, and headers that nobody should send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.negotiate import negotiate

AVAILABLE = frozenset({"en", "de", "ru", "ar", "zh_Hant"})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("de", "de"),
        ("fr, de;q=0.8, ru;q=0.9", "ru"),
        ("de;q=0.5, ru;q=0.5", "de"),
        ("de-AT, en;q=0.5", "de_AT"),
        ("EN-us", "en_US"),
        ("de-Latn-XY", "de"),
        ("zh-hant-tw", "zh_Hant_TW"),
        ("fr", "en"),
        ("*", "en"),
        ("de;q=0, ru;q=0.1", "ru"),
        ("", "en"),
        (None, "en"),
        ("de;q=2", "en"),
        ("../../etc/passwd, ru", "ru"),
        ("de" * 10_000, "en"),
        (",".join(["xx"] * 1_000) + ",de", "en"),
    ],
)
def test_negotiate(header, expected):
    assert negotiate(header, AVAILABLE) == expected


@given(st.text())
def test_no_header_raises(header):
    assert negotiate(header, AVAILABLE)
