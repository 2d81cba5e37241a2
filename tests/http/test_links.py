"""Fields of links: several records of one entity, of which each reader is shown those that they see."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest

from framework.records.bulk import Row
from tests.http.conftest import ALL, PASSWORD
from tests.http.test_concurrency import WRITERS, together
from tests.support.bundles import Documents, World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of, path_of
from tests.support.databases import database
from tests.support.statements import statements

DOCUMENTS: Documents = {
    "entities/person.json": {
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "required": True, "searchable": True},
            "town": {"type": "text"},
            "pay": {"type": "integer"},
        },
    },
    "entities/project.json": {
        "fields": {
            "name": {"type": "text"},
            "town": {"type": "text"},
            "people": {"type": "links", "to": "person", "label": "People", "max": 4},
            "locals": {"type": "links", "to": "person", "filter": "town = $record.town"},
            "staffed": {"type": "formula", "result": "boolean", "formula": "not is_blank(people)"},
        }
    },
    "entities/task.json": {"fields": {"name": {"type": "text"}, "project": {"type": "link", "to": "project"}}},
    "roles/planner.json": {
        "abilities": {"view_history": True},
        "grants": {
            "project": ALL,
            "task": ALL,
            "person": {"read": "own", "create": True, "update": "own", "fields": {"pay": "none"}},
        },
    },
    "roles/outsider.json": {"grants": {"project": ALL}},
}


@dataclass(frozen=True, slots=True)
class Office:
    """The application with an administrator, and a planner who sees only people of their own."""

    world: World
    admin: Client
    planner: Client
    outsider: Client
    browser: Browser

    def person(self, name: str = "P", client: Client | None = None, **values: object) -> str:
        """Somebody who may be linked to."""
        return str((client or self.admin).create("person", name=name, **values)["id"])

    def page(self, path: str) -> str:
        """A page with its signs as they are read."""
        return unescape(self.browser.call("GET", path).body.decode())

    def send(self, path: str, *form: tuple[str, str]) -> Answer:
        """Send a form."""
        body = urlencode([("_csrf", self.browser.csrf), *form]).encode()
        return self.browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    def project(self, *people: str, **values: object) -> str:
        """The address of a project with people."""
        return path_of("project", self.admin.create("project", people=list(people), **values))


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("links")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        app = application(world.services.settings)
        for name, roles in (("admin", ("administrator",)), ("planner", ("planner",)), ("outsider", ("outsider",))):
            world.person(f"{name}@example.com", *roles)
        clients = [client_of(app, f"{name}@example.com") for name in ("admin", "planner", "outsider")]
        admin = world.services.auth.by_email("admin@example.com").actor
        world.services.auth.set_password(str(admin.id), PASSWORD)
        yield Office(world, *clients, browser_of(app, "admin@example.com", PASSWORD))
        world.close()
        app.extensions["armature"].database.close()


numbers = count()


def people_of(client: Client, here: str) -> Any:
    """The links of a project as somebody is shown them."""
    return client.get(here, fields="people").json["people"]


def test_they_are_left_out_unless_asked_for_and_expanded_to_titles_and_fields(office: Office) -> None:
    first, second = office.person("Ann", town="Bern"), office.person("Bo")
    here = office.project(second, first)
    assert "people" not in office.admin.get(here).json
    assert people_of(office.admin, here) == [second, first]
    expanded = office.admin.get(here, fields="people.name,people.town").json["people"]
    assert expanded == [
        {"id": second, "title": "Bo", "name": "Bo", "town": None},
        {"id": first, "title": "Ann", "name": "Ann", "town": "Bern"},
    ]
    assert office.admin.get(here, expand="people").json["people"][1] == {"id": first, "title": "Ann"}


def test_the_far_ends_are_a_list_of_their_own(office: Office) -> None:
    ids = [office.person(f"L{n}", town="x" if n else None) for n in range(3)]
    here = office.project(*ids)
    listed = office.admin.get(here + "/people", sort="-name", limit=2, count="exact", fields="name")
    assert ([one["name"] for one in listed.json["items"]], listed.json["count"]) == (["L2", "L1"], 3)
    rest = office.admin.get(here + "/people", sort="-name", limit=2, after=listed.json["next"], fields="name")
    assert [one["name"] for one in rest.json["items"]] == ["L0"]
    assert len(office.admin.items(here + "/people", filter="town = 'x'")) == 2
    assert office.admin.items(office.project() + "/people") == []
    assert office.admin.get(here + "/name").status == 404
    assert office.admin.get(here + "/nothing").status == 404
    assert office.outsider.get(here + "/people").status in {403, 404}


def test_who_does_not_see_a_far_end_neither_sees_nor_loses_the_link(office: Office) -> None:
    mine, theirs = office.person("Mine", office.planner), office.person("Theirs")
    here = office.project(theirs, mine)
    assert people_of(office.planner, here) == [mine]
    assert [one["id"] for one in office.planner.items(here + "/people")] == [mine]
    assert office.planner.patch(here, {"people": []}, "*").status == 200
    assert people_of(office.admin, here) == [theirs]
    assert people_of(office.planner, here) is None
    other = office.person("Other", office.planner)
    assert office.planner.patch(here, {"people": [other]}, "*").status == 200
    assert people_of(office.admin, here) == [other, theirs]
    # What they see is what they gave, so nothing changes.
    version = office.planner.get(here).json["version"]
    assert office.planner.patch(here, {"people": [other]}, "*").json["version"] == version
    # That it is linked already is not told by accepting it.
    refused = office.planner.patch(here, {"people": [other, theirs]}, "*")
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/people", "link")]


def test_filters_and_history_tell_nothing_of_unseen_ends(office: Office) -> None:
    mark, mine, theirs = f"f{next(numbers)}", office.person("Mine", office.planner), office.person("Theirs")
    here = office.project(theirs, name=mark)
    for filter_ in (f"'{theirs}' in people", "not is_blank(people)", f"people in ('{theirs}', '{mine}')"):
        asked = f"name = '{mark}' and {filter_}"
        assert len(office.admin.items("records/project", filter=asked)) == 1, filter_
        assert office.planner.items("records/project", filter=asked) == [], filter_
    office.admin.patch(here, {"people": [mine, theirs]}, "*")
    pairs = [one["fields"]["people"] for one in office.planner.items(here + "/history") if "people" in one["fields"]]
    assert pairs == [[None, [mine]], [None, None]]
    task = office.admin.create("task", name="t", project=here.rpartition("/")[2])["id"]
    far = {"filter": f"id = '{task}' and '{theirs}' in project.people"}
    assert (len(office.admin.items("records/task", **far)), office.planner.items("records/task", **far)) == (1, [])
    assert "staffed" not in office.planner.get(here).json
    assert office.admin.get(here).json["staffed"] is True


def test_conflicts_name_only_what_both_may_see(office: Office) -> None:
    mine, theirs = office.person("Mine", office.planner), office.person("Theirs")
    here = office.project(mine)
    office.admin.patch(here, {"people": [theirs]}, "*")
    clash = office.planner.patch(here, {"people": []}, '"1"')
    assert clash.status == 412
    assert theirs not in clash.body.decode()


def test_links_lead_to_live_records_that_the_filter_lets_in(office: Office) -> None:
    local, other = office.person(town="Bern"), office.person(town="Rome")
    assert office.admin.create("project", town="Bern", locals=[local])["id"]
    refused = office.admin.post("records/project", {"town": "Bern", "locals": [local, other]})
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/locals", "link")]
    here = office.project(local, other)
    assert office.admin.delete(path_of("person", other), "*").status == 204
    assert people_of(office.admin, here) == [local]
    assert office.admin.patch(here, {"people": []}, "*").status == 200
    office.admin.post(path_of("person", other, "restore"), {})
    assert people_of(office.admin, here) == [other]


def test_many_at_once_are_written_as_one_by_one(office: Office) -> None:
    mine, theirs = office.person("Mine", office.planner), office.person("Theirs")
    first, second = (office.project(theirs).rpartition("/")[2] for _ in range(2))
    items = [
        {"do": "update", "id": first, "values": {"people": [mine]}},
        {"do": "update", "id": second, "values": {"people": [theirs]}},
        {"do": "create", "values": {"name": "x", "people": [mine]}},
    ]
    outcomes = office.planner.post("records/project/batch", {"items": items, "atomic": False}).json["items"]
    assert [one["status"] for one in outcomes] == [200, 422, 201]
    assert people_of(office.admin, path_of("project", first)) == [mine, theirs]
    assert people_of(office.admin, path_of("project", second)) == [theirs]
    door = office.world.services.door
    rows = [Row({"people": [mine]}, first), Row({"people": ["0" * 32]}, second), Row({"people": [mine, theirs]})]
    made = door.write_many(office.world.context(), "project", rows)
    assert [one.error is None for one in made] == [True, False, True]
    assert people_of(office.admin, path_of("project", str(made[2].ident))) == [mine, theirs]


def test_undo_gives_back_what_its_writer_saw(office: Office) -> None:
    mine, theirs = office.person("Mine", office.planner), office.person("Theirs")
    here = office.project(mine, theirs)
    office.planner.patch(here, {"people": []}, "*")
    (last, *_) = office.planner.items("me/actions")
    assert office.planner.post(f"me/actions/{last['op_id']}/undo", {}).status == 200
    assert sorted(people_of(office.admin, here)) == sorted([mine, theirs])


def test_a_list_costs_one_statement_and_one_for_the_titles(office: Office) -> None:
    mark = f"c{next(numbers)}"
    people = [office.person() for _ in range(3)]
    for size in (1, 20):
        for _ in range(size):
            office.project(*people, name=mark)
        asked = {"filter": f"name = '{mark}'", "fields": "name,people", "limit": 50}
        for expand, wanted in ((None, 2), ("people", 3)):
            with statements(office.admin.app.extensions["armature"].database) as found:
                office.admin.items("records/project", **asked, **({"expand": expand} if expand else {}))
            assert len(found) == wanted


def test_no_link_is_lost_under_sixteen_writers(office: Office) -> None:
    hidden = office.person("Hidden")
    people = [office.person(f"W{n}", office.planner) for n in range(3)]
    here = office.project(hidden)
    answers = together(
        [lambda n=n: office.planner.patch(here, {"people": [people[n % 3]]}, "*") for n in range(WRITERS)]
    )
    assert {one.status for one in answers} == {200}
    assert hidden in people_of(office.admin, here)
    assert len(people_of(office.admin, here)) == 2


def test_the_description_tells_of_them(office: Office) -> None:
    described = office.admin.get("openapi.json").json
    assert "/api/v1/records/project/{id}/people" in described["paths"]
    people = described["components"]["schemas"]["project_new"]["properties"]["people"]
    assert (people["type"], people["maxItems"]) == (["array", "null"], 4)


def test_a_form_ticks_unticks_and_finds_them_by_name(office: Office) -> None:
    here, ann, bo = "/records/project", office.person("Ann Form"), office.person("Bo Form")
    assert 'name="people.text"' in office.page(here + "/new")
    made = office.send(here, ("name", "By form"), ("people", ""), ("people", ann), ("people.text", "Bo Form"))
    page = made.headers["location"].partition("?")[0]
    ident = page.rpartition("/")[2]
    assert people_of(office.admin, path_of("project", ident)) == [ann, bo]
    shown = office.page(page)
    assert f'<a href="/records/person/{ann}" dir="auto">Ann Form</a>' in shown
    edit = office.page(page + "/edit")
    assert f'name="people" value="{bo}" checked' in edit
    # Several of that name are offered, and what was ticked stays ticked.
    asked = office.send(page, ("people", ""), ("people", ann), ("people.text", "Form"), ("_version", "1"))
    again = unescape(asked.body.decode())
    assert asked.status == 422
    assert f'name="people" value="{ann}" checked' in again
    assert f'name="people" value="{bo}"><span>' in again
    assert office.send(page, ("people", ""), ("people", bo), ("_version", "1")).status == 303
    assert people_of(office.admin, path_of("project", ident)) == [bo]
    assert "Ann Form, " in office.page(page + "/history") or "Ann Form</a>" in office.page(page + "/history")


def test_a_form_with_foreign_words_in_place_of_ids_is_refused_and_shown_again(office: Office) -> None:
    asked = office.send("/records/project", ("people", ""), ("people", "'; --"), ("people", "\u202e"))
    assert asked.status == 422


def test_lists_show_titles_and_filter_by_one(office: Office) -> None:
    mark, ann = f"l{next(numbers)}", office.person("Ann Listed")
    office.project(ann, name=mark)
    listed = office.page(f"/records/project?columns=people&filter=%27{ann}%27+in+people")
    assert mark in listed
    assert "Ann Listed" in listed
    offered = office.page("/records/project/options/people?q=Ann+Lis")
    assert "Ann Listed" in offered
