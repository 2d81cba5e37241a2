"""Lists with none, one and very many records; words and names that attack the page."""

import csv
import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hostile import HOSTILE, TEXTS
from tests.browser.site import ADMIN, Site, serving
from tests.browser.states import save
from tests.browser.trial import write
from tests.support.sampling import due_today

# Ten times as many as are counted at once; `make soak` takes ten times as many again.
MANY = int(os.environ.get("ARMATURE_MANY_RECORDS", "10000"))
VISITOR = "visitor@example.com"
# One of the three each day.
SIZES = pytest.mark.parametrize("width", [width for place, width in enumerate((1440, 390, 320)) if due_today(place, 3)])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the hostile bundle, which has a database of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    with serving(folder, write(folder / "bundle", HOSTILE)) as found:
        yield found


def arranged(entity: str) -> list[str]:
    """The screens that show records otherwise than lists do."""
    calendars = [f"/screens/{entity}_calendar?mode={mode}" for mode in ("month", "week", "day", "agenda")]
    return [f"/screens/{entity}_board", f"/screens/{entity}_figures", *calendars]


@SIZES
def test_no_word_of_data_or_metadata_runs_or_breaks_the_page(
    contexts: Callable[..., BrowserContext], hostile: Site, width: int
) -> None:
    """`contexts` fails at script errors and CSP reports; here nothing may run and nothing may overflow."""
    page = hostile.page_of(contexts(viewport={"width": width, "height": 900}))
    seen = {}
    pages = ("/records/trap", "/records/trap/new", "/records", "/search?q=script", "/records/none", "/me")
    for address in (*pages, *arranged("trap")):
        page.goto(f"{hostile.url}{address}")
        page.wait_for_load_state("networkidle")
        seen[address] = _state(page)
    page.goto(f"{hostile.url}/records/trap?sort=name&limit=20")
    links = page.locator("tbody th a")
    expect(links).to_have_count(len(TEXTS))
    for record in [(link.get_attribute("href") or "").partition("?")[0] for link in links.all()]:
        for address in (f"{record}", f"{record}/edit"):
            page.goto(f"{hostile.url}{address}")
            seen[address] = _state(page)
    page.locator("#f-name").fill("")
    save(page)
    page.locator("#summary").wait_for()
    seen["refused"] = _state(page)
    assert {address: state for address, state in seen.items() if state != "calm"} == {}


