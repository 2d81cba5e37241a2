"""Lists over HTTP: what may be asked, in which order it comes, and that paging neither skips nor repeats."""

import base64
import itertools
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Answer, Client, path_of

ROWS: tuple[dict[str, Any], ...] = (
    {"name": "Ash", "size": 3, "vip": True, "founded_on": "2020-01-01", "stage": "won", "price": "10.00"},
    {"name": "birch", "size": 1, "vip": False, "founded_on": "2026-03-01", "stage": "lost", "price": "9.50"},
    {"name": "Cedar", "size": None, "vip": None, "founded_on": None, "stage": "new", "price": None},
    {
        "name": "Date % _ ' palm",
        "size": 20,
        "founded_on": "1999-12-31",
        "stage": "new",
        "price": "-1.25",
        "note": "a\nb",
    },
    {"name": "Élan", "size": 3, "stage": "won", "price": "100.00", "seen_at": "2026-03-01T00:30:00+02:00"},
)


@pytest.fixture(scope="session")
def grove(shop: Shop) -> tuple[str, list[str]]:
    """Five accounts that nobody changes: their lot and ids."""
    return shop.accounts(*ROWS)


def names(client: Client, lot: str, condition: str = "", **parameters: object) -> list[str]:
    """The names that a list gives, in its order."""
    both = f"lot = '{lot}'" + (f" and ({condition})" if condition else "")
    return [one["name"] for one in client.items("records/account", filter=both, **parameters)]


def problem(answer: Answer) -> tuple[int, str, str]:
    """Status, code and the parameter that the first fault names."""
    return answer.status, answer.json["code"], answer.json["errors"][0]["pointer"]


