"""A sales office whose roles use everything that the language knows of rights, with people and records to try them on.

Records are plain values here, so that the oracle can judge them without the product.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from framework.auth.tokens import create_token
from tests.support.bundles import NOW, published
from tests.support.clients import Client, application

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask

    from framework.context import Context
    from tests.support.bundles import World

DEAL_FIELDS: dict[str, Any] = {
    "name": {"type": "text", "label": "Name", "searchable": True},
    "stage": {
        "type": "choice",
        "label": "Stage",
        "options": {"draft": {"label": "Draft"}, "open": {"label": "Open"}, "won": {"label": "Won"}},
    },
    "amount": {"type": "integer", "label": "Amount"},
    "margin": {"type": "integer", "label": "Margin"},
    "discount": {"type": "integer", "label": "Discount"},
    "company": {"type": "link", "to": "company", "label": "Company", "on_delete": "clear"},
    "profit": {"type": "formula", "result": "integer", "formula": "margin + discount", "label": "Profit"},
    "twice": {"type": "formula", "result": "integer", "formula": "amount * 2", "label": "Twice"},
    "code": {"type": "text", "label": "Code", "unique": True},
}
DEAL_ACTIONS: dict[str, Any] = {
    "win": {
        "label": "Win",
        "when": "stage = 'open'",
        "inputs": {
            "amount": {"type": "integer", "label": "Amount", "default": {"expression": "margin"}},
            "company": {"type": "link", "to": "company", "label": "Company", "default": {"expression": "company"}},
        },
        "steps": [{"update": "$record", "values": {"stage": "'won'"}}],
    },
}
ENTITIES: dict[str, Any] = {
    "deal": {
        "label": "Deal",
        "label_plural": "Deals",
        "traits": {"owned": True, "comments": True, "attachments": True, "activities": True},
        "fields": DEAL_FIELDS,
        "actions": DEAL_ACTIONS,
        "duplicates": {
            "same_name": {"fields": ["name"]},
            "same_stage": {"fields": ["name", "stage"]},
            "same_margin": {"fields": ["name", "margin"]},
        },
    },
    "company": {
        "label": "Company",
        "label_plural": "Companies",
        "traits": {"comments": True, "attachments": True, "activities": True},
        "fields": {
            "name": {"type": "text", "label": "Name", "searchable": True},
            "secret": {"type": "text", "label": "Secret", "searchable": True},
            "tier": {"type": "integer", "label": "Tier"},
        },
        "duplicates": {"same_name": {"fields": ["name"]}, "same_secret": {"fields": ["secret"]}},
    },
    "quote": {
        "label": "Quote",
        "label_plural": "Quotes",
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "deal": {"type": "link", "to": "deal", "label": "Deal", "on_delete": "cascade"},
            "price": {"type": "integer", "label": "Price"},
        },
    },
}
SCREENS: dict[str, Any] = {
    "deals_by_stage": {
        "kind": "board",
        "entity": "deal",
        "label": "By stage",
        "lanes": {"field": "stage", "none": True},
        "total": "amount",
        "card": ["company", "amount", "margin", "discount", "profit"],
        "age": 1,
        "sort": ["margin"],
    },
    "deals_by_company": {
        "kind": "board",
        "entity": "deal",
        "label": "By company",
        "lanes": {"field": "company"},
        "total": "margin",
        "card": ["twice", "code", "owner"],
    },
    "deal_days": {
        "kind": "calendar",
        "entity": "deal",
        "label": "Deal days",
        "start": "created_at",
        "color": "stage",
        "person": "owner",
    },
    "deal_figures": {
        "kind": "dashboard",
        "label": "Deal figures",
        "tiles": {
            "count": {"kind": "number", "entity": "deal", "measure": "count()"},
            "amount": {"kind": "number", "entity": "deal", "measure": "sum(amount)"},
            "margin": {"kind": "bar", "entity": "deal", "measure": "sum(margin)", "group": "stage"},
            "discount": {"kind": "pie", "entity": "deal", "measure": "max(discount)", "group": "company"},
            "stages": {"kind": "funnel", "entity": "deal", "group": "stage"},
            "rich": {"kind": "number", "entity": "deal", "measure": "count()", "filter": "margin > 5"},
            "prices": {"kind": "number", "entity": "quote", "measure": "sum(price)"},
            "deals": {
                "kind": "table",
                "entity": "deal",
                "columns": ["margin", "discount", "company"],
                "sort": ["margin"],
            },
            "companies": {"kind": "table", "entity": "company", "columns": ["secret", "tier"]},
        },
    },
}
SEEN = "stage != 'draft' or owner = me()"
ROLES: dict[str, dict[str, Any]] = {
    "own": {"deal": {"read": "own", "create": True, "update": "own", "delete": "own"}},
    "team": {"deal": {"read": "team", "update": "team", "fields": {"margin": "none"}}},
    "below": {"deal": {"read": "below", "update": "own", "delete": "below", "fields": {"discount": "read"}}},
    "names": {
        "deal": {"read": "all", "fields": {"*": "none", "name": "read", "stage": "read", "company": "read"}},
        "company": {"read": "all", "fields": {"secret": "none"}},
    },
    "ruled": {
        "deal": {
            "read": "all",
            "update": "all",
            "rows": {"read": SEEN, "update": "stage = 'open'"},
            "fields": {"margin": "none", "amount": "read"},
        }
    },
    "margin_own": {"deal": {"read": "own", "update": "own", "fields": {"*": "none", "margin": "write"}}},
    "discount_open": {
        "deal": {
            "read": "all",
            "rows": {"read": "stage = 'open'"},
            "fields": {"*": "none", "discount": "read", "amount": "read"},
        }
    },
    "maker": {
        "deal": {"read": "own", "create": True, "rows": {"create": "amount < 100"}, "fields": {"margin": "none"}}
    },
    "minter": {
        "deal": {
            "read": "own",
            "create": True,
            "rows": {"create": "stage = 'open'"},
            "fields": {"*": "none", "stage": "write", "margin": "write"},
        }
    },
    "quoter": {"deal": {"read": "team", "update": "own"}, "quote": {"via": "deal", "fields": {"price": "read"}}},
    "starred": {"*": {"read": "all"}, "deal": {"read": False}},
    "cleaner": {"deal": {"read": "all", "delete": "all", "fields": {"*": "none", "name": "read"}}},
    "mine": {"*": {"read": "own", "create": True, "update": "team"}},
    "tiers": {
        "company": {"read": "all", "create": True, "update": "all", "rows": {"update": "tier = 1", "read": "tier < 3"}}
    },
}
# What the core gives everybody and the administrator, as far as it concerns these entities.
CORE_ROLES: dict[str, dict[str, Any]] = {
    "everyone": {},
    "administrator": {"*": {"read": "all", "create": True, "update": "all", "delete": "all"}},
}
ACTORS: dict[str, tuple[str, ...]] = {
    "boss": ("below", "names"),
    "lead": ("below", "team"),
    "rep": ("own", "margin_own"),
    "peer": ("names", "discount_open", "own"),
    "other": ("ruled", "margin_own"),
    "ring": ("below",),
    "knot": ("discount_open", "margin_own", "team"),
    "maker": ("maker", "minter", "tiers"),
    "quoter": ("quoter",),
    "mixed": ("team", "ruled", "quoter"),
    "starred": ("starred", "mine"),
    "cleaner": ("cleaner", "margin_own"),
    "tiers": ("tiers", "quoter"),
    "nobody": (),
    "admin": ("administrator",),
}
MANAGERS = {"lead": "boss", "rep": "lead", "peer": "lead", "ring": "knot", "knot": "ring", "maker": "rep"}
TEAMS = {"lead": "north", "rep": "north", "peer": "south", "quoter": "north", "mixed": "south", "knot": "south"}
ALSO_IN = {"lead": ("south",), "mixed": ("north",), "tiers": ("north",)}


@dataclass(slots=True)
class Row:
    """One record as it stands in the world: values by field; owner, team and links are ids."""

    entity: str
    id: str
    values: dict[str, Any]
    live: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as the oracle needs to know them."""

    name: str
    id: str
    roles: tuple[str, ...]
    teams: frozenset[str]
    manager: str | None


