"""Exact numbers at the edges of what JSON can write."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from framework.fields.decimal import Decimal as DecimalType
from framework.fields.integer import Integer
from framework.fields.numeric import plain
from i18n.formats import formats
from i18n.lazy import Label
from metadata.snapshot import Field

PRICE = Field("price", DecimalType(), Label("price", "Price"), "price")


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        (Decimal("0E+999999"), "0.00"),
        (Decimal("-0E-999999"), "0.00"),
        ("-0.00", "0.00"),
        (-0.0, "0.00"),
        (0.1, "0.10"),
        (1e15, "1000000000000000.00"),
        (Decimal("1.50000000000000000000000000000000000000"), "1.50"),
        (".5", "0.50"),
        ("+7.", "7.00"),
        (9_999_999_999_999_999, "9999999999999999.00"),
    ],
)
def test_a_number_is_read_as_it_is_written(given: object, wire: str) -> None:
    assert plain(PRICE.type.load(PRICE, given)) == wire


def test_a_year_is_written_without_groups_and_read_with_them_too() -> None:
    year = Field("year", Integer(), Label("year", "Year"), "year", options={"grouping": False})
    english = formats("en", "UTC")
    assert year.type.to_text(year, 12345, english) == "12345"
    assert year.type.to_text(replace(year, options={}), 12345, english) == "12,345"
    context: Any = None  # not asked
    assert [year.type.from_text(year, text, context, english) for text in ("12345", "12,345")] == [12345, 12345]
