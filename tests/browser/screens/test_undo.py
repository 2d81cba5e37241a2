"""Undo and history, by pointer, by keyboard and without scripts."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import ways

# Sixty changes at once, as a program would make them.
CHANGE_OFTEN = """async (id) => {
  const items = [...Array(60).keys()].map((n) => ({do: "update", id, values: {city: `Town ${n}`}}));
  const headers = {
    "Content-Type": "application/json",
    "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content,
  };
  await fetch("/api/v1/records/account/batch", {method: "POST", headers, body: JSON.stringify({items})});
}"""


def account(page: Page) -> str:
    """Make an account and open its page; its name."""
    name = f"Undone {uuid4().hex[:6]}"
    page.goto("/records/account/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name


def edit(page: Page, city: str) -> None:
    """Change the account whose page is open."""
    page.goto(f"{page.url.partition('?')[0]}/edit")
    page.locator("#f-city").fill(city)
    page.locator("[data-main]").click()
    expect(page.locator(".facts")).to_contain_text(city)


@pytest.fixture(params=ways("admin", 0))
def page(request: pytest.FixtureRequest) -> Page:
    """With scripts and without."""
    found: Page = request.getfixturevalue(request.param)
    return found


def test_a_deletion_is_undone_from_its_toast(page: Page) -> None:
    name = account(page)
    page.get_by_label("More").click()
    page.get_by_role("button", name="Move to the recycle bin").click()
    page.locator("[data-toast]").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("[data-toast]")).to_contain_text("Undone")


def test_an_edit_is_undone_and_done_again(page: Page) -> None:
    account(page)
    edit(page, "Basel")
    for city in ("None", "Basel"):
        page.locator("[data-undo]").click()
        expect(page.locator(".facts > div").filter(has_text="City")).to_contain_text(city)


def test_the_key_u_undoes_and_stays_silent_inside_controls(admin: Page) -> None:
    account(admin)
    edit(admin, "Basel")
    admin.keyboard.press("Control+k")
    admin.locator("#palette-text").press_sequentially("u")
    admin.keyboard.press("Escape")
    expect(admin.locator("[data-undo]")).to_be_visible()
    admin.get_by_role("heading", level=1).click()
    admin.keyboard.press("u")
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")
    expect(admin.locator(".facts > div").filter(has_text="City")).to_contain_text("None")


def test_a_toast_waits_while_the_focus_is_in_it(admin: Page) -> None:
    admin.clock.install()
    account(admin)
    edit(admin, "Basel")
    undo = admin.locator("[data-undo]")
    undo.focus()
    admin.clock.run_for(30_000)
    expect(undo).to_be_visible()
    undo.hover()
    undo.blur()
    admin.clock.run_for(30_000)
    expect(undo).to_be_visible()
    admin.get_by_role("heading", level=1).hover()
    admin.clock.run_for(7_000)
    expect(undo).to_be_visible()
    admin.clock.run_for(2_000)
    expect(undo).to_have_count(0)


def test_ones_own_changes_are_undone_from_their_list(page: Page) -> None:
    name = account(page)
    edit(page, "Basel")
    page.goto("/me")
    page.locator("main [href='/me/actions']").click()
    page.get_by_role("button", name=f"Undo: Changed city of account {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your changes")
    line = page.get_by_role("listitem").filter(has_text=f"Changed city of account {name}")
    expect(line.first).to_contain_text("by undoing")
    expect(line.nth(1)).to_contain_text("Undone")


def test_a_field_is_restored_from_the_history(page: Page) -> None:
    account(page)
    edit(page, "Basel")
    edit(page, "Bern")
    page.get_by_role("link", name="History").click()
    fold = page.locator("details.fold")
    expect(fold.locator("summary")).to_contain_text("3 changes")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Restore the former value of City").first.click()
    expect(page.locator(".facts")).to_contain_text("Basel")
    expect(page.locator("[data-toast]").get_by_role("button", name="Undo")).to_be_visible()


def test_older_changes_are_loaded_below_the_newer_ones(admin: Page) -> None:
    account(admin)
    admin.evaluate(CHANGE_OFTEN, admin.url.partition("?")[0].rpartition("/")[2])
    admin.get_by_role("link", name="History").click()
    expect(admin.locator(".fold > summary")).to_contain_text(["50 changes"])
    admin.get_by_role("link", name="Load more").focus()
    admin.keyboard.press("Enter")
    expect(admin.locator(".fold > summary")).to_contain_text(["50 changes", "10 changes"])
    expect(admin.get_by_role("link", name="Load more")).to_have_count(0)