@dataclass(slots=True)
class Office:
    """The published office with its people and records."""

    world: World
    app: Flask
    people: dict[str, Person]
    rows: dict[str, Row]
    clients: dict[str, Client] = field(default_factory=dict)
    jobs: list[str] = field(default_factory=list)

    def of(self, entity: str) -> list[Row]:
        """All records of an entity, deleted ones too, in the order of their ids."""
        return [row for ident, row in sorted(self.rows.items()) if row.entity == entity]

    def context(self, name: str) -> Context:
        """Act as somebody at the door."""
        return self.world.context(email=f"{name}@example.com")

    def client(self, name: str) -> Client:
        """Act as somebody at the API."""
        if name not in self.clients:
            made = create_token(self.world.services.database, self.people[name].id, "test", NOW, days=365)
            self.clients[name] = Client(self.app, {"Authorization": f"Bearer {made.secret}"})
        return self.clients[name]

    def admin(self) -> Context:
        """Act as the system, at a moment that is always the same."""
        return self.world.context()

    def job(self) -> str:
        """A job of the cleaner's about all deals, each of which it had to leave as it is."""
        if not self.jobs:
            idents = [row.id for row in self.of("deal")]
            payload = {"entity": "deal", "values": {"name": "x"}, "ids": idents}
            jobs = self.world.services.jobs
            self.jobs.append(jobs.do(self.context("cleaner"), "change_records", payload, len(idents)).id)
        return self.jobs[0]

    def close(self) -> None:
        """Give all connections back."""
        self.world.close()
        self.app.extensions["armature"].database.close()


