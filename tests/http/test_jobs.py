"""Jobs of people: many records written as one operation, under the rights of the moment, watched and taken back."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from framework.files import Store
from framework.jobs import STANDARD, Engine, Jobs, Worker, parts
from framework.records.door import Door
from tests.http.conftest import Shop
from tests.http.test_undo import listed, lose, undo, undone
from tests.support.clients import Client, path_of


@pytest.fixture
def jobs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """The queue, whose parts are so small that a few records are many."""
    monkeypatch.setattr(parts, "MOST_AT_ONCE", 2)
    monkeypatch.setattr("framework.jobs.desk.MOST_AT_ONCE", 2)
    return shop.world.services.jobs


def ask(shop: Shop, jobs: Jobs, email: str, idents: list[str], **values: object) -> str:
    """Have a person change many accounts in the background."""
    payload = {"entity": "account", "values": values, "ids": idents}
    return jobs.ask(shop.world.context(email=email), "change_records", payload, len(idents))


def told(who: Client, ident: str) -> dict[str, Any]:
    answer = who.get(f"jobs/{ident}")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def sizes(shop: Shop, lot: str) -> list[int]:
    items = shop.admin.items("records/account", filter=f"lot = '{lot}'", sort="name")
    return [item["size"] for item in items]


class TestJobs:
    def test_many_records_are_one_operation_which_is_taken_back_by_a_job_too(self, shop: Shop, jobs: Jobs) -> None:
        lot, idents = shop.accounts(*({"size": number} for number in range(5)))
        ident = ask(shop, jobs, "admin@example.com", idents, size=9)
        assert told(shop.admin, ident)["state"] == "waiting"
        jobs.worker.work_off()
        found = told(shop.admin, ident)
        assert (found["state"], found["done"], found["failed"], found["total"]) == ("done", 5, 0, 5)
        assert (found["title"], found["undoable"]) == ("Change size of 5 accounts", True)
        assert sizes(shop, lot) == [9] * 5
        assert listed(shop.admin, ident)["what"] == "Changed size of 5 accounts"
        answer = undo(shop.admin, ident)
        assert answer.status == 202
        back = answer.json["id"]
        assert answer.headers["location"] == f"/api/v1/jobs/{back}"
        jobs.worker.work_off()
        assert told(shop.admin, back)["counts"] == {"update": 5}
        assert sizes(shop, lot) == [0, 1, 2, 3, 4]
        assert not told(shop.admin, ident)["undoable"]
        assert undo(shop.admin, back).status == 202  # undoing is an operation too
        jobs.worker.work_off()
        assert sizes(shop, lot) == [9] * 5

    def test_what_is_refused_is_told_record_by_record_and_the_rest_is_done(self, shop: Shop, jobs: Jobs) -> None:
        email = shop.person("clerk")[1]
        lot, theirs = shop.accounts({"size": 1}, {"size": 1})
        context = shop.world.context(email=email)
        door = shop.world.services.door
        mine = [door.create(context, "account", {"name": f"B{n}", "lot": lot, "size": 1}).id for n in range(2)]
        gone = str(uuid4())
        ident = ask(shop, jobs, email, [theirs[0], *mine, gone, theirs[1]], size=7)
        jobs.worker.work_off()
        found = jobs.get(context, ident)
        assert (found.done, found.failed, found.counts) == (2, 3, {"updated": 2})
        assert [(one.ident, one.code) for one in found.refused] == [
            (theirs[0], "forbidden"),
            (gone, "not_found"),
            (theirs[1], "forbidden"),
        ]
        assert sizes(shop, lot) == [1, 1, 7, 7]

    def test_a_job_acts_with_the_rights_that_its_person_has_by_then(self, shop: Shop, jobs: Jobs) -> None:
        ident, email = shop.person("clerk")
        context = shop.world.context(email=email)
        made = shop.world.services.door.create(context, "account", {"name": "C", "size": 1})
        asked = ask(shop, jobs, email, [made.id], size=2)
        lose(shop, ident, "clerk")
        jobs.worker.work_off()
        assert shop.admin.get(path_of("account", made.id)).json["size"] == 1
        assert jobs.get(shop.world.context(email=email), asked).done == 0

    def test_the_job_of_somebody_who_is_gone_ends(self, shop: Shop, jobs: Jobs) -> None:
        person, email = shop.person("administrator")
        _, idents = shop.accounts({"size": 1})
        asked = ask(shop, jobs, email, idents, size=2)
        shop.admin.patch(path_of("user", person), {"active": False}, "*")
        jobs.worker.work_off()
        assert told(shop.admin, asked)["state"] == "dead"
        assert shop.admin.get(path_of("account", idents[0])).json["size"] == 1

    def test_a_cancelled_job_ends_between_two_parts_and_what_it_did_can_be_undone(
        self, shop: Shop, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lot, idents = shop.accounts(*({"size": 1} for _ in range(5)))
        ident = ask(shop, jobs, "admin@example.com", idents, size=9)
        write = Door.write_many

        def cancelling(self: Door, *args: Any, **more: Any) -> Any:
            shop.admin.post(f"jobs/{ident}/cancel", None)
            assert undo(shop.admin, ident).status in {404, 409}  # not while it runs
            return write(self, *args, **more)

        monkeypatch.setattr(Door, "write_many", cancelling)
        jobs.worker.work_off()
        found = told(shop.admin, ident)
        assert (found["state"], found["done"]) == ("cancelled", 2)
        assert sorted(sizes(shop, lot)) == [1, 1, 1, 9, 9]
        undone(shop.admin, ident)
        assert sizes(shop, lot) == [1] * 5
        assert shop.admin.post(f"jobs/{ident}/cancel", None).status == 409

    def test_a_job_that_was_cut_goes_on_where_it_stopped(
        self, shop: Shop, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lot, idents = shop.accounts(*({"size": 1} for _ in range(5)))
        ident = ask(shop, jobs, "admin@example.com", idents, size=9)
        write, calls = Door.write_many, []

        def failing(self: Door, *args: Any, **more: Any) -> Any:
            calls.append(1)
            if len(calls) == 2:
                raise ValueError
            return write(self, *args, **more)

        monkeypatch.setattr(Door, "write_many", failing)
        jobs.worker.work_off()
        assert told(shop.admin, ident)["done"] == 2
        store = Store(shop.world.services.settings.files_url)
        known, later = shop.world.services, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        engine = Engine(known.database, known.door, known.runtime, store)
        Worker(engine, STANDARD, lambda: later).work_off()
        assert (told(shop.admin, ident)["state"], told(shop.admin, ident)["done"]) == ("done", 5)
        versions = [item["version"] for item in shop.admin.items("records/account", filter=f"lot = '{lot}'")]
        assert versions == [2] * 5

    def test_a_job_is_seen_by_its_person_and_by_those_who_operate(self, shop: Shop, jobs: Jobs) -> None:
        email = shop.person("clerk")[1]
        gone = str(uuid4())
        ident = ask(shop, jobs, email, [gone], size=1)
        jobs.worker.work_off()
        absent = [shop.clerk.get(f"jobs/{one}") for one in (ident, str(uuid4()), "x")]
        assert {answer.status for answer in absent} == {404}
        assert len({answer.body.replace(answer.json["request_id"].encode(), b"") for answer in absent}) == 1
        assert shop.clerk.post(f"jobs/{ident}/cancel", None).status == 404
        seen = told(shop.admin, ident)
        assert (seen["failed"], seen["refused"], seen["undoable"]) == (1, [], False)

    def test_pages_tell_of_it_and_ask_again_while_it_runs(self, shop: Shop, jobs: Jobs) -> None:
        email, theirs = shop.person("clerk")[1], shop.accounts({"size": 1})[1]
        ident = ask(shop, jobs, email, theirs, size=3)
        browser = shop.browser("administrator")
        page = browser.get(f"/jobs/{ident}").body.decode()
        assert 'hx-trigger="every 2s"' in page
        assert "Waiting" in page
        jobs.worker.work_off()
        part = browser.call("GET", f"/jobs/{ident}", headers={"HX-Request": "true", "HX-Target": "job"}).body.decode()
        assert "every 2s" not in part
        assert "<main" not in part
        assert "Nothing could be done" in part  # by a clerk, who may change only their own
        assert browser.get("/jobs").body.decode().count("Change size") == 0
        assert "Change size of 1 account" in browser.get("/jobs", of="everybody").body.decode()
        assert shop.browser("clerk").get("/jobs", of="everybody").body.decode().count("Change size") == 0
