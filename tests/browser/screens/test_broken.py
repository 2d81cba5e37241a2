"""Broken on purpose: whatever fails while a form is filled, nothing that was typed is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.site import PASSWORD, Site, ways
from tests.browser.states import save
from tests.browser.trial import TRIAL, VISIT, write

TYPED = "Typed with care"


@pytest.fixture
def visits(site: Site, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Publishes the entity of site visits with other fields, while pages stay open."""

    def publish(**fields: Any) -> None:
        kept = {name: field for name, field in {**VISIT["fields"], **fields}.items() if field is not None}
        documents = {**TRIAL, "entities/visit": {**VISIT, "fields": kept}}
        site.installation.run(
            "apply", str(write(tmp_path / uuid4().hex, documents)), "--message", "Change visits", "--yes"
        )

    yield publish
    publish()


@pytest.fixture
def form(admin: Page) -> Page:
    """A form that somebody began to fill."""
    admin.goto("/records/visit/new")
    admin.locator("#f-subject").fill(TYPED)
    return admin


def saved(page: Page, title: str = TYPED) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".record")).to_be_visible()


def test_no_network(form: Page) -> None:
    form.context.set_offline(True)
    save(form)
    notice = form.locator("#notices")
    expect(notice).to_contain_text("The server cannot be reached.")
    expect(form.locator("#f-subject")).to_have_value(TYPED)
    form.context.set_offline(False)
    notice.get_by_role("button", name="Retry").click()
    saved(form)


def test_no_answer_in_time(form: Page) -> None:
    held: list[Route] = []
    form.route("**/records/visit", lambda route: held.append(route))  # noqa: PLW0108 - a method takes no marks
    form.evaluate("htmx.config.timeout = 300")
    save(form)
    notice = form.locator("#notices")
    expect(notice).to_contain_text("The server took over 20 seconds.")
    expect(form.locator("#f-subject")).to_have_value(TYPED)
    form.evaluate("htmx.config.timeout = 20000")
    form.unroute("**/records/visit")
    notice.get_by_role("button", name="Retry").click()
    saved(form)


def test_a_failure_inside(form: Page, site: Site) -> None:
    with site.broken("visit"):
        save(form)
        notice = form.locator("#notices")
        expect(notice).to_contain_text("Error number")
        expect(form.locator("#f-subject")).to_have_value(TYPED)
    save(form)
    saved(form)


def test_what_a_retry_sent_twice_is_stored_once(form: Page) -> None:
    """The first request arrived; only its answer did not."""
    form.route("**/records/visit", lambda route: (route.fetch(max_redirects=0), route.abort())[1])
    title = f"{TYPED} {uuid4().hex[:6]}"
    form.locator("#f-subject").fill(title)
    save(form)
    expect(form.locator("#notices")).to_contain_text("The server cannot be reached.")
    form.unroute("**/records/visit")
    form.locator("#notices").get_by_role("button", name="Retry").click()
    saved(form, title)
    form.goto(f"/records/visit?filter[subject][eq]={title}")
    expect(form.locator("tbody tr")).to_have_count(1)


def test_a_double_click_saves_once(form: Page) -> None:
    title = f"{TYPED} {uuid4().hex[:6]}"
    form.locator("#f-subject").fill(title)
    form.locator("[data-main]").dblclick()
    saved(form, title)
    form.goto(f"/records/visit?filter[subject][eq]={title}")
    expect(form.locator("tbody tr")).to_have_count(1)


def test_the_session_ends_and_the_password_is_mistyped_first(form: Page) -> None:
    form.context.clear_cookies(name="armature_session")
    save(form)
    sheet = form.get_by_role("dialog", name="Sign in again")
    sheet.get_by_label("E-mail").fill("admin@example.com")
    sheet.locator("#password").fill("mistyped, sorry")
    sheet.get_by_role("button", name="Sign in").click()
    expect(sheet.locator("#problem")).to_be_focused()
    sheet.locator("#password").fill(PASSWORD)
    sheet.get_by_role("button", name="Sign in").click()
    saved(form)


def test_the_session_ends_where_scripts_are_off(plain: Page) -> None:
    plain.goto("/records/visit/new")
    plain.locator("#f-subject").fill(TYPED)
    plain.context.clear_cookies(name="armature_session")
    save(plain)
    for password in ("mistyped, sorry", PASSWORD):
        plain.locator("#email").fill("admin@example.com")
        plain.locator("#password").fill(password)
        plain.get_by_role("button", name="Sign in").click()
    plain.get_by_role("button", name="Send it now").click()
    saved(plain)


def test_a_field_is_added_meanwhile(form: Page, visits: Callable[..., None]) -> None:
    visits(reason={"type": "text", "label": "Reason", "required": True, "max_length": 80})
    expect(form.locator("#newer")).to_be_hidden()
    save(form)
    expect(form.locator("#newer")).to_be_visible()
    expect(form.locator("#newer")).to_contain_text("was changed while this page was open")
    expect(form.locator("#summary")).to_contain_text("Reason is missing")
    expect(form.locator("#f-subject")).to_have_value(TYPED)
    form.locator("#f-reason").fill("Asked for by the customer")
    save(form)
    saved(form)


@pytest.mark.parametrize("name", ways("admin", 1))
def test_a_field_is_taken_away_meanwhile(
    request: pytest.FixtureRequest, name: str, visits: Callable[..., None]
) -> None:
    page: Page = request.getfixturevalue(name)
    page.goto("/records/visit/new")
    page.locator("#f-subject").fill(TYPED)
    page.locator("#f-purpose").fill("To look at the old pumps")
    visits(purpose=None)
    save(page)
    expect(page.locator("#summary")).to_contain_text("has no place any more for: purpose")
    expect(page.locator(".unplaced")).to_contain_text("To look at the old pumps")
    expect(page.locator("#f-subject")).to_have_value(TYPED)
    save(page)
    saved(page)


def test_a_field_taken_away_untouched_stands_in_nobodys_way(admin: Page, visits: Callable[..., None]) -> None:
    admin.goto("/records/visit/new")
    admin.locator("#f-subject").fill(TYPED)
    admin.locator("#f-purpose").fill("To look at the old pumps")
    save(admin)
    saved(admin)
    admin.goto(f"{admin.url.partition('?')[0]}/edit")
    visits(purpose=None)
    admin.locator("#f-subject").fill(f"{TYPED} again")
    save(admin)
    saved(admin, f"{TYPED} again")


def test_the_right_to_change_is_taken_away_meanwhile(contexts: Callable[..., BrowserContext], site: Site) -> None:
    """Refused for good: what was typed stays in the form, to be copied."""
    page = site.page_of(contexts(), "rep@example.com")
    page.goto("/records/account/new")
    page.locator("#f-name").fill(TYPED)
    save(page)
    saved(page)
    page.goto(f"{page.url.partition('?')[0]}/edit")
    page.locator("#f-street").fill("Kept Street 7")
    site.installation.run("user", "roles", "rep@example.com", "--remove", "sales_rep")
    try:
        save(page)
        expect(page.locator("#notices, #summary").filter(has_text="no")).not_to_have_count(0)
        expect(page.locator("#f-street")).to_have_value("Kept Street 7")
    finally:
        site.installation.run("user", "roles", "rep@example.com", "--add", "sales_rep")
