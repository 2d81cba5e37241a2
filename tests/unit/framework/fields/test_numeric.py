"""Exact numbers at the edges of what JSON can write."""

from decimal import Decimal

import pytest

from framework.fields.decimal import Decimal as DecimalType
from framework.fields.numeric import plain
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
