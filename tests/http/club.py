"""A club whose records have doubles: what tests of duplicates and of merging run in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask

from framework.storage.engines import Database
from tests.http.conftest import ALL
from tests.support.bundles import Documents, World, published
from tests.support.clients import Client, application, client_of
from tests.support.databases import database

HELD = {"read": "all", "create": True, "update": "own", "delete": "own"}
CLUB: Documents = {
    "entities/member.json": {
        "label": "Member",
        "label_plural": "Members",
        "traits": {"owned": True, "comments": True, "activities": True},
        "fields": {
            "name": {"type": "text", "label": "Name", "searchable": True},
            "city": {"type": "text", "label": "City"},
            "email": {"type": "email", "label": "E-mail", "searchable": True},
            "phone": {"type": "phone", "label": "Phone", "searchable": True, "default_country": "DE"},
            "pin": {"type": "text", "label": "Pin", "searchable": True},
            "number": {"type": "text", "label": "Number", "unique": True},
            "sponsor": {"type": "link", "to": "member", "label": "Sponsor", "on_delete": "restrict"},
            "labels": {"type": "tags", "label": "Labels"},
            "photo": {"type": "file", "label": "Photo"},
        },
        "duplicates": {
            "same_person": {"fields": ["name", "city"]},
            "same_phone": {"fields": ["phone"]},
            "same_email": {"fields": ["email"], "strict": True, "message": "There is a member with this e-mail."},
            "same_pin": {"fields": ["pin"], "strict": True},
        },
    },
    "entities/loan.json": {
        "label": "Loan",
        "label_plural": "Loans",
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "member": {"type": "link", "to": "member", "label": "Member", "on_delete": "restrict"},
            "helpers": {"type": "links", "to": "member", "label": "Helpers"},
            "place": {"type": "integer", "label": "Place"},
        },
        "unique": {"place": {"fields": ["member", "place"]}},
        "rules": {"known": {"refuse_when": "name = 'frozen' and changed(member)", "message": "It is frozen."}},
    },
    "roles/keeper.json": {
        "label": "Keeper",
        "abilities": {"merge": True, "view_history": True},
        "grants": {"member": ALL, "loan": {**HELD, "read": "own"}},
    },
    "roles/helper.json": {
        "label": "Helper",
        "abilities": {"merge": True},
        "grants": {"member": {**ALL, "fields": {"pin": "none", "phone": "none"}}, "loan": ALL},
    },
    "roles/own.json": {
        "label": "Own ones",
        "abilities": {"merge": True},
        "grants": {"member": {**HELD, "read": "own"}, "loan": ALL},
    },
    "roles/guide.json": {"label": "Guide", "abilities": {"merge": True}, "grants": {"member": HELD}},
    "roles/plain.json": {"label": "No merging", "grants": {"member": ALL, "loan": ALL}},
}


@dataclass(frozen=True, slots=True)
class Club:
    """The application and its administrator."""

    world: World
    app: Flask
    admin: Client
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def database(self) -> Database:
        """The database of the application."""
        found: Database = self.app.extensions["armature"].database
        return found

    def word(self) -> str:
        """A word that no other test has."""
        return f"w{next(self._numbers)}w"

    def person(self, *roles: str) -> Client:
        """Somebody with these roles."""
        email = f"{self.word()}@example.com"
        self.world.person(email, *roles)
        return client_of(self.app, email)

    def member(self, who: Client | None = None, **values: Any) -> str:
        """A new member."""
        return str((who or self.admin).create("member", **values)["id"])

    def loan(self, who: Client | None = None, **values: Any) -> str:
        """A new loan."""
        return str((who or self.admin).create("loan", **values)["id"])


@contextmanager
def opened(engine: str, folder: Path) -> Iterator[Club]:
    """The club on a database of its own."""
    with database(engine, folder) as url:
        world = published(url, folder, CLUB)
        world.person("admin@example.com", "administrator")
        app = application(world.services.settings)
        yield Club(world, app, client_of(app, "admin@example.com"))
        world.close()
        app.extensions["armature"].database.close()
