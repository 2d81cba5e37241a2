"""Signing in: the wanted page, one message for any wrong pair, and the sheet when a session has ended."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import PASSWORD, Site


def test_the_wanted_page_opens_after_signing_in(contexts: Callable[..., BrowserContext]) -> None:
    page = contexts().new_page()
    page.goto("/records/account?sort=name")
    expect(page).to_have_url("/sign-in?next=/records/account%3Fsort%3Dname")
    page.get_by_label("E-mail").fill("admin@example.com")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/records/account?sort=name")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")


def test_any_wrong_pair_gets_the_same_words_and_keeps_the_address(contexts: Callable[..., BrowserContext]) -> None:
    page = contexts().new_page()
    said = []
    for email in ("nobody@example.com", "rep@example.com"):
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.locator("#password").fill("not the right one")
        page.get_by_role("button", name="Sign in").click()
        alert = page.get_by_role("alert").filter(has_text="together")
        expect(alert).to_be_focused()
        expect(page.get_by_label("E-mail")).to_have_value(email)
        said.append(alert.inner_text())
    assert said[0] == said[1]


def test_another_site_is_no_place_to_return_to(contexts: Callable[..., BrowserContext], site: Site) -> None:
    page = contexts().new_page()
    page.goto("/sign-in?next=https://example.com/")
    page.get_by_label("E-mail").fill("admin@example.com")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    assert page.url.startswith(site.url)


def test_a_session_that_ended_loses_nothing_typed(admin: Page) -> None:
    admin.goto("/records/account/new")
    admin.get_by_label("Name").fill("Typed before the session ended")
    kept = [cookie for cookie in admin.context.cookies() if cookie["name"] != "armature_session"]
    admin.context.clear_cookies(name="armature_session")
    assert kept
    admin.get_by_role("button", name="Save", exact=True).click()
    sheet = admin.get_by_role("dialog", name="Sign in again")
    expect(sheet.get_by_label("E-mail")).to_be_focused()
    sheet.get_by_label("E-mail").fill("admin@example.com")
    sheet.locator("#password").fill(PASSWORD)
    sheet.get_by_role("button", name="Sign in").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Typed before the session ended")


def test_signing_out_ends_the_session(contexts: Callable[..., BrowserContext], site: Site) -> None:
    page = site.sign_in(contexts())
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/sign-in")
    page.goto("/records/account")
    expect(page).to_have_url("/sign-in?next=/records/account")
