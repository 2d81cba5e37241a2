"""The API tells what it is: valid OpenAPI 3.1, of the caller's rights alone, and true of the answers."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from framework.api import openapi
from tests.http.conftest import Shop
from tests.support.clients import Client, path_of

PEOPLE = ("admin", "clerk", "guest")
# Whoever designs by script uses a folder and `armature apply`; drafts are the designer pages' own way.
DRAFTS = "/api/v1/metadata/drafts"


def document(who: Client) -> dict[str, Any]:
    """The caller's document."""
    answer = who.get("openapi.json")
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_it_is_valid(shop: Shop, name: str) -> None:
    validate(document(getattr(shop, name)))


def test_its_version_is_the_revision(shop: Shop) -> None:
    found = document(shop.admin)
    assert found["openapi"].startswith("3.1")
    assert found["info"]["version"] == str(shop.admin.get("me").json["revision"])


def test_it_names_only_what_the_caller_may_reach(shop: Shop) -> None:
    told = json.dumps(document(shop.clerk))
    assert "vault" not in told
    assert "margin" not in told
    assert "margin" in json.dumps(document(shop.admin))
    guest = document(shop.guest)["paths"]
    assert "/api/v1/records/account" not in guest
    assert set(guest["/api/v1/records/contact"]) == {"get"}
    assert set(guest["/api/v1/records/contact/{id}"]) == {"get"}


def test_a_field_that_may_only_be_read_is_in_no_body(shop: Shop) -> None:
    schemas = document(shop.clerk)["components"]["schemas"]
    assert "score" in schemas["account"]["properties"]
    assert "score" not in schemas["account_new"]["properties"]
    assert "score" not in schemas["account_change"]["properties"]
    assert schemas["account_new"]["required"] == ["name"]


def test_answers_are_as_it_says(shop: Shop) -> None:
    lot, (ident, _) = shop.accounts(
        {"size": 1, "price": "1.50", "founded_on": "2026-01-01", "seen_at": "2026-01-01T00:00:00Z"}, {}
    )
    found = document(shop.admin)
    registry: Registry[Any] = Registry().with_resource("doc", DRAFT202012.create_resource(found))
    page = Draft202012Validator(ok(found, "/api/v1/records/account", "get"), registry=registry)
    one = Draft202012Validator(ok(found, "/api/v1/records/account/{id}", "get"), registry=registry)
    page.validate(shop.admin.get("records/account", filter=f"lot = '{lot}'", count="exact").json)
    one.validate(shop.admin.get(path_of("account", ident)).json)
    problem = Draft202012Validator(found["components"]["schemas"]["Problem"])
    for refused in (
        shop.admin.get("records/account", x=1),
        shop.admin.get("records/nothing"),
        shop.admin.post("records/account", {}),
    ):
        problem.validate(refused.json)


def ok(found: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The schema of the answer when all is well, with references into the document."""
    schema = found["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    loaded: dict[str, Any] = json.loads(json.dumps(schema).replace('"#/', '"doc#/'))
    return loaded


def test_every_example_of_a_body_is_one(shop: Shop) -> None:
    found = document(shop.admin)
    registry: Registry[Any] = Registry().with_resource("doc", DRAFT202012.create_resource(found))
    checked = 0
    for name, schema in found["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            whole = json.loads(json.dumps(schema).replace('"#/', '"doc#/'))
            Draft202012Validator(whole, registry=registry).validate(example)
            checked += 1
        assert schema.get("examples") or not name.endswith(("_new", "_change")), name
    assert checked > 10


def test_the_example_of_a_new_record_makes_one(shop: Shop) -> None:
    schemas = document(shop.admin)["components"]["schemas"]
    for entity in ("account", "contact", "vault"):
        (example,) = schemas[f"{entity}_new"]["examples"]
        assert len(example) >= 1
        made = shop.admin.post(f"records/{entity}", {**example, **({"code": shop.lot()} if "code" in example else {})})
        assert made.status == 201, (entity, example, made.body)


def test_a_snapshot_and_a_policy_have_one_document(shop: Shop) -> None:
    twice = [shop.admin.get("openapi.json").body for _ in range(2)]
    before = openapi.document.cache_info().hits
    assert shop.client("administrator").get("openapi.json").body == twice[0] == twice[1]
    assert openapi.document.cache_info().hits == before + 1


def test_revisions_are_for_those_who_design_or_publish(shop: Shop) -> None:
    revisions = {"/api/v1/metadata/revisions", "/api/v1/metadata/revisions/{number}", "/api/v1/metadata/rollback"}
    assert revisions <= document(shop.admin)["paths"].keys()
    clerks = document(shop.clerk)["paths"].keys()
    assert not revisions & clerks
    assert {"/api/v1/metadata/{kind}", "/api/v1/metadata/{kind}/{name}", "/api/v1/explain"} <= clerks


def test_every_call_that_is_about_no_entity_is_in_it(shop: Shop) -> None:
    found = document(shop.admin)["paths"]
    told = {(plain(path), method.upper()) for path, methods in found.items() for method in methods}
    assert {
        (plain(rule.rule), method)
        for rule in shop.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.startswith(("/api/v1/records/", DRAFTS))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    } <= told


def test_every_route_of_records_is_in_it(shop: Shop) -> None:
    """A call that exists but is not told of is a door that nobody watches. Actions go by name: see test_runs."""
    found = document(shop.admin)["paths"]
    found = {
        re.sub("/files/(deed|annexes)", "/files/{field}", path.replace("/keepers", "/{links}")): methods
        for path, methods in found.items()
    }
    told = {(plain(path), method.upper()) for path, methods in found.items() for method in methods}
    assert {
        (
            plain(
                rule.rule.replace(
                    "<entity>", "vault" if re.search("<links>|/files/|/duplicates", rule.rule) else "account"
                )
            ),
            method,
        )
        for rule in shop.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/records/") and not rule.rule.endswith("/actions/<name>")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    } <= told


def plain(path: str) -> str:
    """The address, whatever its parameters are called."""
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", path)
