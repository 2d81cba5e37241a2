"""Many rows of a list: ticked by pointer and keys, changed in one go, with scripts and without."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.effort import Effort
from tests.browser.site import ways

COLLEAGUE = "Henri"


@pytest.fixture(params=ways("admin", 2))
def page(request: pytest.FixtureRequest) -> Page:
    """With scripts and without."""
    found: Page = request.getfixturevalue(request.param)
    return found


def accounts(page: Page, number: int) -> str:
    """Make accounts of one city, and open the list of them; the city."""
    city = f"Town {uuid4().hex[:6]}"
    for n in range(number):
        page.goto("/records/account/new")
        page.locator("#f-name").fill(f"{city} {n}")
        page.locator("#f-city").fill(city)
        page.locator("[data-main]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{city} {n}")
    page.goto(f"/records/account?filter=city = '{city}'&sort=name&columns=city,phone")
    expect(page.locator("#rows tr")).to_have_count(number)
    return city


def given(page: Page) -> None:
    """The owner of all that are listed was changed, and is so no more."""
    expect(page.locator("[data-toast]")).to_contain_text("Records changed")
    expect(page.locator("#speech")).to_contain_text("Records changed")
    page.locator("[data-undo]").click()
    expect(page.locator("[data-toast], #job")).to_contain_text("Undone")


def test_giving_fifty_listed_records_a_new_owner_costs_seven_by_pointer(admin: Page) -> None:
    admin.goto("/records/opportunity")
    expect(admin.locator("#rows tr")).to_have_count(50)
    effort = Effort(admin)
    effort.click(admin.locator("#pick-all"))
    expect(admin.locator("[data-chosen]")).to_have_text("50 selected")
    effort.click(admin.locator("#selected-give"))
    expect(admin.locator("#f-owner")).to_be_focused()
    effort.type(COLLEAGUE)
    effort.click(admin.locator("#f-owner-list [data-id]").first)
    effort.click(admin.get_by_role("button", name="Change 50 records"))
    given(admin)
    assert effort.spent <= 7


def test_giving_fifty_listed_records_a_new_owner_costs_nine_by_keys(admin: Page) -> None:
    admin.goto("/records/opportunity")
    expect(admin.locator("#rows tr")).to_have_count(50)
    effort = Effort(admin)
    effort.press("Alt+a")
    effort.press("Alt+g")
    expect(admin.locator("#f-owner")).to_be_focused()
    effort.type(COLLEAGUE)
    expect(admin.locator("#f-owner-list [data-id]")).to_have_count(1)
    effort.press("Enter")
    expect(admin.locator("#f-owner-list")).to_be_hidden()
    effort.press("Enter")
    given(admin)
    assert effort.spent <= 9


def test_picked_fields_are_changed_and_the_change_is_undone(page: Page) -> None:
    city = accounts(page, 3)
    for row in (0, 2):
        page.locator("#rows .p-pick input").nth(row).check()
    expect(page.locator(".bar:not(.selection)")).to_be_hidden()
    page.locator("#selected-change").click()
    expect(page.get_by_role("button", name="Change 2 records")).to_be_visible()
    expect(page.locator("#f-phone")).to_be_hidden()
    page.locator("#pick-phone").check()
    page.locator("#f-phone").fill("+49 30 5550111")
    page.get_by_role("button", name="Change 2 records").click()
    expect(page.locator("#rows tr").filter(has_text="+49 30 5550111")).to_have_count(2)
    assert city in page.url.replace("+", " ")  # one is back in the same list
    page.locator("[data-undo]").click()
    expect(page.locator("[data-toast]")).to_contain_text("Undone")


def test_ticked_records_are_deleted_and_come_back(page: Page) -> None:
    city = accounts(page, 2)
    for row in (0, 1):
        page.locator("#rows .p-pick input").nth(row).check()
    page.locator("#selected-delete").click()
    expect(page.get_by_text("Nothing in Accounts matches")).to_be_visible()
    page.locator("[data-undo]").click()
    page.goto(f"/records/account?filter=city = '{city}'")
    expect(page.locator("#rows tr")).to_have_count(2)


def test_keys_shift_and_all_that_match(admin: Page) -> None:
    accounts(admin, 4)
    admin.goto(f"{admin.url}&limit=3")
    boxes, chosen, every = (
        admin.locator("#rows .p-pick input"),
        admin.locator("[data-chosen]"),
        admin.locator("[data-every]"),
    )
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(chosen).to_have_text("3 selected")
    expect(every).to_be_visible()
    boxes.nth(1).uncheck()
    expect(every).to_be_hidden()
    expect(admin.locator("#speech")).to_have_text("2 selected")
    admin.locator("#rows th a").first.focus()
    admin.keyboard.press("Control+a")
    expect(chosen).to_have_text("3 selected")
    every.check()
    expect(chosen).to_have_text("4 selected")
    admin.keyboard.press("Tab")
    admin.locator("#rows th a").first.focus()
    admin.keyboard.press("Escape")
    expect(admin.locator("#selection")).to_be_hidden()
    admin.keyboard.press("Control+a")
    every.check()
    admin.locator("#selected-change").click()
    expect(admin.get_by_role("button", name="Change 4 records")).to_be_visible()
