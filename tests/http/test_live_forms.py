"""What a form works out while somebody types: defaults that follow links, and formulas, from what they may read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import pytest

from framework.records.parse import list_query
from tests.support.bundles import Documents, World
from tests.support.clients import Browser, application, browser_of

PASSWORD = "correct-horse-battery"
DOCUMENTS: Documents = {
    "entities/product.json": {
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "price": {"type": "decimal", "label": "Price", "scale": 2},
        },
    },
    "entities/line.json": {
        "label": "Line",
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "product": {"type": "link", "to": "product", "label": "Product"},
            "price": {"type": "decimal", "label": "Price", "scale": 2, "default": {"expression": "product.price"}},
            "due_on": {"type": "date", "label": "Due on", "default": {"expression": "today()"}},
            "pieces": {"type": "integer", "label": "Pieces"},
            "total": {"type": "formula", "result": "decimal", "label": "Total", "formula": "price * pieces"},
            "far": {"type": "formula", "result": "decimal", "label": "Far", "formula": "product.price + 0"},
        },
    },
    "screens/line_form.json": {
        "kind": "form",
        "entity": "line",
        "label": "Line",
        "sections": {
            "all": {"label": "Line", "fields": ["name", "product", "price", "due_on", "pieces", "total", "far"]}
        },
    },
    "roles/clerk.json": {
        "label": "Clerk",
        "grants": {
            "product": {"read": "own"},
            "line": {"read": "all", "create": True, "update": "all"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A clerk's browser, with a product that the clerk sees and one that the clerk does not."""

    clerk: Browser
    world: World
    seen: str
    unseen: str


@pytest.fixture
def desk(world_of: Callable[[Documents], World]) -> Desk:
    world = world_of(DOCUMENTS)
    known, clerk = world.services, world.person("clerk@example.com", "clerk")
    known.auth.set_password(str(clerk.actor.id), PASSWORD)
    admin = world.context()
    seen = known.door.create(admin, "product", {"name": "Pump", "price": "12.50", "owner": clerk.actor.id}).id
    unseen = known.door.create(admin, "product", {"name": "Secret", "price": "98765.43"}).id
    browser = browser_of(application(known.settings), "clerk@example.com", PASSWORD)
    return Desk(browser, world, seen, unseen)


def inputs(page: str) -> dict[str, str]:
    """The inputs of the form by name, as a browser would send them."""
    found = re.findall(r"<input[^>]*\bname=\"([^\"]+)\"[^>]*>", page)
    values = (re.search(rf'<input[^>]*\bname="{re.escape(name)}"[^>]*>', page) for name in found)
    return {
        name: unescape(value[1]) if (value := re.search(r'\bvalue="([^"]*)"', tag[0])) else ""
        for name, tag in zip(found, values, strict=True)
        if tag
    }


def shown(page: str, name: str) -> str:
    """What stands in a field that is only shown."""
    found = re.search(rf'id="f-{name}">(.*?)</div>', page, re.DOTALL)
    assert found, f"{name} is not there"
    return re.sub(r"<[^>]*>", "", found[1]).strip()


def resolved(desk: Desk, typed: dict[str, str]) -> str:
    return sent(desk, "/records/line/resolve", typed)


def sent(desk: Desk, path: str, typed: dict[str, str], status: int = 200) -> str:
    body = urlencode({**typed, "_csrf": desk.clerk.csrf}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = desk.clerk.call("POST", path, raw=body, headers=headers)
    assert answer.status == status, answer.body
    return answer.body.decode()


def fresh(desk: Desk) -> dict[str, str]:
    page = desk.clerk.get("/records/line/new").body.decode()
    return {name: text for name, text in inputs(page).items() if name != "q"}


def test_a_new_form_shows_what_will_be_there_by_itself(desk: Desk) -> None:
    typed = fresh(desk)
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", typed["due_on"])
    assert typed["price"] == ""


def test_a_default_follows_the_link_until_somebody_types_over_it(desk: Desk) -> None:
    first = inputs(resolved(desk, {**fresh(desk), "product": desk.seen}))
    assert first["price"] == "12.50"
    assert inputs(resolved(desk, {**first, "product": ""}))["price"] == ""
    own = inputs(resolved(desk, {**first, "price": "11.00"}))
    assert own["price"] == "11.00"
    assert inputs(resolved(desk, {**own, "product": ""}))["price"] == "11.00"


def test_formulas_show_what_is_typed(desk: Desk) -> None:
    page = resolved(desk, {**fresh(desk), "product": desk.seen, "pieces": "4"})
    assert shown(page, "total") == "50.00"


def test_what_was_shown_is_what_is_stored(desk: Desk) -> None:
    typed = inputs(resolved(desk, {**fresh(desk), "product": desk.seen, "name": "A", "pieces": "2"}))
    sent(desk, "/records/line", typed, 303)
    door, admin = desk.world.services.door, desk.world.context()
    (line,) = door.find(admin, list_query("line", [])).records
    assert (str(line.values["price"]), f"{line.values['due_on']:%d/%m/%Y}") == ("12.50", typed["due_on"])


def test_nothing_of_a_record_that_one_may_not_see_is_worked_out(desk: Desk) -> None:
    page = resolved(desk, {**fresh(desk), "product": desk.unseen, "pieces": "1"})
    assert "98765" not in page.replace(",", "")
    assert inputs(page)["price"] == ""
    # A formula that shows itself on some rows only waits until it is known whether this is one of them.
    assert 'id="f-far"' not in page


def test_an_edited_record_shows_formulas_of_what_is_typed(desk: Desk) -> None:
    door, admin = desk.world.services.door, desk.world.context()
    ident = door.create(admin, "line", {"name": "A", "product": desk.seen, "pieces": 2}).id
    page = desk.clerk.get(f"/records/line/{ident}/edit").body.decode()
    assert shown(page, "total") == "25.00"
    typed = {name: text for name, text in inputs(page).items() if name != "q"}
    assert shown(resolved(desk, {**typed, "pieces": "3"}), "total") == "37.50"
