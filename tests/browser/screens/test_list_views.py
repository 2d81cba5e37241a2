"""Saved views, the filter builder, columns and groups of a list, with scripts and without; and what they cost."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.effort import Effort
from tests.browser.site import REP, Site, ways


@pytest.fixture(params=ways("scripted", 0))
def page(request: pytest.FixtureRequest) -> Page:
    """The same list twice: every step must work without a script."""
    name = "admin" if request.param == "scripted" else "plain"
    found: Page = request.getfixturevalue(name)
    found.goto("/records/opportunity")
    return found


def fresh(word: str) -> str:
    """A name that no other test gives."""
    return f"{word} {uuid4().hex[:6]}"


def save_as(page: Page, name: str, *, shared: bool = False) -> None:
    page.locator("#save-as").click()
    page.locator("#view-name").fill(name)
    if shared:
        page.locator("form:has(#view-name) [name=shared]").check()
    page.get_by_role("button", name="Save view").click()
    expect(tab(page, name)).to_have_attribute("aria-current", "page")


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Views").get_by_role("link", name=name, exact=True)


def test_a_view_is_saved_changed_reset_saved_again_and_deleted(page: Page) -> None:
    name = fresh("Won ones")
    page.goto("/records/opportunity?filter[stage][in]=won&sort=name")
    save_as(page, name)
    rows = page.locator("tbody tr").count()
    expect(page.get_by_text("View changed")).to_have_count(0)
    page.locator("#menu-stage").click()
    page.get_by_role("link", name="Lost", exact=True).click()
    expect(page.get_by_text("View changed")).to_be_visible()
    page.get_by_role("link", name="Reset").click()
    expect(page.get_by_text("View changed")).to_have_count(0)
    expect(page.locator("tbody tr")).to_have_count(rows)
    page.get_by_role("columnheader").get_by_role("link", name="Amount", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("View changed")).to_have_count(0)
    expect(page.locator("[aria-sort=descending]")).to_have_text("Amount")
    page.get_by_label("This view").click()
    page.get_by_role("button", name="Delete this view").click()
    expect(tab(page, name)).to_have_count(0)
    expect(tab(page, "All")).to_have_attribute("aria-current", "page")


def test_somebody_else_sees_a_shared_view_and_may_only_save_it_as_their_own(
    page: Page, contexts: Callable[..., BrowserContext], site: Site
) -> None:
    name = fresh("For all")
    page.goto("/records/opportunity?filter=stage = 'won'")
    save_as(page, name, shared=True)
    other = site.page_of(contexts(viewport={"width": 1440, "height": 900}), REP)
    other.goto(page.url)
    expect(tab(other, name)).to_have_attribute("aria-current", "page")
    other.get_by_role("columnheader").get_by_role("link", name="Amount", exact=True).click()
    expect(other.get_by_text("View changed")).to_be_visible()
    expect(other.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(other.locator("#save-as")).to_be_visible()


def test_the_builder_makes_a_filter_of_two_conditions(page: Page) -> None:
    page.locator("#build").click()
    choose(page, "c0.0.field", "stage")
    page.locator("[name='c0.0.value'][value=won]").check()
    page.get_by_role("button", name="Add condition").click()
    choose(page, "c0.1.field", "account.name")
    choose(page, "c0.1.op", "not_blank")
    page.get_by_role("button", name="Show the records").click()
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator(".chip").first).to_contain_text("Stage is Won")
    expect(page.locator(".chip").last).to_contain_text("Account: Name is not blank")
    assert "filter=stage" in page.url
    page.locator(".chip").last.get_by_role("link").click()
    expect(page.locator(".chip")).to_have_count(1)


def choose(page: Page, name: str, value: str) -> None:
    """Choose in a select of the builder; without scripts the form is asked to follow."""
    page.locator(f"[name='{name}']").select_option(value)
    update = page.locator("noscript button, button[value=update]")
    if update.count() and update.first.is_visible():
        update.first.click()
    expect(page.locator(f"[name='{name}']")).to_have_value(value)
    expect(page.locator(f"[name='{name.rpartition('.')[0]}.op']")).to_be_visible()


def test_a_column_is_hidden_added_and_moved(page: Page) -> None:
    page.locator("#columns").click()
    page.get_by_role("link", name="Hide Account").click()
    expect(page.get_by_role("columnheader", name="Account")).to_have_count(0)
    # The panel stays open, so that the next step is one click.
    page.locator("#add-probability").click()
    expect(page.get_by_role("columnheader", name="Probability")).to_be_visible()
    page.locator("#earlier-amount").click()
    expect(page.get_by_role("columnheader").nth(2)).to_have_text("Amount")
    page.reload()
    expect(page.get_by_role("columnheader").nth(2)).to_have_text("Amount")


def test_groups_open_one_by_one(page: Page) -> None:
    page.locator("#grouping").click()
    page.locator("#group-stage").click()
    expect(page.locator("tbody.group")).to_have_count(7)
    expect(page.locator("tbody.in-group")).to_have_count(0)
    page.locator("#open-won").click()
    expect(page.locator("tbody.in-group tr").first).to_contain_text("Won")
    assert "opened=won" in page.url
    page.reload()
    expect(page.locator("#open-won")).to_have_attribute("aria-expanded", "true")


def test_filtering_by_owner_and_saving_that_costs_five_by_pointer(admin: Page) -> None:
    admin.goto("/records/opportunity")
    effort, name = Effort(admin), fresh("Mine")
    effort.click(admin.locator("#menu-owner"))
    effort.click(admin.locator("#pick-owner-1"))
    effort.click(admin.locator("#save-as"))
    expect(admin.locator("#view-name")).to_be_focused()
    effort.type(name)
    effort.click(admin.get_by_role("button", name="Save view"))
    expect(tab(admin, name)).to_have_attribute("aria-current", "page")
    expect(admin.locator("#speech")).to_contain_text("View saved")
    assert effort.spent <= 5


def test_filtering_by_owner_and_saving_that_costs_eight_by_keys(admin: Page) -> None:
    admin.goto("/records/opportunity")
    effort, name = Effort(admin), fresh("Mine by keys")
    effort.press("Alt+o")
    expect(admin.locator("#pick-owner-1")).to_be_visible()
    effort.press("Tab")
    expect(admin.locator("#pick-owner-1")).to_be_focused()
    effort.press("Enter")
    expect(admin.locator(".chip")).to_contain_text("Owner is Me")
    effort.press("Alt+s")
    expect(admin.locator("#view-name")).to_be_focused()
    effort.type(name)
    effort.press("Enter")
    expect(tab(admin, name)).to_have_attribute("aria-current", "page")
    assert effort.spent <= 8


def test_a_view_that_is_gone_says_so_and_shows_the_list(page: Page) -> None:
    page.goto("/records/opportunity?view=gone")
    expect(page.get_by_text("no longer there")).to_be_visible()
    expect(page.locator("tbody tr").first).to_be_visible()
    assert re.search("view=gone", page.url)
