"""The board: moves by pointer, by keys and by the menu, with scripts and without; and what they cost."""

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.effort import Effort
from tests.browser.site import ways
from tests.browser.states import BOARD


def deal(page: Page) -> tuple[str, str]:
    """Make a deal of the test's own and open the board with just that; its name and the board's address."""
    name = f"Test rig {uuid4().hex[:6]}"
    page.goto("/records/opportunity/new")
    page.locator("#f-name").fill(name)
    page.locator("[name='account.text']").fill("Havbris Oppdrett AS")
    if page.locator("[role=listbox]:visible .pick").count():
        page.locator("[role=listbox]:visible .pick").first.click()
    page.locator("[data-main]").click()
    page.locator(".record").wait_for()
    address = f"{BOARD}?search={name.replace(' ', '+')}"
    page.goto(address)
    return name, address


def lane(page: Page, key: str) -> Locator:
    return page.locator(f"#lane-{key}")


def title(page: Page, name: str) -> Locator:
    return page.locator(".deal h3").get_by_role("link", name=name)


def test_a_card_is_dragged_to_the_next_stage(admin: Page) -> None:
    name, _ = deal(admin)
    effort = Effort(admin)
    effort.spent += 1
    title(admin, name).drag_to(lane(admin, "qualified"), target_position={"x": 60, "y": 160})
    expect(lane(admin, "qualified").get_by_role("link", name=name)).to_be_focused()
    expect(lane(admin, "qualified").locator("h2 .count")).to_have_text("1")
    expect(lane(admin, "new").locator("h2 .count")).to_have_text("0")
    expect(admin.locator("#speech")).to_contain_text(f"“{name}” is in Qualified now")
    assert effort.spent <= 1
    admin.get_by_role("button", name="Undo").click()
    admin.wait_for_url("**done=undone*")
    expect(admin.locator(".stages [aria-current]")).to_contain_text("New")


def test_three_keys_move_a_card_and_each_is_spoken(admin: Page) -> None:
    name, _ = deal(admin)
    title(admin, name).focus()
    effort = Effort(admin)
    effort.press("Space")
    expect(admin.locator("#speech")).to_contain_text(f"Lifted: {name}")
    effort.press("ArrowRight")
    expect(admin.locator("#speech")).to_contain_text("Qualified")
    effort.press("Enter")
    expect(admin.locator("#speech")).to_contain_text(f"“{name}” is in Qualified now")
    expect(lane(admin, "qualified").get_by_role("link", name=name)).to_be_focused()
    assert effort.spent <= 3


