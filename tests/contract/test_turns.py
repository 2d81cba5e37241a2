"""Long work of many transactions does not keep others from writing."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from framework.storage import own
from framework.storage.session import run_tx
from framework.storage.turns import Turns
from tests.support.bundles import published
from tests.support.databases import sqlite_url

STEPS, STEP_S = 24, 0.25


def test_somebody_else_writes_between_the_steps_of_long_work(tmp_path: Path) -> None:
    world = published(sqlite_url(tmp_path), tmp_path, {})
    database, waits, done = world.services.database, threading.Event(), threading.Event()

    def somebody() -> None:
        waits.wait()
        run_tx(database, lambda connection: connection.execute(own.presence.delete()))
        done.set()

    other = threading.Thread(target=somebody)
    other.start()

    def step(connection: Connection) -> None:
        connection.execute(own.presence.delete())
        waits.set()
        time.sleep(STEP_S)

    turns, steps = Turns(database), 0
    while steps < STEPS and not done.is_set():
        run_tx(database, step)
        turns.give()
        steps += 1
    other.join()
    world.close()
    assert steps < STEPS / 2


def test_engines_with_many_writers_need_no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", iter(range(0, 100, 10)).__next__)
    for is_sqlite in (False, True):
        turns = Turns(type("Engine", (), {"is_sqlite": is_sqlite})())  # type: ignore[arg-type]
        turns.give()
    assert len(slept) == 1
