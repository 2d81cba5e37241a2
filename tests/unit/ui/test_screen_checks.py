"""What boards and dashboards find wrong with their definitions, at its place and with what to do."""

from typing import Any

import pytest

from framework.extension import installed_catalogue
from metadata.check import check
from tests.support.layers import bundle, with_core

DEAL = {
    "fields": {
        "name": {"type": "text"},
        "stage": {"type": "choice", "options": {"new": {}, "won": {}}},
        "size": {"type": "integer"},
        "closed_on": {"type": "date"},
        "owner_of": {"type": "link", "to": "user"},
    }
}


def found(**screen: Any) -> set[tuple[str, str]]:
    """(Code, pointer) of the problems of a screen that somebody reaches."""
    files = {
        "entities/deal.json": DEAL,
        "screens/tried.json": screen,
        "navigation/main.json": {"groups": {"all": {"items": {"tried": {"screen": "tried"}}}}},
    }
    problems = check(with_core(bundle(files)), installed_catalogue())
    return {(one.code, one.pointer) for one in problems if one.file == "screens/tried.json"}


def board(lanes: Any, **keys: Any) -> set[tuple[str, str]]:
    return found(kind="board", entity="deal", lanes=lanes, **keys)


def tile(**keys: Any) -> set[tuple[str, str]]:
    return found(kind="dashboard", tiles={"one": keys})


def test_sound_screens_have_no_problem() -> None:
    assert board({"field": "stage", "limits": {"new": 3}}, total="size", due={"field": "closed_on"}) == set()
    assert board({"field": "owner_of"}, position="size") == set()
    assert tile(kind="number", entity="deal", measure="avg(size)", period="closed_on", filter="size > 3") == set()
    assert tile(kind="line", entity="deal", group={"field": "closed_on", "by": "month"}) == set()
    assert tile(kind="text", message="Hello") == set()


@pytest.mark.parametrize(
    ("tick", "place"),
    [("name", "/tick"), ({"field": "size", "label": "Done"}, "/tick/field")],
)
def test_a_tick_that_no_press_can_set_is_found(tick: Any, place: str) -> None:
    assert found(kind="list", entity="deal", tick=tick) == {("M141", place)}
    assert found(kind="list", entity="deal", tick="closed_on") == set()


@pytest.mark.parametrize(
    ("lanes", "keys", "place"),
    [
        ({"field": "name"}, {}, "/lanes/field"),
        ({"field": "stage", "hidden": ["gone"]}, {}, "/lanes/hidden/0"),
        ({"field": "stage", "order": ["new", "wonn"]}, {}, "/lanes/order/1"),
        ({"field": "stage", "limits": {"gone": 1}}, {}, "/lanes/limits/gone"),
        ({"field": "stage"}, {"total": "name"}, "/total"),
        ({"field": "stage"}, {"due": {"field": "name"}}, "/due/field"),
        ({"field": "stage"}, {"position": "name"}, "/position"),
    ],
)
def test_a_board_that_makes_no_sense_is_found(lanes: Any, keys: Any, place: str) -> None:
    assert board(lanes, **keys) == {("M141", place)}


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"kind": "number"}, "/tiles/one"),
        ({"kind": "pie", "entity": "deal"}, "/tiles/one"),
        ({"kind": "number", "entity": "deal", "measure": "sum(sice)"}, "/tiles/one/measure"),
        ({"kind": "number", "entity": "deal", "measure": "sum(name)"}, "/tiles/one/measure"),
        ({"kind": "number", "entity": "deal", "period": "name"}, "/tiles/one/period"),
        ({"kind": "pie", "entity": "deal", "group": "name"}, "/tiles/one/group"),
        ({"kind": "funnel", "entity": "deal", "group": "owner_of"}, "/tiles/one/group"),
        ({"kind": "bar", "entity": "deal", "group": {"field": "stage", "by": "month"}}, "/tiles/one/group/field"),
    ],
)
def test_a_tile_that_makes_no_sense_is_found(keys: Any, place: str) -> None:
    assert tile(**keys) == {("M141", place)}


def test_names_and_conditions_of_a_tile_are_about_its_own_entity() -> None:
    assert tile(kind="number", entity="deel") == {("M120", "/tiles/one/entity")}
    assert tile(kind="table", entity="deal", columns=["sice"]) == {("M101", "/tiles/one/columns/0")}
    assert tile(kind="number", entity="deal", filter="sice > 3") == {("M301", "/tiles/one/filter")}


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"start": "name"}, "/start"),
        ({"start": "closed_on", "day": "size"}, "/day"),
        ({"start": "closed_on", "color": "size"}, "/color"),
        ({"start": "closed_on", "person": "name"}, "/person"),
        ({"start": "closed_on", "end": "updated_at"}, "/end"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_found(keys: Any, place: str) -> None:
    assert found(kind="calendar", entity="deal", **keys) == {("M141", place)}
