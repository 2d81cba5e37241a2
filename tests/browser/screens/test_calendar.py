"""The calendar: meetings booked on a slot, moved by a form, with scripts and without; and what that costs."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.effort import Effort
from tests.browser.site import Site, ways
from tests.browser.states import CALENDAR

WEEK = f"{CALENDAR}?mode=week&on=2027-03-10"


def fresh() -> str:
    """A subject that no other test gives."""
    return f"Talk {uuid4().hex[:6]}"


def international(page: Page, site: Site) -> Page:
    """The page in English as it is written outside of America: weeks from Monday, days before months."""
    page.context.add_cookies([{"name": "language", "value": "en", "url": site.url}])
    return page


def test_three_clicks_and_a_word_book_a_meeting(admin: Page, site: Site) -> None:
    international(admin, site).goto(WEEK)
    name, effort = fresh(), Effort(admin)
    effort.click(admin.get_by_label(re.compile(r"New on Wednesday, 10 March 2027, 10:00")))
    expect(admin.locator("#sheet-1 [name=subject]")).to_be_focused()
    effort.type(name)
    effort.click(admin.locator("#sheet-1 [data-main]"))
    expect(admin.locator(".timed.c3").get_by_text(name).first).to_be_visible()
    assert effort.spent <= 3


def test_three_keys_book_a_meeting_on_the_slot_that_arrows_lead_to(admin: Page, site: Site) -> None:
    international(admin, site).goto(WEEK)
    admin.locator(".slot[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        admin.keyboard.press(key)
    expect(admin.get_by_label(re.compile(r"New on Wednesday, 10 March 2027, 09:00"))).to_be_focused()
    name, effort = fresh(), Effort(admin)
    effort.press("Enter")
    expect(admin.locator("#sheet-1 [name=subject]")).to_be_focused()
    effort.type(name)
    effort.press("Enter")
    expect(admin.locator(".timed.c3").get_by_text(name).first).to_be_visible()
    assert effort.spent <= 3


@pytest.mark.parametrize("who", ways("admin", 2))
def test_an_entry_gets_another_time_and_back(request: pytest.FixtureRequest, site: Site, who: str) -> None:
    page = international(request.getfixturevalue(who), site)
    name = fresh()
    page.goto("/records/activity/new?kind=meeting&starts_at=2027-04-07T10:00&ends_at=2027-04-07T11:00")
    page.locator("#f-subject").fill(name)
    page.locator("[data-main]").click()
    page.locator(".record").wait_for()
    page.goto(f"{CALENDAR}?mode=agenda&on=2027-04-07")
    page.get_by_label(f"Change time: {name}").click()
    page.locator("#s1-f-starts_at").fill("09/04/2027 15:00")
    page.locator("#s1-f-ends_at").fill("09/04/2027 16:00")
    page.locator("[data-main]").last.click()
    page.wait_for_url(lambda url: "done=" not in url and "mode=agenda" in url if who == "admin" else "done=" in url)
    expect(page.locator(".agenda section").filter(has_text=name)).to_contain_text("Friday, 9 April 2027")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/records/activity/**")
    page.goto(f"{CALENDAR}?mode=agenda&on=2027-04-07")
    expect(page.locator(".agenda section").filter(has_text=name)).to_contain_text("Wednesday, 7 April 2027")


def test_a_person_is_hidden_and_shown_without_leaving_the_page(admin: Page) -> None:
    admin.goto(f"{CALENDAR}?mode=agenda")
    person = admin.get_by_role("switch", name="Matteo Bellini")
    before = admin.locator(".agenda li").count()
    person.press("Enter")
    expect(admin.get_by_role("switch", name="Matteo Bellini")).to_have_attribute("aria-checked", "false")
    expect(admin.get_by_role("switch", name="Matteo Bellini")).to_be_focused()
    expect(admin.locator(".agenda li")).not_to_have_count(before)


def meeting(page: Page, day: str = "2027-05-12", begins: str = "10:00", ends: str = "11:00") -> str:
    """Make a meeting of the test's own; its name."""
    name = fresh()
    page.goto(f"/records/activity/new?kind=meeting&starts_at={day}T{begins}&ends_at={day}T{ends}")
    page.locator("#f-subject").fill(name)
    page.locator("[data-main]").click()
    page.locator(".record").wait_for()
    page.goto(f"{CALENDAR}?mode=week&on={day}")
    return name


def entry(page: Page, name: str) -> Locator:
    return page.locator(".cal-entry").filter(has_text=name).locator("> summary")


def test_an_entry_is_dragged_to_another_hour_and_undone(admin: Page, site: Site) -> None:
    name = meeting(international(admin, site))
    box = entry(admin, name).bounding_box()
    slot = admin.get_by_label(re.compile("New on Thursday, 13 May 2027, 14:00")).bounding_box()
    assert box
    assert slot
    effort = Effort(admin)
    effort.spent += 1
    admin.mouse.move(box["x"] + 20, box["y"] + 8)
    admin.mouse.down()
    admin.mouse.move(slot["x"] + 10, slot["y"] + 40, steps=6)
    admin.mouse.move(slot["x"] + 20, slot["y"] + 8, steps=3)
    admin.mouse.up()
    expect(admin.locator("#speech")).to_contain_text(re.compile(f"“{name}”: Thursday, 13 May 2027, 14:00.*15:00"))
    expect(entry(admin, name)).to_be_focused()
    expect(admin.locator(".timed.c4").filter(has_text=name)).to_be_visible()
    assert effort.spent <= 1
    admin.locator("[data-undo]").click()
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")
    expect(admin.locator(".timed.c3").filter(has_text=name)).to_be_visible()


def test_an_entry_is_made_longer_at_its_end(admin: Page, site: Site) -> None:
    name = meeting(international(admin, site), "2027-05-19")
    box = entry(admin, name).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 3
    admin.mouse.move(x, y)
    admin.mouse.down()
    admin.mouse.move(x, y + 20, steps=3)
    admin.mouse.move(x, y + 52, steps=3)
    admin.mouse.up()
    expect(admin.locator("#speech")).to_contain_text(re.compile(f"“{name}”: .*10:00.*12:00"))


def test_keys_move_an_entry_and_make_it_longer(admin: Page, site: Site) -> None:
    name = meeting(international(admin, site), "2027-05-26")
    entry(admin, name).focus()
    for key in ("Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown"):
        admin.keyboard.press(key)
    expect(admin.locator("#speech")).to_contain_text(re.compile("Thursday, 27 May 2027, 11:00.*12:00"))
    expect(entry(admin, name)).to_be_focused()
    admin.keyboard.press("Control+Shift+ArrowDown")
    expect(admin.locator("#speech")).to_contain_text(re.compile("Thursday, 27 May 2027, 11:00.*12:30"))
    admin.keyboard.press("Shift+ArrowLeft")
    admin.keyboard.press("Escape")
    admin.keyboard.press("u")
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")


def test_a_letter_makes_an_entry(admin: Page) -> None:
    admin.goto(CALENDAR)
    admin.keyboard.press("n")
    admin.wait_for_url("**/records/activity/new**")
