"""Automatic numbers: each once, without gaps, whoever writes at the same time."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from framework.errors import InvalidError
from framework.plans import Query
from metadata.expressions import parse
from tests.support.bundles import NOW, Documents, World

QUOTE = {
    "title": "number",
    "fields": {
        "number": {"type": "auto_number", "pattern": "Q-{year}-{seq:4}", "reset": "year", "unique": True},
        "name": {"type": "text", "max_length": 10},
    },
}
TICKET = {
    "fields": {"number": {"type": "auto_number", "pattern": "T{seq:1}", "required": True}, "name": {"type": "text"}}
}
BUNDLE = {"entities/quote.json": QUOTE, "entities/ticket.json": TICKET}
WRITERS, EACH = 8, 5


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    return world_of(BUNDLE)


def made(world: World, entity: str = "quote", now: dt.datetime = NOW, **values: object) -> object:
    return world.services.door.create(world.context(now=now), entity, values).values["number"]


def test_numbers_run_on_for_each_entity_by_itself(world: World) -> None:
    assert [made(world), made(world, "ticket"), made(world)] == ["Q-2026-0001", "T1", "Q-2026-0002"]


def test_counting_begins_anew_with_the_period(world: World) -> None:
    later = NOW + dt.timedelta(days=365)
    assert [made(world), made(world, now=later), made(world)] == ["Q-2026-0001", "Q-2027-0001", "Q-2026-0002"]


def test_a_refused_record_leaves_no_gap(world: World) -> None:
    made(world)
    with pytest.raises(InvalidError):
        made(world, name="much too long a name")
    assert made(world) == "Q-2026-0002"


def test_nobody_gives_or_changes_a_number(world: World) -> None:
    with pytest.raises(InvalidError) as refusal:
        made(world, number="Q-2026-9999")
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("/number", "set_by_server")]
    record = world.services.door.create(world.context(), "quote", {"name": "a"})
    with pytest.raises(InvalidError):
        world.services.door.update(world.context(), "quote", record.id, {"number": None}, 1)
    kept = world.services.door.update(world.context(), "quote", record.id, {"name": "b"}, 1)
    assert kept.values["number"] == record.values["number"] == kept.title


def test_lists_find_and_sort_by_numbers(world: World) -> None:
    for _ in range(3):
        made(world)
    query = Query("quote", filter=parse("number > 'Q-2026-0001'"), sort=("-number",))
    found = world.services.door.find(world.context(), query)
    assert [record.values["number"] for record in found.records] == ["Q-2026-0003", "Q-2026-0002"]


def test_writers_at_the_same_time_never_share_or_skip_a_number(world: World) -> None:
    with ThreadPoolExecutor(WRITERS) as writers:
        numbers = list(writers.map(lambda _: made(world, "ticket"), range(WRITERS * EACH)))
    assert sorted(numbers, key=lambda number: int(str(number)[1:])) == [f"T{n}" for n in range(1, WRITERS * EACH + 1)]
