"""Why a colleague does not see a record: the page over the explainer, within its budget (screens.md, section 14)."""

from playwright.sync_api import Page, expect

from tests.browser.effort import Effort
from tests.browser.site import Site
from tests.browser.states import STATES

NAME = "Ilse Hofbauer"


def said(page: Page) -> None:
    """The page says no, why, and what would change it; who listens has heard it."""
    expect(page.locator(".access-answer h2")).to_have_text(f"No: {NAME} does not see this record.")
    expect(page.locator(".access-answer")).to_contain_text("Any of these roles would give it")
    expect(page.locator(".access-answer h2")).to_be_focused()


def test_why_a_colleague_does_not_see_a_record_costs_four_by_pointer(admin: Page, site: Site) -> None:
    STATES["record"].enter(admin, site)
    effort = Effort(admin)
    effort.click(admin.get_by_label("More", exact=True))
    effort.click(admin.get_by_role("link", name="Who can see this"))
    effort.click(admin.locator(".access-people").get_by_text(NAME))
    said(admin)
    assert effort.spent <= 4


def test_why_a_colleague_does_not_see_a_record_costs_five_by_keys(admin: Page, site: Site) -> None:
    STATES["record"].enter(admin, site)
    effort = Effort(admin)
    effort.press("o")
    effort.press("w")
    expect(admin.locator("#f-person")).to_be_focused()
    with admin.expect_response("**/access/people?*ilse*"):
        effort.type("ilse")
    expect(admin.locator("#f-person-list [role=option]")).to_have_count(1)
    effort.press("Enter")
    said(admin)
    expect(admin.locator("#speech")).to_contain_text(f"No: {NAME}")
    assert effort.spent <= 5


def test_it_is_asked_without_scripts(plain: Page, site: Site) -> None:
    STATES["record"].enter(plain, site)
    plain.get_by_label("More", exact=True).click()
    plain.get_by_role("link", name="Who can see this").click()
    plain.locator("#f-person").fill("ilse")
    plain.locator("#f-action").select_option("update")
    plain.locator("#access-ask button").click()
    expect(plain.locator(".access-answer h2")).to_have_text(f"No: {NAME} may not change this record.")
