"""The order of names and of addresses, and what is not there leaves no mark behind."""

import pytest

from i18n.formats.addresses import _BY_COUNTRY, address_lines, address_order
from i18n.formats.person_names import family_first, in_full
from i18n.standards import countries

FULL = {"prefix": "Dr.", "first": "Anna", "middle": "M.", "last": "Nagy", "suffix": "Jr."}
PARTS = {"street": "S 1", "postal_code": "P", "city": "C", "region": "R"}


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        ("", "Dr. Anna M. Nagy Jr."),
        ("en", "Dr. Anna M. Nagy Jr."),
        ("de_AT", "Dr. Anna M. Nagy Jr."),
        ("ar", "Dr. Anna M. Nagy Jr."),
        ("ja", "Dr. Anna M. Nagy Jr."),
        ("hu", "Dr. Nagy Anna M. Jr."),
        ("vi_VN", "Dr. Nagy Anna M. Jr."),
    ],
)
def test_a_name_has_the_order_of_its_script_and_of_the_reader(locale: str, name: str) -> None:
    assert in_full(FULL, locale) == name


@pytest.mark.parametrize("locale", ["", "en", "ja", "hu"])
def test_east_asian_names_begin_with_the_family_for_every_reader(locale: str) -> None:
    assert in_full({"first": "\u592a\u90ce", "last": "\u5c71\u7530"}, locale) == "\u5c71\u7530\u592a\u90ce"
    assert in_full({"first": "\uae38\ub3d9", "last": "\ud64d"}, locale) == "\ud64d\uae38\ub3d9"


def test_blank_parts_leave_no_spaces() -> None:
    assert in_full({"prefix": None, "first": "Madonna", "last": ""}) == "Madonna"
    assert in_full({}) == ""


def test_of_no_name_the_language_itself_is_asked() -> None:
    assert family_first("", "ja_JP")
    assert not family_first("", "de")


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("AT", ("S 1", "P C", "R")),
        ("US", ("S 1", "C, R P")),
        ("GB", ("S 1", "C", "R", "P")),
        ("HU", ("C", "S 1", "P", "R")),
        ("JP", ("P", "R C", "S 1")),
        ("BR", ("S 1", "C - R", "P")),
        (None, ("S 1", "P C", "R")),
    ],
)
def test_an_address_has_the_order_of_its_country(country: str | None, lines: tuple[str, ...]) -> None:
    assert address_lines(PARTS, country) == lines


def test_marks_stand_only_between_two_parts_that_are_there() -> None:
    assert address_lines({"city": "Springfield", "postal_code": "62704"}, "US") == ("Springfield 62704",)
    assert address_lines({"region": "SP"}, "BR") == ("SP",)
    assert address_lines({"street": "Floor 3\n1 Main St"}, "US") == ("Floor 3", "1 Main St")
    assert address_lines({"city": "- , -"}, "US") == ("- , -",)


def test_every_country_shows_every_part_once() -> None:
    assert set(_BY_COUNTRY) <= set(countries("en"))
    for country in (*_BY_COUNTRY, None):
        assert sorted(address_order(country)) == sorted(PARTS)
