"""One field of a record, changed where it stands: its control alone, saved under the record's version."""

import re

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.clients import Browser, path_of

FRAGMENT = {"HX_Request": "true"}


def opened(browser: Browser, here: str, field: str) -> dict[str, str]:
    return hidden_inputs(text(browser.get(f"{here}/fields/{field}")))


def test_it_is_a_page_without_scripts_and_a_control_with_them(shop: Shop, admin: Browser) -> None:
    made = shop.admin.create("account", name="In place", size=3)
    here = f"/records/account/{made['id']}"
    page = text(admin.get(f"{here}/fields/size"))
    part = text(admin.call("GET", f"{here}/fields/size", headers={"HX-Request": "true", "HX-Target": "fact-size"}))
    for told in (page, part):
        assert re.findall(r'id="f-(\w+)"', told) == ["size"]
    assert "<html" in page
    assert "<html" not in part


def test_it_is_saved_alone_and_can_be_undone(shop: Shop, admin: Browser) -> None:
    made = shop.admin.create("account", name="In place", size=3, rank=1)
    here = f"/records/account/{made['id']}"
    kept = opened(admin, here, "size")
    answer = post(admin, f"{here}/fields/size", {**kept, "size": "4", "rank": "9"})
    assert answer.status == 303
    assert re.fullmatch(rf"{here}\?done=saved\..+#fact-size", answer.headers["location"])
    found = shop.admin.get(path_of("account", made)).json
    assert (found["size"], found["rank"], found["version"]) == (4, 1, 2)


def test_what_is_refused_stays_in_its_place(shop: Shop, admin: Browser) -> None:
    made = shop.admin.create("account", name="In place", size=3)
    here = f"/records/account/{made['id']}"
    kept = opened(admin, here, "size")
    answer = post(admin, f"{here}/fields/size", {**kept, "size": "-4", "_place": "key-size"}, **FRAGMENT)
    assert (answer.status, answer.headers["hx-retarget"]) == (422, "#key-size")
    assert 'value="-4"' in text(answer)
    assert shop.admin.get(path_of("account", made)).json["version"] == 1


def test_a_change_of_somebody_else_is_a_conflict(shop: Shop, admin: Browser) -> None:
    made = shop.admin.create("account", name="In place", size=3)
    here = f"/records/account/{made['id']}"
    kept = opened(admin, here, "size")
    shop.admin.patch(path_of("account", made), {"size": 8}, "*")
    assert post(admin, f"{here}/fields/size", {**kept, "size": "4"}).status == 409


@pytest.mark.parametrize("field", ["margin", "score", "created_at", "nothing"])
def test_what_may_not_be_written_is_not_there(shop: Shop, field: str) -> None:
    clerk = shop.browser("clerk")
    made = shop.admin.create("account", name="In place")
    here = f"/records/account/{made['id']}/fields/{field}"
    assert [clerk.get(here).status, post(clerk, here, {field: "1", "_version": "1"}).status] == [404, 404]


def test_the_page_offers_what_one_may_write(shop: Shop, admin: Browser) -> None:
    made = shop.admin.create("account", name="In place", size=3, score=4)
    page = text(admin.get(f"/records/account/{made['id']}"))
    assert f"/records/account/{made['id']}/fields/size" in page
    assert "/fields/created_at" not in page
    assert "/fields/" not in text(shop.browser("auditor").get(f"/records/account/{made['id']}"))
