"""Defaults that follow links: made from what the linked record says, as far as the maker may read it."""

from collections.abc import Callable
from typing import Any

import pytest

from framework.context import Context
from framework.records.batch import Item
from framework.records.bulk import Row
from tests.support.bundles import Documents, World
from tests.support.statements import statements

TEXT = {"type": "text"}
DOCUMENTS: Documents = {
    "entities/firm.json": {"traits": {"owned": True}, "fields": {"name": TEXT, "industry": TEXT, "secret": TEXT}},
    "entities/product.json": {
        "fields": {
            "name": TEXT,
            "price": {"type": "money"},
            "vendor": {"type": "link", "to": "firm"},
            "label": {"type": "formula", "result": "text", "formula": "upper(name)"},
        }
    },
    "entities/line.json": {
        "fields": {
            "name": TEXT,
            "firm": {"type": "link", "to": "firm"},
            "product": {"type": "link", "to": "product"},
            "price": {"type": "money", "default": {"expression": "product.price * 2"}},
            "industry": {"type": "text", "default": {"expression": "firm.industry"}},
            "secret": {"type": "text", "default": {"expression": "coalesce(firm.secret, 'hidden')"}},
            "label": {"type": "text", "default": {"expression": "product.label"}},
            "vendor": {"type": "text", "default": {"expression": "product.vendor.name"}},
            "boss": {"type": "link", "to": "user", "default": "me().manager"},
            "told": {"type": "formula", "result": "text", "formula": "firm.secret"},
            "copy": {"type": "text", "default": {"expression": "told"}},
            "note": {"type": "text", "visible_when": "industry = 'Steel'"},
        }
    },
    "roles/clerk.json": {
        "abilities": {"import": True},
        "grants": {
            "firm": {"read": "own", "fields": {"secret": "none"}},
            "product": {"read": "all"},
            "line": {"read": "all", "create": True, "update": "all"},
        },
    },
}


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    return world_of(DOCUMENTS)


def make(world: World, context: Context, entity: str, **values: Any) -> str:
    return world.services.door.create(context, entity, values).id


@pytest.fixture
def clerk(world: World) -> Context:
    boss = world.person("boss@example.com")
    return world.person("clerk@example.com", "clerk", manager=boss.actor.id)


def seen(world: World, ident: str) -> dict[str, Any]:
    values = world.services.door.get(world.context(), "line", ident).values
    return {name: values[name] for name in ("price", "industry", "secret", "label", "vendor", "copy")}


def test_every_door_makes_them_from_what_the_maker_may_read(world: World, clerk: Context) -> None:
    admin, door = world.context(), world.services.door
    mine = make(world, admin, "firm", name="Mine", industry="Steel", secret="s", owner=clerk.actor.id)
    other = make(world, admin, "firm", name="Other", industry="Glass", secret="s")
    price = {"amount": "10.50", "currency": "USD"}
    product = make(world, admin, "product", name="nut", price=price, vendor=other)
    given = {"firm": mine, "product": product}
    ids = [
        make(world, clerk, "line", **given),
        _only(door.batch(clerk, "line", [Item("create", None, None, None, given)], atomic=True)).id,
        _only(door.write_many(clerk, "line", [Row(given)])).ident,
    ]
    for ident in ids:
        found = seen(world, ident)
        assert (str(found.pop("price").amount), found) == (
            "21.00",
            {"industry": "Steel", "secret": "hidden", "label": "NUT", "vendor": None, "copy": None},
        )
        line = door.get(admin, "line", ident).values
        assert line["price"].currency == "USD"
        assert line["boss"] == world.context(email="boss@example.com").actor.id
    whole = seen(world, make(world, admin, "line", firm=other, product=product))
    assert whole | {"price": None} == {
        "price": None, "industry": "Glass", "secret": "s", "label": "NUT", "vendor": "Other", "copy": "s"
    }  # fmt: skip


def test_what_is_given_stays_and_what_is_not_linked_is_blank(world: World, clerk: Context) -> None:
    firm = make(world, world.context(), "firm", industry="Steel", owner=clerk.actor.id)
    assert seen(world, make(world, clerk, "line", firm=firm, industry="Own", secret=None)) == {
        "price": None, "industry": "Own", "secret": None, "label": None, "vendor": None, "copy": None
    }  # fmt: skip
    assert seen(world, make(world, clerk, "line"))["industry"] is None


def test_a_form_has_them_while_it_is_filled(world: World, clerk: Context) -> None:
    door = world.services.door
    for industry, shown in (("Steel", True), ("Glass", False)):
        firm = make(world, world.context(), "firm", industry=industry, owner=clerk.actor.id)
        assert door.states(clerk, "line", {"firm": firm})["note"].visible is shown
    hidden = make(world, world.context(), "firm", industry="Steel")
    assert door.states(clerk, "line", {"firm": hidden})["note"].visible is False


def test_all_defaults_over_one_link_cost_one_statement(world: World, clerk: Context) -> None:
    firm = make(world, world.context(), "firm", industry="Steel", owner=clerk.actor.id)
    product = make(world, world.context(), "product", name="nut")
    given: tuple[dict[str, str], ...] = ({}, {"product": product}, {"product": product, "firm": firm})
    costs = []
    for values in given:
        with statements(world.services.database) as found:
            make(world, clerk, "line", **values)
        costs.append(len(found))
    # A link is looked at whether it may be chosen, and once for all that defaults ask of it; boss asks of the maker.
    assert [cost - costs[0] for cost in costs] == [0, 2, 4]
    assert costs[0] <= 8


def _only(outcomes: Any) -> Any:
    (outcome,) = outcomes
    assert outcome.error is None, outcome.error
    return getattr(outcome, "written", None) or outcome
