"""Stars on records and saved views: at hand for whoever set them, and gone with the right to see what they are on."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import post, text
from tests.http.test_palette import PALETTE, palette
from tests.http.test_statements import cost
from tests.support.clients import Answer, Browser, path_of

ROWS = {"HX-Request": "true", "HX-Target": "stars"}


@pytest.fixture
def clerk(shop: Shop) -> Browser:
    return shop.browser("clerk")


def set_star(browser: Browser, entity: str, record: str, on: str = "", **more: str) -> Answer:
    return post(browser, "/me/stars", {"entity": entity, "record": record, "on": on, **more})


def sidebar(browser: Browser, behind: str = "/me") -> str:
    """What the page at an address asks for after it has opened."""
    answer = rows_of(browser, behind)
    assert answer.status == 200
    return text(answer)


def rows_of(browser: Browser, behind: str = "/me") -> Answer:
    return browser.call("GET", "/me/stars", headers={**ROWS, "HX-Current-URL": f"http://localhost{behind}"})


def links(page: str) -> list[tuple[str, str]]:
    """The addresses and titles of the rows."""
    return re.findall(r'class="side-row" href="([^"]+)"[^>]*><svg.*?</svg><span dir="auto"[^>]*>(.*?)</span>', page)


def account(shop: Shop, **values: object) -> Mapping[str, Any]:
    return shop.admin.create("account", **{"name": "Starred Ltd", **values})


def shared_view(shop: Shop, name: str, entity: str) -> Any:
    made = shop.admin.post("records/saved_view", {"name": name, "entity": entity, "shared": True})
    assert made.status == 201
    return made.json


def test_a_star_is_set_shown_and_taken_back(shop: Shop, clerk: Browser) -> None:
    made = account(shop)
    address = f"/records/account/{made['id']}"
    answer = set_star(clerk, "account", made["id"], next=address)
    assert (answer.status, answer.headers["location"]) == (303, f"{address}?done=starred")
    assert links(sidebar(clerk)) == [(address, "Starred Ltd")]
    assert "Starred Ltd" in text(clerk.get("/me/stars"))
    assert 'id="palette-1">Starred<' in palette(clerk)
    set_star(clerk, "account", made["id"])
    assert links(sidebar(clerk)) == []
    assert "None yet" in text(clerk.get("/me/stars"))
    assert "Starred Ltd" not in palette(clerk)


def test_setting_it_twice_sets_one(shop: Shop, clerk: Browser) -> None:
    made = account(shop)
    for _ in range(2):
        assert set_star(clerk, "account", made["id"], "true").status == 303
    assert len(clerk.items("records/star")) == 1
    for _ in range(2):
        assert set_star(clerk, "account", made["id"], "false").status == 303
    assert clerk.items("records/star") == []


def test_the_button_of_the_page_comes_with_the_rows(shop: Shop, clerk: Browser) -> None:
    made, other = account(shop), account(shop)
    set_star(clerk, "account", made["id"])
    button = re.compile(
        r'<form class="star".*?hx-swap-oob="true".*?value="(true|false)".*?aria-pressed="true"', re.DOTALL
    )
    here = button.search(sidebar(clerk, f"/records/account/{made['id']}?tab=history"))
    assert here
    assert here[1] == "false"  # what pressing it would send
    assert not button.search(sidebar(clerk, f"/records/account/{other['id']}"))
    assert 'aria-current="page"' in sidebar(clerk, f"/records/account/{made['id']}")
    assert not button.search(sidebar(clerk, "http://elsewhere.example/records/account"))


def test_with_scripts_button_and_rows_come_back_at_once(shop: Shop, clerk: Browser) -> None:
    made = account(shop)
    answer = post(
        clerk,
        "/me/stars",
        {"entity": "account", "record": made["id"], "on": "true"},
        HX_Request="true",
        HX_Target="star",
    )
    assert (answer.status, 'aria-pressed="true"' in text(answer), "Starred Ltd" in text(answer)) == (200, True, True)
    assert "stars=1" in answer.headers["set-cookie"]


def test_stars_of_others_are_nobodys_business(shop: Shop, clerk: Browser) -> None:
    made = account(shop)
    set_star(clerk, "account", made["id"])
    (star,) = clerk.items("records/star")
    for role in ("clerk", "administrator"):
        other = shop.browser(role)
        assert links(sidebar(other)) == []
        assert other.get(path_of("star", star)).status == 404
        assert other.items("records/star") == []


@pytest.mark.parametrize("how", ["deleted", "no right"])
def test_a_star_on_what_one_sees_no_more_is_gone_and_comes_back(shop: Shop, how: str) -> None:
    ident, _ = shop.person("clerk")
    browser, made = shop.browser("clerk"), account(shop, name="Once seen")
    ident = browser.get("/api/v1/me").json["id"]
    set_star(browser, "account", made["id"])
    (membership,) = shop.admin.items("records/role_membership", filter=f"user = '{ident}'")
    record = path_of("account", made) if how == "deleted" else path_of("role_membership", membership)
    assert shop.admin.delete(record, "*").status == 204
    for page in (sidebar(browser), text(browser.get("/me/stars")), palette(browser)):
        assert "Once seen" not in page
    assert shop.admin.post(f"{record}/restore", {}).status == 200
    assert links(sidebar(browser)) == [(f"/records/account/{made['id']}", "Once seen")]


def test_what_one_does_not_see_cannot_be_starred(shop: Shop) -> None:
    guest, secret = shop.browser("guest"), account(shop)
    contact = shop.admin.create("contact", name="Open to all")
    statuses = [
        set_star(guest, entity, ident).status
        for entity, ident in (
            ("account", secret["id"]),
            ("account", "no-id"),
            ("nothing", contact["id"]),
            ("star", contact["id"]),
            ("contact", secret["id"]),
        )
    ]
    assert statuses == [404] * 5
    assert set_star(guest, "contact", contact["id"], "maybe").status == 400
    assert guest.items("records/star") == []


def test_a_saved_view_is_starred_until_it_is_shared_no_more(shop: Shop, clerk: Browser) -> None:
    view = shared_view(shop, "Calls of the week", "account")
    set_star(clerk, "saved_view", view["id"])
    assert links(sidebar(clerk)) == [(f"/records/account?view={view['id']}", "Calls of the week")]
    button = re.search(
        r'<form class="star".*?</form>', text(clerk.get(f"/records/account?view={view['id']}")), re.DOTALL
    )
    assert button
    assert 'aria-pressed="true"' in button[0]
    shop.admin.patch(path_of("saved_view", view), {"shared": False}, "*")
    assert links(sidebar(clerk)) == []


@pytest.mark.parametrize("role", ["guest", "administrator"])
def test_a_view_of_what_one_may_not_open_is_not_offered(shop: Shop, role: str) -> None:
    view = shared_view(shop, f"Vaults {role}", "vault")
    browser = shop.browser(role)
    set_star(browser, "saved_view", view["id"])
    sees = role == "administrator"
    assert (f"Vaults {role}" in sidebar(browser)) is sees
    assert (f"Vaults {role}" in palette(browser, q=f"vaults {role}")) is sees


def test_beyond_eight_the_sidebar_leads_to_all(shop: Shop, clerk: Browser) -> None:
    made = [account(shop, name=f"Star {number}") for number in range(10)]
    for one in made:
        set_star(clerk, "account", one["id"])
    rows = sidebar(clerk)
    assert [title for _, title in links(rows)] == [f"Star {number}" for number in range(9, 1, -1)]
    assert 'href="/me/stars"' in rows
    assert text(clerk.get("/me/stars")).count("Remove star: Star") == 10


def test_no_page_waits_for_stars(shop: Shop, clerk: Browser) -> None:
    """A page costs the same with many; the rows come after it, and room for them is there before."""
    made = account(shop)
    address = f"/records/account/{made['id']}"
    costs = []
    for rows in ("0", "3"):
        there = Browser(clerk.app, {"Cookie": f"{clerk.headers['Cookie']}; stars={rows}"}, clerk.csrf)
        page = text(there.get("/me"))
        assert page.count('<li class="side-row"></li>') == int(rows)
        assert ('hx-get="/me/stars"' in page) is (rows != "0")
        costs.append([cost(shop, lambda: there.get("/me")), cost(shop, lambda: there.get(address))])  # noqa: B023
    assert costs[0] == costs[1]
    assert 'hx-get="/me/stars"' in text(clerk.get("/me"))  # who has not looked for a while looks
    for wrong in ("10", "-1", "x", "1e3"):
        there = Browser(clerk.app, {"Cookie": f"{clerk.headers['Cookie']}; stars={wrong}"}, clerk.csrf)
        assert '<li class="side-row"></li>' not in text(there.get("/me"))


@pytest.mark.parametrize("count", [1, 6])
def test_the_rows_cost_the_same_for_any_number(shop: Shop, clerk: Browser, count: int) -> None:
    for number in range(count):
        set_star(clerk, "account", account(shop, name=f"S{number}")["id"])
    # Who asks, the stars, and the records of each entity with what one of its links leads to.
    assert cost(shop, lambda: rows_of(clerk)) <= 4
    assert cost(shop, lambda: clerk.call("GET", "/search?q=", headers=PALETTE)) <= 4
