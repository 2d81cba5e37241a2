"""An entity and its field were renamed: their old names go on working at every door, and the API says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from flask import Flask

from framework.cli import main
from framework.publishing import Published
from tests.http.conftest import PASSWORD
from tests.support.bundles import World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of
from tests.support.databases import database

TEXT = {"type": "text", "label": "Text"}


def documents(entity: str, field: str) -> dict[str, Any]:
    fields = {
        "name": {**TEXT, "searchable": True},
        field: {"type": "integer", "label": "Value", "column": "value"},
        "code": {**TEXT, "unique": True},
        "secret": TEXT,
    }
    grant = {"read": "all", "create": True, "update": "all", "delete": "all", "fields": {"secret": "none"}}
    return {
        f"entities/{entity}.json": {"label": "Deal", "table": "deal", "fields": fields},
        "entities/line.json": {"label": "Line", "fields": {"name": TEXT, "deal": {"type": "link", "to": entity}}},
        "roles/clerk.json": {"label": "Clerk", "abilities": {"view_history": True}, "grants": {entity: grant}},
        "roles/nobody.json": {"label": "Nobody", "grants": {"line": {"read": "all"}}},
    }


@dataclass(frozen=True, slots=True)
class Renamed:
    """An application whose `deal` became `chance` and whose `value` became `amount`."""

    url: str
    folder: Path
    world: World
    app: Flask
    admin: Client
    clerk: Client
    nobody: Client
    browser: Browser


@pytest.fixture(scope="module")
def renamed(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renamed]:
    folder = tmp_path_factory.mktemp("renamed")
    with database(shared_engine, folder) as url:
        world = published(url, folder, documents("deal", "value"))
        assert isinstance(world.publish(documents("chance", "amount")), Published)
        app = application(world.services.settings)
        people = {role: world.person(f"{role}@example.com", role) for role in ("administrator", "clerk", "nobody")}
        world.services.auth.set_password(str(people["administrator"].actor.id), PASSWORD)
        clients = {role: client_of(app, f"{role}@example.com") for role in people}
        browser = browser_of(app, "administrator@example.com", PASSWORD)
        admin, clerk, nobody = (clients[role] for role in ("administrator", "clerk", "nobody"))
        yield Renamed(url, folder, world, app, admin, clerk, nobody, browser)
        world.close()
        app.extensions["armature"].database.close()


def tells(answer: Answer) -> bool:
    """Whether the answer says that an old name was used, and when it ends."""
    assert ("deprecation" in answer.headers) == ("sunset" in answer.headers)
    return "deprecation" in answer.headers


def test_a_view_saved_before_the_renaming_is_still_the_lists(renamed: Renamed) -> None:
    renamed.admin.post("records/chance", {"name": "Rich", "amount": 900, "code": "r"})
    body = {"name": "Long ago", "entity": "deal", "filter": "value > 800", "sort": "-value", "columns": "value:wide"}
    made = renamed.admin.post("records/saved_view", body)
    page = renamed.browser.get("/records/chance", view=made.json["id"]).body.decode()
    assert "Rich" in page
    assert 'aria-sort="descending"' in page
    assert "It is shown without that" not in page
    assert "Long ago" in page


def test_every_call_about_records_knows_the_old_names_and_says_so(renamed: Renamed) -> None:
    admin = renamed.admin
    made = admin.post("records/deal", {"name": "Ash", "value": 5, "code": "a"}, Idempotency_Key="k1")
    assert (made.status, made.json["amount"], tells(made)) == (201, 5, True)
    assert made.headers["location"] == f"/api/v1/records/chance/{made.json['id']}"
    again = admin.post("records/chance", {"name": "Ash", "value": 5, "code": "a"}, Idempotency_Key="k1")
    assert (again.status, again.json["id"]) == (201, made.json["id"])
    one = f"records/deal/{made.json['id']}"
    upserted = admin.call("PUT", "records/deal/by/code/a", {"value": 6})
    batch = admin.post("records/deal/batch", {"items": [{"do": "upsert", "by": {"code": "a"}, "values": {"value": 7}}]})
    assert (upserted.json["amount"], batch.json["items"][0]["record"]["amount"]) == (6, 7)
    answers = [
        upserted,
        batch,
        admin.get("records/deal"),
        admin.get(one),
        admin.get(f"{one}/history"),
        admin.patch(one, {"name": "Ash"}, "*"),
        admin.get("records/deal/aggregate", group="code", measure="sum(value)"),
        admin.get("changes", entity="deal"),
        admin.get("explain", action="read", entity="deal"),
        admin.get("metadata/entities/deal"),
        admin.delete(one, "*"),
        admin.post(f"{one}/restore", None),
    ]
    assert [answer.status for answer in answers] == [200] * 10 + [204, 200]
    assert all(tells(answer) for answer in answers)
    renamed.world.settle()
    assert {item["entity"] for item in admin.get("changes", entity="deal").json["items"]} == {"chance"}


def test_an_old_field_name_works_wherever_a_field_is_named(renamed: Renamed) -> None:
    admin = renamed.admin
    first = admin.create("chance", name="b1", value=1, code="b1")
    second = admin.create("chance", name="b2", value=2, code="b2")
    admin.create("line", name="l", deal=second["id"])
    for parameters in (
        {"filter": "name in ('b1', 'b2') and value > 1"},
        {"filter": "code in ('b1', 'b2')", "filter[value][gt]": "1"},
        {"filter": "code in ('b1', 'b2')", "sort": "-value", "limit": 1},
        {"filter": "code = 'b2'", "fields": "value"},
    ):
        for _ in range(2):  # the second time its plan is known already
            found = admin.get("records/chance", **parameters)
            assert ([one["id"] for one in found.json["items"]], tells(found)) == ([second["id"]], True)
    far = admin.get("records/line", filter="deal.value = 2", fields="name,deal.value")
    assert (far.json["items"][0]["deal"]["amount"], tells(far)) == (2, True)
    figures = admin.get("records/chance/aggregate", measure="sum(value)", filter="code in ('b1', 'b2')")
    assert (figures.json["items"], tells(figures)) == ([{"sum(value)": 3}], True)
    explained = admin.get("explain", action="read", entity="chance", field="value")
    assert (explained.json["field"], tells(explained)) == ("amount", True)
    changed = admin.patch(f"records/chance/{first['id']}", {"value": 9}, "*")
    assert (changed.json["amount"], tells(changed)) == (9, True)


def test_present_names_are_not_deprecated(renamed: Renamed) -> None:
    admin = renamed.admin
    admin.get("records/deal", filter="value = 1")
    for answer in (
        admin.get("records/chance", filter="amount = 1"),
        admin.get("records/chance"),
        admin.get("changes"),
        admin.get("changes", entity="chance"),
        admin.get("records/line"),
    ):
        assert (answer.status, tells(answer)) == (200, False)


def test_an_old_name_tells_nothing_to_who_may_not_see_what_it_stands_for(renamed: Renamed) -> None:
    nobody, clerk = renamed.nobody, renamed.clerk
    for path, parameters in (
        ("records/{}", {}),
        ("records/{}/aggregate", {}),
        ("changes", {"entity": "{}"}),
        ("metadata/entities/{}", {}),
    ):
        answers = [
            nobody.get(path.format(name), **{key: value.format(name) for key, value in parameters.items()})
            for name in ("deal", "dael")
        ]
        assert [(answer.status, tells(answer)) for answer in answers] == [(404, False)] * 2
    assert tells(clerk.get("records/deal"))


def test_a_token_narrowed_to_the_old_name_goes_on_working(renamed: Renamed) -> None:
    narrow = client_of(renamed.app, "administrator@example.com", scope={"deal": ["read"]})
    assert (narrow.get("records/chance").status, narrow.get("records/line").status) == (200, 404)


def test_pages_lead_to_the_present_name(renamed: Renamed) -> None:
    browser = renamed.browser
    made = renamed.admin.create("chance", name="Page")
    for path, parameters in (
        ("/records/deal", {"filter[value][eq]": "1", "sort": "-value"}),
        ("/records/deal/new", {}),
        (f"/records/deal/{made['id']}", {}),
        (f"/records/deal/{made['id']}/edit", {}),
    ):
        moved = browser.call("GET", path, parameters=parameters)
        assert moved.status == 308
        assert moved.headers["location"].startswith(path.replace("/deal", "/chance"))
        assert browser.call("GET", moved.headers["location"]).status == 200
    form = {"_csrf": browser.csrf, "name": "Posted"}
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}
    posted = browser.call("POST", "/records/deal", raw=urlencode(form).encode(), headers=sent)
    assert (posted.status, posted.headers["location"]) == (308, "/records/chance")
    assert browser.call("GET", "/records/dael").status == 404


def test_commands_know_the_old_names(renamed: Renamed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ARMATURE_DATABASE_URL", renamed.url)
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(renamed.folder))
    (tmp_path / "deals.csv").write_text("name,value,code\nImported,11,imp\n", "utf-8")
    mapping = '{"entity": "deal", "match": ["code"], "columns": {"name": {"field": "name"}, '
    mapping += '"value": {"field": "value"}, "code": {"field": "code"}}}'
    (tmp_path / "map.json").write_text(mapping, "utf-8")
    for arguments in (
        ("import", "deal", tmp_path / "deals.csv", "--match", "code"),
        ("import", "chance", tmp_path / "deals.csv", "--map", tmp_path / "map.json"),
        ("export", "deal", "--filter", "value = 11", "--out", tmp_path / "out.csv"),
        ("explain", "--user", "clerk@example.com", "read", "deal", "--field", "value"),
        ("token", "create", "--user", "clerk@example.com", "--name", "t", "--scope", "deal:read"),
    ):
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == 0, (arguments, done.output)
    exported = (tmp_path / "out.csv").read_text("utf-8")
    assert "amount" in exported.splitlines()[0]
    assert exported.count("Imported") == 1
