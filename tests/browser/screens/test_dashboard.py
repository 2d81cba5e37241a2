"""The dashboard: tiles that come one by one or all at once, charts that lead on, and a tile that fails alone."""

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
    expect(plain.locator(".plot")).to_have_count(1)


def test_a_tile_fails_alone_and_is_asked_again(admin: Page, site: Site) -> None:
    with site.broken("activity"):
        loaded(admin, site)
        failed = admin.locator(".tile:has([role=alert])")
        expect(failed).to_have_count(1)
        expect(failed).to_contain_text("Tasks overdue")
        expect(admin.locator(".figure").first).to_contain_text("€")
    failed.get_by_role("link", name="Try again").click()
    expect(admin.locator(".tile.k-table tbody tr").first).to_be_visible()
