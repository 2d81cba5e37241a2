"""Whole days in the example CRM: one walk through several screens each, and what is stored at the end of every step.

By pointer, on a phone, by keys alone and without scripts; the representative's by pointer and the manager's on both
engines.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens.test_many import given
from tests.browser.screens.test_quick_create import reach
from tests.browser.site import REP, Site, fresh
from tests.browser.states import CALENDAR

MANAGER, AGENT = "manager@example.com", "service@example.com"
WEDNESDAY, SLOT = "2027-06-09", "New on Wednesday, 9 June 2027, 10:00"
Contexts = Callable[..., BrowserContext]


def stored(page: Page, entity: str, condition: str) -> list[dict[str, Any]]:
    """What the API gives the person at the page."""
    origin = re.sub(r"(//[^/]+)/.*", r"\1", page.url)
    answer = page.request.get(f"{origin}/api/v1/records/{entity}", params={"filter": condition, "limit": 50})
    assert answer.ok, answer.text()
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def only(page: Page, entity: str, condition: str) -> dict[str, Any]:
    (found,) = stored(page, entity, condition)
    return found


def account(page: Page) -> tuple[str, str]:
    """Make an account of the person's own and stay on its page; its name and id."""
    name = fresh("Morning Pumps")
    page.goto("/records/account/new")
    page.locator("#f-name").fill(name)
    page.locator("[data-main]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name, str(only(page, "account", f"name = '{name}'")["id"])


def in_days(days: int) -> str:
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)).isoformat()