def _state(page: Page) -> str:
    """Say whether a script ran, the page became wider than its window, or a template ran."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if page.evaluate("'pwned' in window || document.querySelector('img[src=x]') !== null"):
        return "a script ran"
    text = page.locator("body").inner_text()
    # As a word: 49 may be among the digits of an error page's number.
    if re.search(r"\b49\b", text) and "7 * 7" not in text:
        return "a template ran"
    return f"wider than the window by {wide} px" if wide > 0 else "calm"


@SIZES
def test_menus_and_pickers_stay_calm_too(contexts: Callable[..., BrowserContext], hostile: Site, width: int) -> None:
    page = hostile.page_of(contexts(viewport={"width": width, "height": 900}))
    page.goto(f"{hostile.url}/records/trap")
    page.locator("#menu-stage").click()
    page.locator("#pick-stage-2").click()
    expect(page.locator(".chip")).to_have_count(1)
    assert _state(page) == "calm"
    page.goto(f"{hostile.url}/records/trap/new")
    page.locator("#f-parent").press_sequentially("scr")
    expect(page.locator("#f-parent-list .pick").first).to_be_visible()
    assert _state(page) == "calm"


def test_a_hidden_field_is_nowhere(contexts: Callable[..., BrowserContext], hostile: Site) -> None:
    page = hostile.page_of(contexts(), VISITOR)
    page.goto(f"{hostile.url}/records/trap?sort=name")
    address = (page.locator("tbody th a").first.get_attribute("href") or "").partition("?")[0]
    for path in ("/records/trap", "/records/trap/new", address, f"{address}/edit"):
        page.goto(f"{hostile.url}{path}")
        assert "ecret" not in page.content()
        assert "behind the curtain" not in page.content()
        assert "Hidden from representatives" not in page.content()


def test_none_then_one(admin: Page) -> None:
    admin.goto("/records/visit?filter[subject][eq]=The only one")
    expect(admin.locator("tbody tr")).to_have_count(0)
    admin.goto("/records/visit/new")
    admin.locator("#f-subject").fill("The only one")
    save(admin)
    expect(admin.locator(".record")).to_be_visible()
    admin.goto("/records/visit?filter[subject][eq]=The only one")
    expect(admin.locator("tbody tr")).to_have_count(1)
    expect(admin.locator("#list-foot")).to_contain_text("1 of 1 shown")
    expect(admin.locator("#list-more")).to_have_count(0)


def test_very_many(contexts: Callable[..., BrowserContext], site: Site, tmp_path: Path) -> None:
    """The count stops at a thousand unless it is asked for; the rows come as fast as those of a short list."""
    file = tmp_path / "visits.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["subject"])
        rows.writerows([f"Seeded visit {number:06}"] for number in range(MANY))
    site.installation.run("import", "visit", str(file), "--as", ADMIN)
    page = site.page_of(contexts(viewport={"width": 1440, "height": 900}))
    page.goto("/records/visit?filter[subject][contains]=Seeded&sort=subject")
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator("#list-foot")).to_contain_text("1,000+")
    page.locator("#list-more").click()
    expect(page.locator("tbody tr")).to_have_count(100)
    page.locator("#list-foot").get_by_role("link", name="Count all").click()
    expect(page.locator("#list-foot")).to_contain_text(f"{MANY:,}")


def test_boards_calendars_and_dashboards_of_none_one_and_very_many(
    contexts: Callable[..., BrowserContext], hostile: Site, tmp_path: Path
) -> None:
    page, day = hostile.page_of(contexts(viewport={"width": 1440, "height": 900})), dt.datetime.now(dt.UTC).date()

    def too_wide() -> dict[str, int]:
        found = {}
        for address in ("/records/void", *arranged("void")):
            page.goto(f"{hostile.url}{address}")
            page.wait_for_load_state("networkidle")
            for width in (1440, 320):
                page.set_viewport_size({"width": width, "height": 900})
                found[f"{width} {address}"] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.set_viewport_size({"width": 1440, "height": 900})
        return {address: pixels for address, pixels in found.items() if pixels > 0}

    def seed(first: int, count: int) -> None:
        file = tmp_path / f"voids{first}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["name", "stage", "day"])
            stages = ("one", "two", "three")
            days = [day + dt.timedelta(days=offset) for offset in range(-10, 10)]
            rows.writerows([f"Void {n:06}", stages[n % 3], days[n % 20]] for n in range(first, first + count))
        hostile.installation.run("import", "void", str(file), "--as", ADMIN)

    assert too_wide() == {}
    page.goto(f"{hostile.url}/screens/void_board")
    expect(page.locator(".empty-state")).to_be_visible()
    page.goto(f"{hostile.url}/screens/void_figures?drawn=all")
    expect(page.locator(".k-number").first).to_contain_text("0")
    seed(0, 1)
    page.goto(f"{hostile.url}/screens/void_board")
    expect(page.locator(".deal")).to_have_count(1)
    assert too_wide() == {}
    seed(1, MANY - 1)
    assert too_wide() == {}
    page.goto(f"{hostile.url}/screens/void_figures?drawn=all")
    expect(page.locator(".k-number").first).to_contain_text(f"{MANY:,}")
    page.goto(f"{hostile.url}/screens/void_board")
    expect(page.locator(".lane").first.locator(".deal")).to_have_count(25)
    page.goto(f"{hostile.url}/screens/void_calendar?mode=day&on={day}")
    assert page.locator(".cal-entry, .agenda li").count() <= 500
