"""Dates and times: as the look wants them, and every way in which people type them."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.formats import Formats, NotUnderstood, formats

TODAY = date(2026, 11, 25)  # a Wednesday
NOW = datetime(2026, 11, 25, 15, 42, 10, tzinfo=UTC)
LOCALES = ("en", "en_US", "de", "de_CH", "ru", "ar", "fr", "sv", "fa", "tr", "pl", "hi", "es", "ja", "hu")


def of(locale: str) -> Formats:
    return formats(locale, "Europe/Zurich")


@pytest.mark.parametrize(
    ("locale", "same_year", "other_year"),
    [
        ("en", "4 Dec", "15 Jan 2027"),
        ("en_US", "Dec 4", "Jan 15, 2027"),
        ("de", "4. Dez.", "15. Jan. 2027"),
        ("ar", "4 ديسمبر", "15 يناير 2027"),
    ],
)
def test_cells_name_the_year_only_when_it_is_another(locale, same_year, other_year):
    assert of(locale).date(date(2026, 12, 4), TODAY) == same_year
    assert of(locale).date(date(2027, 1, 15), TODAY) == other_year
    assert of(locale).date(date(2027, 1, 15)) == other_year


def test_full_and_input_forms():
    assert of("en").date_full(date(2026, 12, 4)) == "Friday, 4 December 2026"
    assert of("en").date_input(date(2026, 12, 4)) == "04/12/2026"
    assert of("de").date_input(date(2026, 12, 4)) == "04.12.2026"
    assert of("en_US").date_input(date(2026, 12, 4)) == "12/4/2026"
    assert of("ar").date_input(date(2026, 12, 4)) == "4/12/2026"


def test_moments_are_shown_in_the_zone():
    assert of("en").time(NOW) == "16:42"
    assert of("en").datetime(NOW, TODAY) == "25 Nov, 16:42"
    assert of("en_US").datetime(NOW).replace("\u202f", " ") == "Nov 25, 2026, 4:42 PM"
    assert of("en").exact(NOW) == "Wednesday, 25 November 2026, 16:42:10 CET"
    assert of("en").date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC).date(), TODAY) == "31 Dec"
    assert of("en").time(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-12), "12 min ago"),
        (timedelta(hours=-1), "1 h ago"),
        (timedelta(hours=5), "in 5 h"),
        (timedelta(days=-1), "yesterday"),
        (timedelta(hours=-17), "yesterday"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=23), "in 23 days"),
        (timedelta(days=100), "in 3 months"),
        (timedelta(days=-900), "2 years ago"),
    ],
)
def test_relative_moments(step, text):
    assert of("en").relative(NOW + step, NOW) == text


def test_relative_days_and_plural_forms():
    assert of("en").relative(TODAY, NOW) == "today"
    assert of("en").relative(TODAY + timedelta(1), NOW) == "tomorrow"
    assert of("ru").relative(TODAY - timedelta(900), NOW) == "2 года назад"
    assert of("ar").relative(TODAY - timedelta(3), NOW) == "قبل 3 أيام"


def test_the_day_of_a_moment_is_that_of_the_zone():
    # 23:30 UTC on the 24th is the 25th in Zurich, so it is today and not yesterday.
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert of("en").relative(late, NOW) == "16 h ago"


def test_locales_do_not_spoil_each_other():
    # Babel shares what locales inherit alike; Japanese first made Persian months Japanese.
    assert of("ja").date(TODAY, TODAY) == "11月25日"
    assert of("ja").month(11, "abbreviated") == "11月"
    assert of("fa").date(TODAY, TODAY) == "25 نوامبر"
    assert (of("de").month(1), of("de_AT").month(1)) == ("Januar", "Jänner")


def test_names_and_week():
    assert of("de").month(3) == "März"
    assert of("ru").month(3) == "март"
    assert of("en").weekday(0, "abbreviated") == "Mon"
    assert (of("en").first_weekday, of("en_US").first_weekday, of("ar_EG").first_weekday) == (0, 6, 5)


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en", "+3d", date(2026, 11, 28)),
        ("en", "-1w", date(2026, 11, 18)),
        ("en", "+ 2 M", date(2027, 1, 25)),
        ("en", "+1y", date(2027, 11, 25)),
        ("en", "fri", date(2026, 11, 27)),
        ("en", "Wednesday", date(2026, 12, 2)),
        ("de", "Fr.", date(2026, 11, 27)),
        ("ru", "пятница", date(2026, 11, 27)),
        ("en", "tomorrow", date(2026, 11, 26)),
        ("en", "2026-12-04", date(2026, 12, 4)),
        ("en", "20261204", date(2026, 12, 4)),
        ("de", "12.3.", date(2026, 3, 12)),
        ("de", "12.3.27", date(2027, 3, 12)),
        ("de", "12.3.85", date(1985, 3, 12)),
        ("en", "3/12", date(2026, 12, 3)),
        ("en_US", "3/12", date(2026, 3, 12)),
        ("en", "2027/3/12", date(2027, 3, 12)),
        ("sv", "3-12", date(2026, 3, 12)),
        ("en", "4 Dec", date(2026, 12, 4)),
        ("en", "dec 4, 2027", date(2027, 12, 4)),
        ("en", "Friday, 4 December 2026", date(2026, 12, 4)),
        ("es", "4 de diciembre de 2026", date(2026, 12, 4)),
        ("ru", "4 декабря 2026 г.", date(2026, 12, 4)),
        ("ar", "٤/١٢/٢٠٢٦", date(2026, 12, 4)),
        ("de", "29.2.28", date(2028, 2, 29)),
    ],
)
def test_parse_date(locale, text, expected):
    assert of(locale).parse_date(text, TODAY) == expected


def test_every_example_is_understood():
    for locale in LOCALES:
        for example in of(locale).date_examples.split(", "):
            assert of(locale).parse_date(example, TODAY)
    assert of("en").date_examples == "+30d, fri, 12/3, 12/03/2027"


def test_a_month_after_the_last_day_is_the_last_day():
    assert of("en").parse_date("+1m", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize("text", ["31.2.", "29.2.", "0.1.", "12.13.2026", "+9999y", "99999999"])
def test_a_day_that_does_not_exist_is_said_so(text):
    with pytest.raises(NotUnderstood, match="There is no such day"):
        of("de").parse_date(text, TODAY)


@pytest.mark.parametrize("text", ["", "foo", "12", "1.2.3.4", "12 foo 2026", "9" * 70, "4 Dec 1 Jan"])
def test_what_is_no_date_gets_examples(text):
    with pytest.raises(NotUnderstood, match=r"This is no date\. Understood are: \+30d, fr, 12\.3\., 12\.03\.2027"):
        of("de").parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16:42", time(16, 42)),
        ("16.42", time(16, 42)),
        ("16h42", time(16, 42)),
        ("1642", time(16, 42)),
        ("930", time(9, 30)),
        ("9", time(9)),
        ("4:42 pm", time(16, 42)),
        ("12 am", time(0)),
        ("12:30pm", time(12, 30)),
        ("16:42:10", time(16, 42, 10)),
    ],
)
def test_parse_time(text, expected):
    assert of("en").parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "25:00", "12:60", "13 pm", "0 am", "noon", "9 foo"])
def test_what_is_no_time_gets_an_example(text):
    with pytest.raises(NotUnderstood, match=r"This is no time\. Example: 16:30"):
        of("en").parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "4 Dec 2026 16:42",
        "4 Dec, 16:42",
        "04/12/2026 16:42",
        "2026-12-04T16:42",
        "2026-12-04 16:42",
        "2026-12-04T15:42Z",
        "2026-12-04T10:42:00-05:00",
        "4/12 4:42 pm",
        "+9d 1642",
    ],
)
def test_parse_datetime(text):
    expected = datetime(2026, 12, 4, 15, 42, tzinfo=UTC)
    assert of("en").parse_datetime(text, TODAY) == expected


def test_a_time_alone_is_today_and_a_day_alone_is_refused():
    assert of("en").parse_datetime("9:00", TODAY) == datetime(2026, 11, 25, 8, tzinfo=UTC)
    with pytest.raises(NotUnderstood, match="Give a day and a time"):
        of("en").parse_datetime("4 Dec 2026", TODAY)


# Hypothesis wants its limits naive.
moments = st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(LOCALES), days)
def test_every_written_form_is_read_back(locale, day):
    here = of(locale)
    for written in (here.date(day), here.date(day, day), here.date_input(day)):
        assert here.parse_date(written, day) == day


@given(st.sampled_from(LOCALES), moments)
def test_moments_are_read_back_to_the_minute(locale, moment):
    here = of(locale)
    minute = moment.replace(second=0, microsecond=0)
    for written in (here.datetime(minute), here.datetime_input(minute)):
        read = here.parse_datetime(written, minute.date())
        # The hour that a zone sets back comes twice; its text alone cannot tell which one is meant.
        assert abs(read - minute) in (timedelta(0), timedelta(hours=1))


@given(st.sampled_from(LOCALES), st.text())
def test_any_text_is_understood_or_refused(locale, text):
    here = of(locale)
    for read in (
        lambda: here.parse_date(text, TODAY),
        lambda: here.parse_time(text),
        lambda: here.parse_datetime(text, TODAY),
    ):
        with suppress(NotUnderstood):
            assert read() is not None
