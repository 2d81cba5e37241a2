"""Undo: an operation is taken back as a whole, by its actor alone, and nobody's later work is lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from framework.publishing import Published
from tests.http.conftest import Shop
from tests.http.test_concurrency import WRITERS, together
from tests.support.bundles import Documents, World
from tests.support.clients import Answer, Client, application, client_of, path_of

ACTIONS = "me/actions"


def op_of(answer: Answer) -> str:
    """The operation that a call was."""
    return answer.headers["x-request-id"]


def undo(who: Client, op_id: str) -> Answer:
    return who.post(f"{ACTIONS}/{op_id}/undo", None)


def undone(who: Client, op_id: str) -> dict[str, Any]:
    """Take an operation back, which must succeed."""
    answer = undo(who, op_id)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def listed(who: Client, op_id: str) -> dict[str, Any]:
    """How the list of one's own operations tells of one."""
    (found,) = [one for one in who.items(ACTIONS) if one["op_id"] == op_id]
    return dict(found)


def lose(shop: Shop, ident: str, role: str) -> None:
    """Take a role from somebody."""
    (found,) = shop.admin.items("records/role_membership", filter=f"user = '{ident}' and role = '{role}'")
    assert shop.admin.delete(path_of("role_membership", found), "*").status == 204


class TestUndo:
    def test_a_change_goes_back_to_the_values_before_it(self, shop: Shop) -> None:
        parent = shop.admin.create("account", name="parent")
        made = shop.admin.create("account", name="x", size=1, price="12.50", founded_on="2020-01-02", vip=True)
        here = path_of("account", made)
        changed = {"size": None, "price": "7.00", "founded_on": None, "vip": False, "parent": parent["id"]}
        done = shop.admin.patch(here, changed, "*")
        found = undone(shop.admin, op_of(done))
        assert (found["undone"], found["skipped"]) == (
            [{"entity": "account", "id": made["id"], "title": "x", "did": "update"}],
            [],
        )
        now = shop.admin.get(here).json
        assert {name: now[name] for name in changed if name != "parent"} == {
            "size": 1,
            "price": "12.50",
            "founded_on": "2020-01-02",
            "vip": True,
        }
        assert shop.admin.get(here, fields="parent").json["parent"] is None

    def test_a_creation_goes_to_the_bin_and_a_deletion_comes_back(self, shop: Shop) -> None:
        made = shop.admin.post("records/account", {"name": "x"})
        here = path_of("account", made.json)
        created = undone(shop.admin, op_of(made))
        assert shop.admin.get(here).status == 404
        undone(shop.admin, created["op_id"])
        assert shop.admin.get(here).status == 200
        gone = shop.admin.delete(here, "*")
        undone(shop.admin, op_of(gone))
        assert shop.admin.get(here).status == 200

    def test_a_deletion_comes_back_with_what_it_took_along(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="x")
        child = shop.admin.create("account", name="child", parent=account["id"])
        inside = shop.admin.create("contact", name="inside", home=account["id"])
        gone = shop.admin.delete(path_of("account", account), "*")
        assert shop.admin.get(path_of("contact", inside)).status == 404
        back = undone(shop.admin, op_of(gone))
        assert shop.admin.get(path_of("contact", inside)).status == 200
        assert shop.admin.get(path_of("account", child), fields="parent").json["parent"] == account["id"]
        undone(shop.admin, back["op_id"])
        assert shop.admin.get(path_of("contact", inside)).status == 404

    def test_undoing_is_an_operation_that_can_be_undone(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1)
        here = path_of("account", made)
        done = op_of(shop.admin.patch(here, {"size": 2}, "*"))
        for wanted in (1, 2, 1):
            done = undone(shop.admin, done)["op_id"]
            assert shop.admin.get(here).json["size"] == wanted

    def test_what_was_changed_since_is_left_and_listed(self, shop: Shop) -> None:
        lot, (one, other) = shop.accounts({"size": 1}, {"size": 1})
        items = [{"do": "update", "id": ident, "values": {"size": 2}} for ident in (one, other)]
        done = op_of(shop.admin.post("records/account/batch", {"items": items}))
        shop.admin.patch(path_of("account", other), {"rank": 9}, "*")
        found = undone(shop.admin, done)
        assert [entry["id"] for entry in found["undone"]] == [one]
        assert [(entry["id"], entry["code"]) for entry in found["skipped"]] == [(other, "changed_since")]
        sizes = {item["id"]: item["size"] for item in shop.admin.items("records/account", filter=f"lot = '{lot}'")}
        assert sizes == {one: 1, other: 2}

    def test_where_nothing_can_be_taken_back_it_is_refused(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        here = path_of("account", made)
        done = op_of(shop.admin.patch(here, {"size": 2}, "*"))
        undone(shop.admin, done)
        before = shop.admin.get(here).body
        answer = undo(shop.admin, done)
        assert (answer.status, answer.json["code"]) == (409, "not_undone")
        assert answer.json["errors"][0]["code"] == "changed_since"
        assert shop.admin.get(here).body == before

    def test_a_creation_on_which_others_built_stays(self, shop: Shop) -> None:
        made = shop.admin.post("records/account", {"name": "x"})
        later = shop.admin.create("contact", name="built on it", home=made.json["id"])
        answer = undo(shop.admin, op_of(made))
        assert (answer.status, answer.json["errors"][0]["code"]) == (409, "linked")
        assert shop.admin.get(path_of("account", made.json)).status == 200
        assert shop.admin.get(path_of("contact", later)).status == 200

    def test_several_changes_of_one_record_go_back_to_before_the_first(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=1)
        items = [{"do": "update", "id": made["id"], "values": {"size": size}} for size in (2, 3)]
        items += [{"do": "delete", "id": made["id"]}]
        done = op_of(shop.admin.post("records/account/batch", {"items": items}))
        assert shop.admin.get(path_of("account", made)).status == 404
        undone(shop.admin, done)
        assert shop.admin.get(path_of("account", made)).json["size"] == 1

    def test_rules_hold_for_what_comes_back(self, shop: Shop) -> None:
        code = shop.lot()
        made = shop.admin.create("account", name="x", code=code)
        done = op_of(shop.admin.patch(path_of("account", made), {"code": None}, "*"))
        shop.admin.create("account", name="took it", code=code)
        answer = undo(shop.admin, done)
        assert (answer.status, answer.json["errors"][0]["code"]) == (409, "unique")


class TestWhoMay:
    @pytest.mark.parametrize("op_id", ["0" * 16, "nothing", "%20"])
    def test_there_is_no_such_operation(self, shop: Shop, op_id: str) -> None:
        assert undo(shop.admin, op_id).status == 404

    def test_another_ones_operation_is_as_absent(self, shop: Shop) -> None:
        made = shop.admin.post("records/account", {"name": "x"})
        refused = undo(shop.client("administrator"), op_of(made))
        absent = undo(shop.client("administrator"), "0" * 16)
        told = [{**one.json, "request_id": ""} for one in (refused, absent)]
        assert told[0] == told[1]
        assert refused.status == 404
        assert shop.admin.get(path_of("account", made.json)).status == 200

    def test_present_rights_decide(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", owner=shop.clerk_id, size=1)
        here = path_of("account", made)
        done = op_of(shop.clerk.patch(here, {"size": 2}, "*"))
        shop.admin.patch(here, {"owner": None}, "*")
        answer = undo(shop.clerk, done)
        assert (answer.status, answer.json["errors"][0]["code"]) == (409, "forbidden")
        assert shop.admin.get(here).json["size"] == 2

    def test_what_one_may_no_longer_see_is_neither_told_nor_touched(self, shop: Shop) -> None:
        ident, email = shop.person("mine_only", "clerk")
        someone = client_of(shop.app, email)
        made = someone.post("records/account", {"name": "x", "size": 1})
        done = op_of(someone.patch(path_of("account", made.json), {"size": 2}, "*"))
        assert listed(someone, done)["state"] == "undoable"
        shop.admin.patch(path_of("account", made.json), {"owner": None}, "*")
        lose(shop, ident, "clerk")
        assert someone.items(ACTIONS) == []
        assert undo(someone, done).status == undo(someone, op_of(made)).status == 404
        assert shop.admin.get(path_of("account", made.json)).json["size"] == 2


def documents(entity: str, price: str) -> Documents:
    """A world whose entity and field may be renamed, with values of several columns."""
    fields = {
        "name": {"type": "text", "label": "Name"},
        price: {"type": "money", "label": "Price", "column": "price"},
        "about": {"type": "link", "to": ["firm", "person"], "label": "About"},
    }
    named = {"fields": {"name": {"type": "text", "label": "Name"}}}
    return {
        f"entities/{entity}.json": {"label": "Deal", "table": "deal", "fields": fields},
        "entities/firm.json": {"label": "Firm", **named},
        "entities/person.json": {"label": "Person", **named},
    }


class TestAcrossAPublish:
    @pytest.fixture
    def published(self, world_of: Callable[[Documents], World]) -> Iterator[tuple[World, Client]]:
        world = world_of(documents("deal", "price"))
        world.person("admin@example.com", "administrator")
        app = application(world.services.settings)
        yield world, client_of(app, "admin@example.com")
        app.extensions["armature"].database.close()

    def test_values_of_several_columns_come_back_under_their_present_names(
        self, published: tuple[World, Client]
    ) -> None:
        world, admin = published
        about = [{"entity": name, "id": admin.create(name, name=name)["id"]} for name in ("firm", "person")]
        made = admin.create("deal", name="x", price={"amount": "12.50", "currency": "EUR"}, about=about[0])
        values = {"price": {"amount": "9.00", "currency": "USD"}, "about": about[1]}
        done = op_of(admin.patch(path_of("deal", made), values, "*"))
        assert isinstance(world.publish(documents("chance", "amount")), Published)
        (listing,) = [one for one in admin.items(ACTIONS) if one["op_id"] == done]
        assert listing["what"] == "Changed deal x"
        again = undone(admin, done)
        now = admin.get(path_of("chance", made), fields="amount,about").json
        assert (now["amount"], now["about"]) == ({"amount": "12.50", "currency": "EUR"}, about[0])
        undone(admin, again["op_id"])
        now = admin.get(path_of("chance", made), fields="amount,about").json
        assert (now["amount"], now["about"]) == (values["price"], about[1])

    def test_what_is_retired_since_is_as_absent(self, published: tuple[World, Client]) -> None:
        world, admin = published
        done = op_of(admin.post("records/firm", {"name": "x"}))
        left = {name: body for name, body in documents("deal", "price").items() if "deal" not in name}
        world.publish({name: body for name, body in left.items() if "firm" not in name})
        assert undo(admin, done).status == 404
        assert admin.items(ACTIONS) == []


class TestActions:
    def test_they_are_told_in_words_newest_first(self, shop: Shop) -> None:
        someone = shop.client("administrator")
        made = someone.post("records/contact", {"name": "Anna Berger"})
        here = path_of("contact", made.json)
        lot, idents = shop.accounts({}, {}, {})
        items = [{"do": "update", "id": ident, "values": {"stage": "won"}} for ident in idents]
        someone.post("records/account/batch", {"items": items})
        someone.patch(here, {"name": "Anna B."}, "*")
        gone = op_of(someone.delete(here, "*"))
        undone(someone, gone)
        found = someone.items(ACTIONS)
        assert [one["what"] for one in found] == [
            "Restored contact Anna B.",
            "Deleted contact Anna B.",
            "Changed name of contact Anna B.",
            "Changed stage of 3 accounts",
            "Created contact Anna B.",
        ]
        assert [one["state"] for one in found] == [
            "undoable",
            "undone",
            "changed_since",
            "undoable",
            "changed_since",
        ]
        assert found[0]["undoes"] == gone
        assert found[3]["counts"] == {"update": 3}
        assert {one["door"] for one in found} == {"api"}
        assert lot

    def test_pages_give_every_operation_once(self, shop: Shop) -> None:
        someone = shop.client("administrator")
        for number in range(5):
            someone.create("account", name=f"n{number}")
        whole, paged, after = someone.items(ACTIONS), [], dict[str, str]()
        while True:
            page = someone.get(ACTIONS, limit=2, **after).json
            paged += page["items"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert paged == whole
        assert len(whole) == 5

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "after=x", "actor=1", "limit=1&limit=1"])
    def test_what_makes_no_sense_is_refused(self, shop: Shop, query: str) -> None:
        assert shop.admin.get(f"{ACTIONS}?{query}").status == 400

    def test_nothing_of_a_hidden_field_is_told(self, shop: Shop) -> None:
        ident, email = shop.person("administrator", "clerk")
        someone = client_of(shop.app, email)
        made = shop.admin.create("account", name="x", margin=661177, owner=ident)
        done = op_of(someone.patch(path_of("account", made), {"margin": 772288}, "*"))
        lose(shop, ident, "administrator")
        told = someone.get(ACTIONS).body + undo(someone, done).body
        assert b"margin" not in told.lower()
        assert b"661177" not in told
        assert shop.admin.get(path_of("account", made)).json["margin"] == 772288


class TestTogether:
    def test_sixteen_who_undo_and_change_lose_nothing(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=0)
        here = path_of("account", made)
        done = op_of(shop.admin.patch(here, {"size": 1}, "*"))

        def change(number: int) -> Answer:
            return shop.admin.patch(here, {"rank": number}, "*")

        def act(number: int) -> Answer:
            return undo(shop.admin, done) if number % 2 else change(number)

        calls: list[Any] = [partial(act, number) for number in range(WRITERS)]
        answers = together(calls)
        changed, undos = answers[::2], Counter(one.status for one in answers[1::2])
        assert {one.status for one in changed} == {200}
        assert set(undos) <= {200, 409, 503}
        assert undos[200] <= 1
        end = shop.admin.get(here).json
        history = shop.admin.items(here + "/history")
        assert end["size"] == (0 if undos[200] else 1)
        assert end["version"] == 2 + WRITERS // 2 + undos[200] == len(history)
        assert {pair["fields"]["rank"][1] for pair in history if "rank" in pair["fields"]} == set(range(0, WRITERS, 2))

    def test_sixteen_operations_undone_at_once_all_go_back(self, shop: Shop) -> None:
        _, idents = shop.accounts(*({"size": 0} for _ in range(WRITERS)))
        done = [op_of(shop.admin.patch(path_of("account", one), {"size": 1}, "*")) for one in idents]
        answers = together([partial(undo, shop.admin, op_id) for op_id in done])
        assert {one.status for one in answers} == {200}
        assert {shop.admin.get(path_of("account", one)).json["size"] for one in idents} == {0}
