"""Columns that stay where they are while others are scrolled to: in addresses, saved views and the menu of columns."""

import re
from html import unescape

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Browser

LIST = "/records/account"


@pytest.fixture
def admin(shop: Shop) -> Browser:
    return shop.browser("administrator")


def page(who: Browser, columns: str, **more: object) -> str:
    answer = who.get(LIST, columns=columns, **more)
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode())


def kept(text: str) -> list[str]:
    """Classes of the table and of its heads."""
    (table,) = re.findall(r'<table class="([^"]+)"', text)
    return [table, *re.findall(r'<th scope="col" class="([^"]*)"', text)]


def test_the_first_columns_up_to_the_last_frozen_one_stay(shop: Shop, admin: Browser) -> None:
    shop.accounts({})
    table, *heads = kept(page(admin, "stage,size:frozen,rank"))
    assert table == "rows stays2 picks after-w-choice"
    assert [re.findall(r"stay\d", one) for one in heads if "p-pick" not in one] == [[], ["stay1"], ["stay2"], []]
    assert kept(page(admin, "stage:wide:frozen,size"))[0] == "rows stays1 picks"
    assert kept(page(admin, "stage,size"))[0] == "rows stays0 picks"
    assert kept(page(admin, "stage,size,rank:frozen"))[0] == "rows stays0 picks"


def test_the_menu_freezes_and_frees_the_first_two(shop: Shop, admin: Browser) -> None:
    shop.accounts({})

    def leads(columns: str) -> dict[str, str]:
        menu = page(admin, columns, panel="columns")
        return dict(re.findall(r'id="frozen-(\w+)" href="[^"]*columns=([^&"]*)', menu))

    assert leads("stage,size:sum,rank") == {
        "stage": "stage:frozen,size:sum,rank",
        "size": "stage:frozen,size:sum:frozen,rank",
    }
    both = "stage:frozen,size:frozen"
    assert leads(both) == {"stage": "stage,size", "size": "stage:frozen,size"}


def test_it_is_part_of_a_saved_view(admin: Browser) -> None:
    text = page(admin, "stage:frozen,size")
    assert 'name="columns" value="stage:frozen,size"' in text
    assert admin.get(LIST, columns="stage:icy").status == 400
