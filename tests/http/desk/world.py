"""A desk to work at: a world of its own, which tests publish into, and an administrator's browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from framework.publishing import Published
from metadata.documents import Layer, canonical
from metadata.load import load_folder, read_layer
from metadata.save import write_folder
from tests.http.conftest import PASSWORD, SHOP
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.bundles import PUBLISHER, World, published
from tests.support.clients import Answer, Browser, application, browser_of
from tests.support.databases import database

SCREENS = {
    "screens/account_list.json": {
        "kind": "list",
        "entity": "account",
        "label": "Accounts",
        "columns": [{"field": "name", "width": "wide"}, "size", "stage"],
    },
    "screens/account_form.json": {
        "kind": "form",
        "entity": "account",
        "label": "Account",
        "tabs": {
            "main": {
                "label": "Main",
                "sections": {
                    "known": {"label": "Known", "fields": ["name", "code"]},
                    "placed": {"label": "Placed", "fields": ["lot", "rank"]},
                },
            },
        },
        "sections": {"rest": {"label": "Rest", "fields": ["note"]}},
    },
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A world of its own, which tests publish into, and an administrator's browser."""

    world: World
    app: Flask
    admin: Browser

    def browser(self, name: str, *roles: str) -> Browser:
        ident = str(self.world.person(f"{name}@example.com", *roles).actor.id)
        self.world.services.auth.set_password(ident, PASSWORD)
        return browser_of(self.app, f"{name}@example.com", PASSWORD)

    def kept(self, path: str, form: dict[str, object]) -> str:
        """Send a form that must be kept; where it leads."""
        answer = post(self.admin, path, form)
        assert answer.status == 303, text(answer)[:4000]
        return answer.headers["location"]

    def apply(self, **form: object) -> Answer:
        step = hidden_inputs(text(self.admin.get("/admin/draft")))["step"]
        return post(self.admin, "/admin/draft/apply", {"step": step, "message": "Tried", **form})

    def site(self) -> dict[str, str]:
        layer = site_of(self.world)
        return layer.files() if layer else {}

    def publish(self, files: dict[str, object]) -> None:
        """Publish these documents as the whole site layer, as somebody else would."""
        number, layers = self.world.services.publisher.head()
        site, _ = read_layer({path: canonical(body).encode() for path, body in files.items()})
        below = [layer for layer in layers if layer.name != "site"]
        assert isinstance(
            self.world.services.publisher.publish([*below, site], "Elsewhere", PUBLISHER, number), Published
        )

    def cleared(self) -> "Desk":
        """The desk with nothing of another test: no draft, and no site layer."""
        post(self.admin, "/admin/draft/discard", {"sure": "1"})
        if self.site():
            self.publish({})
        return self


@contextmanager
def opened(engine: str, folder: Path) -> Iterator[Desk]:
    """A desk in a database of its own."""
    with database(engine, folder) as url:
        world = published(url, folder, SHOP | SCREENS)
        app = application(world.services.settings)
        desk = Desk(world, app, Browser(app))
        yield Desk(world, app, desk.browser("desk_admin", "administrator"))
        world.close()
        app.extensions["armature"].database.close()


def site_of(world: World) -> Layer | None:
    """The site layer that is live in a world."""
    _, layers = world.services.publisher.head()
    return next((layer for layer in layers if layer.name == "site"), None)


def comes_back(desk: Desk, engine: str, folder: Path) -> None:
    """What was applied at the desk are the files that pull gives, and elsewhere apply makes the same of them."""
    files, site = desk.site(), site_of(desk.world)
    assert site
    write_folder(site, folder / "pulled")
    assert {path: (folder / "pulled" / path).read_text("utf-8") for path in files} == files
    again, problems = load_folder(folder / "pulled")
    assert not problems
    with database(engine, folder) as url:
        other = published(url, folder, SHOP | SCREENS)
        number, below = other.services.publisher.head()
        made = other.services.publisher.publish([*below, again], "Applied", PUBLISHER, number)
        assert isinstance(made, Published)
        assert made.snapshot.digest == desk.world.snapshot.digest
        kept = site_of(other)
        assert kept
        assert kept.files() == files
        other.close()
