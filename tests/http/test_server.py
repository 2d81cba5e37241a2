"""The real server, as `armature serve` runs it: a new entity comes live under running requests, in every process."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from framework.storage import own
from framework.storage.engines import open_database
from framework.storage.jobs import JobState
from framework.storage.session import reading
from tests.support.databases import database
from tests.support.processes import PATIENCE_S, Installation, Server

CRM = Path(__file__).parents[2] / "examples" / "crm"
VISIT = {
    "label": "Site visit",
    "label_plural": "Site visits",
    "fields": {"place": {"type": "text", "label": "Place"}, "visited_on": {"type": "date", "label": "Visited on"}},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    with database(request.param, tmp_path) as url:
        made = Installation(tmp_path, url)
        shutil.copytree(CRM, tmp_path / "crm")
        made.run("init", "--bundle", str(tmp_path / "crm"), "--admin", "admin@example.com")
        yield made


@pytest.mark.timeout(300)
def test_a_new_entity_comes_live_without_a_failed_request(installation: Installation) -> None:
    workers = 1 if installation.database_url.startswith("sqlite") else 4
    token = installation.token("admin@example.com")
    with installation.serving(workers) as server:
        assert server.get("/api/v1/records/site_visit", token)[0] == 404
        before = server.get("/api/v1/me", token)[2]["revision"]
        reader = Reader(server, token)
        reader.start()
        (installation.folder / "crm" / "entities" / "site_visit.json").write_text(json.dumps(VISIT))
        applied = json.loads(
            installation.run("apply", str(installation.folder / "crm"), "--message", "visits", "--yes", "--json")
        )
        since = time.monotonic()
        seen = [server.get("/api/v1/records/site_visit", token) for _ in range(workers * 10)]
        took = time.monotonic() - since
        reader.finish()
        assert server.process.poll() is None
    assert applied["revision"] == before + 1
    assert {(status, headers["armature-revision"]) for status, headers, _ in seen} == {(200, str(before + 1))}
    assert took < 10 * workers
    assert reader.statuses
    assert set(reader.statuses) == {200}
    assert not reader.faults


class Reader(threading.Thread):
    """Somebody who reads all the while, on connections that stay open and on new ones."""

    def __init__(self, server: Server, token: str) -> None:
        """Read from this server with this token."""
        super().__init__()
        self.server, self.token = server, token
        self.statuses: list[int] = []
        self.faults: list[Exception] = []
        self._over = threading.Event()

    def run(self) -> None:
        kept = self.server.connect()
        try:
            while not self._over.is_set():
                for connection in (kept, None):
                    for path in ("records/account?limit=5", "me", "openapi.json"):
                        status, _, _ = self.server.get(f"/api/v1/{path}", self.token, connection)
                        self.statuses.append(status)
        except Exception as fault:  # noqa: BLE001  (a failed request is what this looks for)
            self.faults.append(fault)
        kept.close()

    def finish(self) -> None:
        self._over.set()
        self.join()


def test_a_server_refuses_a_database_that_is_not_ready(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        refused = Installation(tmp_path, url)
        for command in (("serve",), ("work", "--once")):
            refused.run(*command, status=1)


@pytest.mark.timeout(120)
def test_on_sqlite_the_server_brings_its_worker_and_takes_it_along(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        installation = Installation(tmp_path, url)
        installation.run("init")
        with installation.serving() as server:
            children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
            workers = [pid for pid in children if b"--until-closed" in command_of(pid)]
            assert len(workers) == 1
            end = time.monotonic() + PATIENCE_S
            while time.monotonic() < end and sorted(done_jobs(url)) != DUE:
                time.sleep(0.1)
        assert sorted(done_jobs(url)) == DUE
        assert command_of(workers[0]) == b""


DUE = ["housekeeping", "search_index"]


def command_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def test_a_worker_does_once_what_is_due(installation: Installation) -> None:
    for _ in range(2):
        installation.run("work", "--once")
    assert sorted(done_jobs(installation.database_url)) == DUE


def done_jobs(url: str) -> list[str]:
    opened = open_database(url)
    with reading(opened) as connection:
        found = connection.execute(select(own.job.c.kind).where(own.job.c.state == JobState.DONE)).scalars().all()
    opened.close()
    return list(found)
