"""Nobody gives what they lack, and the last administrator stays, at whatever door it is tried."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from framework.errors import ArmatureError
from framework.records.bulk import Row
from tests.support.bundles import Documents, World, published
from tests.support.clients import Answer, Client, application, client_of, path_of
from tests.support.databases import database

ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
HOUSE: Documents = {
    "entities/deal.json": {
        "label": "Deal",
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "margin": {"type": "integer", "label": "Margin"},
        },
    },
    "roles/keeper.json": {
        "label": "Keeper of people",
        "abilities": {"manage_people": True},
        "grants": {
            "user": ALL,
            "team": ALL,
            "role_membership": ALL,
            "team_membership": ALL,
            "deal": {"read": "team", "fields": {"margin": "none"}},
        },
    },
    "roles/most.json": {"label": "Most", "grants": {"*": {"read": "all"}, "deal": {"read": False}}},
    "roles/reader.json": {"label": "Reader", "grants": {"deal": {"read": "own", "fields": {"margin": "none"}}}},
    "roles/teamer.json": {"label": "Of teams", "grants": {"deal": {"read": "team", "fields": {"margin": "none"}}}},
    "roles/wider.json": {"label": "Wider", "grants": {"deal": {"read": "all", "fields": {"margin": "none"}}}},
    "roles/ruled.json": {
        "label": "Ruled",
        "grants": {"deal": {"read": "team", "rows": {"read": "name = 'x'"}, "fields": {"margin": "none"}}},
    },
    "roles/changer.json": {
        "label": "Changer",
        "grants": {"deal": {"read": "team", "update": "own", "fields": {"margin": "none"}}},
    },
    "roles/figures.json": {"label": "Figures", "grants": {"deal": {"read": "own"}}},
    "roles/exporter.json": {"label": "Exporter", "abilities": {"export": True}, "grants": {}},
}


class House:
    """The application with an administrator and somebody who keeps people."""

    def __init__(self, world: World, app: Flask) -> None:
        """Make both."""
        self.world, self.app, self.number = world, app, 0
        self.admin_id = str(world.person("admin@example.com", "administrator").actor.id)
        self.keeper_id = str(world.person("keeper@example.com", "keeper").actor.id)
        self.admin, self.keeper = client_of(app, "admin@example.com"), client_of(app, "keeper@example.com")

    def person(self, *roles: str, **values: object) -> str:
        self.number += 1
        return str(self.world.person(f"p{self.number}@example.com", *roles, **values).actor.id)

    def membership(self, user: str) -> dict[str, Any]:
        (found,) = self.admin.items("records/role_membership", filter=f"user = '{user}'")
        return found


@pytest.fixture
def house(world_of: Callable[[Documents], World]) -> Iterator[House]:
    world = world_of(HOUSE)
    app = application(world.services.settings)
    yield House(world, app)
    app.extensions["armature"].database.close()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("keeper", True),
        ("reader", True),
        ("teamer", True),
        ("ruled", True),
        ("wider", False),
        ("most", False),
        ("changer", False),
        ("figures", False),
        ("exporter", False),
        ("administrator", False),
    ],
)
def test_a_role_is_given_only_by_who_holds_all_that_it_gives(house: House, role: str, *, may: bool) -> None:
    somebody = house.person()
    answer = house.keeper.post("records/role_membership", {"user": somebody, "role": role})
    assert answer.status == (201 if may else 403), answer.body
    assert len(house.admin.items("records/role_membership", filter=f"user = '{somebody}'")) == int(may)
    if not may:
        assert answer.json["code"] == "gives_more"
    assert house.admin.post("records/role_membership", {"user": house.person(), "role": role}).status == 201


def test_no_other_way_gives_it(house: House) -> None:
    """In a batch, by a change of the membership, by many rows at once, out of the bin, by a token."""
    somebody, keeper = house.person("reader"), house.keeper
    item = {"do": "create", "values": {"user": somebody, "role": "wider"}}
    batch = keeper.post("records/role_membership/batch", {"atomic": False, "items": [item]})
    assert batch.json["items"][0]["status"] == 403
    member = house.membership(somebody)
    assert keeper.patch(path_of("role_membership", member), {"role": "wider"}, "*").status == 403
    context, door = house.world.context(email="keeper@example.com"), house.world.services.door
    rows = [Row({"user": somebody, "role": role}) for role in ("teamer", "wider", "ruled")]
    told = door.write_many(context, "role_membership", rows)
    assert [one.error.error_code if one.error else one.what for one in told] == ["created", "gives_more", "created"]
    chief = house.person("wider")
    assert keeper.delete(path_of("user", chief), "*").status == 204
    assert keeper.post(path_of("user", chief, "restore"), None).status == 403
    narrow = client_of(house.app, "admin@example.com", scope={"user": ["read"], "role_membership": ["read", "create"]})
    assert narrow.post("records/role_membership", {"user": somebody, "role": "wider"}).status == 403


def test_nobody_takes_over_who_has_more(house: House) -> None:
    """Another e-mail receives the link that sets the password."""
    keeper, chief, equal = house.keeper, house.person("wider"), house.person("reader")
    assert keeper.patch(path_of("user", chief), {"email": "mine@example.com"}, "*").status == 403
    assert keeper.patch(path_of("user", chief), {"name": "New name"}, "*").status == 200
    assert keeper.patch(path_of("user", equal), {"email": "other@example.com"}, "*").status == 200
    assert keeper.patch(path_of("user", house.keeper_id), {"email": "me@example.com"}, "*").status == 200
    assert keeper.patch(path_of("user", chief), {"active": False}, "*").status == 200
    assert keeper.patch(path_of("user", chief), {"active": True}, "*").status == 403


def test_nobody_widens_their_own_reach_by_teams_and_managers(house: House) -> None:
    keeper, team = house.keeper, house.admin.create("team", name="North")["id"]
    other, below = house.person("reader"), house.person(manager=house.keeper_id)
    for ident, values in (
        (house.keeper_id, {"team": team}),
        (other, {"manager": house.keeper_id}),
        (other, {"manager": below}),
    ):
        answer = keeper.patch(path_of("user", ident), values, "*")
        assert (answer.status, answer.json["code"]) == (403, "own_reach"), values
    mine = {"user": house.keeper_id, "team": team}
    assert keeper.post("records/team_membership", mine).status == 403
    assert keeper.post("records/team_membership", {**mine, "user": other}).status == 201
    assert keeper.patch(path_of("user", other), {"team": team, "manager": house.admin_id}, "*").status == 200
    assert house.admin.patch(path_of("user", house.admin_id), {"team": team}, "*").status == 200


def test_the_last_administrator_stays(house: House) -> None:
    member, admin = house.membership(house.admin_id), house.admin
    tries: tuple[Callable[[], Answer], ...] = (
        lambda: admin.delete(path_of("role_membership", member), "*"),
        lambda: admin.patch(path_of("role_membership", member), {"role": "reader"}, "*"),
        lambda: admin.patch(path_of("user", house.admin_id), {"active": False}, "*"),
        lambda: admin.delete(path_of("user", house.admin_id), "*"),
    )
    for attempt in tries:
        answer = attempt()
        assert (answer.status, answer.json["code"]) == (409, "last_administrator"), answer.body
    house.person("administrator")
    assert admin.delete(path_of("role_membership", member), "*").status == 204


def test_two_administrators_cannot_take_the_role_from_each_other(shared_engine: str, tmp_path: Any) -> None:
    with database(shared_engine, tmp_path) as url:
        world = published(url, tmp_path, HOUSE)
        people = [world.person(f"a{number}@example.com", "administrator") for number in range(2)]
        start, outcomes = threading.Barrier(2), list[str]()

        def disable(me: int) -> None:
            context, other = people[me], str(people[1 - me].actor.id)
            start.wait()
            try:
                world.services.door.update(context, "user", other, {"active": False}, None)
                outcomes.append("done")
            except ArmatureError as error:
                outcomes.append(error.error_code)

        threads = [threading.Thread(target=disable, args=(me,)) for me in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        world.close()
        assert sorted(outcomes) == ["done", "last_administrator"]


def test_a_person_without_rights_is_nobodys_ladder(house: House) -> None:
    """Roles that are given to nobody who can sign in yet are judged as well."""
    sleeper = house.person(active=True)
    assert isinstance(house.keeper, Client)
    assert house.keeper.patch(path_of("user", sleeper), {"active": False}, "*").status == 200
    assert house.keeper.post("records/role_membership", {"user": sleeper, "role": "wider"}).status == 403
