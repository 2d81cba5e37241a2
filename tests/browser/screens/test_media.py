"""Paper, forced colours, reduced motion, density and themes: what the person's device asks for is followed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import Site
from tests.browser.states import STATES

_LEAST = 24
_LEAST_TOUCHED = 44
_SMALL = """least => [...document.querySelectorAll('main :is(a, button, summary, select, input:not([type=hidden]))')]
    .filter(one => one.checkVisibility() && !one.closest('p, li') && getComputedStyle(one).position !== 'absolute')
    .map(one => [one.outerHTML.slice(0, 120), (one.closest('label, td, th') ?? one).getBoundingClientRect()])
    .filter(([, box]) => box.height > 1 && box.height < least - .5)
    .map(([html, box]) => `${Math.round(box.height)} px: ${html}`)"""


def test_paper_shows_filter_date_and_names_but_no_frame(admin: Page, site: Site) -> None:
    admin.context.add_cookies([{"name": "theme", "value": "dark", "url": site.url}])
    STATES["list-filtered"].enter(admin, site)
    admin.emulate_media(media="print")
    for hidden in (".side", ".topbar", "#list-search", "[data-main]", ".acts"):
        assert not admin.locator(hidden).first.is_visible(), hidden
    expect(admin.locator(".print-only")).to_contain_text("Admin")
    expect(admin.locator(".chip")).to_contain_text("Stage is Won, Lost")
    assert admin.locator("tbody .who > span").last.bounding_box()["width"] > 20  # type: ignore[index] # it is there
    paper, ink = admin.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")


def test_forced_colours_tell_the_chosen_side_apart(admin: Page, site: Site) -> None:
    STATES["form-conflict"].enter(admin, site)
    admin.emulate_media(forced_colors="active")
    edges = admin.locator(".clash label").evaluate_all("all => all.map(one => getComputedStyle(one).borderColor)")
    ground = admin.evaluate("getComputedStyle(document.body).backgroundColor")
    assert [edge == ground for edge in edges] == [False, True]


def test_nothing_moves_for_who_asked_for_that(contexts: Callable[..., BrowserContext], site: Site) -> None:
    page = site.page_of(contexts(reduced_motion="reduce"))
    STATES["form-creating"].enter(page, site)
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.locator("dialog[open]").evaluate("one => getComputedStyle(one).animationName") == "none"


def test_the_theme_is_there_before_anything_is_drawn(admin: Page, site: Site) -> None:
    """In the page that the server sends, not by a script, so that nothing flashes."""
    admin.goto(f"{site.url}/me")
    admin.get_by_role("button", name="Dark").click()
    expect(admin.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert 'data-theme="dark"' in admin.request.get(f"{site.url}/records/opportunity").text()
    admin.get_by_role("button", name="As the system").click()
    expect(admin.get_by_role("button", name="As the system")).to_have_attribute("aria-pressed", "true")
    for wanted, expected in (("dark", "rgb(21, 26, 29)"), ("light", "rgb(255, 255, 255)")):
        admin.emulate_media(color_scheme=wanted)  # type: ignore[arg-type] # one of the two
        assert admin.evaluate("getComputedStyle(document.body).backgroundColor") == expected


def test_rows_follow_the_density(admin: Page, site: Site) -> None:
    heights = []
    for density in ("compact", "comfortable"):
        admin.context.add_cookies([{"name": "density", "value": density, "url": site.url}])
        admin.goto(f"{site.url}/records/opportunity")
        heights.append(admin.locator("tbody tr").first.bounding_box()["height"])  # type: ignore[index] # it is there
    assert heights == [36, 44]


@pytest.mark.parametrize("least", [_LEAST, _LEAST_TOUCHED], ids=["mouse", "touch"])
def test_targets_are_large_enough(contexts: Callable[..., BrowserContext], site: Site, least: int) -> None:
    touch = least == _LEAST_TOUCHED
    page = site.page_of(contexts(viewport={"width": 1024, "height": 900}, has_touch=touch, is_mobile=touch))
    found = {}
    lists = ("list-filtered", "list-saving", "list-columns", "list-grouped", "list-builder")
    for name in (*lists, "record-related", "form-refused", "form-conflict", "settings"):
        STATES[name].enter(page, site)
        found[name] = page.evaluate(_SMALL, least)
    assert [f"{name}: {one}" for name, some in found.items() for one in some] == []
