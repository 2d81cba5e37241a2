"""A record's timeline: what is written above it, ticked off in it, and kept until it is sent."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.effort import Effort
from tests.browser.site import REP, Site


def open_account(page: Page, name: str = "Polder") -> None:
    page.goto(f"/records/account?search={name}")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.locator("#composer")).to_be_visible()


def test_a_call_with_a_follow_up_by_pointer(admin: Page) -> None:
    open_account(admin)
    effort, composer = Effort(admin), admin.locator("#composer")
    effort.click(composer.get_by_role("radio", name="Call"))
    effort.type("By pointer: wants the drawing")
    effort.click(composer.get_by_role("radio", name="In 3 days"))
    effort.click(composer.get_by_role("button", name="Log call"))
    expect(admin.locator(".stream", has_text="By pointer: wants the drawing").first).to_be_visible()
    expect(admin.locator(".ahead", has_text="Follow up: By pointer")).to_be_visible()
    assert effort.spent <= 4


def test_a_call_with_a_follow_up_by_keys(admin: Page) -> None:
    open_account(admin)
    effort = Effort(admin)
    effort.press("l")
    effort.type("By keys: wants the price")
    effort.press("Tab")
    effort.type("+3d")
    effort.press("Control+Enter")
    expect(admin.locator(".ahead", has_text="Follow up: By keys")).to_be_visible()
    assert effort.spent <= 5
    admin.keyboard.press("u")
    expect(admin.locator(".ahead", has_text="Follow up: By keys")).to_have_count(0)


def test_a_note_without_scripts(plain: Page) -> None:
    open_account(plain, "Wherry")
    plain.locator("#composer-text").fill("Without scripts, for @Henrike Vogt")
    plain.get_by_role("button", name="Save note").click()
    expect(plain.locator(".mention")).to_have_text("@Henrike Vogt")
    plain.locator(".record-tabs").get_by_role("link", name="Contacts").first.click()
    expect(plain.locator(".related")).to_be_visible()


def test_a_task_is_ticked_off_in_place(admin: Page) -> None:
    open_account(admin, "Jaworzec")
    admin.locator("#composer").get_by_role("radio", name="Task").click()
    admin.locator("#composer-text").fill("Ask for the gauge")
    admin.keyboard.press("Control+Enter")
    admin.locator(".ahead", has_text="Ask for the gauge").get_by_role("button", name="Done").click()
    expect(admin.locator(".stream", has_text="finished a task")).to_contain_text("Ask for the gauge")
    expect(admin.locator(".ahead", has_text="Ask for the gauge")).to_have_count(0)


def test_a_person_is_named_by_a_few_letters(admin: Page) -> None:
    open_account(admin)
    admin.locator("#composer-text").press_sequentially("Ask @zie")
    expect(admin.get_by_role("option", name="Agnieszka Zielińska")).to_be_visible()
    admin.keyboard.press("Enter")
    expect(admin.locator("#composer-text")).to_have_value("Ask @Agnieszka Zielińska ")


def test_what_is_not_sent_is_kept_for_this_record_until_signing_out(
    contexts: Callable[..., BrowserContext], site: Site
) -> None:
    page = site.sign_in(contexts(), REP)  # a session of its own, for it ends here
    open_account(page, "Monteluce")
    page.locator("#composer-text").fill("Half a thought")
    page.goto("/records/account?search=Opale")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.locator("#composer-text")).to_have_value("")
    open_account(page, "Monteluce")
    expect(page.locator("#composer-text")).to_have_value("Half a thought")
    page.locator(".face-button").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert [key for key in kept if key.startswith("composer")] == []


def test_letters_are_silent_in_controls_and_can_be_switched_off(admin: Page) -> None:
    open_account(admin)
    admin.keyboard.press("?")
    expect(admin.get_by_role("dialog")).to_contain_text("Edit")
    admin.keyboard.press("Escape")
    admin.locator("#composer-text").press_sequentially("e")
    expect(admin.locator("#composer-text")).to_have_value("e")
    admin.locator("#composer-text").fill("")
    admin.goto("/me")
    admin.locator("[name=keys][value=off]").click()
    open_account(admin)
    admin.keyboard.press("?")
    expect(admin.get_by_role("dialog")).to_have_count(0)
