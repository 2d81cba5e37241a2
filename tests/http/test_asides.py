"""A form that travels along while a record for one of its links is made: it comes back whole, or nothing is made."""

from uuid import uuid4

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.clients import Browser


def named(shop: Shop, name: str) -> int:
    """Count the accounts of this name."""
    return len(shop.admin.items("records/account", filter=f"name = '{name}'"))


def test_the_form_comes_back_with_its_link(clerk: Browser) -> None:
    name = f"Petrel {uuid4().hex[:6]}"
    typed = {"name": "Ada", "account.text": name, "deputy.text": "not found either"}
    page = text(post(clerk, "/records/contact/aside", {**typed, "_aside": "account:account"}))
    carried = {key: value for key, value in hidden_inputs(page).items() if key.startswith("_carried")}
    assert carried["_carried.name"] == "Ada"
    assert f'value="{name}"' in page
    answer = post(clerk, "/records/account", {"name": name, **carried})
    back = text(answer)
    assert answer.status == 200
    assert 'value="Ada"' in back
    assert 'value="not found either"' in back
    saved = post(clerk, "/records/contact", {**hidden_inputs(back), "name": "Ada", "account.text": name})
    assert saved.status == 303


@pytest.mark.parametrize(
    "forged",
    [
        {"_carried_to": "nothing", "_carried_field": "account"},
        {"_carried_to": "vault", "_carried_field": "name"},
        {"_carried_to": "contact", "_carried_field": "nothing"},
        {"_carried_to": "contact", "_carried_field": "name"},
        {"_carried_to": "contact", "_carried_field": "account", "_carried._version": "x"},
        {"_carried_to": "contact", "_carried_field": "account", "_carried._sheet": "9"},
    ],
    ids=str,
)
def test_nothing_is_made_for_a_form_that_does_not_wait(shop: Shop, clerk: Browser, forged: dict[str, str]) -> None:
    name = f"Forged {uuid4().hex[:6]}"
    assert post(clerk, "/records/account", {"name": name, **forged}).status in {400, 404}
    assert named(shop, name) == 0


@pytest.mark.parametrize("aside", ["", "account", "account:vault", "name:account", "nothing:account", ":"])
def test_an_aside_to_nowhere_is_not_there(clerk: Browser, aside: str) -> None:
    assert post(clerk, "/records/contact/aside", {"name": "Ada", "_aside": aside}).status == 404


def test_a_form_whose_record_was_deleted_meanwhile_comes_back_as_a_new_one(clerk: Browser) -> None:
    gone = str(uuid4())
    carried = {"_carried_to": "contact", "_carried_field": "account", "_carried._record": gone, "_carried.name": "Ada"}
    answer = post(clerk, "/records/account", {"name": f"Kept {uuid4().hex[:6]}", **carried})
    assert answer.status == 404
    assert 'value="Ada"' in text(answer)
    assert "no longer there" in text(answer)


@pytest.mark.parametrize("depth", ["3", "-1", "x"])
def test_a_sheet_deeper_than_there_are_is_refused(clerk: Browser, depth: str) -> None:
    assert clerk.get(f"/records/account/new?sheet={depth}").status == 400
