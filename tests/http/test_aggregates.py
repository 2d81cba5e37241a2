"""Figures over records: the numbers come out, and a sum tells no more than the rows that the caller may see."""

from typing import Any

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Client, client_of, path_of

ROWS: tuple[dict[str, Any], ...] = (
    {"stage": "won", "size": 3, "price": "10.10", "founded_on": "2026-01-31", "vip": True},
    {"stage": "won", "size": None, "price": "0.20", "founded_on": "2026-01-01"},
    {"stage": "lost", "size": 7, "price": None, "founded_on": "2025-12-31", "vip": False},
    {"stage": None, "size": -0, "price": "-5.00", "founded_on": None},
)


@pytest.fixture(scope="session")
def lot(shop: Shop) -> str:
    """The lot of four accounts that nobody changes."""
    return shop.accounts(*ROWS)[0]


def figures(who: Client, lot: str, condition: str = "", **asked: object) -> list[dict[str, Any]]:
    """The groups of an aggregate over a lot."""
    return who.items("records/account/aggregate", filter=f"lot = '{lot}'" + condition, **asked)


def test_without_groups_there_is_one_row(shop: Shop, lot: str) -> None:
    measures = "count(),count(size),sum(size),avg(price),min(price),max(founded_on),sum(price)"
    (found,) = figures(shop.admin, lot, measure=measures)
    assert list(found) == measures.split(",")
    assert (found["count()"], found["count(size)"], found["sum(size)"]) == (4, 3, 10)
    assert (found["min(price)"], found["sum(price)"], found["max(founded_on)"]) == ("-5.00", "5.30", "2026-01-31")
    assert float(found["avg(price)"]) == pytest.approx(5.3 / 3)


def test_keys_are_the_expressions_as_they_were_asked(shop: Shop, lot: str) -> None:
    found = figures(shop.admin, lot, group="stage", measure="sum( price ),count()")
    assert {key for one in found for key in one} == {"stage", "sum( price )", "count()"}
    by_stage = {one["stage"]: (one["count()"], one["sum( price )"]) for one in found}
    assert by_stage == {"won": (2, "10.30"), "lost": (1, None), None: (1, "-5.00")}


def test_groups_may_be_computed(shop: Shop, lot: str) -> None:
    found = figures(shop.admin, lot, group="year(founded_on),month(founded_on)", measure="count()")
    assert {(one["year(founded_on)"], one["month(founded_on)"]): one["count()"] for one in found} == {
        (2026, 1): 2,
        (2025, 12): 1,
        (None, None): 1,
    }


def test_a_filter_counts_and_nothing_found_is_told_as_such(shop: Shop, lot: str) -> None:
    (found,) = figures(shop.admin, lot, " and size > 100", measure="count(),sum(size),max(price)")
    assert (found["count()"], found["max(price)"]) == (0, None)
    assert figures(shop.admin, lot, " and size > 100", group="stage") == []


def test_deleted_records_do_not_count(shop: Shop) -> None:
    lot, (ident, _) = shop.accounts({"size": 1}, {"size": 2})
    shop.admin.delete(path_of("account", ident), "*")
    assert figures(shop.admin, lot, measure="count(),sum(size)")[0]["count()"] == 1


def test_only_visible_rows_count(shop: Shop) -> None:
    lot, idents = shop.accounts({"size": 1, "stage": "won"}, {"size": 2, "stage": "won"}, {"size": 4, "stage": "lost"})
    ident, email = shop.person("mine_only")
    shop.admin.patch(path_of("account", idents[0]), {"owner": ident}, "*")
    someone = client_of(shop.app, email)
    found = figures(someone, lot, group="stage", measure="count(),sum(size),max(size)")
    assert [(one["stage"], one["count()"], one["sum(size)"], one["max(size)"]) for one in found] == [("won", 1, 1, 1)]


@pytest.mark.parametrize(
    "asked", [{"measure": "{}"}, {"group": "{}"}, {"filter": "{} > 1"}, {"measure": "sum({} + 1)"}]
)
@pytest.mark.parametrize("field", ["margin", "parent.margin"])
def test_a_hidden_field_is_answered_as_an_absent_one(shop: Shop, asked: dict[str, str], field: str) -> None:
    wrap = "sum({})" if asked.get("measure") == "{}" else next(iter(asked.values()))
    absent = field.replace("margin", "quorum")
    told = [
        shop.clerk.get("records/account/aggregate", **{next(iter(asked)): wrap.format(name)})
        for name in (field, absent)
    ]
    assert [one.status for one in told] == [400, 400]
    hidden, unknown = ({**one.json["errors"][0]} for one in told)
    assert str(hidden).replace("margin", "quorum") == str(unknown)


def test_a_hidden_name_is_not_offered_for_one_that_is_near_it(shop: Shop) -> None:
    refused = shop.clerk.get("records/account/aggregate", measure="sum(marginn)")
    assert refused.status == 400
    assert "margin" not in str(refused.json["errors"][0]).replace("marginn", "")


@pytest.mark.parametrize(
    "query",
    [
        "measure=",
        "measure=sum()",
        "measure=sum(name)",
        "measure=median(size)",
        "measure=size",
        "measure=count(),count()",
        "measure=sum(size",
        "measure=sum(size))",
        "measure=sum(sum(size))",
        "group=nmae",
        "group=,",
        "group=stage,stage",
        "group=note'",
        "group=stage&group=stage",
        "sort=stage",
        "limit=5",
        "fields=name",
        "deleted=only",
        "measrue=count()",
        "filter=count() > 1",
        "group=" + ",".join(f"size + {n}" for n in range(11)),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Shop, query: str) -> None:
    refused = shop.admin.get("records/account/aggregate?" + query.replace("+", "%2B"))
    assert refused.status == (200 if query == "measure=" else 400), refused.body


def test_too_many_groups_are_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch, lot: str) -> None:
    for module in ("records.aggregates", "storage.aggregate"):
        monkeypatch.setattr(f"framework.{module}.MOST_GROUPS", 2)
    refused = shop.admin.get("records/account/aggregate", filter=f"lot = '{lot}'", group="name")
    assert (refused.status, refused.json["code"]) == (400, "too_many_groups")


def test_an_unreadable_entity_is_not_there(shop: Shop) -> None:
    hidden, absent = (shop.clerk.get(f"records/{name}/aggregate") for name in ("vault", "vaults"))
    assert (hidden.status, absent.status) == (404, 404)
