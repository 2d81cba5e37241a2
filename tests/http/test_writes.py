"""Writes beyond one record: idempotency keys, upsert and batch."""

import json
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from framework.records.keys import new_id
from framework.storage import own
from tests.http.conftest import Shop
from tests.support.clients import Answer, Client, client_of, path_of


def counted(shop: Shop, lot: str) -> int:
    """How many live accounts lie in a lot."""
    found: int = shop.admin.get("records/account", filter=f"lot = '{lot}'", count="exact").json["count"]
    return found


class TestIdempotencyKeys:
    def test_the_same_request_is_answered_with_the_same_bytes_and_done_once(self, shop: Shop) -> None:
        lot = shop.lot()
        answers = [shop.admin.post("records/account", {"name": "x", "lot": lot}, Idempotency_Key=lot) for _ in range(3)]
        assert [one.status for one in answers] == [201] * 3
        assert len({one.body for one in answers}) == 1
        assert {(one.etag, one.headers["location"]) for one in answers} == {
            (answers[0].etag, answers[0].headers["location"])
        }
        assert counted(shop, lot) == 1

    def test_the_answer_stays_the_first_one_after_a_change(self, shop: Shop) -> None:
        lot = shop.lot()
        first = shop.admin.post("records/account", {"name": "x", "lot": lot}, Idempotency_Key=lot)
        shop.admin.patch(path_of("account", first.json), {"name": "y"}, "*")
        assert shop.admin.post("records/account", {"name": "x", "lot": lot}, Idempotency_Key=lot).body == first.body

    def test_the_order_of_members_makes_no_other_request(self, shop: Shop) -> None:
        lot = shop.lot()
        for body in ({"name": "x", "lot": lot}, {"lot": lot, "name": "x"}):
            assert shop.admin.post("records/account", body, Idempotency_Key=lot).status == 201
        assert counted(shop, lot) == 1

    @pytest.mark.parametrize("body", [{"name": "y"}, {"name": "x", "size": None}, {"name": "x", "price": "1"}, {}])
    def test_another_request_under_the_key_is_refused(self, shop: Shop, body: dict[str, Any]) -> None:
        lot = shop.lot()
        shop.admin.post("records/account", {"name": "x"}, Idempotency_Key=lot)
        refused = shop.admin.post("records/account", body, Idempotency_Key=lot)
        assert refused.status == 422
        assert body == {} or refused.json["code"] == "idempotency_key"

    def test_another_entity_under_the_key_is_refused(self, shop: Shop) -> None:
        lot = shop.lot()
        shop.admin.post("records/account", {"name": "x"}, Idempotency_Key=lot)
        assert shop.admin.post("records/contact", {"name": "x"}, Idempotency_Key=lot).json["code"] == "idempotency_key"

    def test_a_key_is_its_persons_own(self, shop: Shop) -> None:
        lot = shop.lot()
        idents = {
            who.post("records/account", {"name": "x"}, Idempotency_Key=lot).json["id"]
            for who in (shop.admin, shop.clerk)
        }
        assert len(idents) == 2

    def test_a_refused_request_uses_no_key_up(self, shop: Shop) -> None:
        lot = shop.lot()
        assert shop.admin.post("records/account", {"size": -1}, Idempotency_Key=lot).status == 422
        assert shop.admin.post("records/account", {"name": "x", "lot": lot}, Idempotency_Key=lot).status == 201

    def test_a_kept_answer_needs_the_rights_of_today(self, shop: Shop) -> None:
        """Who lost the entity since does not get it from the kept answer."""
        lot = shop.lot()
        ident, email = shop.person("clerk")
        someone = client_of(shop.app, email)
        assert someone.post("records/account", {"name": "x"}, Idempotency_Key=lot).status == 201
        (membership,) = shop.admin.items("records/role_membership", filter=f"user = '{ident}'")
        shop.admin.delete(path_of("role_membership", membership), "*")
        assert someone.post("records/account", {"name": "x"}, Idempotency_Key=lot).status == 404

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "\u00a0\u200b"])
    def test_what_is_no_key_is_refused(self, shop: Shop, key: str) -> None:
        headers = {"Idempotency-Key": key.encode().decode("latin-1")}
        refused = shop.admin.call("POST", "records/contact", {"name": "x"}, headers=headers)
        assert (refused.status, refused.json["code"]) == (422, "idempotency_key")

    def test_the_key_is_kept_in_the_transaction_of_its_record(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lot = shop.lot()

        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("framework.records.idempotency.keep_answer", fail)
        assert shop.admin.post("records/account", {"name": "x", "lot": lot}, Idempotency_Key=lot).status == 500
        assert counted(shop, lot) == 0


class TestUpsert:
    def test_the_first_call_makes_the_second_changes(self, shop: Shop) -> None:
        code = shop.lot()
        made = put(shop.admin, code, {"name": "x", "size": 1})
        changed = put(shop.admin, code, {"size": 2})
        assert (made.status, made.etag, made.json["code"]) == (201, '"1"', code)
        assert (changed.status, changed.etag, changed.json["size"], changed.json["name"]) == (200, '"2"', 2, "x")
        assert changed.json["id"] == made.json["id"]

    def test_what_changes_nothing_makes_no_version(self, shop: Shop) -> None:
        code = shop.lot()
        answers = [put(shop.admin, code, {"name": "x"}) for _ in range(3)]
        assert [(one.status, one.etag) for one in answers] == [(201, '"1"'), (200, '"1"'), (200, '"1"')]

    def test_a_value_may_hold_any_character(self, shop: Shop) -> None:
        for odd in ("a/b", "a b", "%2F", "é?#&=", "..", "'"):
            code = f"{shop.lot()}{odd}"
            assert put(shop.admin, code, {"name": "x"}).json["code"] == code
            assert put(shop.admin, code, {"name": "x"}).status == 200

    @pytest.mark.parametrize(
        ("field", "status", "code"),
        [
            ("lot", 400, "not_unique"),
            ("nothing", 400, "unknown_field"),
            ("rank", 400, "not_unique"),
            ("id", 400, "not_unique"),
        ],
    )
    def test_only_a_unique_field_names_a_record(self, shop: Shop, field: str, status: int, code: str) -> None:
        refused = shop.admin.call("PUT", f"records/account/by/{field}/x", {"name": "x"})
        assert (refused.status, refused.json["code"]) == (status, code)

    def test_a_blank_value_names_no_record(self, shop: Shop) -> None:
        assert shop.admin.call("PUT", "records/account/by/code/%20", {"name": "x"}).status == 404

    def test_a_deleted_record_is_not_the_one_that_is_named(self, shop: Shop) -> None:
        code = shop.lot()
        first = put(shop.admin, code, {"name": "x"}).json
        shop.admin.delete(path_of("account", first), "*")
        second = put(shop.admin, code, {"name": "x"})
        assert (second.status, second.json["id"] != first["id"]) == (201, True)

    def test_one_needs_the_right_that_the_case_at_hand_asks_for(self, shop: Shop) -> None:
        code = shop.lot()
        put(shop.admin, code, {"name": "x"})
        assert put(shop.clerk, code, {"name": "y"}).status == 403
        assert put(shop.client("auditor"), shop.lot(), {"name": "x"}).status == 403

    def test_a_faulty_body_is_refused_as_elsewhere(self, shop: Shop) -> None:
        assert put(shop.admin, shop.lot(), {"size": -1}).status == 422
        assert put(shop.admin, shop.lot(), {"version": 1, "name": "x"}).status == 422
        assert put(shop.admin, shop.lot(), []).status == 400


def put(who: Client, code: str, body: object) -> Answer:
    """Upsert an account by its code."""
    return who.call("PUT", "records/account/by/code/" + "".join(f"%{byte:02X}" for byte in code.encode()), body)


class TestBatch:
    def test_writes_of_every_kind_come_back_in_their_order(self, shop: Shop) -> None:
        lot, (first, second) = shop.accounts({"size": 1}, {"size": 1})
        code = shop.lot()
        answer = batch(
            shop.admin,
            {"do": "create", "values": {"name": "new", "lot": lot}},
            {"do": "update", "id": first, "version": 1, "values": {"size": 2}},
            {"do": "delete", "id": second},
            {"do": "upsert", "by": {"code": code}, "values": {"name": "up", "lot": lot}},
            {"do": "upsert", "by": {"code": code}, "values": {"size": 9}},
        )
        assert answer.status == 200
        items = answer.json["items"]
        assert [one["status"] for one in items] == [201, 200, 204, 201, 200]
        assert (items[0]["record"]["name"], items[1]["record"]["version"], items[4]["record"]["size"]) == ("new", 2, 9)
        assert counted(shop, lot) == 3

    def test_an_idempotency_key_is_refused_where_it_would_keep_nothing_from_being_made_twice(self, shop: Shop) -> None:
        lot = shop.lot()
        body = {"items": [{"do": "create", "values": {"name": "once", "lot": lot}}]}
        refused = shop.admin.post("records/account/batch", body, Idempotency_Key=lot)
        assert (refused.status, refused.json["code"]) == (422, "idempotency_key")
        assert "upsert" in refused.json["errors"][0]["hint"]
        assert counted(shop, lot) == 0

    def test_without_atomic_what_is_refused_leaves_the_others(self, shop: Shop) -> None:
        lot, (ident,) = shop.accounts({"size": 1})
        answer = batch(
            shop.admin,
            {"do": "create", "values": {"name": "a", "lot": lot}},
            {"do": "create", "values": {"lot": lot}},
            {"do": "update", "id": ident, "version": 7, "values": {"size": 2}},
            {"do": "update", "id": new_id(), "values": {}},
            {"do": "create", "values": {"name": "b", "lot": lot, "code": None}},
        )
        assert answer.status == 200
        items = answer.json["items"]
        assert [one["status"] for one in items] == [201, 422, 412, 404, 201]
        assert [one["problem"]["code"] for one in items[1:4]] == ["validation", "conflict", "not_found"]
        assert items[1]["problem"]["errors"][0]["pointer"] == "/name"
        assert counted(shop, lot) == 3

    def test_atomic_keeps_all_or_nothing(self, shop: Shop) -> None:
        lot, (ident,) = shop.accounts({"size": 1})
        before = history_rows(shop)
        items = [
            {"do": "create", "values": {"name": "a", "lot": lot}},
            {"do": "update", "id": ident, "values": {"size": 5}},
            {"do": "create", "values": {"lot": lot}},
        ]
        refused = batch(shop.admin, *items, atomic=True)
        assert refused.status == 422
        assert [one["status"] for one in refused.json["items"]] == [424, 424, 422]
        assert counted(shop, lot) == 1
        assert shop.admin.get(path_of("account", ident)).json["version"] == 1
        assert history_rows(shop) == before
        accepted = batch(shop.admin, *items[:2], atomic=True)
        assert (accepted.status, [one["status"] for one in accepted.json["items"]]) == (200, [201, 200])
        assert counted(shop, lot) == 2

    def test_later_items_see_what_earlier_ones_did(self, shop: Shop) -> None:
        lot, ident, code = shop.lot(), new_id(), shop.lot()
        answer = batch(
            shop.admin,
            {"do": "create", "id": ident, "values": {"name": "a", "lot": lot, "code": code}},
            {"do": "create", "values": {"name": "b", "lot": lot, "parent": ident}},
            {"do": "create", "values": {"name": "c", "lot": lot, "code": code}},
            {"do": "update", "id": ident, "version": 1, "values": {"code": None}},
            {"do": "create", "values": {"name": "d", "lot": lot, "code": code}},
            {"do": "delete", "id": ident, "version": 2},
            {"do": "update", "id": ident, "values": {"size": 1}},
        )
        assert [one["status"] for one in answer.json["items"]] == [201, 201, 409, 200, 201, 204, 404]

    def test_each_item_is_judged_by_the_callers_rights(self, shop: Shop) -> None:
        _, (others,) = shop.accounts({})
        mine = shop.clerk.create("account", name="mine")["id"]
        answer = batch(
            shop.clerk,
            {"do": "update", "id": others, "values": {"size": 1}},
            {"do": "update", "id": mine, "values": {"size": 1}},
            {"do": "update", "id": mine, "values": {"margin": 1}},
            {"do": "update", "id": mine, "values": {"score": 1}},
            {"do": "delete", "id": others},
        )
        assert [one["status"] for one in answer.json["items"]] == [403, 200, 422, 403, 403]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"items": None},
            {"items": {}},
            {"items": [1]},
            {"items": [{}]},
            {"items": [{"do": "replace"}]},
            {"items": [{"do": "create", "values": []}]},
            {"items": [{"do": "create", "vlaues": {}}]},
            {"items": [{"do": "update", "values": {}}]},
            {"items": [{"do": "update", "id": 7, "values": {}}]},
            {"items": [{"do": "update", "id": "x", "version": "1", "values": {}}]},
            {"items": [{"do": "update", "id": "x", "version": True, "values": {}}]},
            {"items": [{"do": "delete"}]},
            {"items": [{"do": "upsert", "values": {}}]},
            {"items": [{"do": "upsert", "by": {}, "values": {}}]},
            {"items": [{"do": "upsert", "by": {"code": "x", "name": "y"}, "values": {}}]},
            {"items": [], "atomic": "yes"},
            {"items": [], "atmoic": True},
        ],
        ids=lambda body: json.dumps(body)[:50],
    )
    def test_what_is_no_batch_is_malformed_and_does_nothing(self, shop: Shop, body: dict[str, Any]) -> None:
        before = history_rows(shop)
        refused = shop.admin.post("records/account/batch", body)
        assert refused.status == 400
        assert history_rows(shop) == before

    def test_more_than_a_thousand_writes_are_too_many(self, shop: Shop) -> None:
        before = history_rows(shop)
        refused = batch(shop.admin, *[{"do": "create", "values": {"name": "x"}}] * 1001)
        assert (refused.status, refused.json["code"]) == (413, "too_large")
        assert history_rows(shop) == before

    def test_a_thousand_writes_go_in_one_call(self, shop: Shop) -> None:
        lot, numbers = shop.lot(), count()
        items = [{"do": "create", "values": {"name": f"n{next(numbers)}", "lot": lot}} for _ in range(1000)]
        answer = batch(shop.admin, *items, atomic=True)
        assert answer.status == 200
        assert {one["status"] for one in answer.json["items"]} == {201}
        assert counted(shop, lot) == 1000

    def test_an_unknown_entity_is_not_found(self, shop: Shop) -> None:
        answers = [
            who.post(f"records/{name}/batch", {"items": []})
            for who, name in ((shop.clerk, "vault"), (shop.clerk, "nothing"))
        ]
        assert [one.status for one in answers] == [404, 404]


def batch(who: Client, *items: dict[str, Any], atomic: bool = False) -> Answer:
    """Send a batch for accounts."""
    return who.post("records/account/batch", {"atomic": atomic, "items": list(items)})


def history_rows(shop: Shop) -> int:
    """How many changes were ever kept."""
    with shop.world.services.database.read.connect() as connection:
        found: int = connection.execute(select(func.count()).select_from(own.change)).scalar_one()
    return found
