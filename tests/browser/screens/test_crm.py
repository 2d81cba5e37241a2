"""The CRM from end to end, on both engines: a call that becomes a won deal with a quote, a case until it is closed."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens.test_days import AGENT, only
from tests.browser.screens.test_lines import pick
from tests.browser.site import REP, Site, fresh, fresh_phone

Contexts = Callable[..., BrowserContext]


def page_of(contexts: Contexts, site: Site, who: str) -> Page:
    """Somebody's page, whose addresses are those of this site."""
    return site.page_of(contexts(viewport={"width": 1440, "height": 900}, base_url=site.url), who)


def saved(page: Page, heading: str) -> None:
    """Save the form, and see what it was about."""
    page.locator("[data-main]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()


def test_a_call_becomes_a_won_deal_with_a_quote(contexts: Contexts, either: Site) -> None:
    page = page_of(contexts, either, REP)
    interest, company = fresh("Two dosing pumps"), fresh("Aqua Nova")
    page.goto("/records/lead/new")
    page.locator("#f-name").fill(interest)
    page.locator("#f-company").fill(company)
    page.locator("#f-person").fill("Nadia Roth")
    page.locator("#f-phone").fill(fresh_phone())
    saved(page, interest)

    page.get_by_role("link", name="Convert", exact=True).click()
    page.locator("#sheet-1 [name='amount.amount']").fill("9,000")
    page.locator("#sheet-1").get_by_role("button", name="Convert").click()
    page.wait_for_url("**/records/opportunity/*")
    lead, deal = only(page, "lead", f"name = '{interest}'"), only(page, "opportunity", f"name = '{interest}'")
    assert (lead["status"], lead["opportunity"]) == ("converted", deal["id"])
    assert only(page, "account", f"name = '{company}'")["id"] == deal["account"]

    page.get_by_role("link", name="New quote").click()
    quote = fresh("Pumps with mounting")
    page.locator("#f-name").fill(quote)
    pick(page, "Centrifugal pump CX 40")
    page.locator("[data-line] [name$='.quantity']").first.fill("2")
    saved(page, quote)
    page.get_by_role("link", name="Mark as sent").click()
    page.locator("#sheet-1 [data-main]").click()
    page.get_by_role("button", name="Accepted").first.click()
    expect(page.locator(".stages [aria-current]")).to_contain_text("Accepted")
    offered = only(page, "quote", f"name = '{quote}'")
    assert (offered["opportunity"], offered["total"]["amount"]) == (deal["id"], "4960.00")

    page.goto(f"/records/opportunity/{deal['id']}")
    page.locator(".record-head").get_by_label("More").click()
    page.get_by_role("button", name="Move to Won").click()
    page.locator("[id$='f-closed_on']").fill("+0d")
    page.locator("[data-main]").last.click()
    expect(page.locator("[data-toast]")).to_contain_text("Moved")
    assert only(page, "opportunity", f"name = '{interest}'")["stage"] == "won"
    page.locator(".record-tabs").get_by_role("link", name="Quotes").click()
    expect(page.locator(".related")).to_contain_text(quote)


def test_a_case_is_worked_on_until_it_is_closed(contexts: Contexts, either: Site) -> None:
    page = page_of(contexts, either, AGENT)
    subject = fresh("Pump hums at night")
    page.goto("/records/case/new")
    page.locator("#f-subject").fill(subject)
    page.locator("#f-account").press_sequentially("Monteluce")
    page.get_by_role("option", name="Monteluce").first.click()
    saved(page, subject)
    page.get_by_role("button", name=re.compile("Move to In work")).first.click()
    expect(page.locator(".stages [aria-current]")).to_contain_text("In work")
    page.locator("#composer-text").fill("Bearing ordered")
    page.locator("#composer [data-main]").click()
    expect(page.locator(".stream")).to_contain_text("Bearing ordered")
    page.get_by_role("link", name="Solve", exact=True).click()
    page.locator("#sheet-1 [data-main]").click()
    expect(page.locator("#sheet-1")).to_contain_text("missing")
    page.locator("#sheet-1 [name=solution]").fill("New bearing, runs silently.")
    page.locator("#sheet-1 [data-main]").click()
    expect(page.locator(".stages [aria-current]")).to_contain_text("Solved")
    closed = only(page, "case", f"subject = '{subject}'")
    assert (closed["status"], closed["solution"]) == ("solved", "New bearing, runs silently.")
    assert closed["solved_on"]
