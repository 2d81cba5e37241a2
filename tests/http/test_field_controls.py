"""Controls and cells of single field types on pages, as a browser without scripts sends and gets them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.support.bundles import Documents, World, published
from tests.support.clients import Answer, Browser, application, browser_of
from tests.support.databases import database

PASSWORD = "correct-horse-battery"
DOCUMENTS: Documents = {
    "entities/visit.json": {
        "title": "name",
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "begins": {"type": "time", "label": "Begins", "min": "08:00", "max": "09:30", "minute_step": 45},
            "lasted": {"type": "duration", "label": "Lasted"},
            "shade": {"type": "color", "label": "Shade"},
            "stars": {"type": "rating", "label": "Stars", "max": 3},
            "ean": {"type": "barcode", "label": "EAN", "format": "ean13"},
            "country": {"type": "country", "label": "Country", "only": ["CH", "AT", "DE"]},
            "tongue": {"type": "language", "label": "Language"},
            "zone": {"type": "time_zone", "label": "Zone"},
            "payload": {"type": "json", "label": "Payload"},
        },
    },
    "screens/visit_list.json": {
        "kind": "list",
        "entity": "visit",
        "columns": [
            {"field": "begins", "footer": "min"},
            {"field": "lasted", "footer": "sum"},
            "shade",
            {"field": "stars", "footer": "avg"},
            "ean",
            "country",
            "zone",
            "payload",
        ],
    },
}
TYPED = {
    "begins": "9:15 am",
    "lasted": "1h 30m",
    "shade": "1F6FEB",
    "stars": "2",
    "ean": "4 006381 333931",
    "country": "AT",
    "tongue": "de-AT",
    "zone": "Europe/Zurich",
    "payload": '{"b": [1], "a": "<i>"}',
}
MEANT = {
    "begins": "09:15",
    "lasted": "PT1H30M",
    "shade": "#1f6feb",
    "stars": 2,
    "ean": "4006381333931",
    "country": "AT",
    "tongue": "de-AT",
    "zone": "Europe/Zurich",
    "payload": {"a": "<i>", "b": [1]},
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A browser of an administrator's, and the world behind it."""

    world: World
    browser: Browser

    def page(self, path: str, language: str = "en") -> str:
        """A page in a language, with its signs as they are read."""
        cookie = f"{self.browser.headers['Cookie']}; language={language}"
        return unescape(self.browser.call("GET", path, headers={"Cookie": cookie}).body.decode())

    def send(self, path: str, **form: str) -> Answer:
        """Send a form."""
        body = urlencode({"_csrf": self.browser.csrf, **form}).encode()
        return self.browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    def made(self, **form: str) -> str:
        """The id of a record made by the form."""
        answer = self.send("/records/visit", **form)
        assert answer.status == 303, answer.body.decode()
        return answer.headers["location"].rpartition("/")[2].partition("?")[0]

    def wire(self, ident: str) -> dict[str, Any]:
        """A record as the API gives it."""
        found: dict[str, Any] = self.browser.get(f"records/visit/{ident}").json
        return found


