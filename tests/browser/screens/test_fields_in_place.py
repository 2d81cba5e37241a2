"""A field of a record edited where it stands, and a stage that needs more than its name."""

from playwright.sync_api import Page, expect

from tests.browser.effort import Effort


def open_account(page: Page, name: str) -> None:
    page.goto(f"/records/account?search={name}")
    page.get_by_role("rowheader").first.get_by_role("link").click()


def test_a_field_is_changed_by_pointer(admin: Page) -> None:
    open_account(admin, "Norrvik")
    effort = Effort(admin)
    effort.click(admin.locator("#fact-employees"))
    expect(admin.locator("#f-employees")).to_be_focused()
    effort.type("311")
    effort.click(admin.locator("#fact-employees").get_by_role("button", name="Save"))
    expect(admin.locator("#fact-employees")).to_contain_text("311")
    assert effort.spent <= 3
    admin.get_by_role("button", name="Undo").click()
    expect(admin.locator("#fact-employees")).not_to_contain_text("311")


def test_a_field_is_changed_by_keys_and_put_back_by_escape(admin: Page) -> None:
    open_account(admin, "Norrvik")
    field = admin.locator("#fact-street")
    field.get_by_role("link", name="Edit Street").focus()
    effort = Effort(admin)
    effort.press("F2")
    expect(admin.locator("#f-street")).to_be_focused()
    effort.type("Kajen 4")
    effort.press("Enter")
    expect(field).to_contain_text("Kajen 4")
    expect(field.get_by_role("link", name="Edit Street")).to_be_focused()
    assert effort.spent <= 3
    admin.keyboard.press("F2")
    expect(admin.locator("#f-street")).to_be_focused()
    admin.keyboard.type("Never")
    admin.keyboard.press("Escape")
    expect(field).to_have_text("Kajen 4")
    expect(field.get_by_role("link", name="Edit Street")).to_be_focused()


def test_a_wrong_value_is_mended_where_it_stands(admin: Page) -> None:
    open_account(admin, "Norrvik")
    admin.locator("#fact-employees").click()
    admin.locator("#f-employees").fill("-1")
    admin.keyboard.press("Enter")
    expect(admin.locator("#f-employees-error")).to_be_visible()
    expect(admin.locator("#f-employees")).to_be_focused()
    admin.locator("#fact-employees").get_by_role("link", name="Cancel").click()
    expect(admin.locator("#f-employees")).to_have_count(0)


def test_without_scripts_a_field_has_a_page_of_its_own(plain: Page) -> None:
    open_account(plain, "Havbris")
    plain.get_by_role("link", name="Edit Postal code").click()
    plain.get_by_label("Postal code").fill("9910")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("#fact-postal_code")).to_contain_text("9910")


def test_a_stage_asks_for_what_it_needs_and_cancel_changes_nothing(admin: Page) -> None:
    admin.goto("/records/opportunity?search=Molasses")
    admin.get_by_role("rowheader").first.get_by_role("link").click()
    stage = admin.locator("[aria-current=step]")
    before = stage.inner_text()
    admin.get_by_label("More").click()
    admin.get_by_role("button", name="Move to Lost").click()
    sheet = admin.locator("#asking")
    expect(sheet.get_by_label("Reason lost")).to_be_visible()
    expect(sheet.locator(".field")).to_have_count(2)
    admin.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(stage).to_have_text(before)
    admin.get_by_label("More").click()
    admin.get_by_role("button", name="Move to Lost").click()
    sheet.get_by_label("Closed on").fill("today")
    sheet.get_by_label("Reason lost").select_option(index=1)
    sheet.get_by_role("button", name="Save").click()
    expect(stage).to_contain_text("Lost")
