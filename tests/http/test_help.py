"""Help in one fixed spot: what the screen is for, what its fields mean, and what to send to an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests.http.test_pages import text

if TYPE_CHECKING:
    from tests.http.conftest import Shop
    from tests.support.clients import Browser

SHEET = {"HX-Request": "true", "HX-Target": "asking"}


@pytest.mark.parametrize(
    ("at", "title", "says"),
    [
        ("/records/account", "Accounts", "ticked rows are changed together"),
        ("/records/account/new", "Account", "Nothing is stored before you save"),
        ("/records/account/0194f000-0000-7000-8000-000000000000", "Account", "A click on a value changes it in place"),
        ("/screens/account_list?sort=name", "Accounts", "ticked rows are changed together"),
        ("/me/actions", "Help", "from anywhere"),
    ],
)
def test_it_says_what_the_screen_is_for(clerk: Browser, at: str, title: str, says: str) -> None:
    shown = text(clerk.get("/help", at=at))
    assert f">{title}</h{1 if title == 'Help' else 2}>" in shown
    assert says in shown


def test_fields_are_explained_as_far_as_they_are_there_for_the_reader(shop: Shop, clerk: Browser) -> None:
    shown = text(clerk.get("/help", at="/records/account"))
    assert ">Founded on</dt>" in shown
    assert "Margin" not in shown
    assert ">Margin</dt>" in text(shop.browser("administrator").get("/help", at="/records/account"))
    for hidden in ("/records/vault", "/records/no_such_thing", "/screens/vault_list", "/screens/none"):
        assert "Deed" not in text(clerk.get("/help", at=hidden))
        assert ">This screen</h2>" in text(clerk.get("/help", at=hidden))


def test_the_sheet_takes_its_place_from_the_page_it_lies_over(clerk: Browser) -> None:
    headers = {**SHEET, "HX-Current-URL": "http://localhost/records/account?tab=x"}
    shown = clerk.call("GET", "/help", headers=headers).body.decode()
    assert "Help: Accounts" in shown
    assert "<html" not in shown
    led = clerk.call("GET", "/help", headers={"Referer": "http://localhost/records/account/new"})
    assert (led.status, led.headers["location"]) == (303, "/help?at=/records/account/new")
    for strange in ("//evil.example/x", "https://evil.example//records", "javascript:alert(1)", "\\\\x", "[::"):
        assert clerk.get("/help", at=strange).status == 200
        assert clerk.call("GET", "/help", headers={"Referer": strange}).headers["location"].startswith("/help?at=/")


def test_a_question_carries_screen_address_and_revision(clerk: Browser) -> None:
    shown = text(clerk.get("/help", at="/records/account"))
    lines = shown.partition("<textarea")[2].partition("</textarea>")[0]
    assert "Screen: Accounts (account_list)" in lines
    assert "Address: /records/account" in lines
    assert "Revision: 1" in lines
    mail = unquote(shown.partition('href="mailto:?')[2].partition('"')[0])
    assert "Address: /records/account" in mail


def test_every_page_has_one_link_to_it(clerk: Browser) -> None:
    for path in ("/records/account", "/me", "/records/account/new"):
        assert text(clerk.get(path)).count('href="/help"') == 1
