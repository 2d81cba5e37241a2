"""WCAG 2.2 A and AA by axe, and no page wider than its window: every kind of screen, theme, direction, width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.screens.conftest import Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    pytest.param({"width": 1440, "height": 900}, "light", "en", id="wide-light-ltr"),
    pytest.param({"width": 1440, "height": 900}, "dark", "ar", id="wide-dark-rtl"),
    pytest.param({"width": 390, "height": 844}, "dark", "en", id="phone-dark-ltr"),
    pytest.param({"width": 390, "height": 844}, "light", "ar", id="phone-light-rtl"),
]
PAGES = {
    "list": "/records/opportunity",
    "filtered": "/records/opportunity?filter[stage][in]=won,lost&sort=-amount",
    "empty": "/records/opportunity?filter[name][eq]=none",
    "generated": "/records/team",
    "form": "/records/opportunity/new",
    "settings": "/me",
    "search": "/search?q=pump",
    "entities": "/records",
    "absent": "/records/none",
}


@pytest.mark.parametrize(("viewport", "theme", "language"), LOOKS)
def test_pages_have_no_findings(
    contexts: Callable[..., BrowserContext], site: Site, axe: str, viewport: object, theme: str, language: str
) -> None:
    context = contexts(viewport=viewport, bypass_csp=True)  # axe writes styles into the page
    page = site.sign_in(context)
    for name, value in (("theme", theme), ("language", language)):
        context.add_cookies([{"name": name, "value": value, "url": site.url}])
    found = {name: findings(page, axe, address) for name, address in PAGES.items()}
    page.goto("/records/opportunity?filter[stage][in]=proposal")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/records/opportunity/*")
    found["record"] = check(page, axe)
    page.goto("/records/opportunity/new")
    page.locator("[data-main]").click()
    page.locator("#summary").wait_for()
    found["refused"] = check(page, axe)
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize(("viewport", "theme", "language"), LOOKS)
def test_signing_in_has_no_findings(
    contexts: Callable[..., BrowserContext], site: Site, axe: str, viewport: object, theme: str, language: str
) -> None:
    context = contexts(viewport=viewport, bypass_csp=True)  # axe writes styles into the page
    for name, value in (("theme", theme), ("language", language)):
        context.add_cookies([{"name": name, "value": value, "url": site.url}])
    page = context.new_page()
    assert findings(page, axe, "/sign-in") == []


def test_a_narrow_window_needs_no_sideways_scrolling(contexts: Callable[..., BrowserContext], site: Site) -> None:
    page = site.sign_in(contexts(viewport={"width": 320, "height": 640}))
    wide = {}
    for name, address in PAGES.items():
        page.goto(address)
        wide[name] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


def findings(page: Page, axe: str, address: str) -> list[str]:
    page.goto(address)
    return check(page, axe)


def check(page: Page, axe: str) -> list[str]:
    """Run axe; each finding with the first element that it is about."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, preload: false})", RULES)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


def test_the_first_page_is_small(browser: Browser, site: Site) -> None:
    """At most 180 kB compressed, with nothing cached (stack.md)."""
    page = site.sign_in(browser.new_context(base_url=site.url))
    context = browser.new_context(base_url=site.url)
    fresh = context.new_page()
    sizes: list[int] = []
    fresh.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    fresh.goto("/sign-in")
    fresh.wait_for_load_state("networkidle")
    context.close()
    page.context.close()
    assert sum(sizes) < 180_000
