"""Who is named and who is given something is told of it, as far as they see the record; nobody else is."""

import re
from typing import Any

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import post, text
from tests.support.clients import Browser, path_of


@pytest.fixture
def account(shop: Shop) -> dict[str, str]:
    return {"entity": "account", "id": str(shop.admin.create("account", name="Told of")["id"])}


def named(shop: Shop, *roles: str) -> tuple[str, str, Browser]:
    """Somebody with a name of their own: id, name and browser."""
    browser = shop.browser(*roles)
    me = browser.get("/api/v1/me").json
    name = f"Nora {shop.lot()}"
    shop.admin.patch(path_of("user", me["id"]), {"name": name}, "*")
    return me["id"], name, browser


def told(browser: Browser) -> list[dict[str, Any]]:
    return browser.items("records/notification", expand="about", sort="-created_at")


def test_who_is_named_is_told_once_and_links_back(shop: Shop, account: dict[str, str]) -> None:
    _, name, browser = named(shop, "clerk")
    note = shop.admin.create("comment", body=f"Ask @{name}, or @{name}.", about=account)
    (one,) = told(browser)
    assert (one["reason"], one["about"]["title"], one["comment"]) == ("mentioned", "Told of", note["id"])
    page = text(browser.get("/me/notifications"))
    assert f"/records/account/{account['id']}?tab=activity#item-{note['id']}" in page
    assert "1 new notification" in text(browser.get("/me/notifications/count"))
    shop.admin.patch(path_of("comment", note), {"body": f"Ask @{name} today"}, "*")
    assert len(told(browser)) == 1


def test_who_is_given_a_task_is_told_and_reads_it(shop: Shop, account: dict[str, str]) -> None:
    ident, _, browser = named(shop, "clerk")
    task = shop.admin.create("activity", subject="Send it", owner=ident, about=account)
    assert [(one["reason"], one["activity"]) for one in told(browser)] == [("assigned", task["id"])]
    assert post(browser, "/me/notifications/read", {}).status == 303
    assert [one["read_at"] is None for one in told(browser)] == [False]
    assert "new notification" not in text(browser.get("/me/notifications/count"))


def test_one_is_not_told_of_what_one_does_oneself(shop: Shop, account: dict[str, str]) -> None:
    ident, name, browser = named(shop, "clerk")
    browser.call("POST", "records/activity", {"subject": f"For @{name}", "owner": ident, "about": account})
    assert told(browser) == []


def test_of_a_record_out_of_sight_nothing_is_told(shop: Shop, account: dict[str, str]) -> None:
    _, name, browser = named(shop, "mine_only")
    shop.admin.create("comment", body=f"Do not tell @{name}", about=account)
    assert told(browser) == []
    assert "Told of" not in text(browser.get("/me/notifications"))
    assert "new notification" not in text(browser.get("/me/notifications/count"))


def test_what_is_told_goes_with_what_it_tells_of(shop: Shop, account: dict[str, str]) -> None:
    _, name, browser = named(shop, "clerk")
    note = shop.admin.create("comment", body=f"@{name} look", about=account)
    shop.admin.delete(path_of("comment", note), "*")
    assert told(browser) == []


def test_a_text_that_names_nobody_asks_nothing_more(shop: Shop, clerk: Browser, account: dict[str, str]) -> None:
    for words in ("anna@example.com", "@", "@ nobody", "@Nobody At All"):
        shop.admin.create("comment", body=words, about=account)
    assert told(clerk) == []


def test_rows_of_the_sidebar_count_what_the_reader_sees(shop: Shop) -> None:
    """The answer for the bell brings them along: a page as such waits for no count."""
    _, _, browser = named(shop, "clerk")
    before = counted(browser)
    shop.admin.create("account", name="Small", size=1)
    large = shop.admin.create("account", name="Large", size=5000)
    assert counted(browser) == before + 1
    shop.admin.delete(path_of("account", large["id"]), "*")
    assert counted(browser) == before
    assert '<span class="count" id="count-large"></span>' in text(browser.get("/records/account"))
    _, _, stranger = named(shop)
    assert "count-large" not in text(stranger.get("/me/notifications/count"))


def counted(browser: Browser) -> int:
    found = re.search(r'id="count-large" hx-swap-oob="true">(\d*)</span>', text(browser.get("/me/notifications/count")))
    assert found
    return int(found[1] or 0)
