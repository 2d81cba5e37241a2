"""How many statements a request costs: as many for ten records as for two hundred, for one entity as for many."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.http.conftest import SHOP, Shop
from tests.support.bundles import published
from tests.support.clients import Answer, application, client_of, path_of
from tests.support.databases import sqlite_url
from tests.support.statements import statements


def cost(shop: Shop, call: Callable[[], Answer], status: int = 200) -> int:
    """Statements of a call by a process that serves the live revision already: loading one is done once."""
    database = shop.app.extensions["armature"].database
    assert shop.admin.get("me").status == 200
    with statements(database) as found:
        answer = call()
    assert answer.status == status, answer.body
    return len(found)


def test_a_record_costs_two(shop: Shop) -> None:
    account = shop.admin.create("account", name="x")
    made = shop.admin.create("contact", name="x", account=account["id"])
    here = path_of("contact", made)
    assert cost(shop, lambda: shop.admin.get(here)) == 2
    assert cost(shop, lambda: shop.admin.get(here, fields="name,id")) == 2
    assert cost(shop, lambda: shop.clerk.get(here, expand="account,created_by")) == 4
    # Their own name comes with the look at who asks.
    assert cost(shop, lambda: shop.admin.get(here, expand="account,created_by")) == 3


@pytest.mark.parametrize("size", [1, 40])
def test_a_list_costs_two_and_one_more_for_each_expanded_link(shop: Shop, size: int) -> None:
    top = shop.admin.create("account", name="top")["id"]
    lot, _ = shop.accounts(*[{"parent": top}] * size)
    mine: dict[str, Any] = {"filter": f"lot = '{lot}' and parent.name = 'top'", "sort": "-name,size", "limit": 50}
    assert cost(shop, lambda: shop.admin.get("records/account", **mine)) == 2
    assert cost(shop, lambda: shop.clerk.get("records/account", **mine, expand="parent,owner")) == 4
    assert cost(shop, lambda: shop.admin.get("records/account", **mine, expand="parent,owner")) == 3
    assert cost(shop, lambda: shop.admin.get("records/account", **mine, fields="name,parent.name,parent.size")) == 3
    assert cost(shop, lambda: shop.admin.get("records/account", **mine, count="exact")) == 3
    assert cost(shop, lambda: shop.admin.get("records/account", **mine, search="a")) == 2


def test_a_later_page_costs_as_the_first(shop: Shop) -> None:
    lot, _ = shop.accounts(*[{"size": n} for n in range(5)])
    mine: dict[str, Any] = {"filter": f"lot = '{lot}'", "sort": "size", "limit": 2}
    after = shop.admin.get("records/account", **mine).json["next"]
    assert cost(shop, lambda: shop.admin.get("records/account", **mine, after=after)) == 2


def test_a_list_without_links_costs_nothing_for_them(shop: Shop) -> None:
    lot, _ = shop.accounts({}, {})
    assert cost(shop, lambda: shop.admin.get("records/account", filter=f"lot = '{lot}'", expand="parent")) == 2


def test_narrow_rights_cost_no_statement(shop: Shop) -> None:
    made = shop.clerk.create("account", name="x")
    someone = shop.client("clerk", "mine_only", "guest")
    assert cost(shop, lambda: someone.get(path_of("account", made))) == 2
    assert cost(shop, lambda: someone.get("records/account")) == 2


def test_a_creation_costs_seven_at_most(shop: Shop) -> None:
    account = shop.admin.create("account", name="x")["id"]
    contact = shop.admin.create("contact", name="x")["id"]
    plain = cost(shop, lambda: shop.admin.post("records/contact", {"name": "x"}), 201)
    assert plain <= 7
    one = cost(shop, lambda: shop.admin.post("records/contact", {"name": "x", "account": account}), 201)
    three = {"name": "x", "account": account, "home": account, "deputy": contact}
    assert one <= 8
    assert cost(shop, lambda: shop.admin.post("records/contact", three), 201) <= 10
    key = shop.lot()
    assert cost(shop, lambda: shop.admin.post("records/contact", {"name": "x"}, Idempotency_Key=key), 201) <= plain + 2
    assert cost(shop, lambda: shop.admin.post("records/contact", {"name": "x"}, Idempotency_Key=key), 201) < plain


def test_a_change_costs_as_much_as_a_creation_at_most(shop: Shop) -> None:
    made = shop.admin.create("account", name="x")
    here = path_of("account", made)
    assert cost(shop, lambda: shop.admin.patch(here, {"size": 1}, "*")) <= 8
    assert cost(shop, lambda: shop.admin.delete(here, "*"), 204) <= 13


def test_an_aggregate_costs_two(shop: Shop) -> None:
    assert (
        cost(shop, lambda: shop.admin.get("records/account/aggregate", group="stage", measure="count(),sum(size)")) == 2
    )


def test_the_feed_costs_one_for_each_entity_that_it_tells_of(shop: Shop) -> None:
    lot, _ = shop.accounts(*[{}] * 10)
    assert lot
    assert cost(shop, lambda: shop.admin.get("changes", entity="account", limit=100)) <= 3


def test_a_call_that_finds_nobody_costs_one(shop: Shop) -> None:
    someone = client_of(shop.app, shop.person()[1])
    shop.admin.get("me")
    assert cost(shop, lambda: someone.get("records/account"), 404) == 1
    assert cost(shop, lambda: shop.admin.get("records/account", sort="nothing"), 400) == 1


def test_many_entities_cost_no_more_than_few(tmp_path: Path) -> None:
    others = {f"entities/other{n}.json": {"label": "Other", "fields": {"name": {"type": "text"}}} for n in range(40)}
    world = published(sqlite_url(tmp_path), tmp_path, {**SHOP, **others})
    app = application(world.services.settings)
    world.person("admin@example.com", "administrator")
    admin = client_of(app, "admin@example.com")
    made = admin.create("account", name="x")
    database = app.extensions["armature"].database
    calls: list[tuple[Callable[[], Answer], int]] = [
        (lambda: admin.get(path_of("account", made)), 2),
        (lambda: admin.get("records/account", filter="owner = me()"), 2),
        (lambda: admin.post("records/contact", {"name": "x"}), 7),
    ]
    costs = []
    for call, most in calls:
        with statements(database) as found:
            call()
        costs.append((len(found), most))
    world.close()
    database.close()
    assert all(found <= most for found, most in costs), costs


@pytest.mark.parametrize("size", [1, 40])
@pytest.mark.parametrize(
    ("path", "most"),
    [
        # Who asks, the views and the people who share them, the rows, and the titles of parents and owners.
        ("/records/account?filter=lot = '{lot}'&columns=size:sum,parent,owner", 6),
        ("/records/account?view={view}", 5),
        # Counts and sums of all groups, the titles of the groups, and the rows of each that is open.
        ("/records/account?filter=lot = '{lot}'&group=stage&columns=size:sum&opened=won", 6),
        ("/records/account?filter=lot = '{lot}'&group=parent&columns=size:sum", 6),
        ("/records/account/filter?filter=lot = '{lot}' and size > 1", 1),
        # People and teams to choose from, each once however many conditions there are.
        ("/records/account/filter?filter=owner = me() and owner != me() and team in my_teams()", 3),
    ],
)
def test_a_page_of_a_list_costs_the_same_for_any_number_of_rows(shop: Shop, size: int, path: str, most: int) -> None:
    top = shop.admin.create("account", name="top")["id"]
    lot, _ = shop.accounts(*[{"parent": top, "stage": "won", "size": n} for n in range(size)])
    body = {"name": "Lot", "entity": "account", "shared": True, "filter": f"lot = '{lot}'", "columns": "size,stage"}
    view = shop.admin.post("records/saved_view", body).json["id"]
    browser = shop.browser("clerk")
    address = path.format(lot=lot, view=view).replace(" ", "%20")
    assert cost(shop, lambda: browser.get(address)) <= most
