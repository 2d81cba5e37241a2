"""Definitions over HTTP reach as far as one's rights; revisions are for those who design or publish."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from framework.publishing import Refused
from tests.http.conftest import SHOP, Shop
from tests.support.bundles import Documents, World
from tests.support.clients import application, client_of

DESIGN = {"label": "Designer", "abilities": {"design": True}, "grants": {}}


def test_an_administrator_reads_every_definition_whole(shop: Shop) -> None:
    found = shop.admin.get("metadata/entities/account")
    assert (found.status, found.json) == (200, SHOP["entities/account.json"])
    assert int(found.headers["armature-revision"]) >= 1
    assert shop.admin.get("metadata/roles/clerk").json == SHOP["roles/clerk.json"]
    names = {one["name"] for one in shop.admin.items("metadata/entities")}
    assert {"account", "contact", "vault", "user"} <= names


def test_others_read_what_they_may_see_of_an_entity(shop: Shop) -> None:
    found = shop.clerk.get("metadata/entities/account").json
    assert "margin" not in found["fields"]
    assert found["fields"]["size"] == {"type": "integer", "label": "Size", "min": 0}
    assert found["fields"]["parent"] == {"type": "link", "label": "Parent", "to": "account"}
    assert "unique" not in found
    assert "vault" not in {one["name"] for one in shop.clerk.items("metadata/entities")}


@pytest.mark.parametrize(
    "path",
    ["entities/vault", "entities/nothing", "roles/clerk", "roles/nothing", "screens/x", "choices/x", "imports/x"],
)
def test_what_one_may_not_see_is_as_absent_as_what_is_not_there(shop: Shop, path: str) -> None:
    found = shop.guest.get(f"metadata/{path}")
    assert (found.status, found.json["code"]) == (404, "not_found")
    assert shop.guest.get("metadata/sheep").status == 404


def test_a_link_does_not_name_an_entity_that_is_hidden(shop: Shop) -> None:
    fields = shop.guest.get("metadata/entities/contact").json["fields"]
    assert "to" not in fields["account"]
    assert fields["deputy"]["to"] == "contact"


def test_a_token_with_a_scope_carries_no_abilities(shop: Shop) -> None:
    narrow = client_of(shop.app, "admin@example.com", scope={"contact": ["read"]})
    assert narrow.get("metadata/revisions").status == 403
    assert narrow.get("metadata/entities/account").status == 404
    assert narrow.get("metadata/entities/contact").status == 200


def test_revisions_are_told_to_those_who_design_or_publish(shop: Shop) -> None:
    newest = shop.admin.items("metadata/revisions")[0]
    assert (newest["number"], newest["live"], newest["message"]) == (1, True, "Test")
    one = shop.admin.get("metadata/revisions/1").json
    assert "entity/account" in {change["address"] for change in one["changes"]}
    assert shop.admin.get("metadata/revisions/99").status == 404
    for path in ("metadata/revisions", "metadata/revisions/1"):
        assert shop.clerk.get(path).status == 403
    assert shop.admin.get("metadata/revisions", limit=1).json["code"] == "unknown_parameter"


@pytest.mark.parametrize(
    "body", [{}, {"revision": "1", "message": "x"}, {"revision": 1}, {"revision": True, "message": "x"}, {"a": 1}]
)
def test_a_roll_back_that_says_too_little_is_malformed(shop: Shop, body: dict[str, Any]) -> None:
    assert shop.admin.post("metadata/rollback", body).status == 400


def changed(world: World, files: dict[str, Any]) -> int:
    found = world.publish(files)
    assert not isinstance(found, Refused), found.problems
    return found.revision


def test_a_roll_back_makes_a_revision_for_those_who_publish(world_of: Callable[[Documents], World]) -> None:
    files = {**copy.deepcopy(SHOP), "roles/designer.json": DESIGN}
    world = world_of(files)
    app = application(world.services.settings)
    for name, role in (("boss", "administrator"), ("maker", "designer")):
        world.person(f"{name}@example.com", role)
    boss, maker = (client_of(app, f"{name}@example.com") for name in ("boss", "maker"))
    files["entities/vault.json"] = {**files["entities/vault.json"], "label": "Safe"}
    assert changed(world, files) == 2
    assert boss.get("metadata/entities/vault").json["label"] == "Safe"
    assert maker.post("metadata/rollback", {"revision": 1, "message": "Back"}).status == 403
    found = boss.post("metadata/rollback", {"revision": 1, "message": "Back"})
    assert (found.status, found.json["revision"]) == (200, 3)
    assert [one["address"] for one in found.json["changes"]] == ["entity/vault"]
    assert boss.get("metadata/entities/vault").json["label"] == "Vault"
    assert maker.items("metadata/revisions")[0]["message"] == "Back"
    assert boss.post("metadata/rollback", {"revision": 77, "message": "Back"}).status == 404
    app.extensions["armature"].database.close()


def test_old_names_go_on_working_and_say_that_they_end(world_of: Callable[[Documents], World]) -> None:
    files: dict[str, Any] = copy.deepcopy(SHOP)
    world = world_of(files)
    app = application(world.services.settings)
    world.person("boss@example.com", "administrator")
    boss = client_of(app, "boss@example.com")
    made = boss.create("vault", name="Gold")
    assert "deprecation" not in boss.get("records/vault").headers
    body = {"label": "Vault", "table": "vault", "fields": {"title": {"type": "text", "label": "T", "column": "name"}}}
    files["entities/safe.json"] = body
    del files["entities/vault.json"]
    changed(world, files)
    found = boss.get(f"records/vault/{made['id']}")
    assert (found.status, found.json["title"]) == (200, "Gold")
    assert found.headers["deprecation"].startswith("@")
    assert found.headers["sunset"].endswith("GMT")
    filtered = boss.get("records/safe", filter="name = 'Gold'", sort="-name", fields="name")
    assert [one["title"] for one in filtered.json["items"]] == ["Gold"]
    assert boss.patch(f"records/vault/{made['id']}", {"name": "Silver"}, '"1"').json["title"] == "Silver"
    assert boss.get("metadata/entities/vault").json["table"] == "vault"
    app.extensions["armature"].database.close()
