"""Amounts of money in records: parts that were not given, defaults, formulas, and what must not be mixed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from framework.errors import ConflictError, InvalidError, MalformedError
from framework.fields.money import Money
from framework.plans import AggregateQuery, Query
from metadata.expressions import parse
from tests.support.bundles import Documents, World

PRODUCT = {"fields": {"name": {"type": "text"}, "price": {"type": "money"}}}
LINE = {
    "fields": {
        "name": {"type": "text"},
        "product": {"type": "link", "to": "product"},
        "quantity": {"type": "integer", "default": 1},
        "list_price": {"type": "money"},
        "price": {"type": "money", "default": {"expression": "list_price * 2"}},
        "shipping": {"type": "money", "default": 5},
        "fee": {"type": "money", "currency": "USD"},
        "total": {"type": "formula", "result": "money", "formula": "product.price * quantity"},
        "double": {"type": "formula", "result": "money", "formula": "total * 2"},
        "dearest": {
            "type": "formula",
            "result": "money",
            "formula": "if(quantity > 1, coalesce(list_price, 0) + coalesce(price, 0), fee)",
        },
    },
    "rules": {"no_yen": {"refuse_when": "double.currency = 'JPY'", "message": "No yen.", "field": "product"}},
}
BUNDLE = {
    "site.json": {"name": "Sample", "currency": "CHF"},
    "entities/product.json": PRODUCT,
    "entities/line.json": LINE,
}


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    return world_of(BUNDLE)


def money(amount: str, currency: str) -> Money:
    return Money(Decimal(amount), currency)


def create(world: World, entity: str = "line", **values: object) -> str:
    return world.services.door.create(world.context(), entity, values).id


def changed(world: World, ident: str, given: object) -> Any:
    return world.services.door.update(world.context(), "line", ident, {"price": given}, None).values["price"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"amount": "5"}, money("5.00", "USD")),
        ({"currency": "EUR"}, money("12.50", "EUR")),
        ({"currency": None}, money("12.50", "USD")),
        ({"amount": 5, "currency": "EUR"}, money("5.00", "EUR")),
        ("7", money("7.00", "USD")),
        ({"amount": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_change_keeps_the_parts_that_it_does_not_give(world: World, given: object, expected: object) -> None:
    ident = create(world, price={"amount": "12.50", "currency": "USD"})
    assert changed(world, ident, given) == expected


def test_an_amount_without_currency_is_in_that_of_the_site(world: World) -> None:
    ident = create(world, price=None)
    assert changed(world, ident, "7") == money("7.00", "CHF")


def test_a_currency_alone_is_no_amount(world: World) -> None:
    ident = create(world, price=None)
    with pytest.raises(InvalidError) as refusal:
        changed(world, ident, {"currency": "EUR"})
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("/price", "required")]


def test_an_amount_that_two_people_changed_is_a_conflict_told_in_full(world: World) -> None:
    ident = create(world, price={"amount": "12.50", "currency": "USD"})
    changed(world, ident, {"amount": "13"})
    with pytest.raises(ConflictError) as refusal:
        world.services.door.update(world.context(), "line", ident, {"price": {"amount": "14"}}, 1)
    (fault,) = refusal.value.faults
    assert (fault.was, fault.yours, fault.theirs) == (
        {"amount": "12.50", "currency": "USD"},
        {"amount": "14.00", "currency": "USD"},
        {"amount": "13.00", "currency": "USD"},
    )


def test_defaults_have_the_currency_of_what_they_are_made_of(world: World) -> None:
    ident = create(world, list_price={"amount": "10", "currency": "USD"})
    made = world.services.door.get(world.context(), "line", ident)
    assert made.values["price"] == money("20.00", "USD")
    assert made.values["shipping"] == money("5.00", "CHF")


def test_formulas_have_the_currency_of_their_inputs_over_links_and_other_formulas(world: World) -> None:
    product = create(world, "product", price={"amount": "10", "currency": "USD"})
    made = world.services.door.get(world.context(), "line", create(world, product=product, quantity=3))
    assert made.values["total"] == money("30.00", "USD")
    assert made.values["double"] == money("60.00", "USD")
    bare = world.services.door.get(world.context(), "line", create(world, quantity=3))
    assert bare.values["double"] is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"quantity": 1, "fee": 7, "price": {"amount": 9, "currency": "EUR"}}, money("7.00", "USD")),
        ({"quantity": 2, "fee": 7, "price": {"amount": 9, "currency": "EUR"}}, money("9.00", "EUR")),
        ({"quantity": 2, "price": None, "list_price": {"amount": 9, "currency": "JPY"}}, money("9.00", "JPY")),
        ({"quantity": 2, "price": None, "fee": 7}, money("0.00", "CHF")),
        ({"quantity": 2, "price": 1, "list_price": {"amount": 9, "currency": "JPY"}}, None),
    ],
)
def test_the_currency_of_a_formula_follows_its_branches(world: World, values: dict[str, Any], expected: object) -> None:
    made = world.services.door.get(world.context(), "line", create(world, **values))
    assert made.values["dearest"] == expected


def test_rules_see_the_currency_of_formulas(world: World) -> None:
    yen = create(world, "product", price={"amount": "10", "currency": "JPY"})
    with pytest.raises(InvalidError) as refusal:
        create(world, product=yen)
    assert [fault.code for fault in refusal.value.faults] == ["rule"]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("price.currency = 'USD'", ["a"]),
        ("price.amount >= 20", ["a", "b"]),
        ("fee.currency = 'USD'", ["b"]),
        ("total.currency = 'USD'", ["a", "b"]),
        ("double.currency = 'USD' and double > 20", ["b"]),
        ("total.currency in ('EUR', 'CHF')", []),
        ("is_blank(fee.currency)", ["a"]),
    ],
)
def test_filters_name_parts_of_stored_and_computed_amounts(world: World, condition: str, names: list[str]) -> None:
    product = create(world, "product", price={"amount": "10", "currency": "USD"})
    create(world, name="a", product=product, price={"amount": "20", "currency": "USD"})
    create(world, name="b", product=product, quantity=2, price={"amount": "20", "currency": "EUR"}, fee=1)
    found = world.services.door.find(world.context(), Query("line", filter=parse(condition), sort=("name",)))
    assert [record.values["name"] for record in found.records] == names


def test_sums_are_by_currency_or_refused(world: World) -> None:
    for amount, currency in (("1.10", "USD"), ("2.20", "USD"), ("3", "EUR")):
        create(world, price={"amount": amount, "currency": currency}, fee=amount)
    door, context = world.services.door, world.context()
    grouped = door.aggregate(context, AggregateQuery("line", groups=("price.currency",), measures=("sum(price)",)))
    assert [(row["price.currency"], row["sum(price)"]) for row in grouped] == [("EUR", "3.00"), ("USD", "3.30")]
    fixed = door.aggregate(context, AggregateQuery("line", measures=("sum(fee)",)))
    assert fixed == [{"sum(fee)": {"amount": "6.30", "currency": "USD"}}]
    with pytest.raises(MalformedError) as refusal:
        door.aggregate(context, AggregateQuery("line", measures=("sum(price)",)))
    assert refusal.value.error_code == "mixed_currency"


TOLD = {
    "price.currency = 'USD' and price > 15": ["b"],
    "price > 15 and (price.currency = 'EUR' and is_blank(fee))": ["c"],
    "price.currency in ('USD') and not price > 15": ["a"],
    "price.amount > 15": ["b", "c"],
    "fee > 1": ["b"],
    "price > list_price": ["b"],
    "is_blank(price) or price.amount < 15": ["a"],
}
NOT_TOLD = (
    "price > 15",
    "price in (10, 20)",
    "not price = 10",
    "price.currency != 'USD' and price > 15",
    "price.currency in ('USD', 'EUR') and price > 15",
    "price.currency = 'USD' or price > 15",
    "list_price.currency = 'USD' and price > 15",
    "total > 1",
    "product.price > 1",
)


def test_amounts_are_compared_in_a_currency_that_is_told(world: World) -> None:
    dollar = {"amount": 1, "currency": "USD"}
    create(world, name="a", price={"amount": "10", "currency": "USD"})
    create(world, name="b", price={"amount": "20", "currency": "USD"}, list_price=dollar, fee=2)
    create(world, name="c", price={"amount": "20", "currency": "EUR"}, list_price=dollar)

    def names(condition: str) -> list[object]:
        query = Query("line", filter=parse(condition), sort=("name",))
        found = world.services.door.find(world.context(), query)
        return [record.values["name"] for record in found.records]

    assert {condition: names(condition) for condition in TOLD} == TOLD
    for condition in NOT_TOLD:
        with pytest.raises(MalformedError) as refusal:
            names(condition)
        (fault,) = refusal.value.faults
        assert (refusal.value.error_code, fault.pointer, fault.code) == ("mixed_currency", "filter", "mixed_currency")
        assert ".currency = 'EUR'" in str(fault.hint)


def test_figures_take_the_currency_of_the_filter_or_of_a_group(world: World) -> None:
    for amount, currency in (("1", "USD"), ("2", "USD"), ("3", "EUR")):
        create(world, price={"amount": amount, "currency": currency})
    door, context = world.services.door, world.context()

    def figures(measure: str, condition: str | None = None, *groups: str) -> list[Any]:
        asked = AggregateQuery("line", groups, (measure,), None if condition is None else parse(condition))
        return [row[measure] for row in door.aggregate(context, asked)]

    assert figures("count()", "price > 1", "price.currency") == [1, 1]
    assert figures("sum(price)", "price.currency = 'USD' and price > 1") == ["2.00"]
    assert figures("count(if(price > 1, 1))", None, "price.currency") == [1, 1]
    for measure, condition, groups in (
        ("sum(price)", "price.currency != 'USD'", ()),
        ("sum(price)", None, ("left(price.currency, 0)",)),
        ("count(if(price > 1, 1))", None, ()),
        ("count()", None, ("price > 1",)),
        ("count()", "price > 1", ()),
    ):
        with pytest.raises(MalformedError) as refusal:
            figures(measure, condition, *groups)
        assert refusal.value.error_code == "mixed_currency"
