"""Lines that somebody may not see, and fields of lines that they may not read, are told of by no road."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.conftest import ALL, PASSWORD
from tests.support.bundles import Documents, World, published
from tests.support.clients import Browser, Client, application, browser_of, client_of, path_of
from tests.support.databases import database

CANARY, PRICE = "Kanarienvogel", 918273645
DOCUMENTS: Documents = {
    "entities/order.json": {
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text"},
            "rows": {"type": "lines", "entity": "row", "link": "order", "order": "place"},
            "sum": {"type": "rollup", "result": "integer", "of": "row.order", "measure": "sum", "field": "cost"},
            "count": {"type": "rollup", "result": "integer", "of": "row.order", "measure": "count"},
            "some": {"type": "formula", "result": "boolean", "formula": "not is_blank(rows)"},
        },
    },
    "entities/row.json": {
        "title": "text",
        "fields": {
            "order": {"type": "link", "to": "order", "required": True, "on_delete": "cascade"},
            "place": {"type": "integer"},
            "text": {"type": "text", "searchable": True},
            "cost": {"type": "integer"},
        },
    },
    # Sees all orders, but neither what rows cost nor the secret ones.
    "roles/clerk.json": {
        "abilities": {"view_history": True, "export": True},
        "grants": {
            "order": ALL,
            "row": {**ALL, "rows": {"read": f"not contains(text, '{CANARY}')"}, "fields": {"cost": "none"}},
        },
    },
    # Sees orders of their own, and the rows of these by way of them.
    "roles/owner.json": {"grants": {"order": {**ALL, "read": "own"}, "row": {"via": "order"}}},
    "roles/outsider.json": {"abilities": {"view_history": True}, "grants": {"order": ALL}},
}


class Office:
    """An order with a row that is seen, one that is not, and people of each role."""

    def __init__(self, world: World, app: Any) -> None:
        """Make them."""
        self.world = world
        names = ("administrator", "clerk", "owner", "outsider")
        for name in names:
            world.person(f"{name}@example.com", name)
            actor = world.services.auth.by_email(f"{name}@example.com").actor
            world.services.auth.set_password(str(actor.id), PASSWORD)
        self.clients: dict[str, Client] = {name: client_of(app, f"{name}@example.com") for name in names}
        self.browsers: dict[str, Browser] = {name: browser_of(app, f"{name}@example.com", PASSWORD) for name in names}
        rows = [{"text": "Seen", "cost": 1}, {"text": CANARY, "cost": PRICE}]
        self.admin = self.clients["administrator"]
        self.here = path_of("order", self.admin.create("order", name="O", rows=rows))
        self.seen, self.hidden = (one["id"] for one in self.admin.get(self.here, expand="rows").json["rows"])
        self.changed = self.admin.patch(self.here, {"rows": [self.seen, {"id": self.hidden, "cost": PRICE + 1}]}, "*")

    @property
    def page(self) -> str:
        """The address of the order's page."""
        return f"/records/order/{self.here.rpartition('/')[2]}"


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("door_lines")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        app = application(world.services.settings)
        yield Office(world, app)
        world.close()
        app.extensions["armature"].database.close()


def told(office: Office, who: str) -> Iterator[tuple[str, bytes]]:
    """What somebody is told by every road that leads to an order or its rows."""
    client, here = office.clients[who], office.here
    line = path_of("row", office.hidden)
    for fields in ("rows", "rows.text", "rows.cost", "sum", "count", "some", "name"):
        yield fields, client.get(here, fields=fields).body
        yield f"list {fields}", client.get("records/order", fields=fields, sort="-created_at").body
    yield "expand", client.get(here, expand="rows").body
    yield "below", client.get(f"{here}/rows", fields="id,text", sort="text", count="exact").body
    for address in (here, line, "records/row", f"{here}/history", f"{line}/history", "changes", "search?q=" + CANARY):
        yield address, client.get(address).body
    for filter_ in (f"'{office.hidden}' in rows", f"contains(text, '{CANARY[:5]}')"):
        entity = "order" if "rows" in filter_ else "row"
        yield filter_, client.get(f"records/{entity}", filter=filter_, fields="id").body
    yield "aggregate", client.get("records/row/aggregate", measure="count,sum:cost").body
    for page in (office.page, f"{office.page}/edit", f"{office.page}/history", "/records/order", "/records/row"):
        yield page, office.browsers[who].call("GET", page).body


def answered(office: Office, who: str) -> Iterator[tuple[str, bytes]]:
    """What somebody is told who tries to write what they do not see."""
    client, here = office.clients[who], office.here
    for given in ([office.hidden], [{"id": office.hidden, "text": "x"}], [{"id": office.hidden, "cost": 2}]):
        yield "write", client.patch(here, {"rows": given}, '"1"').body
        yield "write now", client.patch(here, {"rows": given}, "*").body
    yield "undo", client.post(f"me/actions/{office.changed.headers['x-request-id']}/undo", None).body


@pytest.mark.parametrize("who", ["clerk", "owner", "outsider"])
def test_no_road_tells_of_what_is_out_of_sight(office: Office, who: str) -> None:
    for road, body in (*told(office, who), *answered(office, who)):
        # What was sought is said again.
        text = body.replace(CANARY[:5].encode() + b"'", b"").replace(f"q={CANARY}".encode(), b"")
        assert CANARY.encode() not in text, road
        assert str(PRICE).encode()[:8] not in text, road
        if road not in {"write", "write now"} and "in rows" not in road:
            assert office.hidden.encode() not in text, road


def test_what_is_in_sight_is_told(office: Office) -> None:
    found = [body for _, body in told(office, "administrator")]
    assert sum(CANARY.encode() in body for body in found) > len(found) // 3


def test_figures_are_read_by_those_who_see_all_that_they_count(office: Office) -> None:
    mine = path_of("order", office.clients["owner"].create("order", name="M", rows=[{"text": "A", "cost": 3}]))
    assert office.clients["owner"].get(mine, fields="sum,count").json == {
        **office.clients["owner"].get(mine, fields="id,version").json, "sum": 3, "count": 1
    }  # fmt: skip
    for who in ("clerk", "outsider"):
        assert office.clients[who].get(mine, fields="sum").status == 400, who
        assert office.clients[who].get(mine, fields="count").status == 400, who


def test_an_unseen_row_counts_as_absent(office: Office) -> None:
    clerk = office.clients["clerk"]
    absent = "0190a0a0-0000-7000-8000-000000000000"
    for ident in (office.hidden, absent):
        answer = clerk.patch(office.here, {"rows": [{"id": ident, "text": "x"}]}, "*")
        told = [(one["pointer"], one["code"], one["message"]) for one in answer.json["errors"]]
        assert (answer.status, told) == (422, [("/rows/0", "link", "There is no such line, or you may not write it")])
        assert clerk.get(path_of("row", ident)).status == 404
