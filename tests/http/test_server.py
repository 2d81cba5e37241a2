"""The real server, as `armature serve` runs it: a new entity comes live under running requests, in every process."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import database
from tests.support.processes import Installation, Server

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
        refused.run("serve", status=1)
