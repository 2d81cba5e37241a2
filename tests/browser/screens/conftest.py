"""One server for all of these tests, people signed in, and a page that fails at any complaint of the browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser.site import CRM, ROOT, Site, serving
from tests.browser.trial import TRIAL, write
from tests.support.databases import postgresql_database
from tests.support.needs import lacking

AXE = ROOT / "node_modules/axe-core/axe.min.js"
# Generous, because the machine that runs the tests runs other things too.
_PATIENCE_MS = 20_000
expect.set_options(timeout=_PATIENCE_MS)
# The browser reports every refused request; the tests look at what the page makes of it.
_REFUSALS = (
    *(f"status of {status}" for status in (400, 401, 403, 404, 409, 412, 422, 500, 502)),
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_FAILED",
    "htmx:sendError",
    # What loads behind a page ends when one goes on to the next.
    "htmx:sendAbort",
    "htmx:timeout",
    "htmx:afterRequest",
    "Response Status Error Code 401",
    "Response Status Error Code 5",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the CRM with its demo records from a database of these tests' own."""
    folder = tmp_path_factory.mktemp("site")
    with serving(folder, CRM, write(folder / "trial", TRIAL)) as found:
        yield found


@pytest.fixture(scope="session")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the same CRM on the other engine."""
    with postgresql_database() as url, serving(tmp_path_factory.mktemp("site"), CRM, database_url=url) as found:
        yield found


@pytest.fixture(params=["site", "on_postgresql"])
def either(request: pytest.FixtureRequest) -> Site:
    """The same CRM on each engine."""
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def contexts(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts whose pages may not complain: no script error, no CSP report, nothing missing."""
    complaints: list[str] = []
    made: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in _REFUSALS):
            complaints.append(message.text)

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"base_url": site.url, **options})  # type: ignore[arg-type]
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
    return site.page_of(contexts(viewport={"width": 1440, "height": 900}))


@pytest.fixture
def plain(contexts: Callable[..., BrowserContext], site: Site) -> Page:
    """The same without scripts."""
    context = contexts(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    return site.page_of(context)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of the accessibility checker."""
    if not AXE.exists():
        lacking("axe-core is not installed", "make assets")
    return AXE.read_text(encoding="utf-8")
