"""The dashboard: tiles that come one by one or all at once, charts that lead on, and a tile that fails alone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.states import DASHBOARD, loaded


def test_bars_lead_to_the_list_of_their_records_by_keys_too(admin: Page, site: Site) -> None:
    loaded(admin, site)
    expect(admin.locator(".figure").first).to_contain_text("€")
    bar = admin.locator(".tile.k-bar .drawn a").last
    bar.focus()
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/records/opportunity?filter=*")
    expect(admin.get_by_role("heading", level=1)).to_have_text("Opportunities")


def test_period_and_person_stand_in_the_address(admin: Page, site: Site) -> None:
    loaded(admin, site)
    admin.get_by_role("link", name="Earlier", exact=True).click()
    admin.locator(".dash-head details > summary").click()
    admin.get_by_role("link", name="Matteo Bellini", exact=True).click()
    admin.wait_for_url("**person=*")
    expect(admin.locator(".dash-head details > summary")).to_contain_text("Matteo Bellini")
    expect(admin.locator(".tiles:not(:has(.skeleton))")).to_be_visible()
    address = admin.url
    admin.reload()
    assert admin.url == address
    assert "from=" in address


def test_the_table_of_a_chart_is_shown_by_its_button(admin: Page, site: Site) -> None:
    loaded(admin, site)
    shown = admin.get_by_label("Won per month as a table")
    table = admin.get_by_role("table", name="Won per month")
    expect(table).to_be_hidden()
    shown.press("Enter")
    expect(table).to_be_visible()


def test_without_scripts_the_page_comes_with_all_tiles(plain: Page) -> None:
    plain.goto(DASHBOARD)
    plain.wait_for_url("**drawn=all*")
    expect(plain.locator(".skeleton")).to_have_count(0)
    expect(plain.locator(".plot")).to_have_count(2)


def test_a_tile_fails_alone_and_is_asked_again(admin: Page, site: Site) -> None:
    with site.broken("activity"):
        loaded(admin, site)
        failed = admin.locator(".tile:has([role=alert])")
        expect(failed).to_have_count(1)
        expect(failed).to_contain_text("Tasks overdue")
        expect(admin.locator(".figure").first).to_contain_text("€")
    failed.get_by_role("link", name="Try again").click()
    expect(admin.locator(".tile.k-table tbody tr").first).to_be_visible()


ARRANGED = "/screens/sales_review?arrange=1"


def order(page: Page) -> list[str]:
    """The tiles in their order."""
    found: list[str] = page.locator("[data-tile]").evaluate_all("all => all.map((one) => one.dataset.tile)")
    return found


def reset(page: Page) -> None:
    page.goto(ARRANGED)
    if page.locator("#arrange-reset").count():
        page.locator("#arrange-reset").click()
        expect(page.locator("[data-toast]")).to_contain_text("as it is for everybody")


def test_a_dashboard_is_arranged_for_oneself_by_pointer_and_by_buttons(admin: Page) -> None:
    reset(admin)
    admin.goto("/screens/sales_review")
    admin.locator("#arrange").click()
    admin.wait_for_url("**arrange=1*")
    start = order(admin)
    first, second = (admin.locator(f"[data-tile='{key}']") for key in start[:2])
    box = second.bounding_box()
    assert box
    first.locator("[data-grip]").hover()
    admin.mouse.down()
    admin.mouse.move(box["x"] + box["width"] - 12, box["y"] + 30, steps=6)
    admin.mouse.up()
    expect(admin.locator("#arrange-reset")).to_be_visible()
    assert order(admin) == [start[1], start[0], *start[2:]]
    first.get_by_role("button", name="Wider").click()
    expect(first).to_have_class(re.compile(r"\bw4\b"))
    expect(first).to_be_focused()
    first.get_by_role("button", name="Remove").click()
    expect(admin.locator("[data-tile]")).to_have_count(len(start) - 1)
    admin.locator(f"button[value='add:{start[0]}']").click()
    expect(admin.locator("[data-tile]").last).to_have_attribute("data-tile", start[0])
    admin.locator("#arrange-done").click()
    expect(admin.locator("h1")).to_contain_text("Your own")
    reset(admin)
    expect(admin.locator("h1")).not_to_contain_text("Your own")


def test_a_dashboard_is_arranged_without_scripts(plain: Page) -> None:
    # The page comes again with all tiles drawn, and one arranges it still.
    drawn = "**arrange=1&drawn=all"
    plain.goto(ARRANGED)
    plain.wait_for_url(drawn)
    if plain.locator("#arrange-reset").count():
        plain.locator("#arrange-reset").click()
        plain.goto(ARRANGED)
        plain.wait_for_url(drawn)
    start = order(plain)
    plain.locator(f"[data-tile='{start[1]}']").get_by_role("button", name="Earlier").click()
    plain.wait_for_url(drawn)
    assert order(plain)[:2] == [start[1], start[0]]
    plain.locator("#arrange-reset").click()
    expect(plain.locator("[data-toast]")).to_contain_text("as it is for everybody")
