"""Numbers and money: written as the locale does, read back exactly, refused with a reason."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.formats import Formats, NotUnderstood, formats

LOCALES = ("en", "en_US", "en_IN", "de", "de_CH", "fr", "ru", "ar", "fa", "hi", "sv", "tr", "pt_PT", "ja")


def of(locale: str) -> Formats:
    return formats(locale, "UTC")


@pytest.mark.parametrize(
    ("locale", "value", "scale", "text"),
    [
        ("en", "1234567.5", None, "1,234,567.5"),
        ("en", "1234567.125", 2, "1,234,567.13"),
        ("en", "-0.125", 2, "-0.13"),
        ("en", "1E+3", None, "1,000"),
        ("en", "0.50", None, "0.50"),
        ("de", "96750", 2, "96.750,00"),
        ("de_CH", "96750", 2, "96’750.00"),
        ("fr", "-1234.5", 2, "-1\u202f234,50"),
        ("sv", "-5", None, "−5"),
        ("en_IN", "-1234567.5", 1, "-12,34,567.5"),
        ("en_IN", "123456789", 0, "12,34,56,789"),
        ("ar", "-1234", 0, "\u200e-1,234"),
    ],
)
def test_number(locale, value, scale, text):
    assert of(locale).number(Decimal(value), scale) == text


@pytest.mark.parametrize(
    ("locale", "value", "text"), [("en", 1999, "1999"), ("de", 12345, "12345"), ("sv", -44, "−44"), ("en_IN", 0, "0")]
)
def test_a_number_that_only_names_has_no_groups(locale, value, text):
    assert of(locale).number(value, grouped=False) == text


def test_percent_stands_where_the_locale_has_it():
    value = Decimal("31.5")
    assert of("en").percent(value) == "31.5%"
    assert of("de").percent(value) == "31,5\u00a0%"
    assert of("tr").percent(value) == "%31,5"
    assert of("en").percent(-10) == "-10%"


def test_money_keeps_sign_and_amount_apart():
    assert of("en").money(Decimal(96750), "EUR") == ("€", "96,750", True)
    assert of("de").money(Decimal("96750.50"), "EUR") == ("€", "96.750,50", False)
    assert of("en").money(Decimal(5), "XQQ") == ("XQQ", "5", True)


def test_money_has_the_decimals_of_its_currency_unless_it_is_whole_or_finer():
    english = of("en")
    assert english.money(Decimal("12.5"), "EUR").amount == "12.50"
    assert english.money(Decimal("12.00"), "EUR").amount == "12"
    assert english.money(Decimal(12), "EUR", 2).amount == "12.00"
    assert english.money(Decimal("0.0035"), "EUR").amount == "0.0035"
    assert english.money(Decimal("12.5"), "TND").amount == "12.500"


def test_money_as_plain_text_does_not_break():
    assert of("en").money_text(Decimal(96750), "EUR") == "€\u00a096,750"
    assert of("de").money_text(Decimal(96750), "EUR") == "96.750\u00a0€"


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("de", "96.750,00", "96750.00"),
        ("de", "96 750,5", "96750.5"),
        ("de", "+5", "5"),
        ("de", ",5", "0.5"),
        ("en", "1,234,567", "1234567"),
        ("en", "\u22125.25", "-5.25"),
        ("fr", "12.5", "12.5"),
        ("fr", "1\u202f234,5", "1234.5"),
        ("de_CH", "1'234.5", "1234.5"),
        ("de_CH", "12,5", "12.5"),
        ("en_IN", "12,34,567.5", "1234567.5"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "\u200e-٥", "-5"),
        ("fa", "۱۲٫۵", "12.5"),
        ("hi", "१२३", "123"),
        ("en", "５０", "50"),
    ],
)
def test_parse_number(locale, text, value):
    assert of(locale).parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("locale", "text", "reason"),
    [
        ("de", "12O5", "There is a letter O in the number. Example: 96.750,00"),
        ("en", "12G500", "There is a letter G in the number. Example: 96,750.00"),
        ("en", "5 €", "There is a sign € in the number."),
        ("en", "1.2.3", "There are two decimal signs."),
        ("en", "96.750,00", "“96.750,00” cannot be read"),
        ("de", "1.5", "“1.5” cannot be read"),
        ("en", "1,5", "“1,5” cannot be read"),
        ("en", "--5", "“--5” cannot be read"),
        ("en", "-", "“-” cannot be read"),
        ("en", ".", "“.” cannot be read"),
        ("en", "1e5", "There is a letter e"),
        ("en", "NaN", "There is a letter N"),
        ("en", "  ", "Give a number."),
        ("en", "9" * 61, "Give a number."),
    ],
)
def test_a_number_that_is_none_gets_a_reason(locale, text, reason):
    with pytest.raises(NotUnderstood) as refused:
        of(locale).parse_number(text)
    assert str(refused.value.message).startswith(reason)


amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=4, allow_nan=False)


@given(st.sampled_from(LOCALES), amounts, st.none() | st.just(4))
def test_what_is_written_is_read_back_exactly(locale, value, scale):
    written = of(locale).number(value, scale)
    assert of(locale).parse_number(written) == value


@given(st.sampled_from(LOCALES), st.integers(-(10**20), 10**20))
def test_integers_are_read_back(locale, value):
    assert of(locale).parse_number(of(locale).integer(value)) == value


@given(st.sampled_from(LOCALES), st.text())
def test_any_text_is_a_number_or_refused(locale, text):
    with suppress(NotUnderstood):
        assert of(locale).parse_number(text).is_finite()
