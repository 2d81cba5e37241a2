"""The browser of the tests starts, runs scripts and shares nothing between tests."""

import pytest
from playwright.sync_api import Page

ADDRESS = "http://127.0.0.1:9/"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_context_begins_without_what_the_last_left(page: Page, turn: str) -> None:
    page.route(ADDRESS, lambda route: route.fulfill(body=f"<p>{turn}", content_type="text/html"))
    page.goto(ADDRESS)
    assert page.inner_text("p") == turn
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("localStorage.setItem('left', 'yes')")
