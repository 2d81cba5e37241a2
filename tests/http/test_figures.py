"""Figures over linked records: true at the end of every write, whoever writes and however many at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from framework.records.bulk import Row
from tests.http.conftest import ALL
from tests.http.test_concurrency import WRITERS, together
from tests.support.bundles import Documents, World, published
from tests.support.clients import Client, application, client_of, path_of
from tests.support.databases import database

EUR = {"result": "money", "currency": "EUR"}
FIRM = {
    "fields": {
        "name": {"type": "text"},
        "deals": {"type": "rollup", "result": "integer", "of": "deal.firm", "measure": "count"},
        "open": {
            "type": "rollup",
            "result": "integer",
            "of": "deal.firm",
            "measure": "count",
            "filter": "stage not in ('won', 'lost') or is_blank(stage)",
        },
        "total": {"type": "rollup", **EUR, "of": "deal.firm", "measure": "sum", "field": "amount"},
        "mean": {
            "type": "rollup",
            "result": "decimal",
            "scale": 2,
            "of": "deal.firm",
            "measure": "avg",
            "field": "size",
        },
        "least": {"type": "rollup", "result": "integer", "of": "deal.firm", "measure": "min", "field": "size"},
        "last": {"type": "rollup", "result": "date", "of": "deal.firm", "measure": "max", "field": "day"},
        "newest": {"type": "rollup", "result": "text", "of": "deal.firm", "measure": "latest", "field": "name"},
        "each": {"type": "formula", "result": "money", "currency": "EUR", "formula": "total / deals"},
        "referred": {"type": "rollup", "result": "integer", "of": "deal.partner", "measure": "count"},
    }
}
DEAL = {
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text"},
        "firm": {"type": "link", "to": "firm", "on_delete": "cascade"},
        "partner": {"type": "link", "to": "firm", "on_delete": "clear"},
        "stage": {"type": "choice", "options": {"new": {}, "won": {}, "lost": {}}},
        "amount": {"type": "money", "currency": "EUR"},
        "size": {"type": "integer"},
        "day": {"type": "date"},
        "secret": {"type": "integer"},
    },
}
DOCUMENTS: Documents = {
    "entities/firm.json": FIRM,
    "entities/deal.json": DEAL,
    "roles/seller.json": {"grants": {"firm": ALL, "deal": {**ALL, "fields": {"size": "none"}}}},
    "roles/own.json": {"grants": {"firm": ALL, "deal": {**ALL, "read": "own", "update": "own", "delete": "own"}}},
}
NAMES = ("deals", "open", "total", "mean", "least", "last", "newest", "referred")
numbers = count()


@dataclass(frozen=True, slots=True)
class Office:
    """The application and its administrator."""

    world: World
    admin: Client

    def firm(self) -> str:
        """The id of a firm without deals."""
        return str(self.admin.create("firm", name="F")["id"])

    def deal(self, firm: str | None, **values: object) -> str:
        """The address of a deal."""
        return path_of("deal", self.admin.create("deal", firm=firm, **values))

    def figures(self, firm: str, *names: str, client: Client | None = None) -> dict[str, Any]:
        """Figures of a firm; amounts bare."""
        found = (client or self.admin).get(path_of("firm", firm)).json
        return {
            name: found[name]["amount"] if isinstance(found[name], dict) else found[name] for name in names or NAMES
        }


def office_of(world: World) -> Office:
    """The application of a world."""
    app = application(world.services.settings)
    world.person("admin@example.com", "administrator")
    return Office(world, client_of(app, "admin@example.com"))


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("figures")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        found = office_of(world)
        yield found
        world.close()
        found.admin.app.extensions["armature"].database.close()


def test_nothing_counted_is_nought_and_nothing_else_is_known(office: Office) -> None:
    blank = dict.fromkeys(NAMES, None)
    assert office.figures(office.firm()) == {**blank, "deals": 0, "open": 0, "referred": 0}


def test_they_follow_what_is_made_changed_moved_deleted_and_brought_back(office: Office) -> None:
    one, other = office.firm(), office.firm()
    first = office.deal(one, name="A", stage="new", amount="10.10", size=1, day="2026-01-02", partner=other)
    office.deal(one, name="B", stage="won", amount="0.25", size=2, day="2026-03-04")
    assert office.figures(one) == {
        "deals": 2, "open": 1, "total": "10.35", "mean": "1.50", "least": 1, "last": "2026-03-04", "newest": "B",
        "referred": 0,
    }  # fmt: skip
    assert office.figures(other, "referred") == {"referred": 1}
    assert office.figures(one, "each") == {"each": "5.18"}
    office.admin.patch(first, {"stage": "lost", "amount": None}, "*")
    assert office.figures(one, "open", "total") == {"open": 0, "total": "0.25"}
    office.admin.patch(first, {"firm": other}, "*")
    assert office.figures(one, "deals", "newest") == {"deals": 1, "newest": "B"}
    assert office.figures(other, "deals", "least", "total") == {"deals": 1, "least": 1, "total": None}
    assert office.admin.delete(first, "*").status == 204
    assert office.figures(other, "deals", "least", "referred") == {"deals": 0, "least": None, "referred": 0}
    office.admin.post(first + "/restore", {})
    assert office.figures(other, "deals", "least", "referred") == {"deals": 1, "least": 1, "referred": 1}
    office.admin.patch(first, {"firm": None, "partner": one}, "*")
    assert office.figures(other, "deals", "referred") == {"deals": 0, "referred": 0}
    assert office.figures(one, "referred") == {"referred": 1}


def test_nobody_gives_them_and_they_are_no_change_of_the_record(office: Office) -> None:
    firm = office.firm()
    refused = office.admin.post("records/firm", {"deals": 3})
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/deals", "set_by_server")]
    office.deal(firm)
    found = office.admin.get(path_of("firm", firm))
    assert (found.json["version"], found.json["deals"]) == (1, 1)
    assert len(office.admin.items(path_of("firm", firm, "history"))) == 1


def test_lists_filter_sort_and_sum_them(office: Office) -> None:
    mark = f"s{next(numbers)}"
    firms = [str(office.admin.create("firm", name=mark)["id"]) for _ in range(3)]
    for firm, amounts in zip(firms, ((), ("5",), ("1", "2")), strict=True):
        for amount in amounts:
            office.deal(firm, amount=amount)
    mine = f"name = '{mark}'"
    assert [one["id"] for one in office.admin.items("records/firm", filter=mine, sort="-deals")] == firms[::-1]
    assert [one["id"] for one in office.admin.items("records/firm", filter=f"{mine} and total > 3", sort="id")] == [
        firms[1]
    ]
    (sums,) = office.admin.items("records/firm/aggregate", measure="sum(deals),sum(total)", filter=mine)
    assert sums == {"sum(deals)": 3, "sum(total)": {"amount": "8.00", "currency": "EUR"}}


def test_a_deletion_counts_for_what_it_takes_along(office: Office) -> None:
    gone, partner = office.firm(), office.firm()
    office.deal(gone, partner=partner)
    office.deal(partner, partner=gone)
    assert office.admin.delete(path_of("firm", gone), "*").status == 204
    assert office.figures(partner, "deals", "referred") == {"deals": 1, "referred": 0}
    office.admin.post(path_of("firm", gone, "restore"), {})
    assert office.figures(partner, "deals", "referred") == {"deals": 1, "referred": 1}
    assert office.figures(gone, "deals", "referred") == {"deals": 1, "referred": 1}


def test_many_at_once_count_as_one_by_one(office: Office) -> None:
    one, other = office.firm(), office.firm()
    door, context = office.world.services.door, office.world.context()
    made = door.write_many(context, "deal", [Row({"firm": (one, other)[n % 2], "size": n}) for n in range(40)])
    assert office.figures(one, "deals", "mean", "least") == {"deals": 20, "mean": "19.00", "least": 0}
    door.write_many(context, "deal", [Row({"firm": other}, done.ident) for done in made[:10]])
    assert (office.figures(one, "deals"), office.figures(other, "deals")) == ({"deals": 15}, {"deals": 25})
    items = [{"do": "create", "values": {"firm": one}}, {"do": "delete", "id": made[20].ident, "version": 1}]
    assert office.admin.post("records/deal/batch", {"items": items}).status == 200
    assert office.figures(one, "deals") == {"deals": 15}
    refused = [{"do": "create", "values": {"firm": one}}, {"do": "create", "values": {"size": "x"}}]
    assert office.admin.post("records/deal/batch", {"items": refused, "atomic": True}).status == 422
    assert office.figures(one, "deals") == {"deals": 15}


def test_a_figure_too_large_for_its_field_is_blank_and_no_failure(office: Office) -> None:
    firm = office.firm()
    most = "9999999999999999.99"
    here = office.deal(firm, amount=most)
    office.deal(firm, amount=most)
    assert office.figures(firm, "deals", "total") == {"deals": 2, "total": None}
    office.admin.delete(here, "*")
    assert office.figures(firm, "total") == {"total": most}


def test_who_does_not_see_all_that_is_counted_does_not_see_the_figure(office: Office) -> None:
    firm = office.firm()
    office.deal(firm, size=7, amount="1")
    clients = {}
    for role in ("seller", "own"):
        office.world.person(f"{role}@example.com", role)
        clients[role] = client_of(office.admin.app, f"{role}@example.com")
    seller = clients["seller"].get(path_of("firm", firm)).json
    assert (seller["deals"], seller["total"]["amount"]) == (1, "1.00")
    assert not {"mean", "least"} & seller.keys()
    assert clients["seller"].get("records/firm", filter="least = 7").status == 400
    own = clients["own"].get(path_of("firm", firm)).json
    assert not {*NAMES, "each"} & own.keys()
    assert clients["own"].get("records/firm", sort="deals").status == 400
    # Who may not see a figure keeps it true all the same.
    assert clients["own"].create("deal", firm=firm)
    assert office.figures(firm, "deals") == {"deals": 2}


def test_sixteen_writers_leave_true_figures(office: Office) -> None:
    one, other = office.firm(), office.firm()

    def work(number: int) -> list[int]:
        statuses = []
        for turn in range(4):
            made = office.admin.post("records/deal", {"firm": (one, other)[turn % 2], "amount": "1.50", "size": number})
            statuses.append(made.status)
            if made.status == 201 and turn == 1:
                statuses.append(office.admin.patch(path_of("deal", made.json), {"firm": one}, "*").status)
            if made.status == 201 and turn == 2:
                statuses.append(office.admin.delete(path_of("deal", made.json), "*").status)
        return statuses

    told = [status for some in together([lambda n=n: work(n) for n in range(WRITERS)]) for status in some]
    # A server that is busy with other things may ask some of them to come again.
    assert set(told) <= {200, 201, 204, 503}
    assert told.count(201) > WRITERS
    for firm in (one, other):
        wanted = {"measure": "count(),sum(amount),min(size)", "filter": f"firm = '{firm}'"}
        (counted,) = office.admin.items("records/deal/aggregate", **wanted)
        figures = office.figures(firm, "deals", "total", "least")
        assert list(figures.values()) == [
            counted["count()"], counted["sum(amount)"]["amount"], counted["min(size)"],
        ]  # fmt: skip


def test_a_figure_that_comes_later_counts_what_is_there(world_of: Callable[[Documents], World]) -> None:
    bare = {"fields": {"name": {"type": "text"}}}
    world = world_of({**DOCUMENTS, "entities/firm.json": bare})
    office = office_of(world)
    firm, empty = office.firm(), office.firm()
    for amount in ("1", "2"):
        office.deal(firm, amount=amount, stage="won")
    world.publish(DOCUMENTS)
    assert office.figures(firm, "deals", "open", "total") == {"deals": 2, "open": 0, "total": "3.00"}
    assert office.figures(empty, "deals", "total") == {"deals": 0, "total": None}
    # With another condition it is another figure.
    fields = {**FIRM["fields"], "open": {**FIRM["fields"]["open"], "filter": "stage = 'won'"}}
    world.publish({**DOCUMENTS, "entities/firm.json": {"fields": fields}})
    assert office.figures(firm, "open") == {"open": 2}
    office.deal(firm, stage="won")
    assert office.figures(firm, "deals", "open") == {"deals": 3, "open": 3}
    office.admin.app.extensions["armature"].database.close()
