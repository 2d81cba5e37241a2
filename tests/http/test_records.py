"""One record over HTTP: made, read, changed, deleted, taken back; status, headers and bodies as promised."""

import re
from uuid import UUID, uuid4

import pytest

from framework.records.keys import new_id
from tests.http.conftest import Shop
from tests.support.clients import Answer, client_of, path_of

SERVER_SET = ("version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "deleted_by")


def codes(answer: Answer) -> list[tuple[str, str]]:
    """Where and what, of every fault of a problem."""
    return [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]]


class TestCreate:
    def test_a_created_record_is_answered_with_its_address_and_version(self, shop: Shop) -> None:
        made = shop.admin.post("records/account", {"name": "Ada", "size": 3})
        ident = made.json["id"]
        assert made.status == 201
        assert made.headers["location"] == f"/api/v1/records/account/{ident}"
        assert made.etag == '"1"'
        assert made.headers["content-type"] == "application/json"
        assert made.json == shop.admin.get(path_of("account", ident)).json

    def test_a_record_is_flat_and_knows_who_made_it_when(self, shop: Shop) -> None:
        made = shop.clerk.create("account", name="Ada")
        assert (made["version"], made["created_by"], made["updated_by"]) == (1, shop.clerk_id, shop.clerk_id)
        assert made["created_at"] == made["updated_at"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", made["created_at"])
        assert (made["stage"], made["owner"]) == ("new", shop.clerk_id)
        assert not made.keys() & {"deleted_at", "deleted_by", "margin"}

    def test_ids_are_version_seven_and_in_the_order_of_making(self, shop: Shop) -> None:
        idents = [shop.admin.create("contact", name="x")["id"] for _ in range(5)]
        assert {UUID(ident).version for ident in idents} == {7}
        assert idents == sorted(idents)

    def test_an_id_may_be_given_once(self, shop: Shop) -> None:
        ident = str(uuid4())
        made = shop.admin.create("contact", name="First", id=ident.upper())
        again = shop.admin.post("records/contact", {"name": "Second", "id": ident})
        assert made["id"] == ident
        assert (again.status, codes(again)) == (409, [("/id", "unique")])
        assert shop.admin.get(path_of("contact", ident)).json["name"] == "First"

    def test_an_id_of_a_deleted_record_is_taken(self, shop: Shop) -> None:
        made = shop.admin.create("contact", name="First")
        shop.admin.delete(path_of("contact", made), "*")
        assert shop.admin.post("records/contact", {"name": "Second", "id": made["id"]}).status == 409

    @pytest.mark.parametrize("ident", ["", "7", None, 7, [], "g" * 36])
    def test_what_is_no_id_is_refused(self, shop: Shop, ident: object) -> None:
        refused = shop.admin.post("records/contact", {"name": "x", "id": ident})
        assert (refused.status, codes(refused)[0][0]) == (422, "/id")

    @pytest.mark.parametrize("name", SERVER_SET)
    def test_what_the_server_sets_is_refused(self, shop: Shop, name: str) -> None:
        refused = shop.admin.post("records/account", {"name": "x", name: None})
        assert refused.status == 422
        assert [pointer for pointer, _ in codes(refused)] == [f"/{name}"]

    def test_every_fault_is_told_at_once_with_its_place(self, shop: Shop) -> None:
        refused = shop.admin.post(
            "records/account", {"size": -1, "stage": "wno", "founded_on": "2026-02-30", "vip": "yes"}
        )
        assert refused.status == 422
        assert refused.json["code"] == "validation"
        assert dict(codes(refused)) == {"/size": "min", "/stage": "option", "/founded_on": "type", "/vip": "type"}
        (hint,) = [fault["hint"] for fault in refused.json["errors"] if fault["pointer"] == "/stage"]
        assert "won" in hint

    def test_a_missing_value_is_named(self, shop: Shop) -> None:
        for body in ({}, {"name": None}, {"name": "  "}):
            assert codes(shop.admin.post("records/account", body)) == [("/name", "required")]

    def test_an_unknown_field_is_named_with_the_nearest(self, shop: Shop) -> None:
        refused = shop.admin.post("records/account", {"name": "x", "naem": "y", "a/b~c": 1})
        assert refused.status == 422
        assert codes(refused) == [("/naem", "unknown_field"), ("/a~1b~0c", "unknown_field")]
        assert "name" in refused.json["errors"][0]["hint"]

    def test_a_field_that_may_only_be_read_is_forbidden(self, shop: Shop) -> None:
        refused = shop.clerk.post("records/account", {"name": "x", "score": 1})
        assert (refused.status, codes(refused)) == (403, [("/score", "read_only")])

    def test_a_hidden_field_is_answered_like_one_that_does_not_exist(self, shop: Shop) -> None:
        hidden, absent = (shop.clerk.post("records/account", {"name": "x", name: 1}) for name in ("margin", "marginn"))
        assert hidden.status == absent.status == 422
        assert [codes(hidden), codes(absent)] == [[("/margin", "unknown_field")], [("/marginn", "unknown_field")]]
        assert "margin" not in str(absent.json["errors"][0]["hint"])

    def test_a_link_to_nothing_is_refused_like_one_to_an_unseen_record(self, shop: Shop) -> None:
        unseen = shop.admin.create("account", name="x")["id"]
        someone = shop.client("contacter")
        hidden, absent = (
            someone.post("records/contact", {"name": "x", "account": link}) for link in (unseen, new_id())
        )
        assert (hidden.status, codes(hidden)) == (422, [("/account", "link")])
        assert absent.status == 422
        assert absent.json["errors"] == hidden.json["errors"]

    def test_a_unique_value_that_is_taken_is_named_without_its_holder(self, shop: Shop) -> None:
        code = shop.lot()
        holder = shop.admin.create("account", name="Holder", code=code)
        refused = shop.admin.post("records/account", {"name": "Other", "code": code})
        assert (refused.status, codes(refused)) == (409, [("/code", "unique")])
        assert holder["id"].encode() not in refused.body
        assert b"Holder" not in refused.body

    def test_values_unique_together_are_refused_in_the_words_of_the_bundle(self, shop: Shop) -> None:
        lot = shop.lot()
        shop.admin.create("account", name="x", lot=lot, rank=1)
        refused = shop.admin.post("records/account", {"name": "x", "lot": lot, "rank": 1})
        assert (refused.status, codes(refused)) == (409, [("/lot", "unique"), ("/rank", "unique")])
        assert refused.json["errors"][0]["message"] == "This rank is taken in the lot."

    def test_who_may_not_create_is_forbidden(self, shop: Shop) -> None:
        assert shop.guest.post("records/contact", {"name": "x"}).status == 403

    def test_an_entity_that_one_may_not_read_is_not_there(self, shop: Shop) -> None:
        hidden, absent = (shop.clerk.post(f"records/{entity}", {"name": "x"}) for entity in ("vault", "tlvau"))
        assert hidden.status == absent.status == 404
        assert hidden.json["errors"] == absent.json["errors"] == []


class TestRead:
    def test_a_record_carries_its_version_as_etag(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        shop.admin.patch(path_of("account", made), {"size": 1}, '"1"')
        found = shop.admin.get(path_of("account", made))
        assert (found.status, found.etag, found.json["version"]) == (200, '"2"', 2)

    def test_only_what_is_asked_for_comes_with_id_and_version(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=2)
        found = shop.admin.get(path_of("account", made), fields="size,name")
        assert list(found.json) == ["id", "version", "size", "name"]

    def test_an_expanded_link_gives_title_and_asked_fields(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="Acme", size=2)
        made = shop.admin.create("contact", name="x", account=account["id"])
        found = shop.admin.get(path_of("contact", made), expand="account,deputy", fields="name,account.size").json
        assert found["account"] == {"id": account["id"], "title": "Acme", "size": 2}
        assert found["deputy"] is None
        assert shop.admin.get(path_of("contact", made)).json["account"] == account["id"]

    def test_an_expanded_link_to_an_unseen_record_gives_its_id_only(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="Acme")
        made = shop.admin.create("contact", name="x", account=account["id"])
        found = shop.client("contacter").get(path_of("contact", made), expand="account")
        assert found.json["account"] == {"id": account["id"], "title": None}

    def test_an_expanded_link_to_a_deleted_record_gives_its_id_only(self, shop: Shop) -> None:
        ident, email = shop.person("clerk")
        made = client_of(shop.app, email).create("contact", name="x")
        shop.admin.delete(path_of("user", ident), "*")
        found = shop.admin.get(path_of("contact", made), expand="created_by").json
        assert found["created_by"] == {"id": ident, "title": None}

    @pytest.mark.parametrize("field", ["margin", "account.margin", "nargim"])
    def test_a_hidden_field_cannot_be_asked_for(self, shop: Shop, field: str) -> None:
        account = shop.admin.create("account", name="x", margin=77123)
        contact = shop.admin.create("contact", name="x", account=account["id"])
        record = contact if "." in field else account
        refused = shop.clerk.get(path_of("contact" if "." in field else "account", record), fields=field)
        assert (refused.status, refused.json["code"]) == (400, "unknown_field")

    @pytest.mark.parametrize("ident", ["7", "00000000-0000-7000-8000-000000000000", "%00", "\U0001f600", "a" * 3000])
    def test_what_is_no_record_is_not_found(self, shop: Shop, ident: str) -> None:
        for answer in (
            shop.admin.get(path_of("account", ident)),
            shop.admin.patch(path_of("account", ident), {}, "*"),
            shop.admin.delete(path_of("account", ident), "*"),
            shop.admin.post(path_of("account", ident, "restore"), None),
        ):
            assert (answer.status, answer.json["code"]) == (404, "not_found")

    def test_an_id_is_read_in_any_letter_case(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        assert shop.admin.get(path_of("account", made["id"].upper())).json["id"] == made["id"]


class TestUpdate:
    def test_a_change_answers_with_the_next_version(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1)
        changed = shop.admin.patch(path_of("account", made), {"size": 2}, '"1"')
        assert (changed.status, changed.etag) == (200, '"2"')
        assert changed.json == shop.admin.get(path_of("account", made)).json
        assert (changed.json["size"], changed.json["name"], changed.json["version"]) == (2, "x", 2)

    def test_null_clears(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1, founded_on="2026-01-01")
        changed = shop.admin.patch(path_of("account", made), {"size": None, "founded_on": None}, "*").json
        assert (changed["size"], changed["founded_on"]) == (None, None)

    def test_what_changes_nothing_makes_no_version(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1, price="1.50")
        for body in ({}, {"size": 1}, {"name": " x "}, {"price": "1.5"}, {"price": 1.5}):
            same = shop.admin.patch(path_of("account", made), body, '"1"')
            assert (same.status, same.etag) == (200, '"1"'), body

    def test_a_change_without_version_is_refused(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        for answer in (
            shop.admin.patch(path_of("account", made), {"size": 1}),
            shop.admin.delete(path_of("account", made)),
        ):
            assert (answer.status, answer.json["code"]) == (428, "precondition_required")
        assert shop.admin.get(path_of("account", made)).json["version"] == 1

    @pytest.mark.parametrize(
        "version", ["", "1", "'1'", 'W/"1"', '"1', '"x"', '"-1"', '"1", "2"', '"' + "9" * 40 + '"', '"１"', "**", '""']
    )
    def test_what_is_no_version_is_malformed(self, shop: Shop, version: str) -> None:
        made = shop.admin.create("account", name="x")
        headers = {"If-Match": version.encode().decode("latin-1")}
        for method in ("PATCH", "DELETE"):
            refused = shop.admin.call(method, path_of("account", made), {"size": 1}, headers=headers)
            assert (refused.status, refused.json["code"]) == (400, "etag")

    def test_any_version_will_do_for_a_star(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        for size in (1, 2):
            assert shop.admin.patch(path_of("account", made), {"size": size}, "*").status == 200

    def test_a_clash_answers_with_what_is_there_and_what_collides(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1, rank=1)
        shop.admin.patch(path_of("account", made), {"size": 2, "rank": 5}, '"1"')
        clash = shop.admin.patch(path_of("account", made), {"size": 3, "rank": 5, "note": "mine"}, '"1"')
        assert (clash.status, clash.json["code"], clash.etag) == (412, "conflict", '"2"')
        assert clash.json["record"] == shop.admin.get(path_of("account", made)).json
        (fault,) = clash.json["errors"]
        assert (fault["pointer"], fault["was"], fault["yours"], fault["theirs"]) == ("/size", 1, 3, 2)

    def test_a_version_that_was_never_is_a_clash(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        assert shop.admin.patch(path_of("account", made), {"size": 3}, '"2"').status == 412
        assert shop.admin.delete(path_of("account", made), '"2"').status == 412

    def test_a_clash_tells_nothing_of_hidden_fields(self, shop: Shop) -> None:
        made = shop.clerk.create("account", name="x")
        shop.admin.patch(path_of("account", made), {"margin": 774411, "name": "y"}, '"1"')
        clash = shop.clerk.patch(path_of("account", made), {"name": "z"}, '"1"')
        assert clash.status == 412
        assert b"774411" not in clash.body
        assert b"margin" not in clash.body

    def test_a_record_of_others_may_be_seen_but_not_changed(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        refused = [
            shop.clerk.patch(path_of("account", made), {"size": 1}, "*"),
            shop.clerk.delete(path_of("account", made), "*"),
        ]
        assert [one.status for one in refused] == [403, 403]
        assert shop.admin.get(path_of("account", made)).json["version"] == 1

    def test_a_change_that_would_take_the_record_out_of_reach_is_refused(self, shop: Shop) -> None:
        made = shop.clerk.create("account", name="x")
        me = shop.admin.get("me").json["id"]
        refused = shop.clerk.patch(path_of("account", made), {"owner": me}, "*")
        assert (refused.status, refused.json["code"]) == (403, "out_of_reach")
        assert shop.clerk.get(path_of("account", made)).json["owner"] == shop.clerk_id

    def test_the_present_values_decide_what_is_missing(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        refused = shop.admin.patch(path_of("account", made), {"name": None}, "*")
        assert (refused.status, codes(refused)) == (422, [("/name", "required")])


class TestDelete:
    def test_a_deleted_record_is_gone_from_every_read_but_the_bin(self, shop: Shop) -> None:
        lot, (ident,) = shop.accounts({})
        gone = shop.admin.delete(path_of("account", ident), '"1"')
        assert (gone.status, gone.body) == (204, b"")
        assert shop.admin.get(path_of("account", ident)).status == 404
        assert shop.admin.items("records/account", filter=f"lot = '{lot}'") == []
        (left,) = shop.admin.items("records/account", filter=f"lot = '{lot}'", deleted="only")
        assert (left["id"], left["version"]) == (ident, 2)

    def test_a_deleted_record_can_neither_be_changed_nor_deleted_again(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        shop.admin.delete(path_of("account", made), "*")
        assert shop.admin.patch(path_of("account", made), {"size": 1}, "*").status == 404
        assert shop.admin.delete(path_of("account", made), "*").status == 404

    def test_restoring_brings_it_back_under_a_new_version(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=4)
        shop.admin.delete(path_of("account", made), "*")
        back = shop.admin.post(path_of("account", made, "restore"), None)
        assert (back.status, back.etag, back.json["size"]) == (200, '"3"', 4)
        assert shop.admin.get(path_of("account", made)).json == back.json
        assert shop.admin.post(path_of("account", made, "restore"), None).status == 404

    def test_a_value_taken_meanwhile_keeps_a_record_in_the_bin(self, shop: Shop) -> None:
        code = shop.lot()
        made = shop.admin.create("account", name="x", code=code)
        shop.admin.delete(path_of("account", made), "*")
        shop.admin.create("account", name="y", code=code)
        refused = shop.admin.post(path_of("account", made, "restore"), None)
        assert (refused.status, codes(refused)) == (409, [("/code", "unique")])

    def test_a_record_that_others_link_to_stays_where_the_link_says_so(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="x")
        contact = shop.admin.create("contact", name="x", account=account["id"])
        refused = shop.admin.delete(path_of("account", account), "*")
        assert (refused.status, refused.json["errors"][0]["code"]) == (409, "linked")
        shop.admin.delete(path_of("contact", contact), "*")
        assert shop.admin.delete(path_of("account", account), "*").status == 204

    def test_links_are_cleared_and_records_taken_along_and_both_come_back(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="x")
        child = shop.admin.create("account", name="child", parent=account["id"])
        tenant = shop.admin.create("contact", name="tenant", home=account["id"])
        friend = shop.admin.create("contact", name="friend", deputy=tenant["id"])
        assert shop.admin.delete(path_of("account", account), "*").status == 204
        assert shop.admin.get(path_of("account", child)).json["parent"] is None
        assert shop.admin.get(path_of("contact", tenant)).status == 404
        assert shop.admin.get(path_of("contact", friend)).json["deputy"] is None
        assert shop.admin.post(path_of("account", account, "restore"), None).status == 200
        assert shop.admin.get(path_of("account", child)).json["parent"] == account["id"]
        assert shop.admin.get(path_of("contact", tenant)).json["home"] == account["id"]
        assert shop.admin.get(path_of("contact", friend)).json["deputy"] == tenant["id"]

    def test_what_was_changed_since_is_not_undone(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="x")
        child = shop.admin.create("account", name="child", parent=account["id"])
        shop.admin.delete(path_of("account", account), "*")
        shop.admin.patch(path_of("account", child), {"size": 1}, "*")
        assert shop.admin.post(path_of("account", account, "restore"), None).status == 409
        assert shop.admin.get(path_of("account", account)).status == 404

    def test_only_who_may_delete_sees_the_bin(self, shop: Shop) -> None:
        assert shop.guest.get("records/contact", deleted="only").status == 403
