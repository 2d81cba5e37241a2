"""The palette: from anywhere to any record, screen and thing to do, by three keys."""

import re

from playwright.sync_api import Page, expect

from tests.browser.effort import Effort


def rows(page: Page) -> list[str]:
    return page.locator("#palette-list a[role=option] > .t").all_inner_texts()


def chosen(page: Page) -> str:
    return page.locator("#palette-list a[aria-selected=true] > .t").inner_text()


def test_a_customer_is_found_by_a_fragment_of_the_phone_by_three_keys(admin: Page) -> None:
    admin.goto("/records/contact?limit=1&filter=not is_blank(phone)")
    name = admin.locator("#rows a").first.inner_text()
    admin.locator("#rows a").first.click()
    digits = re.sub(r"\D", "", admin.locator("a[href^='tel:']").first.get_attribute("href") or "")
    admin.goto("/me")
    effort = Effort(admin)
    effort.press("Control+k")
    effort.type(digits[-5:])
    effort.press("Enter")
    expect(admin.get_by_role("heading", level=1)).to_contain_text(name)
    assert effort.spent == 3


def test_the_same_by_pointer(admin: Page) -> None:
    admin.goto("/records/contact?limit=1&sort=-name")
    name = admin.locator("#rows a").first.inner_text()
    admin.goto("/me")
    effort = Effort(admin)
    effort.click(admin.locator("#seek-all"))
    effort.type(name[:5])
    effort.click(admin.locator("#palette-list a").filter(has_text=name).first)
    expect(admin.get_by_role("heading", level=1)).to_contain_text(name)
    assert effort.spent == 3


def test_names_are_found_without_accents_and_the_match_is_marked(admin: Page) -> None:
    admin.goto("/records/account/new")
    admin.locator("main [name=name]").fill("Žluťoučký kůň")
    admin.locator("main button[type=submit]").first.click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Žluťoučký")
    admin.keyboard.press("Control+k")
    admin.keyboard.type("zlutoucky")
    expect(admin.locator("#palette-list mark").first).to_have_text("Žluťoučký")


def test_signs_narrow_to_actions_and_to_people(admin: Page) -> None:
    admin.goto("/records/account")
    admin.keyboard.press("Control+k")
    expect(admin.locator("#palette-list a").first).to_be_visible()
    admin.keyboard.type(">new")
    expect(admin.locator("#palette-list [role=group]")).to_have_count(1)
    assert all("ew" in row for row in rows(admin))
    admin.keyboard.press("Control+a")
    admin.keyboard.type("@agn")
    expect(admin.locator("#palette-list a > .t").first).to_contain_text("Agnieszka")


def test_it_opens_with_the_records_seen_last_and_forgets_them_at_sign_out(admin: Page) -> None:
    admin.goto("/records/opportunity?limit=1")
    admin.locator("#rows a").first.click()
    title = admin.get_by_role("heading", level=1).inner_text()
    admin.goto("/records/account")
    admin.keyboard.press("Control+k")
    expect(admin.locator("#palette-list a > .t").first).to_have_text(title)
    admin.context.clear_cookies()
    admin.goto("/sign-in")
    assert admin.evaluate("localStorage.getItem('armature.recent')") is None


def test_keys_move_through_rows_and_groups_and_escape_gives_the_focus_back(admin: Page) -> None:
    admin.goto("/records/account")
    admin.locator("#list-search").focus()
    admin.keyboard.press("Control+k")
    expect(admin.locator("#palette-list a[aria-selected=true]")).to_have_count(1)
    first = chosen(admin)
    admin.keyboard.press("ArrowDown")
    assert chosen(admin) != first
    admin.keyboard.press("ArrowUp")
    assert chosen(admin) == first
    admin.keyboard.press("Tab")
    group = admin.locator("#palette-list [role=group]").nth(1)
    expect(group.locator("[aria-selected=true]")).to_have_count(1)
    admin.keyboard.press("Escape")
    expect(admin.locator("#palette")).to_be_hidden()
    expect(admin.locator("#list-search")).to_be_focused()


def test_without_a_match_it_says_so_and_enter_leads_to_the_search_page(admin: Page) -> None:
    admin.goto("/records/account")
    admin.keyboard.press("Control+k")
    admin.keyboard.type("qqqqq")
    expect(admin.locator(".palette-none")).to_be_visible()
    expect(admin.locator("#palette-told")).to_contain_text("0")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/search?q=qqqqq*")


def test_without_scripts_search_is_a_page(plain: Page) -> None:
    plain.goto("/records/account")
    plain.locator("#seek-all").click()
    plain.locator("main input[name=q]").fill("pump")
    plain.locator("main").get_by_role("button", name="Search").click()
    expect(plain.locator(".hits mark").first).to_have_text(re.compile("pump", re.IGNORECASE))
