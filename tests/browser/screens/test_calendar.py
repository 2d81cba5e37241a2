"""The calendar: meetings booked on a slot, moved by a form, with scripts and without; and what that costs."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.effort import Effort
from tests.browser.site import Site
from tests.browser.states import CALENDAR

WEEK = f"{CALENDAR}?mode=week&on=2027-03-10"


def fresh() -> str:
    """A subject that no other test gives."""
    return f"Talk {uuid4().hex[:6]}"


def international(page: Page, site: Site) -> Page:
    """The page in English as it is written outside of America: weeks from Monday, days before months."""
    page.context.add_cookies([{"name": "language", "value": "en", "url": site.url}])
    return page


def test_three_clicks_and_a_word_book_a_meeting(admin: Page, site: Site) -> None:
    international(admin, site).goto(WEEK)
    name, effort = fresh(), Effort(admin)
    effort.click(admin.get_by_label(re.compile(r"New on Wednesday, 10 March 2027, 10:00")))
    expect(admin.locator("#sheet-1 [name=subject]")).to_be_focused()
    effort.type(name)
    effort.click(admin.locator("#sheet-1 [data-main]"))
    expect(admin.locator(".timed.c3").get_by_text(name).first).to_be_visible()
    assert effort.spent <= 3


def test_three_keys_book_a_meeting_on_the_slot_that_arrows_lead_to(admin: Page, site: Site) -> None:
    international(admin, site).goto(WEEK)
    admin.locator(".slot[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        admin.keyboard.press(key)
    expect(admin.get_by_label(re.compile(r"New on Wednesday, 10 March 2027, 09:00"))).to_be_focused()
    name, effort = fresh(), Effort(admin)
    effort.press("Enter")
    expect(admin.locator("#sheet-1 [name=subject]")).to_be_focused()
    effort.type(name)
    effort.press("Enter")
    expect(admin.locator(".timed.c3").get_by_text(name).first).to_be_visible()
    assert effort.spent <= 3


@pytest.mark.parametrize("who", ["admin", "plain"])
def test_an_entry_gets_another_time_and_back(request: pytest.FixtureRequest, site: Site, who: str) -> None:
    page = international(request.getfixturevalue(who), site)
    name = fresh()
    page.goto("/records/activity/new?kind=meeting&starts_at=2027-04-07T10:00&ends_at=2027-04-07T11:00")
    page.locator("#f-subject").fill(name)
    page.locator("[data-main]").click()
    page.locator(".record").wait_for()
    page.goto(f"{CALENDAR}?mode=agenda&on=2027-04-07")
    page.get_by_label(f"Change time: {name}").click()
    page.locator("#s1-f-starts_at").fill("09/04/2027 15:00")
    page.locator("#s1-f-ends_at").fill("09/04/2027 16:00")
    page.locator("[data-main]").last.click()
    page.wait_for_url(lambda url: "done=" not in url and "mode=agenda" in url if who == "admin" else "done=" in url)
    expect(page.locator(".agenda section").filter(has_text=name)).to_contain_text("Friday, 9 April 2027")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/records/activity/**")
    page.goto(f"{CALENDAR}?mode=agenda&on=2027-04-07")
    expect(page.locator(".agenda section").filter(has_text=name)).to_contain_text("Wednesday, 7 April 2027")


def test_a_person_is_hidden_and_shown_without_leaving_the_page(admin: Page) -> None:
    admin.goto(f"{CALENDAR}?mode=agenda")
    person = admin.get_by_role("switch", name="Matteo Bellini")
    before = admin.locator(".agenda li").count()
    person.press("Enter")
    expect(admin.get_by_role("switch", name="Matteo Bellini")).to_have_attribute("aria-checked", "false")
    expect(admin.get_by_role("switch", name="Matteo Bellini")).to_be_focused()
    expect(admin.locator(".agenda li")).not_to_have_count(before)
