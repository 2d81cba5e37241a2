"""A token does no more than its scope says, entity by entity, action by action, field by field; and says so."""

import pytest
from sqlalchemy import update

from framework.context import Scope
from framework.storage import own
from framework.storage.session import run_tx
from tests.http.conftest import Shop
from tests.support.clients import Client, client_of, path_of

READ, UPDATE, CREATE = (frozenset({action}) for action in ("read", "update", "create"))


def narrow(shop: Shop, *scope: Scope) -> Client:
    """The administrator by a token with this scope."""
    known = shop.world.services.auth
    person = known.by_email("admin@example.com").actor
    made = known.create_token(str(person.id), "narrow", scope=scope)
    return Client(shop.app, {"Authorization": f"Bearer {made.secret}"})


class TestFields:
    def test_only_the_named_ones_are_read(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="Acme", size=3, margin=4411)
        client = narrow(shop, Scope("account", READ, frozenset({"name"})))
        answer = client.get(path_of("account", made))
        assert answer.json == {"id": made["id"], "version": 1, "name": "Acme"}
        for query in ({"fields": "size"}, {"filter": "size = 3"}, {"sort": "size"}, {"expand": "parent"}):
            assert client.get("records/account", **query).status == 400, query
        assert client.get("records/account/aggregate", measure="sum(margin)").status == 400

    def test_only_the_named_ones_are_changed(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="Acme", size=3)
        client = narrow(shop, Scope("account", READ), Scope("account", UPDATE, frozenset({"size"})))
        here = path_of("account", made)
        assert client.patch(here, {"size": 4}, '"1"').json["size"] == 4
        refused = client.patch(here, {"name": "Other"}, '"2"')
        assert (refused.status, shop.admin.get(here).json["name"]) == (403, "Acme")
        assert client.post("records/account", {"name": "x"}).status == 403
        assert client.delete(here, "*").status == 403

    def test_a_new_record_has_only_the_named_ones(self, shop: Shop) -> None:
        client = narrow(shop, Scope("account", READ), Scope("account", CREATE, frozenset({"name"})))
        assert client.post("records/account", {"name": "x"}).status == 201
        assert client.post("records/account", {"name": "x", "size": 1}).status == 403

    def test_the_description_tells_of_no_other(self, shop: Shop) -> None:
        client = narrow(shop, Scope("account", READ, frozenset({"size"})))
        schemas = client.get("openapi.json").json["components"]["schemas"]
        assert set(schemas["account"]["properties"]) == {"id", "version", "size"}
        assert "contact" not in schemas

    def test_the_feed_tells_of_no_other(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="Feed", margin=5522)
        client = narrow(shop, Scope("account", READ, frozenset({"name"})))
        found, after = [], None
        while not any(one["id"] == made["id"] for one in found):
            page = client.get("changes", **({"after": after} if after else {})).json
            found, after = page["items"], page["next"]
        assert {field for one in found for field in one["fields"]} <= {"name", "id", "version"}


@pytest.mark.parametrize("entity", ["contact", "vault", "nothing"])
def test_a_refusal_says_what_the_token_may_and_nothing_of_what_there_is(shop: Shop, entity: str) -> None:
    client = narrow(shop, Scope("account", READ, frozenset({"name"})))
    answer = client.get(f"records/{entity}")
    assert answer.status == 404
    assert answer.json["scope"] == ["account:read:name"]
    assert answer.json["detail"].replace(entity, "…") == (
        "There is no entity “…”; this token may do no more than account:read:name"
    )


def test_a_token_knows_its_scope(shop: Shop) -> None:
    client = narrow(shop, Scope("account", READ | UPDATE), Scope("*", READ, None))
    assert client.get("me").json["scope"] == ["account:read,update", "*:read"]
    assert "scope" not in shop.admin.get("me").json
    assert "scope" not in shop.admin.get("records/nothing").json


def test_a_scope_kept_before_there_were_fields_still_holds(shop: Shop) -> None:
    client = client_of(shop.app, "admin@example.com")
    ident = client.headers["Authorization"].split("_")[1]
    older = update(own.token).where(own.token.c.id == ident).values(scope='{"account": ["read"]}')
    run_tx(shop.world.services.database, lambda connection: connection.execute(older))
    assert client.get("records/account").status == 200
    assert client.get("records/contact").status == 404
    assert client.get("me").json["scope"] == ["account:read"]
