"""Running numbers in their pattern, and the periods in which they run."""

import datetime as dt

import pytest

from framework.fields.auto_number import next_text, period

DAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("pattern", "seq", "text"),
    [
        ("Q-{year}-{seq:5}", 42, "Q-2026-00042"),
        ("{seq:1}", 7, "7"),
        ("{seq:3}", 12345, "12345"),
        ("{month}/{year} №{seq:2}", 3, "03/2026 №03"),
        ("{year}{year}-{seq:12}", 1, "20262026-000000000001"),
    ],
)
def test_the_number_stands_in_its_pattern(pattern: str, seq: int, text: str) -> None:
    assert next_text(pattern, seq, DAY) == text


def test_years_before_the_year_1000_keep_four_digits() -> None:
    assert next_text("{year}-{seq:1}", 1, dt.date(33, 4, 3)) == "0033-1"


@pytest.mark.parametrize(("reset", "name"), [("never", ""), ("year", "2026"), ("month", "2026-03")])
def test_numbers_run_on_within_a_period(reset: str, name: str) -> None:
    assert period(reset, DAY) == name
