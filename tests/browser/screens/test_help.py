"""Help over the screen that one is on: what is typed stays, and so does where one was."""

from playwright.sync_api import Page, expect

NEW = "/records/opportunity/new"


def test_help_lies_over_a_form_and_leaves_it_as_it_was(admin: Page) -> None:
    admin.goto(NEW)
    admin.locator("#f-name").fill("Half typed")
    admin.get_by_role("link", name="Help").click()
    sheet = admin.locator("#asking")
    expect(sheet.get_by_role("heading", level=2)).to_be_focused()
    expect(sheet).to_contain_text("Close date")
    assert f"Address: {NEW}" in sheet.locator("textarea").input_value().splitlines()
    sheet.get_by_role("button", name="Keys of this screen").click()
    expect(admin.locator("#keys")).to_be_visible()
    admin.keyboard.press("Escape")
    admin.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(admin.get_by_role("link", name="Help")).to_be_focused()
    expect(admin.locator("#f-name")).to_have_value("Half typed")


def test_help_is_a_page_without_scripts(plain: Page) -> None:
    plain.goto("/records/opportunity")
    plain.get_by_role("link", name="Help").click()
    expect(plain).to_have_url("/help?at=/records/opportunity")
    expect(plain.locator(".help h2")).to_have_text("Opportunities")
