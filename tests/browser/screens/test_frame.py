"""What stands around every page and is each person's own: the width of the menu, its figures, what they create most."""

from playwright.sync_api import Page, expect


def test_a_narrow_menu_stays_narrow_and_keeps_its_names(admin: Page) -> None:
    admin.goto("/records/opportunity")
    menu = admin.get_by_role("navigation", name="Main menu")
    wide = menu.bounding_box()
    with admin.expect_response("**/me"):
        menu.get_by_role("button", name="Narrow menu").click()
    admin.goto("/records/account")
    narrow = menu.bounding_box()
    assert wide
    assert narrow
    assert narrow["width"] < wide["width"] / 3
    expect(menu.get_by_role("link", name="Accounts")).to_have_attribute("aria-current", "page")
    with admin.expect_response("**/me"):
        menu.get_by_role("button", name="Narrow menu").click()


def test_figures_come_to_the_menu_once_the_page_stands(admin: Page) -> None:
    admin.goto("/screens/overdue_deals")
    shown = admin.locator("#rows tr").count()
    expect(admin.get_by_role("navigation", name="Main menu").locator("#count-overdue")).to_have_text(str(shown))


def test_what_was_created_last_stands_first_under_new(admin: Page) -> None:
    admin.goto("/records/contact/new")
    admin.goto("/records/account")
    first = admin.locator("[data-creatable] a").first
    assert first.get_attribute("href") == "/records/contact/new"
