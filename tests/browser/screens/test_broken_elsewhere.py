"""Broken on purpose where text is typed beside forms: out of reach, failed, signed out; then it is sent after all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.site import ADMIN, PASSWORD, Site
from tests.browser.states import CALENDAR

TYPED = "Typed with care, elsewhere"
# Gives where the text stands and what sends it, once it is typed.
Begin = Callable[[Page], tuple[Locator, Locator]]


def note(page: Page) -> tuple[Locator, Locator]:
    """A note on a record."""
    page.goto("/records/account?sort=name&limit=1")
    page.locator("#rows a").first.click()
    page.locator("#composer-text").fill(TYPED)
    return page.locator("#composer-text"), page.locator("#composer [data-main]")


def in_place(page: Page) -> tuple[Locator, Locator]:
    """A field that is edited where it stands."""
    page.goto("/records/contact?sort=name&limit=1")
    page.locator("#rows a").first.click()
    page.locator("#key-job_title [data-edit-field], #fact-job_title [data-edit-field]").first.click()
    form = page.locator("[data-field-form]")
    form.locator("[name=job_title]").fill(TYPED)
    return form.locator("[name=job_title]"), form.locator("[data-main]")


def sheet(page: Page) -> tuple[Locator, Locator]:
    """A meeting that is booked in a sheet over the calendar."""
    page.goto(f"{CALENDAR}?mode=week&on=2027-08-11")
    page.locator(".slot[tabindex='0']").click()
    page.locator("#sheet-1 [name=subject]").fill(TYPED)
    return page.locator("#sheet-1 [name=subject]"), page.locator("#sheet-1 [data-main]")


@pytest.mark.parametrize("begin", [note, in_place, sheet])
def test_nothing_typed_is_lost(contexts: Callable[..., BrowserContext], site: Site, begin: Begin) -> None:
    context = contexts(viewport={"width": 1440, "height": 900})
    page = site.page_of(context)
    text, send = begin(page)
    notices = page.locator("#notices")

    context.set_offline(True)
    send.click()
    expect(notices).to_contain_text("The server cannot be reached.")
    expect(text).to_have_value(TYPED)
    context.set_offline(False)

    def fail(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=502, body="Bad gateway", content_type="text/html")
        else:
            route.continue_()

    page.route("**/records/**", fail)
    send.click()
    expect(notices).to_contain_text("Something failed on our side.")
    expect(text).to_have_value(TYPED)
    page.unroute("**/records/**")

    context.clear_cookies(name="armature_session")
    send.click()
    again = page.get_by_role("dialog", name="Sign in again")
    again.get_by_label("E-mail").fill(ADMIN)
    again.locator("#password").fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_be_hidden()
    expect(page.get_by_role("main")).to_contain_text(TYPED)
    expect(notices).to_be_empty()
