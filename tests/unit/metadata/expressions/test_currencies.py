"""Amounts of unlike currencies are refused where that is known, and give null where a record decides."""

from decimal import Decimal

import pytest

from framework.rules import SIGNATURES, evaluator
from metadata.expressions import ExpressionError, Resolved, Root, Step, Type, check, parse
from metadata.expressions.currencies import amounts_without_currency, currency_of
from metadata.expressions.types import money
from tests.contract.expression_world import ENV
from tests.unit.metadata.expressions.deal import DealScope


class WithDollars(DealScope):
    """The deal with one more field, in dollars."""

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        if names == ("dollars",):
            return Resolved(money("USD", 2), (Step("deal", "dollars"),))
        return super().resolve(root, names)


RECORD = {"amount": Decimal(1), "dollars": Decimal(3), "price": Decimal(10), "cost": Decimal(20), "done": True}


def value(
    text: str, price_in: str | None = "EUR", cost_in: str | None = "EUR", wanted: Type | None = None, **values: object
) -> object:
    record = {**RECORD, **values, "price.currency": price_in, "cost.currency": cost_in}
    return evaluator(check(parse(text), WithDollars(), SIGNATURES, wanted))(record, ENV)


@pytest.mark.parametrize(
    "text",
    [
        "amount + dollars",
        "dollars < amount",
        "amount in (1, dollars)",
        "max(amount, dollars)",
        "amount / dollars",
        "-amount * 2 + if(done, dollars, 0)",
    ],
)
def test_two_fixed_currencies_that_differ_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be added or compared") as caught:
        value(text)
    assert caught.value.code == "mixed_currency"
    assert str(caught.value.hint).startswith("Use the bare amounts")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("price + cost", 30),
        ("price - cost", -10),
        ("price / cost", Decimal("0.5")),
        ("price < cost", True),
        ("price in (cost, 10)", True),
        ("min(price, cost, 15)", 10),
        ("price * 2 + cost / 2", 30),
        ("coalesce(price, cost) + cost", 30),
        ("if(done, price, cost) + price", 20),
        ("abs(price) = -(-cost) - 10", True),
    ],
)
def test_amounts_of_one_currency_go_together(text: str, result: object) -> None:
    assert value(text) == result


UNLIKE = [
    "price + cost",
    "price < cost",
    "price in (cost, 1)",
    "max(price, cost)",
    "price / cost",
    "amount + price + cost",
]


@pytest.mark.parametrize("text", UNLIKE)
def test_amounts_of_unlike_currencies_give_null(text: str) -> None:
    assert value(text, "EUR", "USD") is None


@pytest.mark.parametrize("text", UNLIKE)
def test_an_amount_without_a_currency_goes_together_with_any(text: str) -> None:
    assert value(text, None, "EUR") is not None
    assert value(text, "EUR", None) is not None
    assert value(text, None, None) is not None


def test_all_of_several_amounts_must_be_in_one_currency() -> None:
    assert value("amount + price + cost", None, "USD") is None
    assert value("max(amount, price, cost)", "USD", None) is None


def test_a_fixed_currency_goes_together_with_the_same_of_a_record() -> None:
    assert value("amount + price") == 11
    assert value("amount + price", price_in="USD") is None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("price + 1", 11),
        ("price > 5", True),
        ("price * 2", 20),
        ("if(done, price, cost)", 10),
        ("coalesce(price, cost)", 10),
        ("if(done, price, cost) + 1", 11),
        ("coalesce(price, cost) > 5", True),
        ("-if(done, amount, dollars) * 2", -2),
        ("price + price", 20),
    ],
)
def test_a_plain_number_has_no_currency_to_mind(text: str, result: object) -> None:
    assert value(text, "EUR", "USD") == result


def test_all_branches_of_a_choice_count() -> None:
    assert value("if(done, price, cost) + price", "EUR", "EUR") == 20
    assert value("if(done, price, cost) + price", "EUR", "USD") is None
    assert value("coalesce(price, 0) + cost", None, "USD", price=None) == 20
    assert value("coalesce(price, cost) + cost", "EUR", "USD") is None


def test_a_field_of_one_currency_takes_no_amount_in_another() -> None:
    assert value("price", "EUR", wanted=money("EUR", 2)) == 10
    assert value("price", "USD", wanted=money("EUR", 2)) is None
    assert value("price", "USD", wanted=money(None, 2)) == 10
    assert value("if(done, price, cost)", "USD", "JPY", wanted=money(None, 2)) == 10
    assert value("seats * 2", seats=3, wanted=money("EUR", 2)) == 6


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("price > 1000", ["price"]),
        ("1000 < price", ["price"]),
        ("price in (1, 2)", ["price"]),
        ("price * 2 - cost > 1000", ["price", "cost"]),
        ("done or price > 1000", ["price"]),
        ("if(done, price > 1000, cost > 1)", ["price", "cost"]),
        ("price.currency = 'EUR' and price > 1000", []),
        ("'EUR' = price.currency and price > 1000", []),
        ("price.currency = 'EUR' and (done or not price > 1000)", []),
        ("price.currency = 'EUR' and cost > 1000", ["cost"]),
        ("price.currency = 'EUR' or price > 1000", ["price"]),
        ("price.currency != 'EUR' and price > 1000", ["price"]),
        ("price > cost", []),
        ("amount > 1000", []),
        ("is_blank(price)", []),
    ],
)
def test_an_amount_is_compared_with_a_number_only_in_a_known_currency(text: str, names: list[str]) -> None:
    found = amounts_without_currency(check(parse(text), WithDollars(), SIGNATURES))
    assert [ref.key for ref in found] == names


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("price", "USD"),
        ("amount", "EUR"),
        ("amount * 2", "EUR"),
        ("-price * 2", "USD"),
        ("price + cost", "USD"),
        ("cost + price", "JPY"),
        ("if(done, price, cost)", "USD"),
        ("if(not done, price, cost)", "JPY"),
        ("if(done, 5, cost)", "JPY"),
        ("if(done, price)", "USD"),
        ("if(done, price, price * 2)", "USD"),
        ("coalesce(price, cost)", "USD"),
        ("coalesce(if(not done, price), cost)", "JPY"),
        ("coalesce(price, 0)", "USD"),
        ("max(price, 1)", "USD"),
    ],
)
def test_a_computed_amount_is_in_the_currency_of_what_it_is_made_of(text: str, currency: str) -> None:
    found = currency_of(check(parse(text), WithDollars(), SIGNATURES), WithDollars())
    assert found is not None
    assert evaluator(found)(RECORD | {"price.currency": "USD", "cost.currency": "JPY"}, ENV) == currency


@pytest.mark.parametrize("text", ["seats", "amount / price", "null"])
def test_a_plain_number_is_in_no_currency(text: str) -> None:
    assert currency_of(check(parse(text), WithDollars(), SIGNATURES), WithDollars()) is None
