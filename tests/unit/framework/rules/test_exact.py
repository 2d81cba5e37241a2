"""Arithmetic is exact where it can be and rounded in one way where it cannot."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.rules import assign, exact
from metadata.expressions.types import DATE, INTEGER, TEXT, decimal, money

DECIMALS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**30), 10**30), st.integers(0, 12)
)
NUMBERS = DECIMALS | st.integers(-(2**63), 2**63 - 1)


def half_away_from_zero(value: Fraction, places: int) -> Fraction:
    """Rounding as school teaches it, by another road than the one under test."""
    shifted = abs(value) * 10**places
    whole = int(shifted + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


@given(NUMBERS, NUMBERS)
def test_sums_and_differences_are_exact(left: Decimal, right: Decimal) -> None:
    assert Fraction(exact.add(left, right)) == Fraction(left) + Fraction(right)
    assert Fraction(exact.subtract(left, right)) == Fraction(left) - Fraction(right)


@given(DECIMALS, NUMBERS)
def test_products_keep_ten_places(left: Decimal, right: Decimal) -> None:
    assert Fraction(exact.multiply(left, right)) == half_away_from_zero(Fraction(left) * Fraction(right), 10)


@given(NUMBERS, NUMBERS.filter(bool))
def test_quotients_keep_ten_places(left: Decimal, right: Decimal) -> None:
    quotient = exact.divide(left, right)
    assert quotient is not None
    assert Fraction(quotient) == half_away_from_zero(Fraction(left) / Fraction(right), 10)


@given(NUMBERS, NUMBERS.filter(bool))
def test_the_remainder_has_the_sign_of_what_is_divided(left: Decimal, right: Decimal) -> None:
    found = exact.remainder(left, right)
    assert found is not None
    quotient = int(Fraction(left) / Fraction(right))  # int() cuts towards zero
    assert Fraction(found) == Fraction(left) - Fraction(right) * quotient


@given(DECIMALS, st.integers(-30, 15))
def test_rounding_is_half_away_from_zero(value: Decimal, places: int) -> None:
    expected = half_away_from_zero(Fraction(value), places) if places >= 0 else None
    found = Fraction(exact.rounded(value, places))
    if expected is None:
        expected = half_away_from_zero(Fraction(value) / 10**-places, 0) * 10**-places
    assert found == expected


def test_whole_numbers_do_not_overflow() -> None:
    assert exact.multiply(2**63 - 1, 2**63 - 1) == (2**63 - 1) ** 2


@pytest.mark.parametrize("divide", [exact.divide, exact.remainder])
@pytest.mark.parametrize("zero", [0, Decimal(0), Decimal("0.00")])
def test_division_by_zero_gives_nothing(divide, zero) -> None:
    assert divide(5, zero) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (Decimal("12.50"), "12.5"),
        (Decimal(100), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00"), "0"),
        (Decimal("0.0000000001"), "0.0000000001"),
    ],
)
def test_equal_numbers_have_one_text(value: Decimal, text: str) -> None:
    assert exact.canonical(value) == text


def test_even_a_number_that_python_would_not_write_has_a_text() -> None:
    assert exact.canonical(10**5000) == "1" + "0" * 5000


@given(DECIMALS)
def test_the_canonical_text_is_the_number(value: Decimal) -> None:
    assert Decimal(exact.canonical(value)) == value
    assert exact.canonical(value) == exact.canonical(exact.scaled(value, 3).scaleb(-3) + Decimal("0.000"))


@pytest.mark.parametrize(
    ("value", "target", "held"),
    [
        (Decimal("1.005"), decimal(2), Decimal("1.01")),
        (Decimal("-1.005"), money("EUR", 2), Decimal("-1.01")),
        (5, decimal(2), Decimal(5)),
        (Decimal("999.994"), decimal(2, 5), Decimal("999.99")),
        (Decimal("999.995"), decimal(2, 5), None),
        (Decimal("2.5"), INTEGER, 3),
        (2**63 - 1, INTEGER, 2**63 - 1),
        (2**63, INTEGER, None),
        (Decimal("1.23456789"), decimal(None), Decimal("1.23456789")),
        (None, decimal(2), None),
        ("1.005", TEXT, "1.005"),
        (True, DATE, True),
    ],
)
def test_a_field_rounds_what_it_is_given(value: object, target, held: object) -> None:
    assert assign(value, target) == held
    assert type(assign(value, target)) is type(held)
