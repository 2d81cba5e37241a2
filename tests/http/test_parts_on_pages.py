"""Names, addresses, locations and rich text on pages and over the API, as a browser without scripts sends them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.support.bundles import Documents, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of
from tests.support.databases import database

PASSWORD = "correct-horse-battery"
DOCUMENTS: Documents = {
    "site.json": {"name": "Parts", "currency": "CHF"},
    "entities/person.json": {
        "title": "name",
        "fields": {
            "name": {"type": "person_name", "label": "Name", "parts": ["prefix", "first", "last"], "required": True},
            "home": {"type": "address", "label": "Home", "country": "AT"},
            "place": {"type": "location", "label": "Place"},
            "notes": {"type": "rich_text", "label": "Notes"},
            "price": {"type": "money", "label": "Price", "default": 5},
        },
    },
    "screens/person_list.json": {
        "kind": "list",
        "entity": "person",
        "columns": ["home.city", "home.country", "home", "place", "notes", "price.currency"],
    },
}
TYPED = {
    "name.prefix": "Dr.",
    "name.first": "Ann",
    "name.last": "Clark",
    "home.street": "Ring 1\r\nStiege 2",
    "home.postal_code": "1010",
    "home.city": "Wien",
    "home.region": "",
    "home.country": "AT",
    "place": "48° 12' 30\" N 16° 22' 26\" E",
    "notes": "Hello **world** <img src=x onerror=alert(1)>",
    "price.amount": "12.50",
    "price.currency": "EUR",
}
MEANT: dict[str, Any] = {
    "name": {"prefix": "Dr.", "first": "Ann", "last": "Clark"},
    "home": {"street": "Ring 1\nStiege 2", "postal_code": "1010", "city": "Wien", "region": None, "country": "AT"},
    "place": {"lat": "48.208333", "lon": "16.373889"},
    "notes": "<p>Hello <strong>world</strong> &lt;img src=x onerror=alert(1)&gt;</p>",
    "price": {"amount": "12.50", "currency": "EUR"},
}


@dataclass(frozen=True, slots=True)
class Desk:
    """An administrator's browser and API client."""

    api: Client
    browser: Browser

    def page(self, path: str, language: str = "en") -> str:
        """A page in a language."""
        cookie = f"{self.browser.headers['Cookie']}; language={language}"
        return self.browser.call("GET", path, headers={"Cookie": cookie}).body.decode()

    def send(self, path: str, **form: str) -> Answer:
        """Send a form."""
        body = urlencode({"_csrf": self.browser.csrf, **form}).encode()
        return self.browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    def made(self, **form: str) -> str:
        """The id of a record made by the form."""
        answer = self.send("/records/person", **form)
        assert answer.status == 303, answer.body.decode()
        return answer.headers["location"].rpartition("/")[2].partition("?")[0]

    def wire(self, ident: str) -> dict[str, Any]:
        """A record with all its fields as the API gives it."""
        found: dict[str, Any] = self.api.get(f"records/person/{ident}", fields=",".join(MEANT)).json
        return found