class TestParameters:
    @pytest.mark.parametrize(
        ("query", "code", "pointer"),
        [
            ("fitler=x", "unknown_parameter", "fitler"),
            ("_=1", "unknown_parameter", "_"),
            ("limit=5&limit=5", "doubled_parameter", "limit"),
            ("filter[size][eq]=1&filter[size][eq]=2", "doubled_parameter", "filter[size][eq]"),
            ("limit=0", "limit", "limit"),
            ("limit=201", "limit", "limit"),
            ("limit=-1", "limit", "limit"),
            ("limit=%C2%B2", "limit", "limit"),
            ("limit=1e2", "limit", "limit"),
            ("limit=", "limit", "limit"),
            ("count=all", "value", "count"),
            ("deleted=yes", "value", "deleted"),
            ("fields=name,,size", "names", "fields"),
            ("fields=name,nmae", "unknown_field", "fields"),
            ("fields=parent.nmae", "unknown_field", "fields"),
            ("fields=name.x", "no_link", "expand"),
            ("expand=name", "no_link", "expand"),
            ("expand=nmae", "unknown_field", "expand"),
            ("sort=nmae", "unknown_field", "sort"),
            ("sort=--name", "unknown_field", "sort"),
            ("sort=name,size,rank,vip,stage,founded_on", "malformed", "sort"),
            ("after=x", "cursor", "after"),
            ("filter=", "filter", "filter"),
            ("filter=name", "filter", "filter"),
            ("filter=nmae = 'x'", "filter", "filter"),
            ("filter=name = ", "filter", "filter"),
            ("filter=name = 'x", "filter", "filter"),
            ("filter=size > 'x'", "filter", "filter"),
            ("filter=founded_on > '2026-02-30'", "filter", "filter"),
            ("filter=seen_at > '2026-03-01T00:00:00'", "filter", "filter"),
            ("filter=stage = 'wno'", "filter", "filter"),
            ("filter=delete()", "filter", "filter"),
            ("filter[size][like]=1", "filter", "filter[size][like]"),
            ("filter[nmae][eq]=1", "filter", "filter"),
            ("filter[size]=1", "unknown_parameter", "filter[size]"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_its_place(
        self, shop: Shop, query: str, code: str, pointer: str
    ) -> None:
        assert problem(shop.admin.get(f"records/account?{query}")) == (400, code, pointer)

    @pytest.mark.parametrize(
        "query",
        [
            {"filter": "name = 'a\0b'"},
            {"filter": "\0"},
            {"search": "a\0b"},
            {"filter": " and ".join(["size = 1"] * 300)},
            {"filter": "not " * 5_000 + "vip"},
            {"filter": "size = " + "9" * 5_000},
            {"filter": f"size in ({', '.join(['1'] * 3000)})"},
            {"filter": "parent.parent.parent.parent.name = 'x'"},
            {"fields": ",".join(["name"] * 201)},
            {"fields": "parent.parent.parent.parent.name"},
            {"after": "W10"},
            {"after": base64.urlsafe_b64encode(json.dumps(["x" * 12, "a\0b"]).encode()).decode()},
            {"after": "A" * 10_000},
            {"sort": "name\0"},
            {"filter[name][eq]": "a\0b"},
            {"filter[founded_on][gt]": "99999-01-01"},
            {"filter[size][in]": "1,x"},
            {"filter[\0][eq]": "1"},
            {"x" * 10_000: "1"},
        ],
        ids=lambda query: str(query)[:30],
    )
    def test_hostile_parameters_are_refused(self, shop: Shop, query: dict[str, str]) -> None:
        answer = shop.admin.get("records/account", **query)
        assert answer.status == 400
        assert len(answer.body) < 4_000

    @pytest.mark.parametrize(
        "query",
        [
            {"search": "x" * 100_000},
            {"search": "%_\\'\"; drop table account --"},
            {"filter": "(" * 300 + "size = 1" + ")" * 300},
            {"filter": "size = 99999999999999999999"},
            {"filter": "size < -99999999999999999999"},
            {"filter": "price = 1" + "0" * 400},
            {"filter": "price * price * price * price * price > 0"},
            {"filter": "price / 0 > 1"},
            {"filter": "size % 0 = 1"},
            {"filter": "size + 9223372036854775807 > 0"},
        ],
        ids=lambda query: str(query)[:30],
    )
    def test_what_is_only_unlikely_is_answered(self, shop: Shop, query: dict[str, str]) -> None:
        shop.accounts({"size": 2**63 - 1, "price": "9999999999999999.99"})
        assert shop.admin.get("records/account", **query).status == 200

    @pytest.mark.parametrize("raw", ["filter=%ff%fe", "filter=name%20=%20%27%ed%a0%80%27", "search=%c0%80"])
    def test_bytes_that_are_no_text_are_refused(self, shop: Shop, raw: str) -> None:
        assert shop.admin.get(f"records/account?{raw}").status == 400

    @pytest.mark.parametrize("field", ["margin", "parent.margin", "marginn", "parent.marginn"])
    @pytest.mark.parametrize(
        "query", ["filter={} > 1", "sort={}", "fields={}", "filter[{}][gt]=1", "filter=is_blank({})"]
    )
    def test_a_hidden_field_is_unknown_wherever_it_is_mentioned(self, shop: Shop, query: str, field: str) -> None:
        absent = field.replace("margin", "quorum")
        told = [shop.clerk.get("records/account?" + query.format(name)) for name in (field, absent)]
        assert [one.status for one in told] == [400, 400]
        hidden, unknown = (str(one.json["errors"]) for one in told)
        assert hidden.replace("margin", "quorum") == unknown

    def test_an_unreadable_entity_is_not_there(self, shop: Shop) -> None:
        hidden, absent = shop.clerk.get("records/vault"), shop.clerk.get("records/vaults")
        assert hidden.status == absent.status == 404
        assert hidden.json["errors"] == absent.json["errors"]


class TestFilters:
    @pytest.mark.parametrize(
        ("condition", "found"),
        [
            ("size = 3", ["Ash", "Élan"]),
            ("size != 3", ["birch", "Date % _ ' palm"]),
            ("size > 1 and size <= 20", ["Ash", "Date % _ ' palm", "Élan"]),
            ("size in (1, 20)", ["birch", "Date % _ ' palm"]),
            ("size not in (1, 20)", ["Ash", "Élan"]),
            ("is_blank(size)", ["Cedar"]),
            ("not is_blank(size) and not vip", ["birch"]),
            ("vip", ["Ash"]),
            ("vip = false", ["birch"]),
            ("stage in ('won', 'lost') and price > 9.99", ["Ash", "Élan"]),
            ("price = 9.5", ["birch"]),
            ("price < 0 or price >= 100", ["Date % _ ' palm", "Élan"]),
            ("founded_on >= '2020-01-01'", ["Ash", "birch"]),
            ("founded_on < '2000-01-01'", ["Date % _ ' palm"]),
            ("seen_at < '2026-03-01T00:00:00Z'", ["Élan"]),
            ("seen_at = '2026-02-28T22:30:00Z'", ["Élan"]),
            ("name = 'Date % _ '' palm'", ["Date % _ ' palm"]),
            ("name = 'ash'", []),
            ("contains(name, '%')", ["Date % _ ' palm"]),
            ("contains(name, '_')", ["Date % _ ' palm"]),
            ("starts_with(name, 'É')", ["Élan"]),
            ("lower(name) = 'ash'", ["Ash"]),
            ("founded_on > today()", []),
            ("owner = me()", [row["name"] for row in ROWS]),
            ("owner.name = 'admin' and size = 1", ["birch"]),
            ("parent.name = 'x'", []),
        ],
    )
    def test_a_condition_gives_the_records_for_which_it_holds(
        self, shop: Shop, grove: tuple[str, list[str]], condition: str, found: list[str]
    ) -> None:
        assert names(shop.admin, grove[0], condition) == found

    @pytest.mark.parametrize(
        ("parameters", "found"),
        [
            ({"filter[size][eq]": 3}, ["Ash", "Élan"]),
            ({"filter[size][ne]": 3}, ["birch", "Date % _ ' palm"]),
            ({"filter[size][gt]": 1, "filter[size][le]": 3}, ["Ash", "Élan"]),
            ({"filter[size][lt]": 3}, ["birch"]),
            ({"filter[size][ge]": 3}, ["Ash", "Date % _ ' palm", "Élan"]),
            ({"filter[size][in]": "1,20"}, ["birch", "Date % _ ' palm"]),
            ({"filter[size][blank]": "true"}, ["Cedar"]),
            ({"filter[size][blank]": "false", "filter[vip][eq]": "true"}, ["Ash"]),
            ({"filter[name][contains]": "a"}, ["Cedar", "Date % _ ' palm", "Élan"]),
            ({"filter[name][starts_with]": "A"}, ["Ash"]),
            ({"filter[name][eq]": "Date % _ ' palm"}, ["Date % _ ' palm"]),
            ({"filter[stage][in]": "won,lost", "filter": "price > 9.99"}, ["Ash", "Élan"]),
            ({"filter[founded_on][ge]": "2020-01-01"}, ["Ash", "birch"]),
            ({"filter[owner.name][eq]": "admin", "filter[size][eq]": "1"}, ["birch"]),
        ],
    )
    def test_shorthands_mean_the_same_and_are_joined_by_and(
        self, shop: Shop, grove: tuple[str, list[str]], parameters: dict[str, object], found: list[str]
    ) -> None:
        given = {**parameters, "filter[lot][eq]": grove[0]}
        assert [one["name"] for one in shop.admin.items("records/account?" + urlencode(given))] == found

    def test_search_finds_in_searchable_fields_only(self, shop: Shop) -> None:
        word = shop.lot()
        shop.admin.create("account", name=f"Old {word.upper()} mill")
        shop.admin.create("account", name="x", note=word)
        assert [one["name"] for one in shop.admin.items("records/account", search=word)] == [f"Old {word.upper()} mill"]
        assert shop.admin.items("records/account", search=f"{word}%") == []

    def test_days_are_those_of_the_zone_of_who_asks(self, shop: Shop) -> None:
        lot = shop.lot()
        for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
            someone = shop.client("clerk", zone=zone)
            assert names(someone, lot, "founded_on = today()") == []
        assert shop.client("clerk", zone="Pacific/Niue").get("me").json["zone"] == "Pacific/Niue"


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "found"),
        [
            ("size", [1, 3, 3, 20, None]),
            ("-size", [20, 3, 3, 1, None]),
            ("founded_on", ["1999-12-31", "2020-01-01", "2026-03-01", None, None]),
            ("-founded_on", ["2026-03-01", "2020-01-01", "1999-12-31", None, None]),
            ("price", ["-1.25", "9.50", "10.00", "100.00", None]),
            ("-price", ["100.00", "10.00", "9.50", "-1.25", None]),
            ("-vip", [True, False, None, None, None]),
        ],
    )
    def test_blanks_come_last_both_ways(
        self, shop: Shop, grove: tuple[str, list[str]], sort: str, found: list[object]
    ) -> None:
        items = shop.admin.items("records/account", filter=f"lot = '{grove[0]}'", sort=sort)
        assert [one[sort.removeprefix("-")] for one in items] == found

    def test_equal_values_are_ordered_by_the_next_key_and_at_last_by_id(
        self, shop: Shop, grove: tuple[str, list[str]]
    ) -> None:
        assert names(shop.admin, grove[0], sort="stage,-size")[2:4] == ["Ash", "Élan"]
        assert names(shop.admin, grove[0]) == [row["name"] for row in ROWS]

    def test_text_is_sorted_as_people_do(self, shop: Shop, grove: tuple[str, list[str]]) -> None:
        assert names(shop.admin, grove[0], sort="name") == ["Ash", "birch", "Cedar", "Date % _ ' palm", "Élan"]

    def test_sort_by_a_name_given_twice_counts_once(self, shop: Shop, grove: tuple[str, list[str]]) -> None:
        assert names(shop.admin, grove[0], sort="size,-size") == names(shop.admin, grove[0], sort="size")


class TestPages:
    @pytest.mark.parametrize(
        "sort", ["", "size", "-size", "name", "-price,size", "vip,-founded_on", "-id", "seen_at", "-stage"]
    )
    @pytest.mark.parametrize("limit", [1, 2, 4])
    def test_pages_give_every_record_once_in_the_order_of_the_whole(
        self, shop: Shop, grove: tuple[str, list[str]], sort: str, limit: int
    ) -> None:
        condition = f"lot = '{grove[0]}'"
        whole = [one["id"] for one in shop.admin.items("records/account", filter=condition, sort=sort)]
        assert sorted(whole) == sorted(grove[1])
        assert self.walked(shop.admin, limit=limit, filter=condition, sort=sort) == whole

    def test_a_record_made_or_changed_meanwhile_moves_no_other(self, shop: Shop) -> None:
        lot, idents = shop.accounts(*({"size": n} for n in range(6)))
        parameters = {"filter": f"lot = '{lot}'", "sort": "size", "fields": "size", "limit": 2}
        first = shop.admin.get("records/account", **parameters).json
        shop.admin.create("account", name="new", lot=lot, size=0)
        shop.admin.patch(path_of("account", idents[0]), {"size": 100}, "*")
        rest = self.walked(shop.admin, **parameters, after=first["next"])
        assert rest == [*idents[2:], idents[0]]

    def test_a_cursor_belongs_to_its_filter_order_and_bin(self, shop: Shop, grove: tuple[str, list[str]]) -> None:
        asked = {"filter": f"lot = '{grove[0]}'", "sort": "size", "limit": 2}
        after = shop.admin.get("records/account", **asked).json["next"]
        for changed in ({"filter": "lot != 'x'"}, {"sort": "-size"}, {"sort": ""}, {"deleted": "only"}):
            refused = shop.admin.get("records/account", **{**asked, **changed}, after=after)
            assert problem(refused) == (400, "cursor", "after"), changed
        assert shop.admin.get("records/contact", limit=2, after=after).status == 400
        assert shop.admin.get("records/account", **{**asked, "limit": 3}, after=after).status == 200

    def test_a_cursor_tells_nothing_of_fields_that_were_not_asked(
        self, shop: Shop, grove: tuple[str, list[str]]
    ) -> None:
        refused = shop.clerk.get("records/account", filter=f"lot = '{grove[0]}'", sort="margin", limit=1)
        assert refused.status == 400

    def test_counts_are_none_capped_or_exact(self, shop: Shop, grove: tuple[str, list[str]]) -> None:
        asked = {"filter": f"lot = '{grove[0]}'", "limit": 2}
        assert "count" not in shop.admin.get("records/account", **asked).json
        for kind in ("capped", "exact"):
            found = shop.admin.get("records/account", **asked, count=kind).json
            assert (found["count"], found["count_exact"], len(found["items"])) == (5, True, 2)

    def test_a_capped_count_stops(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, grove: tuple[str, list[str]]
    ) -> None:
        monkeypatch.setattr("framework.records.reader.COUNT_CAP", 4)
        found = shop.admin.get("records/account", filter=f"lot = '{grove[0]}'", count="capped").json
        assert (found["count"], found["count_exact"]) == (4, False)

    def test_an_empty_page_has_no_next(self, shop: Shop) -> None:
        found = shop.admin.get("records/account", filter="lot = 'nothing'", count="exact")
        assert found.json == {"items": [], "next": None, "count": 0, "count_exact": True}

    def test_the_last_full_page_has_no_next(self, shop: Shop, grove: tuple[str, list[str]]) -> None:
        found = shop.admin.get("records/account", filter=f"lot = '{grove[0]}'", limit=5).json
        assert (len(found["items"]), found["next"]) == (5, None)

    @staticmethod
    def walked(client: Client, after: str | None = None, **asked: Any) -> list[str]:
        """The ids of all pages."""
        found: list[str] = []
        for _ in itertools.count():
            page = client.get("records/account", **asked, **({"after": after} if after else {})).json
            assert len(page["items"]) <= asked["limit"]
            found += [one["id"] for one in page["items"]]
            after = page["next"]
            if after is None:
                return found
        raise AssertionError


class TestExpansion:
    def test_links_come_with_title_and_asked_fields_for_every_row(self, shop: Shop) -> None:
        lot, (top, child, grandchild) = shop.accounts(
            {"name": "top", "size": 9}, {"name": "child"}, {"name": "grandchild"}
        )
        shop.admin.patch(path_of("account", child), {"parent": top}, "*")
        shop.admin.patch(path_of("account", grandchild), {"parent": child}, "*")
        asked = {"filter": f"lot = '{lot}'", "fields": "name,parent.size", "expand": "owner"}
        found = shop.admin.items("records/account", **asked)
        assert [one["parent"] for one in found] == [
            None,
            {"id": top, "title": "top", "size": 9},
            {"id": child, "title": "child", "size": None},
        ]
        assert {one["owner"]["title"] for one in found} == {"admin"}

    def test_far_ends_show_only_what_one_may_see_of_them(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="seen", margin=5, size=6)
        contact = shop.admin.create("contact", name="x", account=account["id"])
        condition = f"id = '{contact['id']}'"
        (seen,) = shop.clerk.items("records/contact", expand="account", filter=condition)
        (unseen,) = shop.client("contacter").items("records/contact", expand="account", filter=condition)
        assert seen["account"] == {"id": account["id"], "title": "seen"}
        assert unseen["account"] == {"id": account["id"], "title": None}
        assert shop.client("contacter").get("records/contact", filter="account.name = 'seen'").status == 400
        assert shop.client("contacter").get("records/contact", fields="account.name").status == 400

    def test_the_default_leaves_out_what_is_deleted_or_hidden(self, shop: Shop, grove: tuple[str, list[str]]) -> None:
        (found, *_) = shop.clerk.items("records/account", filter=f"lot = '{grove[0]}'")
        assert {"id", "version", "name", "score", "owner", "created_at"} <= found.keys()
        assert not found.keys() & {"margin", "deleted_at", "deleted_by"}
