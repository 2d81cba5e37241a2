"""A running server for browsers, with the CRM's demo records, and people signed in at it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Page

from framework.storage.collation import SQLITE
from tests.support.needs import lacking
from tests.support.processes import Installation
from tests.support.sample import sample_of
from tests.support.sampling import due_today

ROOT = Path(__file__).resolve().parents[2]
CRM = ROOT / "examples/crm"
PASSWORD = "a calm sentence for tests"
ADMIN, REP, STRANGER = "admin@example.com", "rep@example.com", "stranger@example.com"
DESIGNER = "designer@example.com"


@dataclass(frozen=True, slots=True)
class Site:
    """A running server, and the installation that it serves; who has signed in once stays so."""

    url: str
    installation: Installation
    cookies: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, context: BrowserContext, who: str = ADMIN) -> Page:
        """Sign somebody in through the page; give that page."""
        page = context.new_page()
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("E-mail").fill(who)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def page_of(self, context: BrowserContext, who: str = ADMIN) -> Page:
        """Give a page of somebody's, who signs in only the first time: a password is slow on purpose."""
        if who not in self.cookies:
            page = self.sign_in(context, who)
            self.cookies[who] = context.cookies()
            return patient(page)
        context.add_cookies(self.cookies[who])
        return patient(context.new_page())

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Take a table away for a while: what asks for it fails inside, as nothing that a person types does."""
        with self._database() as database:
            database.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        try:
            yield
        finally:
            with self._database() as database:
                database.execute(f"ALTER TABLE gone_{table} RENAME TO {table}")

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.installation.folder / "armature.db", timeout=30)
        connection.create_collation(SQLITE, lambda one, other: (one > other) - (one < other))
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def patient(page: Page) -> Page:
    """Let keys wait until the page is there: its heading is seen before its scripts listen, by nobody but a test."""
    for name in ("press", "type"):
        setattr(page.keyboard, name, _once_loaded(page, getattr(page.keyboard, name)))
    return page


def _once_loaded(page: Page, act: Callable[..., None]) -> Callable[..., None]:
    def waiting(*keys: str, **options: Any) -> None:
        page.wait_for_load_state()
        act(*keys, **options)

    return waiting


@contextmanager
def serving(folder: Path, *bundles: Path, database_url: str = "") -> Iterator[Site]:
    """Serve these bundles with a sample of their demo records from a database below the folder, or from another."""
    if not (ROOT / "ui/static/vendor/tabler.css").exists():
        lacking("the browser's files are not built", "make assets")
    made = Installation(folder, database_url, {"ARMATURE_ADMIN_PASSWORD": PASSWORD, "ARMATURE_LOG": "warning"})
    samples = [sample_of(bundle, folder / "samples") for bundle in bundles]
    made.run("init", *(part for bundle in samples for part in ("--bundle", str(bundle))), "--demo")
    with made.serving() as server:
        yield Site(f"http://127.0.0.1:{server.port}", made)


def ways(scripted: str, place: int) -> list[str]:
    """How a page is used: with scripts each day; without them each third day, some files on one and some on another."""
    return [scripted, "plain"] if due_today(place, 3) else [scripted]


def fresh(words: str) -> str:
    """A name that nothing else has: what is alike would be pointed out before it is saved."""
    return f"{words} {uuid4().hex[:6]}"


def fresh_phone() -> str:
    """A number that nobody else has."""
    return f"+49 40 {uuid4().int % 10**7:07}"