@pytest.fixture(scope="module")
def desk(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("visits")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        admin = world.person("admin@example.com", "administrator")
        world.services.auth.set_password(str(admin.actor.id), PASSWORD)
        app = application(world.services.settings)
        yield Desk(world, browser_of(app, "admin@example.com", PASSWORD))
        world.close()
        app.extensions["armature"].database.close()


def tags(page: str, name: str) -> list[str]:
    """The inputs of a name."""
    return re.findall(rf'<input[^>]*\bname="{name}"[^>]*>', page)


def options(page: str, name: str) -> list[str]:
    """The labels of a select."""
    found = re.search(rf'<select[^>]*\bname="{name}".*?</select>', page, re.DOTALL)
    assert found
    return re.findall(r"<option[^>]*>([^<]*)</option>", found[0])


def test_what_is_typed_into_the_controls_is_what_it_means(desk: Desk) -> None:
    ident = desk.made(name="Typed", **TYPED)
    assert {name: desk.wire(ident)[name] for name in MEANT} == MEANT


def test_a_form_that_nobody_touched_writes_nothing_and_an_emptied_one_clears(desk: Desk) -> None:
    ident = desk.made(name="Kept", **TYPED)
    page = desk.page(f"/records/visit/{ident}/edit")
    hidden = dict(re.findall(r'<input type="hidden" name="(_[^"]+)" value="([^"]*)"', page))
    shown = {
        "begins": "09:15",
        "lasted": "1h 30m",
        "shade": "#1f6feb",
        "payload": '{\r\n  "a": "<i>",\r\n  "b": [\r\n    1\r\n  ]\r\n}',
    }
    kept = {name: TYPED[name] for name in ("stars", "country", "tongue", "zone")}
    same = {"name": "Kept", "ean": "4006381333931", **kept, **shown}
    assert desk.send(f"/records/visit/{ident}", **{**same, **hidden}).status == 303
    assert desk.wire(ident)["version"] == 1
    blank = dict.fromkeys(TYPED, "")
    assert desk.send(f"/records/visit/{ident}", **{"name": "Kept", **blank, **hidden}).status == 303
    assert [desk.wire(ident)[name] for name in MEANT] == [None] * len(MEANT)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("begins", "soon", "This is no time. Example: 16:30"),
        ("begins", "7:00", "Not before 08:00"),
        ("lasted", "soon", "This is no duration. Examples: 1h 30m, 1:30"),
        ("shade", "reddish", "“reddish” is no colour"),
        ("stars", "4", "Not more than 3"),
        ("ean", "4006381333932", "The check digit is wrong, so a digit was mistaken"),
        ("country", "FR", "“FR” is not offered here"),
        ("tongue", "Klingonish", "“Klingonish” is no language that is known here"),
        ("zone", "Mars/Base", "“Mars/Base” is no time zone"),
        ("payload", '{"a": 1,}', "Line 1, column 9: a key in double quotes is missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_control(desk: Desk, name: str, text: str, words: str) -> None:
    answer = desk.send("/records/visit", name="Wrong", **{name: text})
    page = unescape(answer.body.decode()).replace("\u00a0", " ")
    assert answer.status == 422
    assert re.search(rf'id="f-{name}-error">.*?<span>([^<]*)</span>', page, re.DOTALL)[1] == words  # type: ignore[index]
    assert f'href="#f-{name}"' in page
    assert f'id="f-{name}"' in page


def test_times_are_suggested_between_their_limits(desk: Desk) -> None:
    page = desk.page("/records/visit/new")
    suggested = re.search(r'<datalist id="f-begins-list">(.*?)</datalist>', page, re.DOTALL)
    assert suggested
    assert re.findall(r"<option>([^<]*)</option>", suggested[1]) == ["08:00", "08:45", "09:30"]


def test_stars_are_radio_buttons_with_words_and_none(desk: Desk) -> None:
    page = desk.page(f"/records/visit/{desk.made(name='Starred', stars='2')}/edit")
    buttons = tags(page, "stars")
    assert [re.search(r'value="([^"]*)"', one)[1] for one in buttons] == ["1", "2", "3", ""]  # type: ignore[index]
    assert ["checked" in one for one in buttons] == [False, True, False, False]
    assert re.findall(r'<span class="vh">(\d of 3 stars)</span>', page) == [
        "1 of 3 stars",
        "2 of 3 stars",
        "3 of 3 stars",
    ]


def test_names_stand_in_the_reader_s_language_and_order(desk: Desk) -> None:
    assert options(desk.page("/records/visit/new"), "country") == ["None", "Austria", "Germany", "Switzerland"]
    assert options(desk.page("/records/visit/new", "de"), "country")[1:] == ["Deutschland", "Österreich", "Schweiz"]
    languages = options(desk.page("/records/visit/new", "de"), "tongue")[1:]
    assert languages.index("Österreichisches Deutsch") < languages.index("Polnisch")


def test_a_code_that_is_no_longer_offered_stays_in_its_control(desk: Desk) -> None:
    context, door = desk.world.context(), desk.world.services.door
    ident = desk.made(name="Moved", country="DE")
    narrowed = {**DOCUMENTS["entities/visit.json"]["fields"], "country": {"type": "country", "only": ["CH"]}}
    desk.world.publish({**DOCUMENTS, "entities/visit.json": {**DOCUMENTS["entities/visit.json"], "fields": narrowed}})
    try:
        assert options(desk.page(f"/records/visit/{ident}/edit"), "country") == ["None", "Switzerland", "Germany"]
        assert options(desk.page("/records/visit/new"), "country") == ["None", "Switzerland"]
        kept = door.update(desk.world.context(), "visit", ident, {"country": "DE", "name": "Moved on"}, None)
        assert kept.values["country"] == "DE"
    finally:
        desk.world.publish(DOCUMENTS)
    assert context.snapshot is not desk.world.context().snapshot


def test_cells_and_figures_are_written_for_the_reader(desk: Desk) -> None:
    ident = desk.made(name="Celled", **{**TYPED, "lasted": "0:45"})
    listed = desk.page("/records/visit?filter[name][eq]=Celled", "de").replace("\u00a0", " ")
    assert '<time class="amount" datetime="PT45M">45 Min.</time>' in listed
    assert 'fill="#1f6feb"' in listed
    assert '<span class="vh">2 von 3 Sternen</span>' in listed
    assert "Österreich" in listed
    assert "Zürich (Schweiz)" in listed
    assert '{"a":"<i>","b":[1]}' in listed
    figures = desk.page("/records/visit/count?filter[name][eq]=Celled", "de").replace("\u00a0", " ")
    assert re.findall(r">(09:15|45 Min\.|2)<", figures) == ["09:15", "45 Min.", "2"]
    record = desk.page(f"/records/visit/{ident}")
    assert '<pre class="code" dir="ltr" tabindex="0">{\n  "a": "<i>",' in record


@pytest.mark.parametrize(
    ("name", "operator", "text", "condition"),
    [
        ("begins", "lt", "2:30 pm", "begins < '14:30'"),
        ("lasted", "gt", "90 min", "lasted > 'PT1H30M'"),
        ("shade", "eq", "ABC", "shade = '#aabbcc'"),
        ("stars", "ge", "2", "stars >= 2"),
        ("ean", "eq", "4 006381 333931", "ean = '4006381333931'"),
        ("ean", "contains", "4006", "contains(ean, '4006')"),
        ("country", "eq", "AT", "country = 'AT'"),
        ("payload", "not_blank", "", "not is_blank(payload)"),
    ],
)
def test_the_filter_builder_says_values_as_they_are_kept(
    desk: Desk, name: str, operator: str, text: str, condition: str
) -> None:
    row = {"c0.0.field": name, "c0.0.op": operator, **({"c0.0.value": text} if text else {})}
    answer = desk.browser.get("/records/visit/filter", join="and", do="apply", **row)
    assert answer.status == 303, answer.body.decode()
    address = answer.headers["location"]
    assert dict(parse_qsl(urlsplit(address).query))["filter"] == condition
    assert desk.browser.call("GET", address).status == 200


def test_the_filter_builder_offers_names_where_values_have_some(desk: Desk) -> None:
    page = desk.page("/records/visit/filter?join=and&c0.0.field=country&c0.0.op=eq&c0.0.value=AT", "de")
    assert options(page, re.escape("c0.0.value")) == ["Deutschland", "Österreich", "Schweiz"]
    listed = desk.page("/records/visit?filter[country][eq]=AT", "de")
    assert re.search(r"Country.*?Österreich", listed, re.DOTALL)
