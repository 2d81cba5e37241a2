"""The two that are compared, each started on a database of its own with the same records.

The product is spoken to by what `docs` promise: commands, API, pages. The baseline differs in
addresses only where its API is less general.
"""

import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.bench import data
from tests.bench.bundle import documents
from tests.bench.processes import backends_ms, largest_mb, tree_ms
from tests.support.bundles import write_folder
from tests.support.stress import stress_files

_ROOT = Path(__file__).parents[2]
_ARMATURE = Path(sys.executable).with_name("armature")
_START_S, _STOP_S = 60, 15
_OK = 200
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as far as the benchmark looks at it."""

    status: int
    cookies: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Cpu:
    """Milliseconds of processor time: of the server's processes, and of the database's."""

    server: float
    database: float

    def since(self, before: "Cpu") -> "Cpu":
        """Give what was used since an earlier look."""
        return Cpu(self.server - before.server, self.database - before.database)


@dataclass
class Side(ABC):
    """A server that is measured, and the one connection to it."""

    folder: Path
    url: str
    records: data.Records
    name: str = ""
    bearer: Mapping[str, str] = field(default_factory=dict)
    cookie: Mapping[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection = field(init=False)
    _process: subprocess.Popen[bytes] = field(init=False)

    @abstractmethod
    def prepare(self) -> None:
        """Make tables, records and keys to sign in with; the server does not run yet."""

    @abstractmethod
    def command(self, port: int) -> list[str]:
        """Give the command that serves on a port with one worker."""

    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """Give the environment of this side's commands."""

    @abstractmethod
    def settle(self) -> None:
        """Do what needs the running server: records, and the cookie of a session for pages."""

    @abstractmethod
    def filtered(self, status: str, rating: int) -> str:
        """Give the query of contacts with a status and at least a rating."""

    @contextmanager
    def running(self) -> Iterator["Side"]:
        """Serve until the end of the block, with records and a session."""
        with self.listening():
            self._wait_until(self._is_ready)
            self.settle()
            yield self

    @contextmanager
    def listening(self) -> Iterator["Side"]:
        """Serve until the end of the block; nothing is loaded yet when it begins."""
        port = _free_port()
        log = (self.folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            self.command(port), env=self._whole_environment(), cwd=_ROOT, stdout=log, stderr=log
        )
        try:
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            self._wait_until(self._connects)
            yield self
        finally:
            self._process.terminate()
            self._process.wait(_STOP_S)

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send one request over the kept connection and read all of its answer."""
        self._connection.request(method, path, body, dict(headers or {}))
        answer = self._connection.getresponse()
        jar = SimpleCookie()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            jar.load(cookie)
        return Answer(answer.status, {name: found.value for name, found in jar.items()}, answer.read())

    def reconnect(self) -> None:
        """Begin a new connection: a server may have closed one that idled while the other side worked."""
        self._connection.close()

    def cpu(self) -> Cpu:
        """Look at the clocks of server and database."""
        database = backends_ms(_libpq(self.url)) if self.url.startswith("postgresql") else 0.0
        return Cpu(tree_ms(self._process.pid), database)

    def memory_mb(self) -> float:
        """Give the resident memory of the process that answers."""
        return largest_mb(self._process.pid)

    def run(self, *command: str) -> str:
        """Run one of this side's commands to its end and give what it printed."""
        done = subprocess.run(
            command, env=self._whole_environment(), cwd=_ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _whole_environment(self) -> Mapping[str, str]:
        return {**os.environ, **self.environment()}

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + _START_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if condition():
                    return
            except (OSError, http.client.HTTPException):
                self._connection.close()
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not serve; see {self.folder / 'server.log'}")

    def _connects(self) -> bool:
        self._connection.connect()
        return True

    def _is_ready(self) -> bool:
        return self.send("GET", "/ready").status == _OK


@dataclass
class Product(Side):
    """Armature with the bundle of the benchmark, and perhaps with a bundle of many more entities beside it."""

    others: int = 0

    def prepare(self) -> None:
        """Install the bundles with their people, and make their tokens."""
        self.name = self.name or "product"
        self._password = secrets.token_urlsafe(16)
        others = stress_files(self.others) if self.others else {}
        bundles = {"others": others, "bundle": documents(["stress_user"] if others else [])}
        named = [str(write_folder(self.folder / name, files)) for name, files in bundles.items() if files]
        self.run(str(_ARMATURE), "init", *(part for path in named for part in ("--bundle", path)), "--demo")
        self._bearers = {one: self._token(one) for one in (data.MEASURED, data.OTHER)}
        self.bearer = self._bearers[data.MEASURED]

    def command(self, port: int) -> list[str]:
        """Serve as operators do."""
        return [str(_ARMATURE), "serve", "--port", str(port), "--workers", "1"]

    def environment(self) -> Mapping[str, str]:
        """Keep everything in the folder, and switch limits off: one client sends all requests."""
        return {
            "ARMATURE_DATABASE_URL": self.url,
            "ARMATURE_DATA_DIR": str(self.folder),
            "ARMATURE_ADMIN_PASSWORD": self._password,
            "ARMATURE_LIMITS_REQUESTS": "0",
        }

    def settle(self) -> None:
        """Create each record as the person who owns it; sign in."""
        made = (self.records.accounts(), self.records.contacts(), self.records.opportunities())
        for entity, records in zip(("account", "contact", "opportunity"), made, strict=True):
            for number, record in enumerate(records):
                headers = {**self._bearers[data.owner_of(number)], "Content-Type": "application/json"}
                answer = self.send("POST", f"/api/v1/records/{entity}", headers, json.dumps(record).encode())
                if answer.status != http.client.CREATED:
                    raise RuntimeError(f"{entity} {number} was refused: {answer.body.decode()[:500]}")
        self._sign_in()

    def filtered(self, status: str, rating: int) -> str:
        """Ask in the expression language."""
        return "filter=" + quote(f"status = '{status}' and rating >= {rating}")

    def _token(self, one: data.Person) -> Mapping[str, str]:
        command = ("token", "create", "--user", one.email, "--name", "bench", "--json")
        return {"Authorization": f"Bearer {json.loads(self.run(str(_ARMATURE), *command))['token']}"}

    def _sign_in(self) -> None:
        """Fill in the sign-in page as a browser does."""
        page = self.send("GET", "/sign-in")
        found = _TOKEN.search(page.body.decode())
        if not found:
            raise RuntimeError(f"no CSRF token on the sign-in page (status {page.status})")
        form = {"email": data.MEASURED.email, "password": self._password, "next": "/", "_csrf": found[1]}
        headers = {**_cookie_header(page.cookies), "Content-Type": "application/x-www-form-urlencoded"}
        answer = self.send("POST", "/sign-in", headers, urlencode(form).encode())
        if answer.status != http.client.SEE_OTHER:
            raise RuntimeError(f"sign-in answered {answer.status}: {answer.body.decode()[:500]}")
        self.cookie = _cookie_header({**page.cookies, **answer.cookies})
        # Signing in renewed the seed of the CSRF token; the first page brings the new one.
        first = self.send("GET", "/me", self.cookie)
        self.cookie = _cookie_header({**page.cookies, **answer.cookies, **first.cookies})


class Baseline(Side):
    """The hand-written application."""

    def prepare(self) -> None:
        """Fill its database; what it prints are the keys."""
        self.name = "baseline"
        keys: dict[str, Any] = json.loads(self.run(sys.executable, "-m", "tests.bench.baseline.seed"))
        self.bearer = {"Authorization": f"Bearer {keys['token']}"}
        self.cookie = {"Cookie": f"baseline_session={keys['session']}"}

    def command(self, port: int) -> list[str]:
        """Serve with the settings of the product's own server."""
        granian = str(Path(sys.executable).with_name("granian"))
        options = ["--interface", "wsgi", "--factory", "--workers", "1", "--blocking-threads", "4"]
        where = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
        return [granian, *options, *where, "tests.bench.baseline.app:create_app"]

    def environment(self) -> Mapping[str, str]:
        """Tell database, size and secret."""
        return {
            "BASELINE_DATABASE_URL": self.url,
            "BASELINE_CONTACTS": str(self.records.size),
            "BASELINE_SECRET": "a secret of the benchmark only",
        }

    def settle(self) -> None:
        """Nothing to do: records and session were made with the database."""

    def filtered(self, status: str, rating: int) -> str:
        """Ask by the two parameters that it has for that."""
        return f"status={status}&rating={rating}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _cookie_header(cookies: Mapping[str, str]) -> Mapping[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
