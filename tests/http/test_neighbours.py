"""From one record of a list to the next, in the list's order and within its filter."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from tests.http.conftest import Shop
from tests.http.test_pages import text
from tests.support.clients import Browser


def rows(browser: Browser, address: str) -> list[str]:
    page = text(browser.get(address))
    return [unescape(one) for one in re.findall(r'<th scope="row" class="p-title"><a href="([^"]+)"', page)]


def ways(page: str) -> dict[str, str]:
    found = re.findall(r'<a class="[^"]+" href="([^"]+)" data-key="([\[\]])"', page)
    return {key: urlsplit(unescape(url)).path.rpartition("/")[2] for url, key in found}


def test_the_keys_lead_through_the_list_left(shop: Shop, admin: Browser) -> None:
    lot, idents = shop.accounts(*({"size": size} for size in (3, 1, 2)))
    found = rows(admin, f"/records/account?filter[lot][eq]={lot}&sort=-size")
    assert [urlsplit(url).path.rpartition("/")[2] for url in found] == [idents[0], idents[2], idents[1]]
    pages = [text(admin.get(url)) for url in found]
    assert [ways(page) for page in pages] == [
        {"]": idents[2]},
        {"[": idents[0], "]": idents[1]},
        {"[": idents[2]},
    ]
    assert "2 of 3" in pages[1]
    back = re.search(r'class="crumbs"[^>]*><a href="([^"]+)"', pages[1])
    assert back is not None
    assert unescape(back[1]) == parse_qs(urlsplit(found[1]).query)["list"][0]


def test_a_list_that_is_none_leads_nowhere(shop: Shop, admin: Browser) -> None:
    _, idents = shop.accounts({}, {})
    for wanted in (
        "//elsewhere.example/records/account",
        "/records/contact",
        "/screens/nothing",
        "/records/account?filter=nothing > 1",
        "/records/account?filter[lot][eq]=other",
        "/me",
        f"/records/account/{idents[0]}",
    ):
        answer = admin.get(f"/records/account/{idents[0]}", list=wanted)
        assert (answer.status, ways(text(answer))) == (200, {}), wanted


def test_the_neighbours_are_those_in_sight(shop: Shop) -> None:
    clerk = shop.browser("mine_only")
    me = clerk.get("/api/v1/me").json["id"]
    lot, idents = shop.accounts({"size": 1, "owner": me}, {"size": 2}, {"size": 3, "owner": me})
    here = f"/records/account?filter[lot][eq]={lot}&sort=size"
    page = text(clerk.get(f"/records/account/{idents[0]}", list=here))
    assert (ways(page), "1 of 2" in page) == ({"]": idents[2]}, True)
