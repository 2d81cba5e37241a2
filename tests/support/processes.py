"""The product as somebody runs it: its command, its server on a free port, and plain HTTP to it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ARMATURE = Path(sys.executable).with_name("armature")
PATIENCE_S = 90


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and a database, and the command on them with further settings."""

    folder: Path
    database_url: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the command is told; nothing of it comes from the machine's own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ARMATURE_")}
        own = {
            "ARMATURE_DATABASE_URL": self.database_url,
            "ARMATURE_DATA_DIR": str(self.folder),
            "ARMATURE_LIMITS_REQUESTS": "0",
        }
        return {**kept, **own, **self.settings}

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run the command to its end, which must have this status; what it printed."""
        done = subprocess.run(
            [str(ARMATURE), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def token(self, email: str, *scopes: str) -> str:
        """A fresh token of a person, which may do no more than these scopes where any are given."""
        narrowed = [part for scope in scopes for part in ("--scope", scope)]
        made: str = json.loads(self.run("token", "create", "--user", email, "--name", "test", "--json", *narrowed))[
            "token"
        ]
        return made

    @contextmanager
    def serving(self, workers: int = 1) -> Iterator["Server"]:
        """Serve on a free port until the end."""
        port = free_port()
        command = [str(ARMATURE), "serve", "--port", str(port), "--workers", str(workers)]
        with (self.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
            server = Server(port, process)
            try:
                server.wait()
                yield server
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()
                process.wait()


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on the loopback address."""

    port: int
    process: "subprocess.Popen[bytes]"

    def connect(self) -> http.client.HTTPConnection:
        """A new connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(
        self, path: str, token: str | None = None, connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, Mapping[str, str], Any]:
        """Status, headers (small letters) and JSON of a GET."""
        known = connection or self.connect()
        known.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = known.getresponse()
        body = answer.read()
        if connection is None:
            known.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, json.loads(body)

    def wait(self) -> None:
        """Wait until it is ready."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            assert self.process.poll() is None, "the server ended"
            with suppress(OSError, http.client.HTTPException):
                if self.get("/ready")[0] == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError


def free_port() -> int:
    """A port of the loopback address that nobody has just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
        return number
