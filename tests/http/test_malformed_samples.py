"""Requests that once made the product fail, one by one; `test_malformed` makes up others."""

from urllib.parse import urlencode

import pytest

from tests.http.conftest import PASSWORD, Shop
from tests.support.clients import Answer, Browser, Client


def post(browser: Browser, path: str, **form: str) -> Answer:
    """Send a form as a browser does."""
    body = urlencode({"_csrf": browser.csrf, **form}).encode()
    return browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


@pytest.mark.parametrize("path", ["records/account?search=a%00b", "explain?user=%00", "records/%00", "/search?q=%00"])
def test_nul_in_an_address_is_refused(shop: Shop, path: str) -> None:
    answer = shop.admin.call("GET", path)
    assert answer.status == 400
    if not path.startswith("/"):
        assert answer.json["code"] == "text"


def test_nobody_has_an_email_that_cannot_be_kept(shop: Shop, admin: Browser) -> None:
    assert post(admin, "/sign-in", email=f"{shop.lot()}\0", password=PASSWORD).status == 422


@pytest.mark.parametrize("wanted", ["http://[::1", "//[", "/\\evil", "/a\nb"])
def test_a_way_back_that_is_no_address_leads_to_the_first_page(shop: Shop, admin: Browser, wanted: str) -> None:
    assert Client(shop.app).get("/sign-in", next=wanted).status == 200
    answer = admin.get("/sign-in", next=wanted)
    assert (answer.status, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_there_is_no_revision_of_a_number_beyond_all(shop: Shop, number: int) -> None:
    refused = shop.admin.post("metadata/rollback", {"revision": number, "message": "Back"})
    assert (refused.status, refused.json["code"]) == (404, "not_found")
    assert shop.admin.get(f"metadata/revisions/{number}").status == 404


def test_a_message_that_cannot_be_kept_is_refused(shop: Shop) -> None:
    refused = shop.admin.post("metadata/rollback", {"revision": 1, "message": "a\0b"})
    assert (refused.status, refused.json["errors"][0]["code"]) == (400, "rollback")


@pytest.mark.parametrize("typed", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_moment_beyond_the_calendar_is_no_moment(admin: Browser, typed: str) -> None:
    answer = post(admin, "/records/account", name="x", seen_at=typed)
    assert answer.status == 422
    assert b"There is no such day" in answer.body
