"""Lists with none, one and very many records; words and names that attack the page."""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hostile import HOSTILE, TEXTS
from tests.browser.site import ADMIN, Site, serving
from tests.browser.states import save
from tests.browser.trial import write

# Ten times as many as are counted at once; `make soak` takes ten times as many again.
MANY = int(os.environ.get("ARMATURE_MANY_RECORDS", "10000"))
VISITOR = "visitor@example.com"
SIZES = pytest.mark.parametrize("width", [1440, 390])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the hostile bundle, which has a database of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    with serving(folder, write(folder / "bundle", HOSTILE)) as found:
        yield found


@SIZES
def test_no_word_of_data_or_metadata_runs_or_breaks_the_page(
    contexts: Callable[..., BrowserContext], hostile: Site, width: int
) -> None:
    """`contexts` fails at script errors and CSP reports; here nothing may run and nothing may overflow."""
    page = hostile.page_of(contexts(viewport={"width": width, "height": 900}))
    seen = {}
    for address in ("/records/trap", "/records/trap/new", "/records", "/search?q=script", "/records/none", "/me"):
        page.goto(f"{hostile.url}{address}")
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
    if "49" in page.locator("body").inner_text() and "7 * 7" not in page.locator("body").inner_text():
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
