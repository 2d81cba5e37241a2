"""One small shop, published once per worker and engine; every test makes records of its own in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from tests.support.bundles import World, published
from tests.support.clients import Browser, Client, application, browser_of, client_of
from tests.support.databases import database

PASSWORD = "correct-horse-battery"

ACCOUNT = {
    "label": "Account",
    "label_plural": "Accounts",
    "traits": {"owned": True, "comments": True, "attachments": True, "activities": True},
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True, "max_length": 80, "searchable": True},
        "code": {"type": "text", "label": "Code", "unique": True},
        "lot": {"type": "text", "label": "Lot", "indexed": True},
        "size": {"type": "integer", "label": "Size", "min": 0},
        "rank": {"type": "integer", "label": "Rank"},
        "founded_on": {"type": "date", "label": "Founded on"},
        "seen_at": {"type": "datetime", "label": "Seen at"},
        "vip": {"type": "boolean", "label": "VIP"},
        "stage": {
            "type": "choice",
            "label": "Stage",
            "options": {"new": {"label": "New"}, "won": {"label": "Won"}, "lost": {"label": "Lost"}},
            "default": "new",
        },
        "price": {"type": "decimal", "label": "Price", "scale": 2},
        "note": {"type": "long_text", "label": "Note"},
        "margin": {"type": "integer", "label": "Margin"},
        "score": {"type": "integer", "label": "Score"},
        "parent": {"type": "link", "to": "account", "label": "Parent", "on_delete": "clear"},
    },
    "unique": {"place": {"fields": ["lot", "rank"], "message": "This rank is taken in the lot."}},
}
CONTACT = {
    "label": "Contact",
    "label_plural": "Contacts",
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True},
        "account": {"type": "link", "to": "account", "label": "Account", "on_delete": "restrict"},
        "deputy": {"type": "link", "to": "contact", "label": "Deputy", "on_delete": "clear"},
        "home": {"type": "link", "to": "account", "label": "Home", "on_delete": "cascade"},
    },
}
VAULT = {
    "label": "Vault",
    "fields": {
        "name": {"type": "text", "label": "Name", "searchable": True},
        "keepers": {"type": "links", "to": "contact", "label": "Keepers"},
        "deed": {"type": "file", "label": "Deed"},
        "annexes": {"type": "files", "label": "Annexes"},
    },
    "duplicates": {"same_name": {"fields": ["name"]}},
}
ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
SHOP = {
    "entities/account.json": ACCOUNT,
    "entities/contact.json": CONTACT,
    "entities/vault.json": VAULT,
    "screens/large_ones.json": {
        "kind": "board",
        "entity": "account",
        "label": "Large",
        "lanes": {"field": "stage"},
        "filter": "size > 1000",
    },
    "navigation/shop.json": {
        "groups": {"work": {"items": {"large": {"screen": "large_ones", "counted": True}}}},
    },
    "views/large.json": {
        "entity": "account",
        "label": "Large ones",
        "for": ["clerk"],
        "filter": "size > 1000",
        "sort": ["-size"],
        "columns": ["size", "margin"],
    },
    "roles/clerk.json": {
        "label": "Clerk",
        "grants": {
            "account": {
                "read": "all",
                "create": True,
                "update": "own",
                "delete": "own",
                "fields": {"margin": "none", "score": "read"},
            },
            "contact": ALL,
        },
    },
    "roles/contacter.json": {"label": "Contacter", "grants": {"contact": ALL}},
    "roles/guest.json": {"label": "Guest", "grants": {"contact": {"read": "all"}}},
    "roles/mine_only.json": {"label": "Own records", "grants": {"account": {"read": "own"}}},
    "roles/ruled.json": {
        "label": "Under a rule",
        "grants": {"account": {"read": "all", "rows": {"read": "size > 10"}}},
    },
    "roles/people_keeper.json": {
        "label": "Keeper of people",
        "abilities": {"manage_people": True},
        "grants": {"account": {"read": "all"}},
    },
    "roles/historian.json": {"label": "Historian", "abilities": {"view_history": True}, "grants": {}},
    "roles/auditor.json": {
        "label": "Auditor",
        "abilities": {"view_history": True},
        "grants": {"account": {"read": "all"}},
    },
}


@dataclass(frozen=True, slots=True)
class Shop:
    """The running application with its people."""

    world: World
    app: Flask
    admin: Client
    clerk: Client
    guest: Client
    clerk_id: str
    _numbers: Iterator[int] = field(default_factory=count)

    def lot(self) -> str:
        """A word that no other test has, to find one's own records by."""
        return f"lot{next(self._numbers)}"

    def person(self, *roles: str, **values: object) -> tuple[str, str]:
        """Make somebody with these roles; their id and e-mail."""
        email = f"{self.lot()}@example.com"
        return str(self.world.person(email, *roles, **values).actor.id), email

    def client(self, *roles: str, **values: object) -> Client:
        """Make somebody with these roles and give their client."""
        return client_of(self.app, self.person(*roles, **values)[1])

    def browser(self, *roles: str) -> Browser:
        """Make somebody with these roles who has signed in."""
        ident, email = self.person(*roles)
        self.world.services.auth.set_password(ident, PASSWORD)
        return browser_of(self.app, email, PASSWORD)

    def accounts(self, *values: dict[str, Any]) -> tuple[str, list[str]]:
        """Make accounts in a lot of their own; the lot and their ids in the order given."""
        lot = self.lot()
        made = [self.admin.create("account", **{"name": f"A{n}", "lot": lot, **one}) for n, one in enumerate(values)]
        return lot, [one["id"] for one in made]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords in a millisecond: that it takes longer elsewhere is another's promise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("framework.auth.passwords._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def shop(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    with database(shared_engine, folder) as url:
        world = published(url, folder, SHOP)
        app = application(world.services.settings)
        ids = {name: world.person(f"{name}@example.com", *roles).actor.id for name, roles in PEOPLE.items()}
        clients = {name: client_of(app, f"{name}@example.com") for name in PEOPLE}
        yield Shop(world, app, **clients, clerk_id=str(ids["clerk"]))
        world.close()
        app.extensions["armature"].database.close()


PEOPLE = {"admin": ("administrator",), "clerk": ("clerk",), "guest": ("guest",)}


@pytest.fixture(scope="module")
def admin(shop: Shop) -> Browser:
    """The browser of somebody who may do everything."""
    return shop.browser("administrator")


@pytest.fixture(scope="module")
def clerk(shop: Shop) -> Browser:
    return shop.browser("clerk")
