"""The list: its address is its state, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.effort import Effort
from tests.browser.site import REP, Site, ways


@pytest.fixture(params=ways("scripted", 1))
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


@pytest.fixture
def rep(contexts: Callable[..., BrowserContext], site: Site) -> Page:
    """A page of somebody who has tasks."""
    return site.page_of(contexts(viewport={"width": 1440, "height": 900}), REP)


def open_task(page: Page) -> Locator:
    """A row of one's own tasks that is not done yet."""
    page.goto("/screens/my_tasks")
    row = page.locator("#rows tr").first
    expect(row.locator("[data-row-act]")).to_have_count(1)
    return row


def test_a_task_is_ticked_off_on_its_row_by_one_by_pointer(rep: Page) -> None:
    row = open_task(rep)
    ident = row.get_attribute("id")
    effort = Effort(rep)
    effort.click(row.locator("[data-row-act]"))
    expect(rep.locator("#speech")).to_contain_text("Done: not in this list any more")
    assert effort.spent <= 1
    expect(rep.locator(f"#{ident}")).to_have_class("left")
    expect(rep.locator(f"#{ident} [data-row-act]")).to_be_focused()
    rep.locator("[data-undo]").click()
    expect(rep.locator("[data-toast]")).to_contain_text("Undone")
    assert "/screens/my_tasks" in rep.url
    expect(rep.locator(f"#{ident}")).not_to_have_class("left")


def test_a_task_is_ticked_off_on_its_row_by_two_by_keys(rep: Page) -> None:
    row = open_task(rep)
    ident = row.get_attribute("id")
    row.locator("th a").focus()
    effort = Effort(rep)
    effort.press("Alt+d")
    expect(rep.locator("#speech")).to_contain_text("Done: not in this list any more")
    assert effort.spent <= 2
    expect(rep.locator(f"#{ident} th a")).to_be_focused()
    rep.keyboard.press("Alt+d")
    expect(rep.locator("#speech")).to_contain_text("Open again")
    expect(rep.locator(f"#{ident}")).not_to_have_class("left")


def test_a_task_is_ticked_off_without_scripts(contexts: Callable[..., BrowserContext], site: Site) -> None:
    plain = site.page_of(contexts(java_script_enabled=False), REP)
    row = open_task(plain)
    title = row.locator("th").inner_text()
    row.locator("[data-row-act]").click()
    expect(plain.locator("[data-toast]")).to_contain_text("Done")
    expect(plain.locator("#rows th", has_text=title)).to_have_count(0)
    plain.locator("[data-undo]").click()
    expect(plain.locator("[data-toast]")).to_contain_text("Undone")


@pytest.fixture
def phone(contexts: Callable[..., BrowserContext], site: Site) -> Page:
    """A list on a phone."""
    found = site.page_of(contexts(viewport={"width": 390, "height": 844}, has_touch=True))
    found.goto("/records/opportunity?view=open_deals&sort=name&limit=20")
    return found


def is_sheet(page: Page, sheet: Locator) -> None:
    """It covers the page, and all that can be pressed at its foot is one main button."""
    expect(sheet).to_be_visible()
    assert sheet.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    main = page.locator(":is(.pop-done, .builder-acts, .pop[open]) .btn-primary:visible").last
    box = main.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] > 820
    top = "e => e.contains(document.elementFromPoint(195, 420))"
    assert sheet.evaluate(top)


@pytest.mark.parametrize("opener", ["menu-stage", "grouping", "columns", "save-as"])
def test_menus_are_sheets_on_a_phone_that_their_head_and_foot_close(phone: Page, opener: str) -> None:
    summary = phone.locator(f"#{opener}")
    summary.click()
    is_sheet(phone, phone.locator("details[open] > .pop-body"))
    summary.click()
    expect(phone.locator("details[open] > .pop-body")).to_have_count(0)
    if opener != "save-as":
        summary.click()
        phone.locator(".pop-done .btn:visible").click()
        expect(phone.locator("details[open] > .pop-body")).to_have_count(0)
    expect(phone.locator("#rows tr").first).to_be_visible()


def test_what_a_list_is_filtered_by_is_in_sight_on_a_phone(phone: Page, site: Site) -> None:
    phone.goto(f"{site.url}/records/account?filter=is_blank(employees)")
    expect(phone.locator(".bar .chip").first).to_be_in_viewport(ratio=0.9)


def test_the_filter_builder_is_a_sheet_on_a_phone(phone: Page) -> None:
    phone.locator("#build").click()
    is_sheet(phone, phone.locator("section.builder"))
    phone.locator("section.builder select").nth(1).select_option("stage")
    phone.locator(".builder-options input").first.check()
    phone.locator(".builder-acts .btn-primary").click()
    expect(phone.locator(".chip").last).to_contain_text("Stage")
    phone.locator("#build").click()
    expect(phone.locator("#builder-form")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator("section.builder")).to_have_count(0)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_frozen_columns_stay_at_the_start_while_others_are_scrolled_to(admin: Page, direction: str) -> None:
    if direction == "rtl":
        admin.set_extra_http_headers({"Accept-Language": "ar"})
    wide = ",".join(f"{name}:wide" for name in ("amount", "contact", "close_date", "source", "product_line"))
    admin.goto(f"/records/opportunity?columns=account:frozen,stage,{wide}")
    admin.locator("html").evaluate("(page, direction) => page.setAttribute('dir', direction)", direction)
    row = admin.locator("#rows tr").first
    edges = """(row, rtl) => [".p-pick", ".p-title", ".stay1", "td:last-child"].map((one) => {
      const box = row.querySelector(one).getBoundingClientRect();
      return Math.round(rtl ? innerWidth - box.right : box.left);
    })"""
    before = row.evaluate(edges, direction == "rtl")
    admin.locator(".scroll").evaluate("(list, by) => { list.scrollLeft = by; }", 300 if direction == "ltr" else -300)
    after = row.evaluate(edges, direction == "rtl")
    assert after[:3] == before[:3]
    assert after[3] == before[3] - 300
    # Nothing of the table makes the page itself wider.
    assert admin.locator("html").evaluate("page => page.scrollWidth === page.clientWidth")
