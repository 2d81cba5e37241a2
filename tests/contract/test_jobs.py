"""The queue of work outside of requests, on both engines: every job is done, and under one claim at a time."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from framework.extension import installed_catalogue
from framework.files import Store
from framework.jobs import HOUSEKEEPING, Engine, Kind, Work, Worker
from framework.publishing import Runtime
from framework.records import Door, Seal
from framework.storage import jobs, own
from framework.storage.engines import Database, open_database
from framework.storage.feed import undone_among
from framework.storage.housekeeping import sweep
from framework.storage.jobs import Asked, JobState, Progress
from framework.storage.session import reading, run_tx
from framework.storage.upgrades import require_current, upgrade
from tests.support.bundles import NOW

WEEK = dt.timedelta(days=7)


class Clock:
    """A clock that the test moves."""

    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def engine(database: Database) -> Engine:
    store = Store("memory:///")
    return Engine(database, Door(database, Seal("secret"), store), Runtime(database, installed_catalogue()), store)


def add(database: Database, number: int, kind: str = "count") -> None:
    ident, payload = f"00000000-0000-7000-8000-{number:012}", f'{{"number": {number}}}'
    run_tx(database, lambda connection: jobs.enqueue(connection, Asked(ident, kind, payload, NOW)))


def rows(database: Database) -> list[Any]:
    with reading(database) as connection:
        return list(connection.execute(select(own.job).order_by(own.job.c.id)))


def states(database: Database) -> list[str]:
    return [row.state for row in rows(database)]


def failing(times: int) -> tuple[Kind, list[int]]:
    tried: list[int] = []

    def run(work: Work) -> None:
        tried.append(work.payload["number"])
        if len(tried) <= times:
            raise ValueError(work.payload)

    return Kind("count", run), tried


def test_a_job_is_done_once(database: Database, clock: Clock) -> None:
    kind, tried = failing(0)
    worker = Worker(engine(database), [kind], clock)
    add(database, 7)
    assert (worker.work_off(), worker.work_off(), tried) == (1, 0, [7])
    assert states(database) == [JobState.DONE]


def test_what_fails_waits_longer_each_time_and_is_done_in_the_end(database: Database, clock: Clock) -> None:
    kind, tried = failing(2)
    worker = Worker(engine(database), [kind], clock)
    add(database, 1)
    waits = []
    for _ in range(2):
        worker.work_off()
        (row,) = rows(database)
        assert (row.state, row.error) == (JobState.WAITING, "ValueError")
        assert worker.work_off() == 0
        waits.append((row.run_at - clock.now).total_seconds())
        clock.now = row.run_at
    assert 5 <= waits[0] <= 15
    assert 10 <= waits[1] <= 30
    assert (worker.work_off(), len(tried), states(database)) == (1, 3, [JobState.DONE])


def test_what_always_fails_is_left_to_be_looked_at(database: Database, clock: Clock) -> None:
    kind, tried = failing(100)
    worker = Worker(engine(database), [kind], clock)
    add(database, 1)
    for _ in range(20):
        worker.work_off()
        clock.now += WEEK
    assert (len(tried), states(database)) == (8, [JobState.DEAD])


def test_a_job_of_which_nobody_knows_the_kind_waits(database: Database, clock: Clock) -> None:
    add(database, 1, "unheard_of")
    Worker(engine(database), [failing(0)[0]], clock).work_off()
    assert [(row.state, row.attempts) for row in rows(database)] == [(JobState.WAITING, 0)]


def test_a_lease_that_ran_out_gives_the_job_to_another_and_shuts_the_first_out(database: Database) -> None:
    add(database, 1)
    first = run_tx(database, lambda connection: jobs.claim(connection, ["count"], NOW, NOW + WEEK))
    assert first is not None
    assert run_tx(database, lambda connection: jobs.claim(connection, ["count"], NOW, NOW + WEEK)) is None
    late = NOW + WEEK + WEEK
    second = run_tx(database, lambda connection: jobs.claim(connection, ["count"], late, late + WEEK))
    assert second is not None
    assert (second.fence, second.attempts) == (first.fence + 1, 2)
    calls: list[Callable[[Any], bool]] = [
        lambda connection: jobs.prolong(connection, first, late + WEEK),
        lambda connection: jobs.finish(connection, first, JobState.DONE, late),
        lambda connection: jobs.put_back(connection, first, late, "x"),
    ]
    assert [run_tx(database, call) for call in calls] == [False, False, False]
    assert run_tx(database, lambda connection: jobs.finish(connection, second, JobState.DONE, late))


def test_a_worker_that_lost_its_lease_ends_where_it_stands(database: Database, clock: Clock) -> None:
    done: list[str] = []

    def slow(work: Work) -> None:
        clock.now += WEEK
        Worker(engine(database), [Kind("count", lambda _: done.append("other"))], clock).work_off()
        work.go_on()
        done.append("first")

    add(database, 1)
    Worker(engine(database), [Kind("count", slow)], clock).work_off()
    assert (done, states(database)) == (["other"], [JobState.DONE])


def test_workers_side_by_side_do_every_job_once(database: Database, clock: Clock) -> None:
    seen: Counter[int] = Counter()
    kind = Kind("count", lambda work: seen.update([work.payload["number"]]))
    for number in range(40):
        add(database, number)
    threads = [threading.Thread(target=Worker(engine(database), [kind], clock).work_off) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == Counter(range(40))
    assert set(states(database)) == {JobState.DONE}


def test_a_schedule_makes_one_job_each_time(database: Database, clock: Clock) -> None:
    ran: list[dt.datetime] = []
    kind = Kind("daily", lambda work: ran.append(work.now), every=dt.timedelta(days=1))
    workers = [Worker(engine(database), [kind], clock) for _ in range(2)]
    for _ in range(5):
        for worker in workers:
            worker.work_off()
        clock.now += dt.timedelta(hours=13)
    assert ran == [NOW, NOW + dt.timedelta(hours=26), NOW + dt.timedelta(hours=52)]


def test_what_is_told_of_a_part_stays_for_the_next_attempt_and_lets_the_job_end(database: Database) -> None:
    add(database, 1)
    first = run_tx(database, lambda connection: jobs.claim(connection, ["count"], NOW, NOW + WEEK))
    assert first is not None
    told = Progress(2, 1, 9, '{"a": 1}')
    assert run_tx(database, lambda connection: jobs.report(connection, first, told, NOW)) is False
    assert run_tx(database, lambda connection: jobs.stop(connection, first.id, NOW))
    assert run_tx(database, lambda connection: jobs.report(connection, first, told, NOW)) is True
    second = run_tx(database, lambda connection: jobs.claim(connection, ["count"], NOW + WEEK, NOW + 2 * WEEK))
    assert second is not None
    assert (second.done, second.failed, second.total, second.result) == (2, 1, 9, '{"a": 1}')
    assert run_tx(database, lambda connection: jobs.report(connection, first, told, NOW)) is None


def test_a_job_that_waits_is_cancelled_at_once_and_one_that_ended_not_at_all(database: Database, clock: Clock) -> None:
    add(database, 1)
    ident = rows(database)[0].id
    assert run_tx(database, lambda connection: jobs.stop(connection, ident, NOW))
    assert (Worker(engine(database), [failing(0)[0]], clock).work_off(), states(database)) == (0, [JobState.CANCELLED])
    assert not run_tx(database, lambda connection: jobs.stop(connection, ident, NOW))


def test_housekeeping_deletes_what_is_over_and_nothing_else(database: Database, clock: Clock) -> None:
    def key(name: str, days: int) -> dict[str, Any]:
        at = NOW - dt.timedelta(days=days)
        return {"actor": "a", "key": name, "request": "r", "record": None, "answer": "{}", "at": at}

    ident = "00000000-0000-7000-8000-000000000001"
    keys = [{**key(name, days), "record": ident} for name, days in (("old", 3), ("new", 1))]
    sessions = [
        {
            "digest": name,
            "user": ident,
            "created_at": NOW,
            "seen_at": NOW,
            "expires_at": NOW + dt.timedelta(hours=hours),
        }
        for name, hours in (("over", -1), ("live", 1))
    ]
    run_tx(database, lambda connection: connection.execute(insert(own.idempotency), keys))
    run_tx(database, lambda connection: connection.execute(insert(own.session), sessions))
    Worker(engine(database), [HOUSEKEEPING], clock).work_off()
    with reading(database) as connection:
        assert connection.execute(select(own.idempotency.c.key)).scalars().all() == ["new"]
        assert connection.execute(select(own.session.c.digest)).scalars().all() == ["live"]
    clock.now += dt.timedelta(days=40)
    gone = run_tx(database, lambda connection: sweep(connection, clock.now))
    assert gone == {
        "sys_session": 1,
        "sys_idempotency": 1,
        "sys_rate": 0,
        "sys_import": 0,
        "sys_presence": 0,
        "sys_job": 1,
    }


def test_a_database_of_the_first_version_gets_the_queue_and_what_undoing_needs(database: Database) -> None:
    def back(connection: Any) -> None:
        own.job.drop(connection)
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TABLE sys_search_parts"))
        own.search.drop(connection)
        own.search_place.drop(connection)
        own.presence.drop(connection)
        own.draft.drop(connection)
        own.draft_step.drop(connection)
        own.file.drop(connection)
        own.process.drop(connection)
        own.change_by_person.drop(connection)
        own.change_undoing.drop(connection)
        connection.execute(text("ALTER TABLE sys_change DROP COLUMN undoes"))
        for name in ("agent", "network"):
            connection.execute(text(f"ALTER TABLE sys_session DROP COLUMN {name}"))
        connection.execute(text("ALTER TABLE sys_credential DROP COLUMN signed_in_at"))
        connection.execute(update(own.schema).values(version=1))

    run_tx(database, back)
    with pytest.raises(Exception, match="older release; run: armature init"):
        require_current(database)
    upgrade(database)
    require_current(database)
    run_tx(database, lambda connection: undone_among(connection, ["0"]))
    add(database, 1)
    assert states(database) == [JobState.WAITING]
