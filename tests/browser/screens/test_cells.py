"""Cells of a list edited where they stand: Enter saves and goes down, Esc restores, tapping away keeps the text."""

from playwright.sync_api import Locator, Page, expect

LIST = "/records/lead?sort=name&filter=status = 'new'"


def cell(page: Page, row: int, field: str = "budget") -> Locator:
    return page.locator("#rows tr").nth(row).locator(f"[data-column={field}]")


def test_enter_opens_saves_and_goes_down(admin: Page) -> None:
    admin.goto(LIST)
    first, second = cell(admin, 0, "decides_on"), cell(admin, 1, "decides_on")
    before = first.inner_text()
    first.locator("[data-edit-field]").focus()
    admin.keyboard.press("Enter")
    expect(first.locator("#f-decides_on")).to_be_focused()
    admin.keyboard.type("+40d")
    admin.keyboard.press("Enter")
    expect(first.locator("form")).to_have_count(0)
    assert first.inner_text() != before
    expect(second.locator("[data-edit-field]")).to_be_focused()
    expect(admin.locator("#speech")).to_contain_text("Saved")
    admin.locator("[data-undo]").click()
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")


def test_escape_restores_and_tapping_away_keeps_what_is_typed(admin: Page) -> None:
    admin.goto(LIST)
    first = cell(admin, 0, "decides_on")
    before = first.inner_text()
    first.locator("[data-edit-field]").focus()
    admin.keyboard.press("F2")
    expect(first.locator("#f-decides_on")).to_be_focused()
    admin.keyboard.type("+7d")
    admin.locator("h1").click()
    expect(first.locator("#f-decides_on")).to_have_value("+7d")
    first.locator("#f-decides_on").focus()
    admin.keyboard.press("Escape")
    expect(first.locator("form")).to_have_count(0)
    assert first.inner_text() == before


def test_what_is_refused_stays_open_with_the_reason(admin: Page) -> None:
    admin.goto(LIST)
    first = cell(admin, 0)
    first.click()
    first.locator("#f-budget").fill("lots")
    admin.keyboard.press("Enter")
    expect(first.locator(".f-error")).to_be_visible()
    expect(first.locator("#f-budget")).to_have_value("lots")


def test_without_scripts_a_cell_leads_to_a_form_of_its_own(plain: Page) -> None:
    plain.goto(LIST)
    cell(plain, 0).locator("[data-edit-field]").click(force=True)
    plain.locator("#f-budget").fill("1234")
    plain.locator("[data-main]").click()
    expect(plain.locator(".facts")).to_contain_text("1,234")
    plain.locator("[data-undo]").click()
    expect(plain.locator("[data-toast]")).to_contain_text("Undone")
