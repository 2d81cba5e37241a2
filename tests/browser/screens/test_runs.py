"""Actions on a record's page: in a sheet, by pointer, by keys and without scripts, and undone as one."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.effort import Effort
from tests.browser.site import ways

FILTER = "status = 'qualified' and not is_blank(person)"


@pytest.fixture(params=ways("admin", 1))
def page(request: pytest.FixtureRequest) -> Page:
    """With scripts and without."""
    found: Page = request.getfixturevalue(request.param)
    return found


def open_lead(page: Page) -> str:
    """Open a lead that can be converted; its name."""
    page.goto(f"/records/lead?filter={FILTER}&sort=name")
    page.locator("tbody th a").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(page.locator(".record")).to_be_visible()
    return heading.inner_text()


def converted(page: Page, name: str) -> None:
    """One is led to the opportunity; undoing leads all of it back."""
    expect(page).to_have_url(re.compile("/records/opportunity/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("[data-toast]")).to_contain_text("Done")
    page.locator("[data-undo]").click()
    expect(page.locator("[data-toast]")).to_contain_text("Undone")
    page.goto(f"/records/lead?filter={FILTER}&sort=name")
    expect(page.locator("tbody").get_by_role("link", name=name).first).to_be_visible()


def test_converting_a_lead_with_its_suggestions_costs_two_by_pointer(admin: Page) -> None:
    name = open_lead(admin)
    effort = Effort(admin)
    effort.click(admin.get_by_role("link", name="Convert", exact=True))
    effort.click(admin.locator("#sheet-1").get_by_role("button", name="Convert"))
    converted(admin, name)
    assert effort.spent <= 2


def test_converting_a_lead_with_its_suggestions_costs_two_by_keys(admin: Page) -> None:
    name = open_lead(admin)
    effort = Effort(admin)
    effort.press("Alt+d")
    expect(admin.locator("#s1-f-name")).to_be_focused()
    effort.press("Enter")
    converted(admin, name)
    assert effort.spent <= 2


def test_what_is_refused_stays_typed_and_is_said_where_it_is_wrong(page: Page) -> None:
    open_lead(page)
    page.get_by_role("link", name="Convert", exact=True).first.click()
    page.locator("[id$='f-name']").fill("")
    page.locator("[id$='f-company']").fill("Typed before it was refused")
    page.locator("[data-main]").last.click()
    expect(page.locator("[id$='f-name-error']")).to_contain_text("missing")
    expect(page.locator("[id$='f-company']")).to_have_value("Typed before it was refused")


def test_an_action_without_questions_is_done_at_once(page: Page) -> None:
    page.goto("/records/case?filter=status = 'solved'&sort=subject")
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name="Reopen").first.click()
    expect(page.locator("[data-toast]")).to_contain_text("Done")
    expect(page.locator(".stages [aria-current]")).to_contain_text("In work")
    page.locator("[data-undo]").click()
    expect(page.locator("[data-toast]")).to_contain_text("Undone")


def test_an_action_is_done_with_many_rows(page: Page) -> None:
    page.goto("/records/lead?filter=status = 'working'&sort=name")
    for row in (0, 1):
        page.locator("#rows .p-pick input").nth(row).check()
    page.locator("#selected-refuse").click()
    page.locator("#f-refusal").select_option("no_need")
    page.locator("[data-main]").click()
    expect(page.locator("[data-toast]")).to_contain_text("Done")
    page.locator("[data-undo]").click()
    expect(page.locator("[data-toast]")).to_contain_text("Undone")
