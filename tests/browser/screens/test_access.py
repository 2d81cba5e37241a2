"""WCAG 2.2 A and AA by axe, and no page wider than its window: every state, theme, direction and width."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.site import Site
from tests.browser.states import STATES
from tests.support.sampling import due_today

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules whose findings a theme can change: it changes colours and nothing else.
COLOURS = ["color-contrast", "link-in-text-block"]
LANGUAGES = ("en", "ar")
WIDE, PHONE, NARROW = ({"width": 1440, "height": 900}, {"width": 390, "height": 844}, {"width": 320, "height": 640})
_LOOK = """look => {
    document.documentElement.dataset.theme = look;
    return document.documentElement.scrollWidth - innerWidth;
}"""
# What an open menu half covers counts as smaller than it is; each menu is closed in another state, where it counts.
_RUN = """async only => {
    const menu = document.querySelector('details.pop[open] > .pop-body');
    const rest = {resultTypes: ['violations'], preload: false};
    const found = await axe.run(document, {runOnly: only, rules: {'target-size': {enabled: !menu}}, ...rest});
    const inside = menu ? await axe.run(menu, {runOnly: ['target-size'], ...rest}) : {violations: []};
    return [...found.violations, ...inside.violations].map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
}"""


def looks() -> Iterator[tuple[str, str]]:
    """Every state in each language once in six days, in one of them every third day."""
    for place, name in enumerate(STATES):
        for number, language in enumerate(LANGUAGES):
            if due_today(place + 3 * number, 3 * len(LANGUAGES)):
                yield name, language


@pytest.mark.parametrize(("name", "language"), list(looks()))
def test_a_state_has_no_findings(
    contexts: Callable[..., BrowserContext], site: Site, axe: str, name: str, language: str
) -> None:
    state = STATES[name]
    # axe writes styles into the page; colours on their way from one theme to the other are neither's.
    context = contexts(viewport=WIDE, bypass_csp=True, reduced_motion="reduce")
    page = site.page_of(context, state.who) if state.who else context.new_page()
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    state.enter(page, site)
    page.evaluate(axe)
    found = {
        f"{theme} {size['width']}": check(page, theme, size) for theme in ("light", "dark") for size in (WIDE, PHONE)
    }
    assert {look: some for look, some in found.items() if some} == {}


def check(page: Page, theme: str, size: dict[str, int]) -> list[str]:
    """Tell what is wrong in one look; each finding with the first element that it is about."""
    # So high that no bar at the window's edge lies over a control, which would count as smaller than it is.
    page.set_viewport_size({"width": size["width"], "height": 5_000})
    too_wide = page.evaluate(_LOOK, theme)
    # In dark only what depends on colours can differ from what was found in light at this width.
    found: list[str] = page.evaluate(_RUN, RULES if theme == "light" else COLOURS)
    return [*found, *([f"wider than the window by {too_wide} px"] if too_wide > 0 else [])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_window_needs_no_sideways_scrolling(
    contexts: Callable[..., BrowserContext], site: Site, language: str
) -> None:
    """320 px are 1280 px at 400 % zoom."""
    context = contexts(viewport=NARROW)
    page = site.page_of(context)
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    wide = {}
    for name in ("list", "list-filtered", "record", "record-related", "form-refused", "form-conflict", "settings"):
        STATES[name].enter(page, site)
        wide[name] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


def test_the_first_page_is_small(browser: Browser, site: Site) -> None:
    """At most 180 kB compressed, with nothing cached (stack.md)."""
    context = browser.new_context(base_url=site.url)
    fresh = context.new_page()
    sizes: list[int] = []
    fresh.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    fresh.goto("/sign-in")
    fresh.wait_for_load_state("networkidle")
    context.close()
    assert sum(sizes) < 180_000