class TestRepresentative:
    """Tasks, a call, a new contact and deal, the board, a meeting, and a mistake that is undone."""

    def test_by_pointer(self, contexts: Contexts, site: Site) -> None:
        self.by_pointer(contexts(viewport={"width": 1440, "height": 900}), site)

    def test_by_pointer_on_postgresql(self, browser: Any, on_postgresql: Site) -> None:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=on_postgresql.url)
        self.by_pointer(context, on_postgresql)
        context.close()

    def by_pointer(self, context: BrowserContext, site: Site) -> None:
        page = site.page_of(context, REP)
        context.add_cookies([{"name": "language", "value": "en", "url": site.url}])
        name, ident = account(page)
        call, person, deal = fresh("Wants the drawing"), fresh("Ada"), fresh("Two lifting pumps")

        page.locator(".side").get_by_role("link", name="My tasks").click()
        expect(page.locator("#rows tr").first).to_be_visible()

        page.locator("#seek-all").click()
        page.keyboard.type(name)
        page.locator("#palette-list a").filter(has_text=name).first.click()
        page.locator("#composer").get_by_role("radio", name="Call").click()
        page.locator("#composer-text").fill(call)
        page.locator("#composer").get_by_role("radio", name="In 3 days").click()
        page.locator("#composer").get_by_role("button", name="Log call").click()
        expect(page.locator(".ahead", has_text=f"Follow up: {call}")).to_be_visible()
        done, ahead = sorted(
            stored(page, "activity", f"contains(subject, '{call}')"), key=lambda one: not one["done_at"]
        )
        assert (done["kind"], bool(done["done_at"])) == ("call", True)
        assert (ahead["kind"], ahead["due_on"], ahead["done_at"]) == ("task", in_days(3), None)

        page.get_by_role("link", name="New contact").click()
        expect(page.get_by_role("combobox", name="Account")).to_have_value(name)
        page.locator("#f-name").fill(person)
        page.locator("#f-phone").fill("+43 1 5550123")
        page.locator("[data-main]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(person)
        assert only(page, "contact", f"name = '{person}'")["account"] == ident

        self.moved_on_the_board(page, name, deal)
        self.booked(page)

        opened = only(page, "opportunity", f"name = '{deal}'")["id"]
        page.goto(f"/records/opportunity/{opened}")
        page.locator(".record-head").get_by_label("More").click()
        page.get_by_role("button", name="Move to the recycle bin").click()
        expect(page.locator("[data-toast]")).to_contain_text("recycle bin")
        assert stored(page, "opportunity", f"name = '{deal}'") == []
        page.locator("[data-undo]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(deal)
        assert only(page, "opportunity", f"name = '{deal}'")["id"] == opened

    def moved_on_the_board(self, page: Page, name: str, deal: str) -> None:
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("link", name="New opportunity").click()
        page.locator("#f-name").fill(deal)
        page.locator("[data-main]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(deal)
        assert only(page, "opportunity", f"name = '{deal}'")["stage"] == "new"
        page.locator(".side").get_by_role("link", name="Pipeline").click()
        page.wait_for_url("**/screens/opportunity_board*")
        page.get_by_role("searchbox", name="Filter this list").fill(deal)
        card = page.locator(".deal").filter(has_text=deal)
        expect(page.locator(".deal")).to_have_count(1)
        card.get_by_role("link", name=deal).drag_to(
            page.locator("#lane-qualified"), target_position={"x": 60, "y": 160}
        )
        expect(page.locator("#lane-qualified").get_by_role("link", name=deal)).to_be_focused()
        assert only(page, "opportunity", f"name = '{deal}'")["stage"] == "qualified"

    def booked(self, page: Page) -> None:
        meeting = fresh("On site")
        page.goto(f"{CALENDAR}?mode=week&on={WEDNESDAY}")
        page.get_by_label(re.compile(SLOT)).click()
        page.locator("#sheet-1 [name=subject]").fill(meeting)
        page.locator("#sheet-1 [data-main]").click()
        expect(page.locator(".timed").get_by_text(meeting).first).to_be_visible()
        booked = only(page, "activity", f"subject = '{meeting}'")
        assert (booked["kind"], booked["starts_at"][:10]) == ("meeting", WEDNESDAY)

    def test_on_a_phone(self, contexts: Contexts, site: Site) -> None:
        context = contexts(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        page = site.page_of(context, REP)
        name, ident = account(page)
        call, person = fresh("Rang from the road"), fresh("Bela")

        page.locator(".phone-bar").get_by_role("link", name="Menu").tap()
        page.locator(".side").get_by_role("link", name="My tasks").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("My tasks")
        page.locator(".phone-bar").get_by_role("link", name="Accounts").tap()
        page.wait_for_url("**/records/account*")
        page.get_by_role("searchbox", name="Filter this list").fill(name)
        expect(page.locator("#rows tr")).to_have_count(1)
        page.locator("#rows a").first.tap()
        page.locator(".record-tabs").get_by_role("link", name="Activity").tap()
        page.locator("#composer .composer-kinds label", has_text="Call").tap()
        page.locator("#composer-text").fill(call)
        page.locator("#composer .day-chip", has_text="In 3 days").tap()
        page.locator("#composer [data-main]").tap()
        expect(page.locator(".ahead", has_text=call)).to_be_visible()
        assert {one["kind"] for one in stored(page, "activity", f"contains(subject, '{call}')")} == {"call", "task"}

        page.locator(".record-tabs").get_by_role("link", name="Contacts").tap()
        page.locator(".related").get_by_role("link", name="New contact").tap()
        page.locator("#f-name").fill(person)
        page.locator("[data-main]").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text(person)
        assert only(page, "contact", f"name = '{person}'")["account"] == ident

        page.locator(".act-bar").get_by_role("link", name="Edit").tap()
        page.locator("#f-name").fill(f"{person} by mistake")
        page.locator("[data-main]").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{person} by mistake")
        page.locator("[data-undo]").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text(person)
        assert len(stored(page, "contact", f"name = '{person}'")) == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    def test_by_keys_alone(self, contexts: Contexts, site: Site) -> None:
        context = contexts(viewport={"width": 1440, "height": 900})
        page = site.page_of(context, REP)
        context.add_cookies([{"name": "language", "value": "en", "url": site.url}])
        name, ident = account(page)
        call, person, meeting = fresh("Asked by keys"), fresh("Cleo"), fresh("By keys")
        keys = page.keyboard

        page.goto("/screens/my_tasks")
        keys.press("Control+k")
        keys.type(name)
        keys.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        keys.press("l")
        keys.type(call)
        keys.press("Tab")
        keys.type("+3d")
        keys.press("Control+Enter")
        expect(page.locator(".ahead", has_text=f"Follow up: {call}")).to_be_visible()

        keys.press("Control+k")
        keys.type(">new cont")
        expect(page.locator("#palette-list a[aria-selected=true]")).to_contain_text("New: Contact")
        keys.press("Enter")
        page.wait_for_url("**/contact/new*")
        expect(page.locator("#f-name")).to_be_focused()
        keys.type(person)
        reach(page, "Account")
        keys.type(name)
        expect(page.get_by_role("option", name=name).first).to_be_visible()
        keys.press("Enter")
        keys.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(person)
        assert only(page, "contact", f"name = '{person}'")["account"] == ident

        page.goto(f"{CALENDAR}?mode=week&on={WEDNESDAY}")
        page.locator(".slot[tabindex='0']").focus()
        keys.press("Enter")
        expect(page.locator("#sheet-1 [name=subject]")).to_be_focused()
        keys.type(meeting)
        keys.press("Enter")
        expect(page.locator(".timed").get_by_text(meeting).first).to_be_visible()
        assert only(page, "activity", f"subject = '{meeting}'")["kind"] == "meeting"

        self.undone_by_keys(page, person)

    def undone_by_keys(self, page: Page, person: str) -> None:
        keys = page.keyboard
        made = only(page, "contact", f"name = '{person}'")["id"]
        page.goto(f"/records/contact/{made}")
        keys.press("Control+k")
        keys.type(">recycle")
        expect(page.locator("#palette-list a[aria-selected=true]")).to_contain_text("recycle bin")
        keys.press("Enter")
        expect(page.locator("[data-toast]")).to_contain_text("recycle bin")
        assert stored(page, "contact", f"name = '{person}'") == []
        keys.press("u")
        expect(page.get_by_role("heading", level=1)).to_have_text(person)
        assert len(stored(page, "contact", f"name = '{person}'")) == 1

    def test_without_scripts(self, contexts: Contexts, site: Site) -> None:
        page = site.page_of(contexts(java_script_enabled=False), REP)
        _, ident = account(page)
        call, deal = fresh("Rang without scripts"), fresh("Plain deal")
        page.locator("#composer").get_by_role("radio", name="Call").check()
        page.locator("#composer-text").fill(call)
        page.locator("#composer-day").fill("+3d")
        page.locator("#composer [data-main]").click()
        expect(page.locator(".ahead", has_text=call)).to_be_visible()
        assert len(stored(page, "activity", f"contains(subject, '{call}')")) == 2

        page.goto(f"/records/opportunity/new?account={ident}")
        page.locator("#f-name").fill(deal)
        page.locator("[data-main]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(deal)
        page.get_by_role("button", name="Move to Qualified").first.click()
        expect(page.locator("[aria-current=step]")).to_contain_text("Qualified")
        assert only(page, "opportunity", f"name = '{deal}'")["stage"] == "qualified"
        page.locator("[data-toast] button").click()
        expect(page.locator("[aria-current=step]")).to_contain_text("New")
        assert only(page, "opportunity", f"name = '{deal}'")["stage"] == "new"


def test_the_monday_of_a_manager(contexts: Contexts, either: Site) -> None:
    """A dashboard whose bar opens a list, fifty leads given away and back, a view shared with others."""
    page = either.page_of(contexts(viewport={"width": 1440, "height": 900}, base_url=either.url), MANAGER)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales review")
    bar = page.locator(".tile").filter(has_text="Open deals by person").locator(".bars a").first
    bar.click()
    page.wait_for_url("**/records/opportunity?filter=*")
    expect(page.locator("#rows tr").first).to_be_visible()
    assert len({one["stage"] for one in stored(page, "opportunity", "stage in ('won', 'lost')")}) == 2
    expect(page.locator("#rows")).not_to_contain_text("Won")

    page.locator(".side").get_by_role("link", name="Leads").click()
    expect(page.locator("#rows tr")).to_have_count(50)
    before = {one["id"]: one["owner"] for one in stored(page, "lead", "not is_blank(name)")}
    page.locator("#pick-all").click()
    page.locator("#selected-give").click()
    expect(page.locator("#f-owner")).to_be_focused()
    page.keyboard.type("Henri")
    page.locator("#f-owner-list [data-id]").first.click()
    page.get_by_role("button", name="Change 50 records").click()
    expect(page.locator("[data-toast]")).to_contain_text("Records changed")
    me = page.request.get(f"{either.url}/api/v1/me").json()["id"]
    assert sum(one["owner"] == me for one in stored(page, "lead", "owner = me()")) == 50
    given(page)
    assert {one["id"]: one["owner"] for one in stored(page, "lead", "not is_blank(name)")} == before

    name = fresh("Monday list")
    page.goto("/records/lead?filter=status = 'new'&sort=name")
    page.locator("#save-as").click()
    page.locator("#view-name").fill(name)
    page.locator("form:has(#view-name) [name=shared]").check()
    page.locator("form:has(#view-name) button[type=submit]").click()
    page.wait_for_url("**view=*")
    view = only(page, "saved_view", f"name = '{name}'")
    assert (view["entity"], view["shared"]) == ("lead", True)
    colleague = either.page_of(contexts(base_url=either.url), REP)
    colleague.goto(f"/records/lead?view={view['id']}")
    expect(colleague.locator(".views .tabs [aria-current]")).to_contain_text(name)
    assert all(one["status"] == "new" for one in stored(colleague, "lead", "status = 'new'"))


def test_the_morning_of_a_service_agent(contexts: Contexts, site: Site) -> None:
    """A customer rings: found by a piece of the number, a case, a colleague named, the state, the next one."""
    page = site.page_of(contexts(viewport={"width": 1440, "height": 900}), AGENT)
    page.goto("/")
    (contact,) = stored(page, "contact", "phone = '+3904644113044'") or stored(
        page, "contact", "name = 'Silvia Demattè'"
    )
    digits = re.sub(r"\D", "", contact["phone"])[-6:]
    page.keyboard.press("Control+k")
    page.keyboard.type(digits)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Silvia Demattè")

    subject, note = fresh("Pump hums"), fresh("Please look at this,")
    page.goto(f"/records/case/new?account={contact['account']}")
    page.locator("#f-subject").fill(subject)
    page.locator("[data-main]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    page.locator("#composer-text").press_sequentially(f"{note} @matt")
    expect(page.get_by_role("option", name="Matteo Bellini")).to_be_visible()
    page.keyboard.press("Enter")
    page.locator("#composer [data-main]").click()
    expect(page.locator(".stream .mention")).to_have_text("@Matteo Bellini")
    assert len(stored(page, "comment", f"contains(body, '{note}')")) == 1

    page.get_by_role("button", name="Take over").or_(page.get_by_role("button", name="In work")).first.click()
    expect(page.locator("[data-toast]")).to_contain_text("Moved")
    assert only(page, "case", f"subject = '{subject}'")["status"] == "in_work"

    page.locator(".side").get_by_role("link", name="My open cases").click()
    page.locator("#rows a").first.click()
    page.wait_for_url("**/records/case/**")
    first = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("]")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    page.keyboard.press("[")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)

    colleague = site.page_of(contexts(), REP)
    colleague.goto("/me/notifications")
    told = colleague.locator(".notice-list li", has_text="named you").first
    expect(told).to_contain_text(note)
    told.get_by_role("link").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text(subject)
