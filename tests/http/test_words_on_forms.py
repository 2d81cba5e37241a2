"""Switching the language with a form open: what was typed in the one stays what it was in the other."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest

from framework.records.parse import list_query
from tests.support.bundles import Documents, World
from tests.support.clients import Browser, application, browser_of
from ui.forms.controls import mark_of, marks_of

PASSWORD = "correct-horse-battery"
DOCUMENTS: Documents = {
    "entities/offer.json": {
        "label": "Offer",
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "price": {"type": "decimal", "label": "Price", "scale": 2},
            "cost": {"type": "decimal", "label": "Cost", "scale": 2},
            "due_on": {"type": "date", "label": "Due on"},
        },
    },
    "roles/clerk.json": {
        "label": "Clerk",
        "grants": {"offer": {"read": "all", "create": True, "update": "all"}},
    },
}


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    return world_of(DOCUMENTS)


@pytest.fixture
def clerk(world: World) -> Callable[[str], Browser]:
    person = world.person("clerk@example.com", "clerk")
    world.services.auth.set_password(str(person.actor.id), PASSWORD)
    browser = browser_of(application(world.services.settings), "clerk@example.com", PASSWORD)
    return lambda locale: replace(
        browser, headers={**browser.headers, "Cookie": f"{browser.headers['Cookie']}; language={locale}"}
    )


def inputs(page: str) -> dict[str, str]:
    form = page[page.index('id="form"') :] if 'id="form"' in page else page
    tags = re.findall(r"<input[^>]*\bname=\"[^\"]+\"[^>]*>", form)
    pairs = ((re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)) for tag in tags)
    return {name[1]: unescape(value[1]) if value else "" for name, value in pairs if name}


def send(who: Browser, path: str, typed: dict[str, str], status: int = 200) -> str:
    body = urlencode({**typed, "_csrf": who.csrf}).encode()
    answer = who.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == status, answer.body
    return answer.body.decode()


def test_numbers_and_days_typed_in_german_are_saved_in_english(world: World, clerk: Callable[[str], Browser]) -> None:
    typed = inputs(clerk("de").get("/records/offer/new").body.decode())
    typed |= {"name": "A", "price": "1.234,50", "due_on": "02.03.2026"}
    send(clerk("en"), "/records/offer", typed, 303)
    (offer,) = world.services.door.find(world.context(), list_query("offer", [])).records
    assert (str(offer.values["price"]), str(offer.values["due_on"])) == ("1234.50", "2026-03-02")


def test_a_form_drawn_anew_goes_on_in_the_other_language(clerk: Callable[[str], Browser]) -> None:
    typed = inputs(clerk("de").get("/records/offer/new").body.decode())
    assert typed["_language"] == "de"
    typed |= {"price": "1.234,50", "due_on": "02.03.2026", "cost": "viel"}
    drawn = inputs(send(clerk("en"), "/records/offer/resolve", {**typed, "_full": "1"}))
    assert (drawn["_language"], drawn["price"], drawn["due_on"]) == ("en", "1,234.50", "02/03/2026")
    assert drawn["cost"] == "viel"


def test_what_nobody_touched_stays_untouched(world: World, clerk: Callable[[str], Browser]) -> None:
    made = world.services.door.create(world.context(), "offer", {"name": "A", "price": "1234.50"})
    form = inputs(clerk("de").get(f"/records/offer/{made.id}/edit").body.decode())
    assert form["price"] == "1.234,50"
    drawn = inputs(send(clerk("en"), "/records/offer/resolve", {**form, "_record": made.id, "_full": "1", "name": "B"}))
    assert drawn["price"] == "1,234.50"
    marks = marks_of(drawn["_seen"])
    assert marks["price"] == mark_of(drawn, ["price"])
    assert marks["name"] != mark_of(drawn, ["name"])


def test_a_language_that_there_is_not_is_passed_over(clerk: Callable[[str], Browser]) -> None:
    typed = inputs(clerk("en").get("/records/offer/new").body.decode())
    drawn = inputs(send(clerk("en"), "/records/offer/resolve", {**typed, "_language": "zz_../", "price": "7.5"}))
    assert (drawn["_language"], drawn["price"]) == ("en", "7.5")
