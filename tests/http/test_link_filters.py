"""Pickers of links offer what the link's filter lets in under the form's present values, and nothing else.

Those of links without a filter begin with what belongs to the form's other links.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.http.conftest import ALL, PASSWORD
from tests.support.bundles import Documents, World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of
from tests.support.databases import database

DOCUMENTS: Documents = {
    "entities/house.json": {
        "fields": {"name": {"type": "text", "label": "Name", "searchable": True}},
    },
    "entities/room.json": {
        "fields": {
            "name": {"type": "text", "label": "Name", "searchable": True},
            "house": {"type": "link", "to": "house", "label": "House"},
        },
    },
    "entities/guest.json": {
        "fields": {
            "name": {"type": "text", "label": "Name", "searchable": True},
            "house": {"type": "link", "to": "house", "label": "House"},
            "hideout": {"type": "link", "to": "house", "label": "Hideout"},
        },
    },
    "entities/booking.json": {
        "fields": {
            "guest": {"type": "link", "to": "guest", "label": "Guest"},
            "name": {"type": "text", "label": "Name"},
            "house": {"type": "link", "to": "house", "label": "House"},
            "secret": {"type": "link", "to": "house", "label": "Secret"},
            "room": {"type": "link", "to": "room", "label": "Room", "filter": "house = $record.house"},
            "vault": {"type": "link", "to": "room", "label": "Vault", "filter": "house = $record.secret"},
            "others": {"type": "links", "to": "room", "label": "Others", "filter": "house = $record.house"},
        },
    },
    "roles/half.json": {
        "grants": {
            "house": ALL,
            "room": ALL,
            "guest": {**ALL, "fields": {"hideout": "none"}},
            "booking": {**ALL, "fields": {"secret": "none"}},
        },
    },
}
PICKER = {"HX-Request": "true"}
NONE = "Nothing you may see matches"


@dataclass(frozen=True, slots=True)
class Houses:
    """Two houses with a room each of one name."""

    world: World
    admin: Client
    browser: Browser
    half: Browser
    first: str
    second: str
    here: str
    there: str

    def offered(self, path: str, browser: Browser | None = None, **asked: str) -> str:
        """What a picker shows."""
        answer = (browser or self.browser).call("GET", f"{path}?{urlencode(asked)}", headers=PICKER)
        assert answer.status == 200
        return unescape(answer.body.decode())

    def send(self, path: str, *form: tuple[str, str], scripted: bool = True) -> Answer:
        """Send a form."""
        body = urlencode([("_csrf", self.browser.csrf), *form]).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **(PICKER if scripted else {})}
        return self.browser.call("POST", path, raw=body, headers=headers)


@pytest.fixture(scope="module")
def houses(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    folder = tmp_path_factory.mktemp("houses")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        for name, role in (("admin", "administrator"), ("half", "half")):
            person = world.person(f"{name}@example.com", role)
            world.services.auth.set_password(str(person.actor.id), PASSWORD)
        app = application(world.services.settings)
        admin = client_of(app, "admin@example.com")
        first, second = (str(admin.create("house", name=name)["id"]) for name in ("First", "Second"))
        here, there = (str(admin.create("room", name="Attic", house=one)["id"]) for one in (first, second))
        browsers = (browser_of(app, f"{name}@example.com", PASSWORD) for name in ("admin", "half"))
        yield Houses(world, admin, *browsers, first, second, here, there)
        world.close()
        app.extensions["armature"].database.close()


@pytest.mark.parametrize("field", ["room", "others"])
def test_only_what_fits_the_form_is_offered(houses: Houses, field: str) -> None:
    path = f"/records/booking/options/{field}"
    for asked in ({}, {"q": "att"}):
        found = houses.offered(path, house=houses.second, **asked)
        assert houses.there in found
        assert houses.here not in found
    assert NONE in houses.offered(path, house=houses.second, q="cellar")


def test_the_plain_page_of_a_picker_is_narrowed_too(houses: Houses) -> None:
    answer = houses.browser.call("GET", f"/records/booking/options/room?house={houses.first}&q=attic")
    found = answer.body.decode()
    assert houses.here in found
    assert houses.there not in found


def test_without_a_value_it_says_what_to_choose_first(houses: Houses) -> None:
    found = houses.offered("/records/booking/options/room")
    assert "First choose: House" in found
    assert houses.here not in found


def test_of_a_stored_record_its_values_count_until_others_are_typed(houses: Houses) -> None:
    made = str(houses.admin.create("booking", name="x", house=houses.first)["id"])
    path = "/records/booking/options/room"
    assert houses.here in houses.offered(path, record=made)
    assert houses.here not in houses.offered(path, record=made, house=houses.second)
    assert houses.here not in houses.offered(path, record=made, house="")


def test_what_one_may_not_read_of_the_record_narrows_to_nothing(houses: Houses) -> None:
    made = str(houses.admin.create("booking", name="x", secret=houses.first)["id"])
    path = "/records/booking/options/vault"
    assert houses.here in houses.offered(path, record=made)
    assert houses.here not in houses.offered(path, houses.half, record=made)


def test_forms_send_along_what_decides(houses: Houses) -> None:
    page = unescape(houses.browser.call("GET", "/records/booking/new").body.decode())
    assert "hx-include=\"#form [name='house'], #form [name^='house.']\"" in page


def test_a_name_typed_without_scripts_means_the_one_that_fits(houses: Houses) -> None:
    form = (("name", "typed"), ("house", houses.second), ("room.text", "Attic"))
    assert houses.send("/records/booking", *form, scripted=False).status == 303
    (made,) = houses.admin.items("records/booking", filter="name = 'typed'")
    assert made["room"] == houses.there


def test_what_no_longer_fits_stays_with_an_error(houses: Houses) -> None:
    made = str(houses.admin.create("booking", name="x", house=houses.first, room=houses.here)["id"])
    typed = (("house", houses.second), ("room", houses.here), ("room.text", "Attic"), ("room.shown", "Attic"))
    said = "Room does not fit the other values any more"
    live = houses.send("/records/booking/resolve", ("_record", made), *typed)
    assert said in unescape(live.body.decode())
    assert f'name="room" value="{houses.here}"' in unescape(live.body.decode())
    page = unescape(houses.browser.call("GET", f"/records/booking/{made}/edit").body.decode())
    seen = page.partition('name="_seen" value="')[2].partition('"')[0]
    refused = houses.send(f"/records/booking/{made}", ("_seen", seen), ("_version", "1"), *typed)
    assert refused.status == 422
    assert said in unescape(refused.body.decode())
    fitting = (("room", houses.there), ("room.text", "Attic"), ("room.shown", "Attic"))
    saved = houses.send(f"/records/booking/{made}", ("_seen", seen), ("_version", "1"), typed[0], *fitting)
    assert saved.status < 400
    assert houses.admin.get(f"records/booking/{made}").json["room"] == houses.there


@pytest.fixture(scope="module")
def guests(houses: Houses) -> dict[str, str]:
    """A guest of each house, one who hides in the first, one of none; where nothing else says, the latest is first."""
    ends = {
        "mia": {"house": houses.first},
        "ned": {"hideout": houses.first},
        "oda": {"house": houses.second},
        "pia": {},
    }
    return {name: str(houses.admin.create("guest", name=f"Guest {name}", **end)["id"]) for name, end in ends.items()}


def _order(page: str, guests: dict[str, str]) -> list[str]:
    return sorted((name for name in guests if guests[name] in page), key=lambda name: page.index(guests[name]))


@pytest.mark.parametrize("sought", ["", "guest"])
def test_without_a_filter_what_belongs_to_the_other_links_comes_first(
    houses: Houses, guests: dict[str, str], sought: str
) -> None:
    path = "/records/booking/options/guest"
    latest = ["mia", "ned", "oda", "pia"] if sought else ["pia", "oda", "ned", "mia"]
    for house, first in (("", []), (houses.first, ["mia", "ned"]), (houses.second, ["oda"])):
        page = houses.offered(path, q=sought, house=house)
        rest = [name for name in latest if name not in first]
        assert _order(page, guests) == [name for name in latest if name in first] + rest
        assert all(page.count(f'data-id="{ident}"') == 1 for ident in guests.values())


def test_a_field_that_one_may_not_read_puts_nobody_first(houses: Houses, guests: dict[str, str]) -> None:
    page = houses.offered("/records/booking/options/guest", houses.half, house=houses.first)
    assert _order(page, guests) == ["mia", "pia", "oda", "ned"]


def test_forms_send_along_what_comes_first(houses: Houses) -> None:
    page = unescape(houses.browser.call("GET", "/records/booking/new").body.decode())
    picker = page.partition('id="f-guest"')[2].partition(">")[0]
    assert "[name='house']" in picker
