"""History and the change feed: every accepted write once, in order, and only as far as the reader may see."""

import time
from typing import Any

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Client, client_of, path_of

PATIENCE_S = 60


def feed(who: Client, after: str | None, **asked: object) -> tuple[list[dict[str, Any]], str]:
    """Everything behind a cursor, page by page, and the cursor behind it."""
    found: list[dict[str, Any]] = []
    while True:
        parameters = {**asked, **({"after": after} if after else {})}
        answer = who.get("changes", **parameters)
        assert answer.status == 200, answer.body
        found += answer.json["items"]
        if after == answer.json["next"]:
            return found, after
        after = answer.json["next"]


def feed_until(who: Client, after: str | None, wanted: set[str], **asked: object) -> list[dict[str, Any]]:
    """The feed once it tells of these records: other work on the server may hold it back for a while."""
    end = time.monotonic() + PATIENCE_S
    while True:
        items, _ = feed(who, after, **asked)
        if wanted <= {one["id"] for one in items} or time.monotonic() > end:
            return items
        time.sleep(0.1)


def now_of(who: Client, shop: Shop) -> str:
    """The cursor behind everything written so far, once the feed tells of all of it."""
    feed_until(shop.admin, None, {shop.admin.create("account", name="so far")["id"]})
    return feed(who, None)[1]


