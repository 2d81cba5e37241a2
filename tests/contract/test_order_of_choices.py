"""Choices come in the order of their list: in lists, over pages, behind links and as groups, after a reorder too."""

from collections.abc import Callable
from typing import Any

import pytest

from framework.plans import AggregateQuery, Query
from tests.support.bundles import Documents, World

ROLE = {
    "label": "Rep",
    "grants": {"deal": {"read": "all", "fields": {"stage": "none"}}},
}
GUARDED = {
    "label": "Boss",
    "grants": {"deal": {"read": "all", "rows": {"read": "name != 'zero'"}}},
}


def documents(*options: str) -> Documents:
    return {
        "entities/deal.json": {
            "fields": {
                "name": {"type": "text"},
                "stage": {"type": "choice", "choices": "stage"},
                "parent": {"type": "link", "to": "deal"},
            }
        },
        "choices/stage.json": {"label": "Stage", "options": {key: {"label": key.upper()} for key in options}},
        "screens/deal_list.json": {"kind": "list", "entity": "deal", "columns": ["name"], "sort": ["-stage"]},
        "roles/rep.json": ROLE,
        "roles/boss.json": GUARDED,
    }


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    return world_of(documents("new", "zoom", "ask"))


def fill(world: World, *stages: str | None) -> None:
    door, context = world.services.door, world.context()
    for stage in stages:
        made = door.create(context, "deal", {"name": stage or "blank", "stage": stage})
        door.create(context, "deal", {"name": "child", "parent": made.id})


def walked(world: World, limit: int, *sort: str, **actor: Any) -> list[Any]:
    """The stages of all pages of the deals that have no parent."""
    door, context, found, after = world.services.door, world.context(**actor), list[Any](), None
    while True:
        page = door.find(context, Query("deal", sort=sort, limit=limit, after=after))
        found += [one.values["name"] for one in page.records if one.values["name"] != "child"]
        if page.next is None:
            return found
        after = page.next


def groups(world: World, expression: str, **actor: Any) -> list[Any]:
    rows = world.services.door.aggregate(world.context(**actor), AggregateQuery("deal", (expression,)))
    return [row[expression] for row in rows]


def test_lists_pages_and_groups_have_the_order_of_the_options(world: World) -> None:
    fill(world, "ask", None, "zoom", "new")
    for limit in (1, 2, 3, 100):
        assert walked(world, limit, "stage") == ["new", "zoom", "ask", "blank"]
        assert walked(world, limit, "-stage") == ["ask", "zoom", "new", "blank"]
        assert walked(world, limit, "-stage", "name", roles=("rep", "boss")) == ["ask", "zoom", "new", "blank"]
    assert groups(world, "stage") == ["new", "zoom", "ask", None]
    assert groups(world, "parent.stage") == ["new", "zoom", "ask", None]
    assert groups(world, "stage", roles=("rep", "boss")) == ["new", "zoom", "ask", None]


def test_another_order_of_the_options_is_that_of_the_lists(world: World) -> None:
    fill(world, "ask", None, "zoom", "new")
    world.publish(documents("ask", "new", "zoom"))
    assert walked(world, 1, "stage") == ["ask", "new", "zoom", "blank"]


def test_what_is_no_longer_an_option_comes_behind_those_that_are(world: World) -> None:
    fill(world, "ask", None, "zoom", "new", "zoom")
    world.publish(documents("ask"))
    assert walked(world, 1, "stage") == ["ask", "zoom", "new", "zoom", "blank"]
    assert walked(world, 2, "-stage") == ["zoom", "new", "zoom", "ask", "blank"]
    assert groups(world, "stage")[0] == "ask"
    assert groups(world, "stage")[-1] is None
