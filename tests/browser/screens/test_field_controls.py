"""Controls of single field types: by pointer, by keyboard and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens.test_access import PHONE, WIDE, check
from tests.browser.site import Site, fresh, ways

NEW = "/records/gadget/new"


@pytest.fixture(params=ways("scripted", 1))
def page(request: pytest.FixtureRequest) -> Page:
    """Each control is tried with scripts and without."""
    found: Page = request.getfixturevalue("admin" if request.param == "scripted" else "plain")
    return found


def test_all_of_them_are_filled_in_and_read_back(page: Page) -> None:
    page.goto(NEW)
    page.get_by_label("Name").fill("Kettle")
    page.get_by_label("Begins").fill("2:30 pm")
    page.get_by_label("Lasts").fill("90 min")
    page.get_by_role("textbox", name="Shade", exact=True).fill("#ABC")
    page.get_by_role("radiogroup", name="Urgency").get_by_label("2 of 3 stars").check()
    page.get_by_label("EAN").fill("9 783161 484100")
    page.get_by_label("Country").select_option("Austria")
    page.get_by_label("Time zone").select_option("Kolkata (India)")
    page.get_by_label("Payload").fill('{"b": 1, "a": []}')
    page.get_by_role("combobox", name="Labels").fill("kitchen, steel")
    page.get_by_role("group", name="Sold through").get_by_label("Web").check()
    page.get_by_role("group", name="Sold through").get_by_label("Dealers").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kettle")
    shown = page.locator("#main")
    for words in (
        "2:30 PM",
        "1h 30m",
        "#aabbcc",
        "2 of 3 stars",
        "9783161484100",
        "Austria",
        "Kolkata (India)",
        '"a": []',
        "kitchen",
        "DealersWeb",
    ):
        expect(shown).to_contain_text(words)


def test_words_in_use_are_taken_by_keyboard_and_new_ones_stay(admin: Page) -> None:
    admin.goto(NEW)
    labels = admin.get_by_role("combobox", name="Labels")
    labels.press_sequentially("my own, be")
    expect(admin.get_by_role("option", name="best seller")).to_be_visible()
    labels.press("Enter")
    expect(labels).to_have_value("my own, be")
    labels.press("ArrowDown")
    expect(admin.get_by_role("option", name="best seller")).to_be_visible()
    labels.press("ArrowDown")
    labels.press("Enter")
    expect(labels).to_have_value("my own, best seller, ")


def test_stars_are_chosen_by_keyboard(page: Page) -> None:
    page.goto(NEW)
    stars = page.get_by_role("radiogroup", name="Stars")
    stars.get_by_label("None").focus()
    page.keyboard.press("ArrowRight")
    expect(stars.get_by_label("1 of 5 stars")).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(stars.get_by_label("2 of 5 stars")).to_be_checked()


def test_a_rating_that_is_missing_is_found_from_the_summary(page: Page) -> None:
    page.goto(NEW)
    page.get_by_label("Name").fill("Unrated")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#summary").get_by_role("link", name="Urgency").click()
    expect(page.get_by_label("1 of 3 stars")).to_be_focused()


def test_the_colour_picker_and_its_text_say_the_same(admin: Page) -> None:
    admin.goto(NEW)
    picker, text = admin.get_by_label("Choose Shade"), admin.get_by_role("textbox", name="Shade", exact=True)
    text.fill("#1F6FEB")
    expect(picker).to_have_value("#1f6feb")
    picker.fill("#aa0011")
    expect(text).to_have_value("#aa0011")


def test_text_is_formatted_by_pointer_and_by_keyboard_and_typing_takes_it_back(admin: Page) -> None:
    admin.goto(NEW)
    name = fresh("Kettle with a story")
    admin.get_by_label("Name").fill(name)
    admin.get_by_role("radiogroup", name="Urgency").get_by_label("2 of 3 stars").check()
    bar, story = admin.get_by_role("toolbar", name="Format of Story"), admin.get_by_role("textbox", name="Story")
    story.fill("boils\ncold")
    story.press("Control+Home")
    story.press("Shift+End")
    story.press("Control+b")
    expect(story).to_have_value("**boils**\ncold")
    story.press("Control+z")
    expect(story).to_have_value("boils\ncold")
    story.press("Control+y")
    bar.get_by_role("button", name="Bold").focus()
    for _ in range(4):
        admin.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="List", exact=True)).to_be_focused()
    story.press("Control+a")
    bar.get_by_role("button", name="List", exact=True).click()
    expect(story).to_have_value("- **boils**\n- cold")
    story.press("Control+End")
    for _ in "cold":
        story.press("Shift+ArrowLeft")
    bar.get_by_role("button", name="Link").click()
    admin.keyboard.type("https://example.com/cold")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(name)
    shown = admin.get_by_role("region", name="Details")
    expect(shown.locator("li strong")).to_have_text("boils")
    expect(shown.get_by_role("link", name="cold")).to_have_attribute("href", "https://example.com/cold")


def test_without_scripts_there_is_no_picker_that_does_nothing(plain: Page) -> None:
    plain.goto(NEW)
    expect(plain.locator("input[type=color]")).to_be_hidden()
    expect(plain.locator(".signs")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_controls_and_cells_have_no_findings(
    contexts: Callable[..., BrowserContext], site: Site, axe: str, language: str
) -> None:
    context = contexts(viewport=WIDE, bypass_csp=True, reduced_motion="reduce")
    page = site.page_of(context)
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    found = {}
    for path in (NEW, "/records/gadget?filter[name][eq]=Doorbell"):
        page.goto(path)
        page.evaluate(axe)
        found |= {
            (path, theme, size["width"]): check(page, theme, size)
            for theme in ("light", "dark")
            for size in (WIDE, PHONE)
        }
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.locator("tbody th a").first.click()
    page.locator(".record").wait_for()
    page.evaluate(axe)
    found |= {
        ("record", theme, size["width"]): check(page, theme, size)
        for theme in ("light", "dark")
        for size in (WIDE, PHONE)
    }
    assert {look: some for look, some in found.items() if some} == {}