class TestHistory:
    def test_each_write_leaves_one_entry_newest_first(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1)
        here = path_of("account", made)
        shop.admin.patch(here, {"size": 2, "name": "x"}, '"1"')
        shop.admin.patch(here, {"size": 2}, '"2"')
        shop.admin.delete(here, "*")
        shop.admin.post(here + "/restore", None)
        found = shop.admin.items(here + "/history")
        assert [(one["op"], one["version"]) for one in found] == [
            ("restore", 4),
            ("delete", 3),
            ("update", 2),
            ("create", 1),
        ]
        assert found[2]["fields"] == {"size": [1, 2]}
        assert found[3]["fields"]["name"] == [None, "x"]
        assert {one["actor_name"] for one in found} == {"admin"}
        assert {(one["door"], one["entity"], one["id"]) for one in found} == {("api", "account", made["id"])}

    def test_its_cursor_tells_nothing_of_what_others_wrote_meanwhile(self, shop: Shop) -> None:
        cursors = []
        for others in (0, 3):
            here = path_of("account", shop.admin.create("account", name="x", size=1))
            for number in range(others):
                shop.admin.create("vault", name=f"unseen {number}")
            shop.admin.patch(here, {"size": 2}, "*")
            cursors.append(shop.admin.get(here + "/history", limit=1).json["next"])
        assert cursors[0] == cursors[1] is not None

    def test_refused_writes_leave_none(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        here = path_of("account", made)
        shop.admin.patch(here, {"size": -1}, "*")
        shop.admin.patch(here, {"size": 1}, '"7"')
        shop.clerk.patch(here, {"size": 1}, "*")
        assert len(shop.admin.items(here + "/history")) == 1

    def test_what_a_deletion_took_along_is_told_there(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="x")
        child = shop.admin.create("account", name="child", parent=account["id"])
        shop.admin.delete(path_of("account", account), "*")
        found = shop.admin.items(path_of("account", child, "history"))
        assert (found[0]["op"], found[0]["fields"]["parent"]) == ("update", [account["id"], None])

    def test_a_link_that_comes_back_with_the_record_is_told_as_such(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="x")
        child = shop.admin.create("account", name="child", parent=account["id"])
        shop.admin.delete(path_of("account", account), "*")
        shop.admin.post(path_of("account", account, "restore"), None)
        found = shop.admin.items(path_of("account", child, "history"))
        assert (found[0]["op"], found[0]["fields"]["parent"]) == ("update", [None, account["id"]])

    def test_pages_give_every_entry_once(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        here = path_of("account", made)
        for size in range(6):
            shop.admin.patch(here, {"size": size}, "*")
        whole = shop.admin.items(here + "/history")
        paged: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = shop.admin.get(here + "/history", limit=3, **after).json
            paged += page["items"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert paged == whole
        assert len(whole) == 7

    def test_it_tells_nothing_of_fields_that_one_may_not_read(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", margin=991133)
        shop.admin.patch(path_of("account", made), {"margin": 882244, "size": 1}, "*")
        someone = shop.client("clerk", "historian")
        answer = someone.get(path_of("account", made, "history"))
        assert answer.status == 200
        assert b"margin" not in answer.body
        assert b"991133" not in answer.body
        assert answer.json["items"][0]["fields"] == {"size": [None, 1]}

    def test_one_needs_the_record_and_the_ability(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        history = path_of("account", made, "history")
        assert shop.clerk.get(history).status == 403
        assert shop.guest.get(history).status == 404
        assert shop.client("auditor").get(history).status == 200
        shop.admin.delete(path_of("account", made), "*")
        assert shop.admin.get(history).status == 404

    @pytest.mark.parametrize("query", ["limit=0", "after=x", "fields=name", "limit=1&limit=1"])
    def test_what_makes_no_sense_is_refused(self, shop: Shop, query: str) -> None:
        made = shop.admin.create("account", name="x")
        assert shop.admin.get(path_of("account", made, "history") + "?" + query).status == 400


class TestChanges:
    def test_writes_come_in_their_order_and_once(self, shop: Shop) -> None:
        first = shop.admin.create("account", name="first")
        start = feed_until(shop.admin, None, {first["id"]})
        assert start
        cursor = feed(shop.admin, None)[1]
        made = [shop.admin.create("account", name=f"n{n}") for n in range(5)]
        shop.admin.patch(path_of("account", made[0]), {"size": 3}, "*")
        shop.admin.delete(path_of("account", made[1]), "*")
        mine = {one["id"] for one in made}
        told = feed_until(shop.admin, cursor, mine, limit=2)
        wanted = [(one["id"], "create") for one in made] + [(made[0]["id"], "update")]
        assert [(one["id"], one["op"]) for one in told if one["id"] in mine and one["op"] != "delete"][
            : len(wanted)
        ] == wanted

    def test_one_entity_may_be_followed_alone(self, shop: Shop) -> None:
        account, contact = shop.admin.create("account", name="x"), shop.admin.create("contact", name="x")
        found = feed_until(shop.admin, None, {account["id"]}, entity="account")
        assert {one["entity"] for one in found} == {"account"}
        assert contact["id"] not in {one["id"] for one in found}
        assert shop.clerk.get("changes", entity="vault").status == 404
        assert shop.clerk.get("changes", entity="nothing").status == 404

    def test_a_reader_hears_only_of_what_it_may_see(self, shop: Shop) -> None:
        vault = shop.admin.create("vault", name="gold")
        account = shop.admin.create("account", name="x", margin=773311)
        seen = feed_until(shop.clerk, None, {account["id"]})
        assert vault["id"] not in {one["id"] for one in seen}
        assert "margin" not in {name for one in seen for name in one["fields"]}
        assert "773311" not in str(seen)
        assert not [one for one in feed(shop.guest, None)[0] if one["entity"] == "account"]

    def test_neither_cursor_nor_page_length_counts_what_others_wrote(self, shop: Shop) -> None:
        cursor = now_of(shop.clerk, shop)
        made = []
        for number in range(3):
            made.append(shop.admin.create("account", name=f"seen {number}")["id"])
            for hidden in range(2):
                shop.admin.create("vault", name=f"unseen {number} {hidden}")
        feed_until(shop.clerk, cursor, set(made))
        page = shop.clerk.get("changes", after=cursor, limit=2).json
        assert [one["id"] for one in page["items"]] == made[:2]
        rest = shop.clerk.get("changes", after=page["next"], limit=2).json
        assert [one["id"] for one in rest["items"]] == made[2:]
        again = shop.clerk.get("changes", after=page["next"], limit=2).json
        assert len({len(one["next"]) for one in (page, rest, again)}) == 1
        assert rest["next"] != again["next"]
        shop.admin.create("vault", name="unseen at the end")
        assert shop.clerk.get("changes", after=rest["next"]).json == {"items": [], "next": rest["next"]}

    def test_a_page_goes_on_over_records_that_one_may_not_see(self, shop: Shop) -> None:
        ident, email = shop.person("mine_only")
        someone = client_of(shop.app, email)
        cursor = now_of(someone, shop)
        for number in range(4):
            shop.admin.create("account", name=f"unseen {number}")
        mine = shop.admin.create("account", name="mine", owner=ident)
        feed_until(someone, cursor, {mine["id"]})
        page = someone.get("changes", after=cursor, limit=1).json
        assert [one["id"] for one in page["items"]] == [mine["id"]]

    def test_a_record_out_of_sight_is_told_no_more(self, shop: Shop) -> None:
        made = shop.clerk.create("account", name="x")
        feed_until(shop.clerk, None, {made["id"]})
        ident, email = shop.person("mine_only")
        someone = client_of(shop.app, email)
        assert made["id"] not in {one["id"] for one in feed(someone, None)[0]}
        shop.admin.patch(path_of("account", made), {"owner": ident}, "*")
        assert made["id"] in {one["id"] for one in feed_until(someone, None, {made["id"]})}

    @pytest.mark.parametrize("query", ["after=x", "after=WzEsMl0x", "limit=0", "limit=201", "sort=at", "after=W10"])
    def test_what_makes_no_sense_is_refused(self, shop: Shop, query: str) -> None:
        assert shop.admin.get(f"changes?{query}").status == 400