@pytest.fixture(scope="module")
def desk(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("people")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        admin = world.person("admin@example.com", "administrator")
        world.services.auth.set_password(str(admin.actor.id), PASSWORD)
        app = application(world.services.settings)
        yield Desk(client_of(app, "admin@example.com"), browser_of(app, "admin@example.com", PASSWORD))
        world.close()
        app.extensions["armature"].database.close()


def inputs(page: str) -> dict[str, str]:
    """All that the form would send untouched."""
    found = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input[^>]*?\bname="([^"]+)"[^>]*?\bvalue="([^"]*)"', page)
    }
    found |= {
        unescape(name): unescape(value)
        for value, name in re.findall(r'<input[^>]*?\bvalue="([^"]*)"[^>]*?\bname="([^"]+)"', page)
    }
    for name, text in re.findall(r'<textarea[^>]*?\bname="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page):
        found[name] = unescape(text).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]*?\bname="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r"<option([^>]*) selected>([^<]*)", options)
        value = re.search(r'value="([^"]*)"', chosen[1]) if chosen else None
        found[name] = value[1] if value else chosen[2] if chosen else ""
    return {name: text for name, text in found.items() if name != "q"}


def test_what_is_typed_into_the_inputs_is_what_it_means(desk: Desk) -> None:
    ident = desk.made(**TYPED)
    assert {name: desk.wire(ident)[name] for name in MEANT} == MEANT


def test_a_form_that_nobody_touched_writes_nothing(desk: Desk) -> None:
    ident = desk.made(**TYPED)
    form = inputs(desk.page(f"/records/person/{ident}/edit"))
    assert {name: form[name] for name in TYPED} == {
        **TYPED,
        "place": "48.208333, 16.373889",
        "notes": "Hello **world** \\<img src=x onerror=alert(1)\\>",
    }
    assert desk.send(f"/records/person/{ident}", **form).status == 303
    assert desk.api.get(f"records/person/{ident}").etag == '"1"'


def test_one_part_alone_is_changed_and_emptied_parts_are_blank(desk: Desk) -> None:
    ident = desk.made(**TYPED)
    form = inputs(desk.page(f"/records/person/{ident}/edit"))
    emptied = {"home.street": "", "home.postal_code": "", "home.city": "", "notes": "", "place": " "}
    assert desk.send(f"/records/person/{ident}", **{**form, "name.last": "Miller", **emptied}).status == 303
    found = desk.wire(ident)
    assert found["name"] == {"prefix": "Dr.", "first": "Ann", "last": "Miller"}
    assert (found["home"], found["place"], found["notes"]) == (None, None, None)


def test_parts_that_are_not_sent_stay(desk: Desk) -> None:
    ident = desk.made(**TYPED)
    sent = {"_version": "1", "home.city": "Graz", "name.prefix": "", "price.currency": "USD"}
    assert desk.send(f"/records/person/{ident}", **sent).status == 303
    found = desk.wire(ident)
    assert found["home"] == {**MEANT["home"], "city": "Graz"}
    assert found["name"] == {"prefix": None, "first": "Ann", "last": "Clark"}
    assert found["price"] == {"amount": "12.50", "currency": "USD"}


def test_a_new_form_offers_defaults_and_a_country_that_makes_no_address(desk: Desk) -> None:
    form = inputs(desk.page("/records/person/new"))
    assert (form["home.country"], form["price.amount"], form["price.currency"]) == ("AT", "5.00", "CHF")
    ident = desk.made(**{**form, "name.first": "Bob"})
    found = desk.wire(ident)
    assert (found["home"], found["price"]) == (None, {"amount": "5.00", "currency": "CHF"})


def test_what_is_wrong_is_told_at_the_group_and_typed_parts_stay(desk: Desk) -> None:
    answer = desk.send("/records/person", **{**TYPED, "home.street": "1\n2\n3"})
    page = answer.body.decode()
    assert answer.status == 422
    assert "A street has two lines at most" in page
    assert 'aria-describedby="f-home-error"' in page
    assert inputs(page)["name.first"] == "Ann"
    lost = desk.send("/records/person", **{**TYPED, "place": "nowhere"})
    assert "“nowhere” is no location" in lost.body.decode()
    missing = desk.send("/records/person", **{**TYPED, "name.prefix": "", "name.first": "", "name.last": ""})
    assert missing.status == 422
    assert 'href="#f-name"' in missing.body.decode()


def test_inputs_have_labels_a_legend_and_what_browsers_fill_in(desk: Desk) -> None:
    page = desk.page("/records/person/new")
    assert re.search(r"<legend[^>]*>Home</legend>", page)
    for name, words in (("name.first", "given-name"), ("home.postal_code", "postal-code"), ("home.country", "country")):
        tag = re.search(rf'<(?:input|select)[^>]*\bname="{re.escape(name)}"[^>]*>', page)
        assert tag
        assert f'autocomplete="{words}"' in tag[0]
        ident = re.search(r'\bid="([^"]+)"', tag[0])
        assert ident
        assert f'<label for="{ident[1]}">' in page


def test_pages_show_what_is_stored_and_nothing_that_could_run(desk: Desk) -> None:
    ident = desk.made(**TYPED)
    page = desk.page(f"/records/person/{ident}")
    assert "<h1" in page
    assert "Dr. Ann Clark" in page
    assert "Ring 1<br>Stiege 2<br>1010 Wien<br>Austria" in page
    assert 'href="https://www.openstreetmap.org/?mlat=48.208333&amp;mlon=16.373889#map=15/48.208333/16.373889"' in page
    assert "<p>Hello <strong>world</strong> &lt;img src=x onerror=alert(1)&gt;</p>" in page
    assert "Österreich" in desk.page(f"/records/person/{ident}", "de")


def test_a_list_shows_parts_and_sorts_by_them(desk: Desk) -> None:
    desk.made(**TYPED)
    desk.made(**{**TYPED, "name.last": "Young", "home.city": "Graz"})
    page = desk.page("/records/person?sort=home.city")
    assert "Home: City" in page
    assert page.index("Graz") < page.index("Wien")
    assert 'aria-sort="ascending"' in page
    assert "sort=-home.city" in page
    assert "Hello world &lt;img" in page
    assert "<strong>world" not in page


def test_history_tells_values_in_words(desk: Desk) -> None:
    ident = desk.made(**TYPED)
    changed = {"home": {"city": "Graz"}, "notes": "<h2>New</h2><p>words</p>", "name": {"first": "Jo"}}
    assert desk.api.patch(f"records/person/{ident}", changed, "*").status == 200
    page = desk.page(f"/records/person/{ident}/history")
    for words in ("1010 Graz<br>Austria", "1010 Wien<br>Austria", "Dr. Jo Clark", "Dr. Ann Clark", "<h2>New</h2>"):
        assert words in page
    assert "<img src=x" not in page


def test_the_api_leaves_rich_text_out_and_merges_parts(desk: Desk) -> None:
    made = desk.api.create("person", name={"last": "Solo"}, notes="<p onclick=x>hi<script>y</script></p>")
    assert "notes" not in desk.api.get(f"records/person/{made['id']}").json
    assert desk.wire(made["id"])["notes"] == "<p>hi</p>"
    answer = desk.api.patch(f"records/person/{made['id']}", {"name": {"first": "Han"}}, "*")
    assert answer.json["name"] == {"prefix": None, "first": "Han", "last": "Solo"}
    found = desk.api.items("records/person", filter="name.last = 'Solo' and is_blank(home.city)", sort="-name.first")
    assert [one["id"] for one in found] == [made["id"]]
    refused = desk.api.patch(f"records/person/{made['id']}", {"home": {"country": "Utopia"}}, "*")
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/home")


def test_an_export_holds_what_an_import_reads(desk: Desk) -> None:
    desk.made(**TYPED)
    lines = desk.browser.call("GET", "/records/person/export").body.decode("utf-8-sig")
    assert "1010" in lines
    assert "48.208333, 16.373889" in lines


@pytest.mark.parametrize(
    ("field", "operator", "typed", "condition"),
    [
        ("name", "eq", "Clark, Ann", "name = 'Ann Clark'"),
        ("name", "contains", "Ann", "contains(name, 'Ann')"),
        ("place", "eq", "48,5 16", "place = '48.500000, 16.000000'"),
        ("home", "contains", "Wien", "contains(home, 'Wien')"),
        ("notes", "contains", "world", "contains(notes, 'world')"),
    ],
)
def test_conditions_are_built_of_what_is_typed(
    desk: Desk, field: str, operator: str, typed: str, condition: str
) -> None:
    rows = {"join": "and", "c0.0.field": field, "c0.0.op": operator, "c0.0.value": typed, "do": "apply"}
    answer = desk.browser.get("/records/person/filter", **rows)
    assert answer.status == 303, answer.body.decode()
    assert parse_qs(urlsplit(answer.headers["location"]).query)["filter"] == [condition]
    shown = desk.page(f"/records/person?{urlencode({'filter': condition})}")
    assert unescape(shown).count(typed if operator == "contains" else condition.split("'")[1])


def test_every_step_of_the_column_panel_leads_to_a_list(desk: Desk) -> None:
    desk.made(**TYPED)
    links = {
        unescape(found)
        for found in re.findall(r'href="([^"]*columns=[^"]*)"', desk.page("/records/person?panel=columns"))
    }
    assert any("columns=home.country,home.city" in link for link in links)
    answers = {link: desk.browser.get(link).status for link in links}
    assert {link: status for link, status in answers.items() if status != 200} == {}


def test_the_filter_builder_takes_every_field_with_every_operator(desk: Desk) -> None:
    path = "/records/person/filter?join=and&c0.0.field="
    names = re.findall(r'<option value="([\w.]+)"', desk.page("/records/person/filter"))
    asked = {}
    for name in dict.fromkeys(name for name in names if name not in {"and", "or"}):
        operators = re.search(r'name="c0\.0\.op".*?</select>', desk.page(f"{path}{name}"), re.DOTALL)
        for operator in re.findall(r'value="(\w+)"', operators[0] if operators else ""):
            for value in ("1", "Wien", "10:30"):
                address = f"{path}{name}&c0.0.op={operator}&c0.0.value={value}&do=apply"
                answer = desk.browser.get(address)
                asked[address] = answer.status
                if answer.status == 303:
                    asked[answer.headers["location"]] = desk.browser.get(answer.headers["location"]).status
    assert len(asked) > 40
    assert {address: status for address, status in asked.items() if status not in {200, 303, 422}} == {}
