"""One server for all of these tests, people signed in, and a page that fails at any complaint of the browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.support.needs import lacking

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PASSWORD = "a calm sentence for tests"
_STARTS_WITHIN_S = 60
# Generous, because the machine that runs the tests runs other things too.
_PATIENCE_MS = 20_000
expect.set_options(timeout=_PATIENCE_MS)
# The browser reports every refused request; the tests look at what the page makes of it.
_REFUSALS = (
    *(f"status of {status}" for status in (400, 401, 403, 404, 409, 412, 422, 502)),
    "Response Status Error Code 401",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A running server."""

    url: str

    def sign_in(self, context: BrowserContext, who: str = "admin@example.com") -> Page:
        """Sign somebody in through the page; give that page."""
        page = context.new_page()
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("E-mail").fill(who)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the CRM with its demo records from a database of these tests' own."""
    if not (ROOT / "ui/static/vendor/tabler.css").exists():
        lacking("the browser's files are not built", "make assets")
    folder = tmp_path_factory.mktemp("site")
    environment = os.environ | {
        "ARMATURE_DATA_DIR": str(folder),
        "ARMATURE_DATABASE_URL": "",
        "ARMATURE_ADMIN_PASSWORD": PASSWORD,
        "ARMATURE_LOG": "warning",
    }
    armature = str(Path(sys.executable).with_name("armature"))
    crm = str(ROOT / "examples/crm")
    subprocess.run([armature, "init", "--bundle", crm, "--demo"], env=environment, check=True, capture_output=True)
    port = _free_port()
    serve = [armature, "serve", "--port", str(port)]
    with subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield Site(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture
def contexts(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts whose pages may not complain: no script error, no CSP report, nothing missing."""
    complaints: list[str] = []
    made: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in _REFUSALS):
            complaints.append(message.text)

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=site.url, **options)  # type: ignore[arg-type]
        context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.set_default_timeout(_PATIENCE_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert not complaints


@pytest.fixture
def admin(contexts: Callable[..., BrowserContext], site: Site) -> Page:
    """A page of the administrator's."""
    return site.sign_in(contexts(viewport={"width": 1440, "height": 900}))


@pytest.fixture
def plain(contexts: Callable[..., BrowserContext], site: Site) -> Page:
    """The same without scripts."""
    return site.sign_in(contexts(viewport={"width": 1440, "height": 900}, java_script_enabled=False))


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of the accessibility checker."""
    if not AXE.exists():
        lacking("axe-core is not installed", "make assets")
    return AXE.read_text(encoding="utf-8")
