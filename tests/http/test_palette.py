"""What the palette and the search page ask of the server: little, and nothing that the reader may not see."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from framework.jobs.search_index import catch_up
from tests.http.conftest import Shop
from tests.http.test_statements import cost
from tests.support.clients import Browser

PALETTE = {"HX-Request": "true", "HX-Target": "palette-list"}
MOST_STATEMENTS = 20


def palette(who: Browser, **asked: str) -> str:
    answer = who.call("GET", f"/search?{urlencode(asked)}", headers=PALETTE)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def rows(text: str) -> list[str]:
    """The titles of the rows, without the mark of the match."""
    found = re.findall(r'<span class="t" dir="auto">(.*?)</span>', text)
    return [re.sub(r"</?mark>", "", title) for title in found]


def test_records_come_with_what_tells_them_apart(shop: Shop) -> None:
    top = shop.admin.create("account", name="Quillfeather & Sons", code="QF-1", lot="north")
    shop.admin.create("account", name="Branch of Quillfeather", parent=top["id"])
    told = palette(shop.browser("administrator"), q="quillf")
    assert rows(told) == ["Quillfeather &amp; Sons", "Branch of Quillfeather"]
    assert "<mark>Quillf</mark>eather" in told
    assert "Account · <bdi>QF-1 · north</bdi>" in told


def test_what_one_may_not_see_is_neither_found_nor_remembered(shop: Shop) -> None:
    account = shop.admin.create("account", name="Hushington")
    guest = shop.browser("guest")
    assert "Hushington" not in palette(guest, q="hushing")
    assert "Hushington" in palette(shop.browser("administrator"), recent=f"account/{account['id']}")
    assert "Hushington" not in palette(guest, recent=f"account/{account['id']}")


def test_what_is_no_record_seen_last_is_passed_over(shop: Shop) -> None:
    wrong = f"account/no,../x,nothing/{uuid4()},account/{uuid4()},account/{'0' * 36}"
    assert "Recent" not in palette(shop.browser("administrator"), recent=wrong)


def test_screens_and_actions_are_found_by_their_words(shop: Shop) -> None:
    admin = shop.browser("administrator")
    assert rows(palette(admin, q=">new acc")) == ["New: Account"]
    assert "New: Account" not in rows(palette(shop.browser("guest"), q=">new"))
    assert rows(palette(admin, q="accoun"))[-1:] == ["Accounts"] or "Accounts" in rows(palette(admin, q="accoun"))


def test_people_alone_are_found_behind_their_sign(shop: Shop) -> None:
    shop.admin.create("account", name="Wimbleton")
    shop.admin.create("user", name="Wilma Wimbleton", email="wilma.w@example.com")
    assert rows(palette(shop.browser("administrator"), q="@wimble")) == ["Wilma Wimbleton"]


@pytest.mark.parametrize("size", [1, 30])
def test_its_cost_does_not_grow_with_what_is_found(shop: Shop, size: int) -> None:
    word = f"plover{size}"
    account = shop.admin.create("account", name=f"{word} Ltd")
    for number in range(size):
        shop.admin.create("contact", name=f"{word} {number}", account=account["id"])
    who = shop.browser("administrator")
    # What others wrote a moment ago may hold anything, so that more entities are looked at.
    shop.world.settle()
    catch_up(shop.world.services.database, shop.world.snapshot, lambda: None)
    asked = f"/search?q={word}"
    # Who asks, which entities have any, and of two of these the records and what one of them links to.
    assert cost(shop, lambda: who.call("GET", asked, headers=PALETTE)) <= 6
    assert cost(shop, lambda: who.get("/search", q=word)) <= 6
    assert cost(shop, lambda: who.call("GET", "/search?q=", headers=PALETTE)) <= 2
    assert cost(shop, lambda: shop.admin.get("search", q=word)) <= MOST_STATEMENTS // 4


def test_the_api_gives_the_best_of_each_entity(shop: Shop) -> None:
    for name in ("Sprocket", "A sprocket", *(f"Sprocket {number}" for number in range(5))):
        shop.admin.create("account", name=name)
    found = shop.admin.get("search", q="sprock", limit=3).json
    assert found["more"] == ["account"]
    assert [item["entity"] for item in found["items"]] == ["account"] * 3
    assert all(item["title"].startswith("Sprocket") for item in found["items"])
    assert shop.admin.get("search").json == {"items": [], "more": []}
    assert shop.admin.get("search", q="x", other="1").status == 400
    assert shop.admin.get("search", q="x", limit="0").status == 400
