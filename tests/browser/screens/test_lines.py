"""The rows of a quote are written in its form by the keyboard: picked, filled in, moved, taken away, added up."""

from playwright.sync_api import Page, expect

from tests.browser.states import save


def test_lines_are_written_row_by_row(admin: Page) -> None:
    admin.goto("/records/quote/new")
    admin.locator("#f-name").fill("Pumps for the new hall")
    admin.locator("#f-account").press_sequentially("Monteluce")
    admin.get_by_role("option", name="Monteluce").first.click()
    rows = admin.locator("[data-line]")
    expect(rows).to_have_count(1)
    pick(admin, "Centrifugal pump CX 40")
    # What the product says is taken over, and what the row comes to is worked out.
    expect(rows.first.locator("[name$='.description']")).to_have_value("Centrifugal pump CX 40")
    rows.first.locator("[name$='.quantity']").fill("2")
    rows.first.locator("[name$='.quantity']").press("Tab")
    expect(rows.first).to_contain_text("4,960")
    # Enter in the last row goes on to a new one, in which the focus stands already.
    rows.first.locator("[name$='.quantity']").press("Enter")
    expect(rows).to_have_count(2)
    pick(admin, "Seal kit")
    expect(rows.nth(1).locator("[name$='unit_price.amount']")).to_have_value("186.50")
    expect(admin.locator(".lines tfoot")).to_contain_text("5,146.50")
    rows.nth(1).locator("[data-line-up]").click()
    expect(rows.first.locator("[name$='.description']")).to_have_value("Seal kit, silicon carbide")
    admin.locator("[data-add-line]").click()
    expect(rows).to_have_count(3)
    rows.nth(2).locator("[data-line-remove]").click()
    expect(rows).to_have_count(2)
    save(admin)
    shown = admin.locator(".lines.read tbody tr")
    expect(shown).to_have_count(2)
    expect(shown.first).to_contain_text("Seal kit")
    expect(admin.locator(".lines.read tfoot")).to_contain_text("5,146.50")


def pick(page: Page, name: str) -> None:
    """Pick a product in the last row."""
    last = page.locator("[data-line]").last.locator("[name$='.product.text']")
    expect(last).to_be_visible()
    last.press_sequentially(name)
    option = page.get_by_role("option", name=name).first
    option.click()
    expect(option).to_be_hidden()