def documents() -> dict[str, Any]:
    """The bundle."""
    found: dict[str, Any] = {f"entities/{name}.json": body for name, body in ENTITIES.items()}
    found |= {f"screens/{name}.json": body for name, body in SCREENS.items()}
    abilities = {"view_history": True, "export": True, "import": True, "bulk_edit": True, "merge": True}
    for name, grants in ROLES.items():
        found[f"roles/{name}.json"] = {"label": name, "grants": grants, "abilities": abilities}
    return found


def opened(database_url: str, folder: Path, rows: Mapping[str, Row], more: Mapping[str, Any] | None = None) -> Office:
    """Publish the office and `more` documents, make its people, and load these records with the door."""
    return staffed(published(database_url, folder, {**documents(), **(more or {})}), rows)


def staffed(world: World, rows: Mapping[str, Row]) -> Office:
    """Make the people of the published office, and load these records with the door."""
    door, system = world.services.door, world.context()
    for place in ("north", "south"):
        door.create(system, "team", {"id": ident_of(place), "name": place})
    people = {}
    for name, roles in ACTORS.items():
        team: str | None = TEAMS.get(name)
        values = {"team": ident_of(team) if team else None}
        door.create(system, "user", {"id": ident_of(name), "email": f"{name}@example.com", "name": name, **values})
        for role in roles:
            membership = {"id": ident_of(f"{name} {role}"), "user": ident_of(name), "role": role}
            door.create(system, "role_membership", membership)
        for other in ALSO_IN.get(name, ()):
            membership = {"id": ident_of(f"{name} {other}"), "user": ident_of(name), "team": ident_of(other)}
            door.create(system, "team_membership", membership)
        teams = frozenset(ident_of(one) for one in (*([team] if team else ()), *ALSO_IN.get(name, ())))
        manager = MANAGERS.get(name)
        people[name] = Person(name, ident_of(name), roles, teams, ident_of(manager) if manager else None)
    for name, manager in MANAGERS.items():
        door.update(system, "user", ident_of(name), {"manager": ident_of(manager)}, None)
    for row in rows.values():
        door.create(system, row.entity, {"id": row.id, **row.values})
        if not row.live:
            door.delete(system, row.entity, row.id, None)
    return Office(world, application(world.services.settings), people, dict(rows))


def records(seed: int = 7) -> dict[str, Row]:
    """Companies, deals of everybody in every state, and quotes; always the same for a seed."""
    draw = random.Random(seed)  # noqa: S311  (sample data)
    found: dict[str, Row] = {}
    for number in range(4):
        values = {"name": f"Company {number}", "secret": f"hush{number}", "tier": number}
        _add(found, Row("company", ident_of(f"company {number}"), values))
    owners = [*draw.sample(sorted(ACTORS), 8), "rep", "lead", "peer", "knot", "ring", "maker", "boss", None]
    for number, owner in enumerate(owners * 2):
        _add(found, Row("deal", ident_of(f"deal {number}"), _deal(draw, number, owner), live=number % 11 != 5))
    deals = [row.id for row in found.values() if row.entity == "deal" and row.live]
    for number in range(10):
        deal = draw.choice([*deals, None])
        values = {"name": f"Quote {number}", "deal": deal, "price": draw.choice([None, 1, 5, 9])}
        _add(found, Row("quote", ident_of(f"quote {number}"), values))
    return found


def _deal(draw: random.Random, number: int, owner: str | None) -> dict[str, Any]:
    numbers = (None, -3, 0, 7, 7, 42, 150)
    return {
        "name": draw.choice([f"Deal {number}", "Same name", None]),
        "stage": draw.choice([None, "draft", "open", "open", "won"]),
        **{name: draw.choice(numbers) for name in ("amount", "margin", "discount")},
        "company": draw.choice([None, *(ident_of(f"company {other}") for other in range(4))]),
        "owner": ident_of(owner) if owner else None,
        "team": draw.choice([None, ident_of("north"), ident_of("south")]),
        "code": f"D{number}" if number % 3 else None,
    }


def _add(found: dict[str, Row], row: Row) -> None:
    found[row.id] = row


def ident_of(name: str) -> str:
    """The id of what is called so: the same in every world."""
    number = random.Random(name).getrandbits(128)  # noqa: S311  (a name, not a secret)
    return str(UUID(int=number, version=4))
