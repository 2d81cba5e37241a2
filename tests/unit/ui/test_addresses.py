"""Addresses: the state of a list is changed without losing the rest, and nobody is led elsewhere."""

import pytest

from ui.page.addresses import Address, own_path, sign_in_url

LIST = Address(
    "/records/deal", (("filter[stage][in]", "won,lost"), ("sort", "-amount"), ("after", "abc"), ("loaded", "100"))
)


def test_a_change_begins_the_list_anew_and_keeps_the_rest() -> None:
    assert str(LIST.anew("sort", "name")) == "/records/deal?filter[stage][in]=won,lost&sort=name"


def test_a_parameter_is_taken_out_by_none() -> None:
    assert str(LIST.anew("filter[stage][in]", None)) == "/records/deal?sort=-amount"


def test_values_cannot_break_out_of_their_parameter() -> None:
    assert str(Address("/records/deal").having("search", 'a&b="<')) == "/records/deal?search=a%26b%3D%22%3C"


def test_a_part_lies_below_the_path_and_keeps_the_parameters() -> None:
    assert str(Address("/records/deal", (("search", "x"),)).below("count")) == "/records/deal/count?search=x"


@pytest.mark.parametrize(
    "wanted",
    ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "records", "", "/a\nb", "\t//x"],
)
def test_only_paths_of_our_own_are_returned_to(wanted: str) -> None:
    assert own_path(wanted) is None


def test_a_path_with_parameters_is_returned_to() -> None:
    assert own_path("/records/deal?sort=name") == "/records/deal?sort=name"


def test_the_sign_in_page_knows_where_to_go_on() -> None:
    assert sign_in_url("/records/deal?a=b&c") == "/sign-in?next=/records/deal%3Fa%3Db%26c"
    assert sign_in_url("/") == "/sign-in"
