"""The list: its address is its state, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture(params=["scripted", "plain"])
def page(request: pytest.FixtureRequest) -> Page:
    """The same list twice: every link must work without a script."""
    name = "admin" if request.param == "scripted" else "plain"
    found: Page = request.getfixturevalue(name)
    found.goto("/records/opportunity")
    return found


def test_it_is_a_table_with_caption_and_heads(page: Page) -> None:
    table = page.get_by_role("table", name="Opportunities")
    expect(table.get_by_role("columnheader", name="Stage")).to_have_attribute("scope", "col")
    expect(table.get_by_role("rowheader").first).to_be_visible()
    expect(page.locator("[aria-sort=descending]")).to_have_text("Changed")


def test_a_head_sorts_and_turns_round(page: Page) -> None:
    page.get_by_role("link", name="Amount", exact=True).click()
    expect(page.locator("[aria-sort=descending]")).to_have_text("Amount")
    assert "sort=-amount" in page.url
    largest = page.locator("tbody tr").first.inner_text()
    page.get_by_role("link", name="Amount", exact=True).click()
    expect(page.locator("[aria-sort=ascending]")).to_have_text("Amount")
    assert page.locator("tbody tr").first.inner_text() != largest


def test_a_column_without_order_has_no_link(page: Page) -> None:
    head = page.get_by_role("columnheader", name="Account")
    expect(head).to_be_visible()
    expect(head.get_by_role("link")).to_have_count(0)


def test_a_filter_is_a_chip_that_can_be_removed(page: Page) -> None:
    everything = page.locator("tbody tr").count()
    page.locator("#menu-stage").click()
    page.locator(".pop[open] .pop-row").filter(has_text="Won").click()
    chip = page.locator(".chip")
    expect(chip).to_contain_text("Stage is Won")
    expect(page.locator("tbody tr .tag.won").first).to_be_visible()
    assert page.locator("tbody tr").count() < everything
    page.reload()
    expect(chip).to_contain_text("Stage is Won")
    chip.get_by_role("link", name="Remove the filter: Stage is").click()
    expect(chip).to_have_count(0)
    expect(page.locator("tbody tr")).to_have_count(everything)


def test_two_options_of_one_field_are_one_chip(page: Page) -> None:
    for option in ("Won", "Lost"):
        if page.locator(".pop[open]").count() == 0:
            page.locator("#menu-stage").click()
        page.locator(".pop[open] .pop-row").filter(has_text=option).click()
        expect(page.locator(".chip")).to_contain_text(option)
    expect(page.locator(".chip")).to_have_text(re.compile("Won, Lost"))


def test_no_match_offers_to_clear(page: Page) -> None:
    page.goto("/records/opportunity?filter[name][eq]=no such name")
    expect(page.get_by_role("heading", level=2).filter(has_text="matches")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_the_next_rows_come_by_one_link(page: Page) -> None:
    page.goto("/records/opportunity?limit=20&sort=name")
    first = page.locator("tbody th").first.inner_text()
    page.get_by_role("link", name="Load more").click()
    page.wait_for_url(re.compile("loaded=|after="))
    names = page.locator("tbody th").all_inner_texts()
    assert len(names) == len(set(names))
    assert names != [first]


def test_an_unknown_parameter_is_refused_in_words(page: Page) -> None:
    page.goto("/records/opportunity?sortt=name")
    expect(page.get_by_role("heading", level=1)).to_have_text("The request cannot be understood")
    expect(page.get_by_role("main")).to_contain_text("Did you mean sort?")


def test_swaps_are_told_and_focus_stays_where_it_was(admin: Page) -> None:
    admin.goto("/records/opportunity")
    admin.locator("#sort-name").focus()
    admin.keyboard.press("Enter")
    expect(admin.locator("[aria-sort=ascending]")).to_have_text("Name")
    expect(admin.locator("#sort-name")).to_be_focused()
    expect(admin.locator("#speech")).to_have_text(re.compile(r"\d+ rows shown"))


def test_back_returns_to_the_list_that_was_left(admin: Page) -> None:
    admin.goto("/records/opportunity?limit=20")
    admin.get_by_role("link", name="Load more").click()
    expect(admin.locator("tbody tr")).to_have_count(40)
    expect(admin.locator("tbody tr").nth(20).get_by_role("link").first).to_be_focused()
    admin.locator("tbody tr").nth(30).get_by_role("rowheader").get_by_role("link").click()
    expect(admin.get_by_role("link", name="Edit").first).to_be_visible()
    admin.go_back()
    expect(admin.locator("tbody tr")).to_have_count(40)


def test_the_menu_stays_open_while_options_are_picked(admin: Page) -> None:
    admin.goto("/records/opportunity")
    admin.locator("#menu-stage").click()
    admin.locator("#pick-stage-1").click()
    expect(admin.locator(".chip")).to_have_count(1)
    expect(admin.locator("#pick-stage-2")).to_be_visible()
    admin.keyboard.press("Escape")
    expect(admin.locator("#pick-stage-2")).to_be_hidden()
    expect(admin.locator("#menu-stage")).to_be_focused()
