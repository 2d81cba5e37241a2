"""Lengths of time in every language: what is written is read back, and what people type is understood."""

import datetime as dt

import pytest
from babel.localedata import locale_identifiers

from i18n.formats import NotUnderstood, formats

EVERY = sorted(name for name in locale_identifiers() if name.count("_") == 0)
SPANS = [
    dt.timedelta(),
    dt.timedelta(seconds=1),
    dt.timedelta(minutes=90),
    dt.timedelta(days=2, hours=2, minutes=2, seconds=2),
    dt.timedelta(hours=999_999),
]
UNITS = (("hours", "minutes"), ("days",), ("days", "hours", "minutes", "seconds"), ("seconds",))


@pytest.mark.parametrize("locale", EVERY)
def test_what_is_written_is_read_back(locale: str) -> None:
    here = formats(locale, "UTC")
    for span in SPANS:
        for units in UNITS:
            text = here.duration(span, units)
            assert here.parse_duration(text, units[-1]) == span, text


@pytest.mark.parametrize(
    ("locale", "text", "minutes"),
    [
        ("en", "1h 30m", 90),
        ("en", "1h30m", 90),
        ("en", "1 hour, 30 minutes", 90),
        ("en", "1.5 h", 90),
        ("en", "1:30", 90),
        ("en", "90", 90),
        ("en", "2 days", 2 * 24 * 60),
        ("de", "1,5 Std.", 90),
        ("de", "1 Stunde 30 Minuten", 90),
        ("de", "1 h 30 min", 90),
        ("ru", "1 ч 30 мин", 90),
        ("ru", "2 часа", 120),
        ("ar", "١ س ٣٠ د", 90),
        ("fr", "2 jours", 2 * 24 * 60),
    ],
)
def test_people_type_the_words_of_their_language(locale: str, text: str, minutes: int) -> None:
    assert formats(locale, "UTC").parse_duration(text, "minutes") == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "h", "1h 2h", "1h 30", "1:75", "soon", "1 month", "1h -5m", "9" * 59, "1h" * 50])
def test_what_is_no_duration_is_told_with_an_example(text: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        formats("en", "UTC").parse_duration(text, "minutes")
    assert str(refusal.value) == "This is no duration. Examples: 1h 30m, 1:30"


def test_parts_of_a_second_are_refused() -> None:
    with pytest.raises(NotUnderstood, match="whole seconds"):
        formats("en", "UTC").parse_duration("1.5 s", "minutes")


def test_a_negative_span_has_its_sign_in_front() -> None:
    assert formats("en", "UTC").duration(dt.timedelta(minutes=-90), ("hours", "minutes")) == "−1h 30m"