def test_escape_puts_a_card_back(admin: Page) -> None:
    name, address = deal(admin)
    title(admin, name).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Escape"):
        admin.keyboard.press(key)
    expect(admin.locator("#speech")).to_contain_text(f"Put back: {name}")
    expect(lane(admin, "new").get_by_role("link", name=name)).to_be_focused()
    admin.goto(address)
    expect(lane(admin, "new").get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize("who", ways("admin", 2))
def test_the_menu_moves_a_card_and_asks_for_what_is_lacking(request: pytest.FixtureRequest, who: str) -> None:
    page: Page = request.getfixturevalue(who)
    name, address = deal(page)
    page.locator(".deal summary").click()
    page.get_by_role("button", name="Lost").click()
    page.locator("#s1-f-closed_on").fill("nonsense")
    page.locator("[data-main]").click()
    expect(page.locator("#s1-summary")).to_be_visible()
    page.locator("#s1-f-closed_on").fill("2026-01-05")
    page.locator("#s1-f-lost_reason").select_option(index=1)
    page.locator("[data-main]").click()
    expect(page.locator("#asking[open], .form-page")).to_have_count(0)
    expect(title(page, name)).to_have_count(0)
    page.goto(f"/records/opportunity?{address.partition('?')[2]}")
    expect(page.locator("tbody .tag").first).to_have_text("Lost")


def test_a_sheet_that_is_closed_changes_nothing(admin: Page) -> None:
    name, address = deal(admin)
    admin.locator(".deal summary").click()
    admin.get_by_role("button", name="Lost").click()
    admin.locator("#asking[open]").get_by_role("button", name="Cancel").click()
    expect(admin.locator("#asking[open]")).to_have_count(0)
    admin.goto(address)
    expect(lane(admin, "new").get_by_role("link", name=name)).to_be_visible()


def test_a_refused_move_puts_the_card_back_and_says_why(admin: Page) -> None:
    name, address = deal(admin)
    other = admin.context.new_page()
    other.goto(address)
    other.locator(".deal summary").click()
    other.get_by_role("button", name="Proposal").click()
    expect(lane(other, "proposal").get_by_role("link", name=name)).to_be_visible()
    title(admin, name).focus()
    for key in ("Space", "ArrowRight", "Enter"):
        admin.keyboard.press(key)
    expect(admin.locator("#notices")).to_contain_text("Somebody changed this record meanwhile")
    expect(lane(admin, "new").get_by_role("link", name=name)).to_be_visible()


CHORES = "/screens/chore_board"


def chores(page: Page) -> list[str]:
    """The cards of the first lane, in its order."""
    return [one.removeprefix("Chore ") for one in page.locator("#lane-open .deal h3").all_inner_texts()]


def is_order(page: Page, wanted: str) -> None:
    expect(page.locator("#lane-open .deal h3")).to_have_text([f"Chore {letter}" for letter in wanted])


def test_cards_are_put_in_order_by_pointer_by_keys_and_by_the_menu(admin: Page) -> None:
    admin.goto(CHORES)
    start = "".join(chores(admin))
    first, second, third, *rest = start
    title(admin, f"Chore {third}").drag_to(
        lane(admin, "open").locator(".deal").first, target_position={"x": 60, "y": 4}
    )
    is_order(admin, "".join([third, first, second, *rest]))
    expect(admin.locator("#speech")).to_contain_text("has another place in Open now")
    admin.reload()
    is_order(admin, "".join([third, first, second, *rest]))

    title(admin, f"Chore {third}").focus()
    admin.keyboard.press("Space")
    admin.keyboard.press("ArrowDown")
    expect(admin.locator("#speech")).to_contain_text(f"Chore {third}: place 2 of {len(start)} in Open")
    admin.keyboard.press("ArrowDown")
    admin.keyboard.press("Enter")
    is_order(admin, start)
    expect(title(admin, f"Chore {third}")).to_be_focused()
    admin.wait_for_timeout(300)
    admin.reload()
    is_order(admin, start)

    card = lane(admin, "open").locator(".deal").nth(1)
    card.locator("summary").click()
    card.get_by_role("button", name="Up").click()
    is_order(admin, "".join([second, first, third, *rest]))
    admin.keyboard.press("u")
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")
    admin.goto(CHORES)
    is_order(admin, start)


def test_cards_are_put_in_order_without_scripts(plain: Page) -> None:
    plain.goto(CHORES)
    start = "".join(chores(plain))
    card = lane(plain, "open").locator(".deal").first
    card.locator("summary").click()
    card.get_by_role("button", name="Down").click()
    is_order(plain, "".join([start[1], start[0], *start[2:]]))
    plain.locator("[data-undo]").click()
    expect(plain.locator("[data-toast]")).to_contain_text("Undone")
    plain.goto(CHORES)
    is_order(plain, start)


def test_a_card_lands_where_it_is_dropped_in_another_lane(admin: Page) -> None:
    admin.goto(CHORES)
    start = "".join(chores(admin))
    title(admin, f"Chore {start[0]}").drag_to(lane(admin, "doing"), target_position={"x": 60, "y": 160})
    expect(lane(admin, "doing").locator(".deal")).to_have_count(1)
    is_order(admin, start[1:])
    expect(admin.locator("[data-undo]")).to_be_visible()
    admin.keyboard.press("u")
    expect(admin.locator("[data-toast]")).to_contain_text("Undone")
    admin.goto(CHORES)
    is_order(admin, start)
