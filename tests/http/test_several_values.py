"""Fields that keep several values: written with their record, read as one array, found by any of their members."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from framework.transfer.exporting import Which, export_records
from tests.http.conftest import ALL, PASSWORD
from tests.http.test_concurrency import WRITERS, together
from tests.support.bundles import Documents, World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of, path_of
from tests.support.databases import database
from tests.support.statements import statements

TOPICS = {"news": {"label": "News"}, "events": {"label": "Events"}, "old": {"label": "Old", "retired": True}}
DOCUMENTS: Documents = {
    "entities/firm.json": {
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text"},
            "labels": {"type": "tags", "label": "Labels", "max": 5},
            "topics": {
                "type": "multi_choice",
                "label": "Topics",
                "options": TOPICS,
                "options_when": {"events": "'vip' in labels"},
            },
            "known": {"type": "formula", "result": "boolean", "formula": "'vip' in labels"},
        },
        "rules": {
            "one_or_other": {
                "refuse_when": "'cold' in labels and labels in ('warm', 'hot')",
                "message": "Cold or warm, not both.",
                "field": "labels",
            }
        },
    },
    "entities/person.json": {
        "fields": {
            "name": {"type": "text"},
            "firm": {"type": "link", "to": "firm"},
            "welcome": {"type": "boolean", "default": {"expression": "'vip' in firm.labels"}},
        }
    },
    "roles/reader.json": {"grants": {"firm": {"read": "own", "fields": {"topics": "none"}}, "person": ALL}},
    "roles/blind.json": {"grants": {"firm": {"read": "all", "fields": {"labels": "none"}}, "person": ALL}},
    "roles/half.json": {"grants": {"firm": {"read": "own"}}},
}


@dataclass(frozen=True, slots=True)
class Office:
    """The application and its administrator."""

    world: World
    admin: Client
    browser: Browser

    def firm(self, *labels: str, **values: object) -> str:
        """A firm with labels."""
        made = self.admin.create("firm", labels=list(labels), **values)
        return str(made["id"])

    def found(self, filter_: str, client: Client | None = None) -> set[str]:
        """The ids of the firms for which a filter holds."""
        return {one["id"] for one in (client or self.admin).items("records/firm", filter=filter_, limit=200)}

    def page(self, path: str) -> str:
        """A page with its signs as they are read."""
        return unescape(self.browser.call("GET", path).body.decode())

    def send(self, path: str, *form: tuple[str, str]) -> Answer:
        """Send a form."""
        body = urlencode([("_csrf", self.browser.csrf), *form]).encode()
        return self.browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        admin = world.person("admin@example.com", "administrator")
        world.services.auth.set_password(str(admin.actor.id), PASSWORD)
        app = application(world.services.settings)
        yield Office(world, client_of(app, "admin@example.com"), browser_of(app, "admin@example.com", PASSWORD))
        world.close()
        app.extensions["armature"].database.close()


def reader_of(office: Office, *roles: str) -> Client:
    """Somebody with these roles."""
    email = f"{'-'.join(roles)}{len(office.admin.items('records/user', limit=200))}@example.com"
    office.world.person(email, *roles)
    return client_of(office.admin.app, email)


def test_a_change_replaces_all_members_and_history_tells_both(office: Office) -> None:
    here = path_of("firm", office.firm("b", "a"))
    assert office.admin.patch(here, {"labels": ["c", "b"]}, "*").json["labels"] == ["c", "b"]
    assert office.admin.patch(here, {"labels": []}, "*").json["labels"] is None
    told = office.admin.items(here + "/history")
    pairs = [one["fields"]["labels"] for one in told if "labels" in one["fields"]]
    assert pairs == [[["c", "b"], None], [["b", "a"], ["c", "b"]], [None, ["b", "a"]]]
    assert office.admin.patch(here, {"name": "other"}, "*").json["labels"] is None


def test_other_fields_leave_the_members_alone(office: Office) -> None:
    here = path_of("firm", office.firm("x", topics=["news"]))
    after = office.admin.patch(here, {"name": "renamed"}, "*").json
    assert (after["labels"], after["topics"]) == (["x"], ["news"])
    assert office.admin.delete(here, "*").status == 204
    assert office.admin.post(here + "/restore", {}).json["labels"] == ["x"]


def test_filters_ask_for_members_and_for_none(office: Office) -> None:
    mine = "name = 'filtered'"
    one, two, none = (office.firm(*labels, name="filtered") for labels in (("red", "it's"), ("blue",), ()))
    for filter_, wanted in (
        ("'red' in labels", {one}),
        ("'it''s' in labels", {one}),
        ("contains(labels, 'blue')", {two}),
        ("labels in ('red', 'blue')", {one, two}),
        ("'red' not in labels", {two, none}),
        ("labels not in ('red', 'x')", {two, none}),
        ("not contains(labels, 'red')", {two, none}),
        ("is_blank(labels)", {none}),
        ("not is_blank(labels)", {one, two}),
        ("if('red' in labels, 'r', 'n') = 'r'", {one}),
        ("upper('red') in labels or lower('RED') in labels", {one}),
        ("name in labels", set()),
        ("known", set()),
    ):
        assert office.found(f"{mine} and {filter_}") == wanted, filter_
    for shorthand, wanted in (("contains", {two}), ("in", {two})):
        asked: dict[str, Any] = {"filter[name][eq]": "filtered", f"filter[labels][{shorthand}]": "blue"}
        assert {item["id"] for item in office.admin.items("records/firm", **asked)} == wanted


@pytest.mark.parametrize(
    ("filter_", "code"),
    [
        ("labels = 'a'", "filter"),
        ("'a' in labels.b", "filter"),
        ("len(labels) > 1", "filter"),
        ("'x' in topics", "filter"),
    ],
)
def test_a_set_is_no_single_value(office: Office, filter_: str, code: str) -> None:
    answer = office.admin.get("records/firm", filter=filter_)
    assert (answer.status, answer.json["code"]) == (400, code)


def test_lists_do_not_sort_group_or_measure_by_them(office: Office) -> None:
    assert office.admin.get("records/firm", sort="labels").status == 400
    assert office.admin.get("records/firm/aggregate", group="labels").status == 400
    assert office.admin.get("records/firm/aggregate", measure="count(labels)").status == 400


def test_expressions_see_them_here_and_behind_links(office: Office) -> None:
    vip, plain = office.firm("vip"), office.firm("x")
    assert office.admin.get(path_of("firm", vip), fields="known").json["known"] is True
    assert office.admin.create("person", name="p", firm=vip)["welcome"] is True
    assert office.admin.create("person", name="q", firm=plain)["welcome"] is False
    names = office.admin.items("records/person", filter="'vip' in firm.labels", fields="name")
    assert [one["name"] for one in names] == ["p"]
    blank = office.admin.items("records/person", filter="'vip' not in firm.labels", fields="name")
    assert [one["name"] for one in blank] == ["q"]


def test_rules_and_conditions_judge_them(office: Office) -> None:
    refused = office.admin.post("records/firm", {"labels": ["cold", "hot"]})
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/labels", "rule")]
    refused = office.admin.post("records/firm", {"labels": ["x"], "topics": ["events"]})
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/topics", "option")]
    assert office.admin.create("firm", labels=["vip"], topics=["events", "news"])["topics"] == ["news", "events"]


def test_batches_and_upserts_write_them(office: Office) -> None:
    first = office.firm("a")
    items = [
        {"do": "create", "values": {"name": "batched", "labels": ["n1", "n2"]}},
        {"do": "update", "id": first, "values": {"labels": ["b"]}},
    ]
    assert office.admin.post("records/firm/batch", {"items": items}).status == 200
    assert office.admin.get(path_of("firm", first)).json["labels"] == ["b"]
    assert [one["labels"] for one in office.admin.items("records/firm", filter="'n2' in labels")] == [["n1", "n2"]]


def test_a_list_costs_no_statement_for_them(office: Office) -> None:
    opened = office.admin.app.extensions["armature"].database
    for size in (1, 30):
        for _ in range(size):
            office.firm("counted", "b", topics=["news"])
        with statements(opened) as found:
            office.admin.items("records/firm", filter="'counted' in labels", limit=50)
        assert len(found) == 2


def test_what_may_not_be_read_is_neither_shown_nor_asked_for(office: Office) -> None:
    ident = office.firm("secret-one", name="hidden")
    blind, reader = reader_of(office, "blind"), reader_of(office, "reader")
    assert "labels" not in blind.get(path_of("firm", ident)).json
    assert blind.get("records/firm", filter="'secret-one' in labels").status == 400
    assert blind.get("records/person", filter="'secret-one' in firm.labels").status == 400
    assert reader.items("records/firm", filter="'secret-one' in labels") == []
    assert reader.get("records/firm", filter="'news' in topics").status == 400


def test_a_field_read_on_fewer_rows_is_blank_on_the_others(office: Office) -> None:
    ident = office.firm("guarded")
    half = reader_of(office, "blind", "half")
    assert half.get(path_of("firm", ident)).json["labels"] is None
    for filter_ in ("'guarded' in labels", "labels in ('guarded', 'x')", "not is_blank(labels)", "name in labels"):
        assert office.found(f"id = '{ident}' and {filter_}", half) == set()
    for filter_ in ("'guarded' not in labels", "is_blank(labels)"):
        assert office.found(f"id = '{ident}' and {filter_}", half) == {ident}


def test_words_in_use_come_from_what_one_sees(office: Office) -> None:
    for labels in (("Suggested", "other"), ("Suggested",)):
        office.firm(*labels)
    context = office.world.person("seer@example.com", "reader")
    door = office.world.services.door
    assert door.members_in_use(context, "firm", "labels") == []
    mine = door.create(office.world.context(), "firm", {"labels": ["mine"], "owner": context.actor.id})
    assert door.members_in_use(context, "firm", "labels") == ["mine"]
    everything = door.members_in_use(office.world.context(), "firm", "labels")
    assert everything.index("Suggested") < everything.index("other")
    assert mine.values["labels"] == ("mine",)


def test_no_member_is_lost_under_sixteen_writers(office: Office) -> None:
    ident = office.firm("start")
    here = path_of("firm", ident)
    answers = together(
        [lambda n=n: office.admin.patch(here, {"labels": [f"w{n}", "both"]}, "*") for n in range(WRITERS)]
    )
    assert {one.status for one in answers} == {200}
    told = office.admin.items(here + "/history")
    pairs = [one["fields"]["labels"] for one in told]
    # Each writer saw what the one before had left.
    assert [before for before, _ in pairs[:-1]] == [after for _, after in pairs[1:]]
    assert office.admin.get(here).json["labels"] == pairs[0][1]


def test_a_form_sends_ticks_and_words(office: Office) -> None:
    new = office.page("/records/firm/new")
    assert 'type="checkbox" name="topics" value="news"' in new
    assert 'value="old"' not in new
    made = office.send(
        "/records/firm",
        ("name", "Formed"),
        ("labels", "vip,  Key account , vip"),
        ("topics", ""),
        ("topics", "events"),
        ("topics", "news"),
    )
    ident = made.headers["location"].rpartition("/")[2].partition("?")[0]
    found = office.admin.get(path_of("firm", ident)).json
    assert (found["labels"], found["topics"]) == (["vip", "Key account"], ["news", "events"])
    page = office.page(f"/records/firm/{ident}")
    assert "Key account" in page
    edit = office.page(f"/records/firm/{ident}/edit")
    assert 'value="vip, Key account"' in edit
    assert 'value="news" id="f-topics" checked' in edit
    assert office.send(f"/records/firm/{ident}", ("topics", ""), ("_version", "1")).status == 303
    assert office.admin.get(path_of("firm", ident)).json["topics"] is None


def test_a_control_offers_words_that_are_in_use(office: Office) -> None:
    office.firm("Zebra", "Zeppelin")
    offered = office.page("/records/firm/options/labels?q=Zebra%2C+ze")
    assert "Zeppelin" in offered
    assert ">Zebra<" not in offered
    assert office.browser.call("GET", "/records/firm/options/name").status == 404


def test_a_file_brings_back_what_left(office: Office) -> None:
    office.firm("exported", "b", name="Filed", topics=["news"])
    door, context = office.world.services.door, office.world.context()
    text = "".join(export_records(door, context, "firm", Which("name = 'Filed'"), "csv"))
    assert '"exported, b"' in text
