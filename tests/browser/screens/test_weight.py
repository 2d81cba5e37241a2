"""What a page weighs, and that nothing on it moves while it loads: counted on every kind of screen, wide and narrow."""

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Response

from tests.browser.site import Site
from tests.browser.states import BOARD, CALENDAR, DASHBOARD

# stack.md: at most this after the first page, compressed as any server in front of ours does.
MOST_LATER = 15_000
# Every shift that nobody's click or key brought about, with what moved, once all of the page has been drawn: until then
# the browser draws what it has at whatever moment it likes.
WATCH = """
window.moved = [];
let drawn = Infinity;
addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame((now) => { drawn = now; })));
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (one.hadRecentInput || one.startTime < drawn) continue;
    window.moved.push(one.sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def addresses(page: Page) -> list[str]:
    """A screen of each kind."""
    page.goto("/records/opportunity?limit=1")
    record = (page.locator("#rows a").first.get_attribute("href") or "").partition("?")[0]
    lists = ["/records/opportunity", "/records/account", "/records/visit"]
    return [
        *lists,
        record,
        f"{record}/edit",
        "/records/opportunity/new",
        BOARD,
        CALENDAR,
        DASHBOARD,
        "/me",
        "/search?q=pump",
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_and_later_pages_are_small(
    contexts: Callable[..., BrowserContext], site: Site, width: int
) -> None:
    page = site.page_of(contexts(viewport={"width": width, "height": 900}))
    wanted = addresses(page)
    page.goto("/me")
    page.wait_for_load_state("networkidle")
    page.add_init_script(WATCH)
    came: list[Response] = []
    page.on("response", lambda answer: came.append(answer))  # noqa: PLW0108 - a method takes no marks
    moved, heavy, wide = {}, {}, {}
    for address in wanted:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        moved[address] = page.evaluate("window.moved")
        wide[address] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        # Static files have come with the first page, and do not change.
        sent = [one for one in came if not urlsplit(one.url).path.startswith("/static/")]
        heavy[address] = sum(len(gzip.compress(one.body(), 6)) for one in sent if one.status == 200)
        came.clear()
    assert {address: some for address, some in moved.items() if some} == {}
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}
    assert {address: size for address, size in heavy.items() if size > MOST_LATER} == {}
