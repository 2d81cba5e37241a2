"""Taking a right away never shows or allows more: roles, grants, fields and reaches go, and nothing comes."""

from __future__ import annotations

import copy
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from framework.errors import ArmatureError
from framework.publishing import Published
from tests.door.canaries import marked_records
from tests.door.sales import ACTORS, ENTITIES, documents, ident_of, opened
from tests.support.clients import path_of
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.door.sales import Office, Row

TURNS = int(os.environ.get("ARMATURE_MONOTONE_TURNS", "28"))  # on each engine
REACHES = ("none", "own", "team", "below", "all")
# Each gives rights by several roles, so that what is taken from one may still be given by another.
WHO = ("boss", "cleaner", "knot", "maker", "mixed", "peer", "tiers")
_MOVING = frozenset({"version", "updated_at", "updated_by", "deleted_at", "deleted_by"})  # with every trial below
Said = dict[tuple[str, ...], Any]


@pytest.fixture
def office(shared_engine: str, tmp_path: Path) -> Iterator[Office]:
    with database(shared_engine, tmp_path) as url:
        made = opened(url, tmp_path, marked_records()[0])
        yield made
        made.close()


def test_taking_a_right_away_shows_and_allows_nothing_new(office: Office) -> None:
    draw = random.Random("monotone")  # noqa: S311  (which rights are taken, not a secret)
    live, roles = documents(), {name: set(ACTORS[name]) for name in WHO}
    earlier, compared, lost = {name: said(office, name) for name in WHO}, 0, 0
    for turn in range(TURNS):
        taken, touched = take_role(office, draw, roles) if turn % 7 == 6 else narrow(office, draw, live, roles)
        for name in touched:
            now = said(office, name)
            more = {place for place, value in now.items() if grew(place, earlier[name].get(place), value)}
            assert not more, (taken, name, sorted(more)[:3])
            compared += len(earlier[name])
            lost += len(earlier[name].keys() - now.keys())
            earlier[name] = now
    # Something was there to be compared, and something really went.
    assert compared > 500
    assert lost > 20


def take_role(office: Office, draw: random.Random, roles: dict[str, set[str]]) -> tuple[str, list[str]]:
    """Take a role from somebody: what it was, and whom it touches."""
    name = draw.choice([name for name, held in roles.items() if held])
    role = draw.choice(sorted(roles[name]))
    roles[name].remove(role)
    office.world.services.door.delete(office.admin(), "role_membership", ident_of(f"{name} {role}"), None)
    return f"role {role} of {name}", [name]


def narrow(
    office: Office, draw: random.Random, live: dict[str, Any], roles: dict[str, set[str]]
) -> tuple[str, list[str]]:
    """Publish the roles with one grant that gives less: what it was, and whom it touches."""
    role = draw.choice(sorted(set().union(*roles.values())))
    changed = copy.deepcopy(live)
    what = f"{role}: {take_from(draw, changed[f'roles/{role}.json']['grants'])}"
    if isinstance(office.world.publish(changed), Published):
        live.update(changed)
    return what, [name for name, held in roles.items() if role in held]


def take_from(draw: random.Random, grants: dict[str, Any]) -> str:
    """Take something from one of a role's grants; what it was."""
    entity = draw.choice(sorted(grants))
    grant, kind = grants[entity], draw.randrange(5)
    if kind == 0:
        name = draw.choice(list(ENTITIES[entity]["fields"]))
        grant.setdefault("fields", {})[name] = "none"
        return f"field {name} of {entity}"
    if kind == 1 and "via" not in grant:
        action = draw.choice(("read", "update", "delete"))
        now = grant.get(action, "none")
        grant[action] = draw.choice(("none", "own", "team", "below")) if now == "all" else "none"
        return f"{action} of {entity}, which was {now}"
    if kind == 2 and "via" not in grant:
        action, rows = draw.choice(("read", "update")), grant.setdefault("rows", {})
        rows[action] = f"({rows[action]}) and some" if action in rows else "some"
        rows[action] = rows[action].replace("some", "name < 'zqname5' and not is_blank(name)")
        return f"some rows to {action} of {entity}"
    # To leave the entity out would let the grant on all entities speak.
    grants[entity] = {"read": "none"}
    return entity


def said(office: Office, name: str) -> Said:
    """What somebody is shown and allowed: values and booleans by place."""
    client, found = office.client(name), Said()
    schemas = client.get("openapi.json").json["components"]["schemas"]
    for entity in ENTITIES:
        answer = client.get(f"records/{entity}", limit=200, count="exact")
        items = answer.json["items"] if answer.status == 200 else []
        found[entity, "count"] = len(items)
        for item in items:
            found |= {(entity, item["id"], field): value for field, value in item.items() if field not in _MOVING}
        for end in ("", "/new", "/export"):
            found[entity, "page", end] = client.get(f"/records/{entity}{end}").status == 200
        for schema in (entity, f"{entity}_change", f"{entity}_new"):
            found |= {("openapi", schema, field): True for field in schemas.get(schema, {}).get("properties", ())}
        for row in office.of(entity)[::12]:
            found |= at_record(office, name, row)
    return found


def at_record(office: Office, name: str, row: Row) -> Said:
    """What somebody is allowed with one record; nothing is kept of it."""
    client, door, context = office.client(name), office.world.services.door, office.context(name)
    history = client.get(f"{path_of(row.entity, row.id)}/history")
    told = {field for item in history.json["items"] for field in item["fields"]} if history.status == 200 else set()
    found: Said = {(row.entity, row.id, "history", field): True for field in told - _MOVING}
    found[row.entity, row.id, "edit"] = client.get(f"/{path_of(row.entity, row.id)}/edit").status == 200
    for action in ("read", "update", "delete"):
        answer = client.get("explain", action=action, entity=row.entity, id=row.id)
        found[row.entity, row.id, "explain", action] = answer.status == 200 and answer.json["allowed"]
    try:
        door.delete(context, row.entity, row.id, None)
    except ArmatureError:
        found[row.entity, row.id, "delete"] = False
    else:
        found[row.entity, row.id, "delete"] = True
        door.restore(office.admin(), row.entity, row.id)
    return found


def grew(place: tuple[str, ...], before: Any, now: Any) -> bool:
    """Whether now more is shown or allowed than before."""
    if place[-1] == "count":
        return bool(now > before)
    return now is not None and now is not False and now != before
