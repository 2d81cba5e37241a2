"""A refusal leaves no trace: after every answer of 400 to 499 all tables hold exactly what they held before."""

from __future__ import annotations

import hashlib
import os
import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData, create_engine, inspect, literal_column, select

from framework.errors import ArmatureError
from framework.publishing import Refused
from framework.transfer.importing import Importer, Job
from framework.transfer.table import open_table
from metadata.load import load_core
from tests.door.requests import Requests
from tests.door.sales import ACTORS, documents, ident_of, opened, records
from tests.support.bundles import PUBLISHER, layers_of
from tests.support.clients import Client, browser_of, client_of
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine, Select

    from tests.door.sales import Office
    from tests.support.clients import Answer

REFUSALS = int(os.environ.get("ARMATURE_REFUSALS", "500"))  # on each engine
PASSWORD = "correct-horse-battery"
# What may be written though a request was refused: who tried what, and how often.
_EXCEPTED = ("sys_audit", "sys_rate", "sys_session", "sys_token")
ORDER: dict[str, Any] = {
    "label": "Order",
    "fields": {
        "number": {"type": "auto_number", "label": "Number", "pattern": "O-{seq:3}"},
        "name": {"type": "text", "label": "Name", "required": True, "max_length": 10},
        "code": {"type": "text", "label": "Code", "unique": True},
        "size": {"type": "integer", "label": "Size", "min": 0, "max": 9},
        "state": {
            "type": "choice",
            "label": "State",
            "options": {"new": {"label": "New"}, "paid": {"label": "Paid"}, "sent": {"label": "Sent"}},
            "default": "new",
            "flow": {"new": ["paid"], "paid": [{"to": "sent", "when": "size > 0"}]},
        },
        "company": {"type": "link", "to": "company", "label": "Company", "on_delete": "restrict"},
        "parent": {"type": "link", "to": "order", "label": "Parent", "on_delete": "cascade"},
        "near": {"type": "link", "to": "order", "label": "Near", "on_delete": "clear"},
    },
    "rules": {"large": {"refuse_when": "size > 5 and state = 'new'", "message": "Too large.", "field": "size"}},
}
ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
CLERK = {
    "label": "Clerk",
    "abilities": {"import": True, "view_history": True},
    "grants": {"order": ALL, "company": {"read": "all", "delete": "all"}, "deal": {"read": "all"}},
}
MORE = {"entities/order.json": ORDER, "roles/clerk.json": CLERK}


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tables of a database but the excepted ones, read past the product."""

    engine: Engine
    selects: tuple[Select[Any], ...]

    @classmethod
    def of(cls, engine: Engine) -> Ledger:
        """The tables as they are now; none may come and none may go."""
        found = MetaData()
        found.reflect(engine)
        names = sorted(name for name in found.tables if not name.startswith(_EXCEPTED))
        return cls(engine, tuple(select(literal_column("*")).select_from(found.tables[name]) for name in names))

    def digest(self) -> str:
        """A hash of every row of every table."""
        told = hashlib.sha256()
        with self.engine.connect() as connection:
            for statement in self.selects:
                told.update(repr(sorted(map(repr, connection.execute(statement)))).encode())
        return told.hexdigest()

    @contextmanager
    def unchanged(self, what: object) -> Iterator[None]:
        """Fail where something is other than before."""
        before = self.digest()
        yield
        assert self.digest() == before, what


@dataclass(frozen=True, slots=True)
class Desk:
    """The office with orders, a clerk who may do all with them, and what its tables hold."""

    office: Office
    clerk: Client
    ledger: Ledger
    orders: tuple[str, ...]

    @contextmanager
    def unchanged_tables(self) -> Iterator[None]:
        """Fail where a table or column came or went."""
        before = inspect(self.ledger.engine).get_multi_columns()
        yield
        assert str(inspect(self.ledger.engine).get_multi_columns()) == str(before)


@pytest.fixture(scope="module")
def desk(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("refusals")
    with database(shared_engine, folder) as url:
        office = opened(url, folder, records(), MORE)
        office.world.person("clerk@example.com", "clerk")
        clerk, engine = client_of(office.app, "clerk@example.com"), create_engine(url)
        yield Desk(office, clerk, Ledger.of(engine), tuple(_orders(clerk)))
        engine.dispose()
        office.close()


def _orders(clerk: Client) -> Iterator[str]:
    """An order, one that goes with it, one of a company that must stay, and one in the bin."""
    first = clerk.create("order", name="first", code="O1", size=3)["id"]
    yield first
    yield clerk.create("order", name="child", code="O2", parent=first)["id"]
    yield clerk.create("order", name="held", code="O3", company=ident_of("company 1"), near=first)["id"]
    gone = clerk.create("order", name="gone", code="O4")["id"]
    assert clerk.delete(f"records/order/{gone}", "*").status == 204
    yield gone


def test_refused_requests_of_all_kinds_of_people_leave_every_table_as_it_was(desk: Desk) -> None:
    draw = random.Random("refusals")  # noqa: S311  (which requests are tried, not a secret)
    asking, people = Requests(draw, _known(desk)), cycle(sorted(ACTORS))
    refused: Counter[tuple[str, int]] = Counter()
    before = desk.ledger.digest()
    while refused.total() < REFUSALS:
        call, who = asking.writing(), next(people)
        answer = call.by(desk.office.client(who))
        after = desk.ledger.digest()
        assert answer.status < 500, (who, call, answer.body)
        if answer.status >= 400:
            assert after == before, (who, call, answer.body)
            refused[call.door, answer.status] += 1
        before = after
    assert {status for _, status in refused} >= {400, 403, 404, 412, 422, 428}
    assert len({door for door, _ in refused}) >= 9


def _known(desk: Desk) -> dict[str, list[str]]:
    return {entity: [row.id for row in desk.office.of(entity)] for entity in ("deal", "company", "quote")}


def test_a_refused_call_leaves_no_trace_whatever_refuses_it(desk: Desk) -> None:
    statuses = Counter(_status(desk, name, method, path, sent) for name, method, path, sent in _refusals(desk))
    assert statuses.keys() >= {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428}


def _status(desk: Desk, name: str, method: str, path: str, sent: dict[str, Any]) -> int:
    client = Client(desk.office.app) if sent.pop("nobody", False) else desk.clerk
    with desk.ledger.unchanged((name, sent)):
        answer = client.call(method, path, **sent)
        assert 400 <= answer.status < 500, (name, answer.status, answer.body)
    return answer.status


def _refusals(desk: Desk) -> Iterator[Refusal]:
    """(what is wrong, method, path, what is sent) of calls that the clerk may send in form but not in matter."""
    yield from _refused_records(desk)
    yield from _refused_bodies()
    yield from _refused_batches(desk)
    yield from _refused_forms(desk)
    yield "roll-back", "POST", "metadata/rollback", {"body": {"revision": 1, "message": "x"}}
    yield "roll-back to nothing", "POST", "metadata/rollback", {"body": {"revision": 99, "message": "x"}}
    yield "nobody", "POST", BASE, {"body": GOOD, "nobody": True}
    yield "no token", "POST", BASE, {"body": GOOD, "headers": {"Authorization": "Bearer arm_x_y"}, "nobody": True}


BASE, GOOD, FORM = "records/order", {"name": "fine"}, {"Content-Type": "application/x-www-form-urlencoded"}
Refusal = tuple[str, str, str, dict[str, Any]]


def _refused_records(desk: Desk) -> Iterator[Refusal]:
    """What rules, versions, links and rights refuse."""
    first, _, _, gone = desk.orders
    base, company = BASE, f"records/company/{ident_of('company 1')}"
    good, any_version = GOOD, {"headers": {"If-Match": "*"}}
    yield "missing", "POST", base, {"body": {"size": 1}}
    yield "rule", "POST", base, {"body": {**good, "size": 7}}
    yield "beyond", "POST", base, {"body": {**good, "size": 10}}
    yield "too long", "POST", base, {"body": {"name": "x" * 11}}
    yield "number given", "POST", base, {"body": {**good, "number": "O-001"}}
    yield "unknown", "POST", base, {"body": {**good, "nmae": "x"}}
    yield "taken", "POST", base, {"body": {**good, "code": "O1"}}
    yield "taken id", "POST", base, {"body": {**good, "id": first}}
    yield "no such link", "POST", base, {"body": {**good, "company": ident_of("nothing")}}
    yield "link to what is in the bin", "POST", base, {"body": {**good, "parent": gone}}
    yield "flow", "PATCH", f"{base}/{first}", {"body": {"state": "sent"}, **any_version}
    yield "stale", "PATCH", f"{base}/{first}", {"body": {"size": 1}, "headers": {"If-Match": '"9"'}}
    yield "no version", "PATCH", f"{base}/{first}", {"body": {"size": 1}}
    yield "broken version", "PATCH", f"{base}/{first}", {"body": {"size": 1}, "headers": {"If-Match": "1"}}
    yield "in the bin", "PATCH", f"{base}/{gone}", {"body": {"size": 1}, **any_version}
    yield "not in the bin", "POST", f"{base}/{first}/restore", {}
    yield "restricted after others were cleared", "DELETE", company, {**any_version}
    yield "stale deletion", "DELETE", f"{base}/{first}", {"headers": {"If-Match": '"9"'}}
    yield "not mine to delete", "DELETE", f"records/deal/{ident_of('deal 0')}", {**any_version}
    yield "upsert by what is not unique", "PUT", f"{base}/by/name/x", {"body": {}}
    yield "upsert that misses a field", "PUT", f"{base}/by/code/O9", {"body": {"size": 1}}
    yield "upsert that breaks a rule", "PUT", f"{base}/by/code/O1", {"body": {"size": 7}}


def _refused_bodies() -> Iterator[Refusal]:
    """What is wrong before anything is looked at."""
    base, good = BASE, GOOD
    yield "no JSON", "POST", base, {"raw": b'{"name": "x"'}
    yield "no object", "POST", base, {"raw": b"[1]"}
    yield "another type", "POST", base, {"raw": b"name=x", "headers": {"Content-Type": "text/plain"}}
    yield "too deep", "POST", base, {"raw": b'{"name":' + b"[" * 50 + b"]" * 50 + b"}"}
    yield "too large", "POST", base, {"raw": b'{"name":"' + b"x" * (10 * 1024 * 1024 + 1) + b'"}'}
    yield "parameter", "POST", f"{base}?force=1", {"body": good}
    yield "broken address", "POST", f"{base}?x=%ff", {"body": good}
    yield "no entity", "POST", "records/odrer", {"body": good}
    yield "no method", "PUT", base, {"body": good}
    yield "empty key", "POST", base, {"body": good, "headers": {"Idempotency-Key": ""}}
    yield "long key", "POST", base, {"body": good, "headers": {"Idempotency-Key": "k" * 201}}
    yield "refused under a key", "POST", base, {"body": {"size": 1}, "headers": {"Idempotency-Key": "once"}}


def _refused_batches(desk: Desk) -> Iterator[Refusal]:
    """Batches that are none, and such of which only the last item is wrong."""
    first, child, _, gone = desk.orders
    base, good = BASE, GOOD
    yield "batch of none", "POST", f"{base}/batch", {"body": {"item": []}}
    yield "batch too long", "POST", f"{base}/batch", {"body": {"items": [{"do": "create"}] * 1001}}
    for last in (
        {"do": "create", "values": {"size": 1}},
        {"do": "create", "values": {**good, "code": "O3"}},
        {"do": "update", "id": first, "version": 9, "values": {"size": 1}},
        {"do": "update", "id": ident_of("nothing"), "values": {}},
        {"do": "delete", "id": gone},
        {"do": "upsert", "by": {"code": "O3"}, "values": {"state": "sent"}},
    ):
        items = [
            {"do": "create", "values": good},
            {"do": "update", "id": child, "values": {"size": 2}},
            {"do": "delete", "id": first},
            {"do": "upsert", "by": {"code": "O8"}, "values": good},
        ]
        yield f"all or none: {last}", "POST", f"{base}/batch", {"body": {"atomic": True, "items": [*items, last]}}


def _refused_forms(desk: Desk) -> Iterator[Refusal]:
    """Forms that are shown again."""
    first, _, held, _ = desk.orders
    form = FORM
    yield "page: missing", "POST", "/records/order", {"raw": b"size=1", "headers": form}
    yield "page: no number", "POST", "/records/order", {"raw": b"name=x&size=many", "headers": form}
    yield "page: taken", "POST", "/records/order", {"raw": b"name=x&code=O1", "headers": form}
    yield "page: stale", "POST", f"/records/order/{held}", {"raw": b"name=x&_version=9", "headers": form}
    yield "page: flow", "POST", f"/records/order/{first}", {"raw": b"state=sent&_version=1", "headers": form}
    yield "page: restricted", "POST", f"/records/company/{ident_of('company 1')}/delete", {"raw": b"", "headers": form}
    yield "settings", "POST", "/me", {"raw": b"language=de&theme=plaid", "headers": form}
    yield "settings that are none", "POST", "/me", {"raw": b"language=de&colour=red", "headers": form}


def test_a_key_answers_for_its_request_and_for_no_other(desk: Desk) -> None:
    def sent(name: str) -> Answer:
        return desk.clerk.post("records/order", {"name": name}, Idempotency_Key="twice")

    assert sent("kept").status == 201
    with desk.ledger.unchanged("the same again"):
        assert sent("kept").status == 201
    with desk.ledger.unchanged("another body"):
        assert sent("other").status == 422


def test_forms_that_another_site_could_send_leave_no_trace(desk: Desk) -> None:
    known = desk.office.world.services.auth
    known.set_password(known.by_email("clerk@example.com").actor.id or "", PASSWORD)
    browser = browser_of(desk.office.app, "clerk@example.com", PASSWORD)
    form = FORM
    strangers: tuple[dict[str, str], ...] = (
        {},
        {"X-CSRF-Token": "made-up"},
        {"X-CSRF-Token": browser.csrf, "Origin": "https://elsewhere.example"},
        {"X-CSRF-Token": browser.csrf, "Sec-Fetch-Site": "cross-site"},
    )
    for path in (
        "/records/order",
        f"/records/order/{desk.orders[0]}",
        f"/records/order/{desk.orders[0]}/delete",
        "/me",
    ):
        for more in strangers:
            with desk.ledger.unchanged((path, more)):
                assert browser.call("POST", path, raw=b"name=forged", headers={**form, **more}).status == 403
    for more in strangers:
        with desk.ledger.unchanged(more):
            assert browser.call("POST", "records/order", {"name": "forged"}, headers=more).status == 403
    answer = browser.call("POST", "/records/order", raw=b"name=own", headers={**form, "X-CSRF-Token": browser.csrf})
    assert answer.status == 303  # what is refused above is refused for where it comes from


def test_refused_rows_of_a_file_leave_no_trace_in_the_database(desk: Desk, tmp_path: Path) -> None:
    refused = ("name,size,code\n,1,\nx,many,\nx,99,\nx,7,\nx,1,O1\n" + "x" * 11 + ",1,\n").encode()
    clerk = desk.office.world.context(email="clerk@example.com")
    for content, kept, trial in ((refused, 6, False), (refused, 6, True), (b"name,size\nfine,1\n", 0, True)):
        path = tmp_path / f"orders{kept}{trial}.csv"
        path.write_bytes(content)
        with desk.ledger.unchanged(content):
            report = _imported(desk, clerk, path, trial=trial)
        assert report.counts["refused"] == kept
    for who, entity in (("boss@example.com", "order"), ("clerk@example.com", "quote"), ("clerk@example.com", "deal")):
        with desk.ledger.unchanged((who, entity)), pytest.raises(ArmatureError):
            _imported(desk, desk.office.world.context(email=who), path, entity=entity)


def _imported(desk: Desk, context: Any, path: Path, entity: str = "order", *, trial: bool = False) -> Any:
    services = desk.office.world.services
    job = Job(open_table(path), entity, trial=trial)
    return Importer(services.database, services.door, lambda: replace(context, door="import"), job).run(lambda _: None)


def test_a_refused_publish_leaves_no_trace(desk: Desk) -> None:
    world = desk.office.world
    publisher, base = world.services.publisher, world.services.publisher.head_number()
    more = {**ORDER, "fields": {**ORDER["fields"], "note": {"type": "text", "label": "Note"}}}
    broken = {"entities/order.json": {**more, "title": "nothing"}}
    with desk.ledger.unchanged("with problems"), desk.unchanged_tables():
        assert isinstance(world.publish(broken), Refused)
    layers = [load_core(), *layers_of({**documents(), **MORE, "entities/order.json": more})]
    for actor, number in ((PUBLISHER, base - 1), (desk.office.world.context(email="clerk@example.com").actor, base)):
        with desk.ledger.unchanged(number), desk.unchanged_tables(), pytest.raises(ArmatureError):
            publisher.publish(layers, "Test", actor, number)
