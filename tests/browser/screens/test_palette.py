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


def test_what_may_be_done_with_the_open_record_is_offered_and_pressed_where_it_is(admin: Page) -> None:
    admin.goto("/records/lead?filter=status = 'new'&limit=1")
    admin.locator("#rows a").first.click()
    expect(admin.locator(".record-head")).to_be_visible()
    admin.keyboard.press("Control+k")
    admin.keyboard.type(">")
    expect(admin.locator("[data-sought='>']")).to_be_visible()
    here = admin.get_by_role("group", name="This record")
    expect(here.get_by_role("option", name="Edit")).to_be_visible()
    assert rows(admin)[0] == here.locator("a > .t").first.inner_text()
    expect(admin.locator("#palette-told")).to_contain_text("This record:")
    effort = Effort(admin)
    effort.type("conv")
    effort.press("Enter")
    expect(admin.locator("dialog.sheet[open]")).to_contain_text("Convert")
    expect(admin.locator("#palette")).to_be_hidden()
    assert effort.spent == 2
    admin.keyboard.press("Escape")
    admin.keyboard.press("Control+k")
    admin.keyboard.type("call")
    here.get_by_role("option", name="Call", exact=True).click()
    expect(admin.locator("[name=kind][value=call]")).to_be_checked()
    expect(admin.locator("#composer-text")).to_be_focused()


def test_a_button_that_changes_the_record_does_so_from_the_palette(admin: Page) -> None:
    admin.goto("/records/account/new")
    admin.locator("#f-name").fill("Palette Pumps")
    admin.locator("[data-main]").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Palette Pumps")
    admin.keyboard.press("Control+k")
    admin.keyboard.type(">recycle")
    expect(admin.locator("#palette-list a[aria-selected=true]")).to_contain_text("recycle bin")
    admin.keyboard.press("Enter")
    expect(admin.locator("#toasts")).to_contain_text("recycle bin")


def test_other_pages_have_no_such_group(admin: Page) -> None:
    admin.goto("/records/lead")
    admin.keyboard.press("Control+k")
    admin.keyboard.type(">n")
    expect(admin.locator("#palette-list [role=group]")).to_have_count(1)


def test_a_star_keeps_a_record_at_hand_and_moves_nothing_when_it_arrives(admin: Page) -> None:
    admin.goto("/records/case?limit=1")
    admin.locator("#rows a").first.click()
    title = admin.get_by_role("heading", level=1).inner_text()
    star = admin.get_by_role("button", name="Star", exact=True)
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    row = admin.locator("#stars").get_by_role("link", name=title)
    expect(row).to_be_visible()
    admin.goto("/me")
    below = admin.locator(".side-nav > ul").first
    before = below.bounding_box()
    expect(row).to_be_visible()
    assert below.bounding_box() == before
    admin.keyboard.press("Control+k")
    expect(admin.get_by_role("group", name="Starred").locator("a > .t").first).to_have_text(title)
    admin.keyboard.press("Escape")
    row.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    expect(row).to_have_count(0)


def test_without_scripts_a_star_is_a_button_and_a_page(plain: Page) -> None:
    plain.goto("/records/case?limit=1&sort=-number")
    plain.locator("#rows a").first.click()
    title = plain.get_by_role("heading", level=1).inner_text()
    plain.get_by_role("button", name="Star", exact=True).click()
    expect(plain.locator("#toasts")).to_contain_text("Starred")
    plain.get_by_role("link", name="Starred").click()
    expect(plain.locator("main li")).to_contain_text([title])
    plain.get_by_role("button", name=f"Remove star: {title}").click()
    expect(plain.locator("main")).not_to_contain_text(title)
