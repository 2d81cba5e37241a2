"""A running server for browsers, with the CRM's demo records, and people signed in at it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from framework.storage.collation import SQLITE
from tests.support.needs import lacking
from tests.support.processes import Installation

ROOT = Path(__file__).resolve().parents[2]
CRM = ROOT / "examples/crm"
PASSWORD = "a calm sentence for tests"
ADMIN, REP, STRANGER = "admin@example.com", "rep@example.com", "stranger@example.com"


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
            return page
        context.add_cookies(self.cookies[who])
        return context.new_page()

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


@contextmanager
def serving(folder: Path, *bundles: Path) -> Iterator[Site]:
    """Serve these bundles with their demo records from a database below the folder."""
    if not (ROOT / "ui/static/vendor/tabler.css").exists():
        lacking("the browser's files are not built", "make assets")
    made = Installation(folder, "", {"ARMATURE_ADMIN_PASSWORD": PASSWORD, "ARMATURE_LOG": "warning"})
    made.run("init", *(part for bundle in bundles for part in ("--bundle", str(bundle))), "--demo")
    with made.serving() as server:
        yield Site(f"http://127.0.0.1:{server.port}", made)
