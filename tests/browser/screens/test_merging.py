"""Duplicates: pointed out while one types, merged in two steps, and taken back as one."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.effort import Effort
from tests.browser.states import similar


def doubles(page: Page) -> str:
    """Make two accounts of the same name and show the second; the name."""
    name = f"Double {uuid4().hex[:8]}"
    for city in ("Basel", "Bern"):
        page.goto("/records/account/new?full=1")
        page.locator("#f-name").fill(name)
        page.locator("#f-city").fill(city)
        page.locator("#form [data-main]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name


def test_two_duplicates_are_merged_by_pointer(admin: Page) -> None:
    name = doubles(admin)
    expect(admin.locator(".alike")).to_contain_text("1 similar")
    effort = Effort(admin)
    effort.click(admin.locator(".alike"))
    effort.click(admin.get_by_role("button", name="Merge 2 accounts"))
    expect(admin.locator("[data-toast]")).to_contain_text("Merged")
    assert effort.spent <= 2
    expect(admin.get_by_role("heading", level=1)).to_have_text(name)
    expect(admin.locator(".alike")).to_have_count(0)


def test_two_duplicates_are_merged_by_keys_and_taken_back_by_one(admin: Page) -> None:
    doubles(admin)
    expect(admin.locator(".alike")).to_be_visible()
    effort = Effort(admin)
    effort.press("m")
    expect(admin.get_by_role("button", name="Merge 2 accounts")).to_be_visible()
    effort.press("m")
    expect(admin.locator("[data-toast]")).to_contain_text("Merged")
    assert effort.spent <= 4
    admin.keyboard.press("u")
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")
    expect(admin.locator(".alike")).to_contain_text("1 similar")


def test_they_are_merged_without_scripts(plain: Page) -> None:
    name = f"Double {uuid4().hex[:8]}"
    for city in ("Basel", "Bern"):
        plain.goto("/records/account/new?full=1")
        plain.locator("#f-name").fill(name)
        plain.locator("#f-city").fill(city)
        plain.locator("#form [data-main]").click()
    # The second one is pointed out once before it is saved.
    expect(plain.locator(".similar")).to_contain_text(name)
    plain.locator("#form [data-main]").click()
    plain.get_by_label("More").click()
    plain.get_by_role("link", name="Compare with similar ones").click()
    plain.get_by_label(f"City of {name}").first.check()
    plain.get_by_role("button", name="Merge 2 accounts").click()
    expect(plain.get_by_role("main")).to_contain_text(name)


def test_a_hint_leaves_one_where_one_types(admin: Page) -> None:
    admin.goto("/records/contact/new")
    expect(admin.locator("#f-name")).to_be_focused()
    similar(admin)
    expect(admin.locator("#form-similar")).to_contain_text("Katharina")
    expect(admin.locator("#f-email")).not_to_be_focused()
    expect(admin.locator("body")).not_to_be_focused()
    admin.locator("#f-email").fill("nobody.like.this@nordkai.example")
    admin.keyboard.press("Tab")
    expect(admin.locator("#form-similar li")).to_have_count(0)


def test_ticked_rows_offer_to_be_merged_where_there_are_few(admin: Page) -> None:
    admin.goto("/records/contact?limit=10&sort=name")
    rows, button = admin.locator("tbody .p-pick input"), admin.locator("#selected-merge")
    rows.nth(0).check()
    expect(button).to_be_hidden()
    rows.nth(1).check()
    expect(button).to_be_visible()
    for row in (2, 3, 4):
        rows.nth(row).check()
    expect(button).to_be_hidden()
    rows.nth(4).uncheck()
    button.click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Merge 4 contacts")
    expect(admin.get_by_role("checkbox")).to_have_count(4)


def account(page: Page) -> None:
    page.goto("/records/account?search=Hochgau")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.locator(".record-tabs .count").first).to_be_visible()


def test_a_contact_of_an_account_by_pointer(admin: Page) -> None:
    account(admin)
    effort = Effort(admin)
    effort.click(admin.get_by_role("link", name="New contact"))
    expect(admin.locator("#f-name")).to_be_focused()
    effort.type(f"Pointer {uuid4().hex[:6]}")
    effort.click(admin.locator("#f-phone"))
    effort.type("+49 30 5550133")
    effort.click(admin.get_by_role("button", name="Save", exact=True))
    expect(admin.locator("[data-toast]")).to_contain_text("Created")
    expect(admin.get_by_role("main")).to_contain_text("Hochgau")
    assert effort.spent <= 7


def test_a_contact_of_an_account_by_keys(admin: Page) -> None:
    account(admin)
    effort = Effort(admin)
    effort.press("n")
    expect(admin.locator("#new-menu [data-here]").first).to_be_focused()
    effort.press("Tab")
    expect(admin.locator("#new-menu").get_by_role("link", name="New contact")).to_be_focused()
    effort.press("Enter")
    expect(admin.locator("#f-name")).to_be_focused()
    effort.type(f"Keys {uuid4().hex[:6]}")
    effort.press("Tab")
    effort.type("+49 30 5550134")
    effort.press("Enter")
    expect(admin.locator("[data-toast]")).to_contain_text("Created")
    expect(admin.get_by_role("main")).to_contain_text("Hochgau")
    assert effort.spent <= 8
