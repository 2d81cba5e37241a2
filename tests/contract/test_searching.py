"""Searching: words in any order and field, without case and accents, however numbers are grouped; indexed or not."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from framework.errors import MalformedError
from framework.jobs.search_index import catch_up, is_behind
from framework.plans import AggregateQuery, Count, Query
from framework.storage import own
from framework.storage.session import reading, run_tx
from tests.support.bundles import Documents, World

PERSON = {
    "title": "name",
    "fields": {
        "name": {"type": "text", "required": True, "searchable": True},
        "town": {"type": "text", "searchable": True},
        "phone": {"type": "phone", "default_country": "DE", "searchable": True},
        "code": {"type": "text", "searchable": True},
        "note": {"type": "long_text", "searchable": True},
        "secret": {"type": "text", "searchable": True},
        "quiet": {"type": "text"},
    },
}
FIRM = {"title": "name", "fields": {"name": {"type": "text", "searchable": True}}}
VISITOR = {
    "label": "Visitor",
    "grants": {"person": {"read": "all", "rows": {"read": "town = 'Bonn'"}, "fields": {"secret": "none"}}},
}
BUNDLE = {"entities/person.json": PERSON, "entities/firm.json": FIRM, "roles/visitor.json": VISITOR}
PEOPLE: list[dict[str, Any]] = [
    {"name": "José Müller-Straße", "town": "Bonn", "phone": "0171 1234567", "secret": "oyster"},
    {"name": "Søren Łukasz", "town": "Bonn", "code": "Q-2026-00012", "note": "first line\nzebra crossing"},
    {"name": "Anna Schmidt", "town": "Köln", "quiet": "unheard", "secret": "oyster"},
    {"name": "Ann Otherson", "town": "Bonn"},
    {"name": "مُحَمَّد", "town": "Bonn"},
]


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    made = world_of(BUNDLE)
    for values in PEOPLE:
        made.services.door.create(made.context(), "person", values)
    return made


def index(world: World) -> None:
    """Bring the index up to date, as the worker does."""
    world.settle()
    catch_up(world.services.database, world.snapshot, lambda: None)


def found(world: World, text: str, **asked: Any) -> set[str | None]:
    """The first names of those whom a search in their list finds."""
    context = asked.pop("context", None) or world.context()
    page = world.services.door.find(context, Query("person", search=text, **asked))
    return {(record.title or "").split()[0] for record in page.records}


SAMPLES = [
    ("jose", {"José"}),
    ("MULLER", {"José"}),
    ("strasse", {"José"}),
    ("bonn muller", {"José"}),
    ("soren lukasz", {"Søren"}),
    ("ann", {"Anna", "Ann"}),
    ("an", {"Anna", "Ann"}),
    ("a", {"Anna", "Ann"}),
    ("nn", set()),
    ("onn", {"José", "Søren", "Ann", "مُحَمَّد"}),
    ("ze", {"Søren"}),
    ("zebra line", {"Søren"}),
    ("1234567", {"José"}),
    ("171 12 34", {"José"}),
    ("0171/123", {"José"}),
    ("+49 171", {"José"}),
    ("2026-00012", {"Søren"}),
    ("00012 2026", {"Søren"}),
    ("محمد", {"مُحَمَّد"}),
    ("koln ann", {"Anna"}),
    ("unheard", set()),
    ("50%", set()),
    ("a_n", set()),
    ('"', set()),
]


@pytest.mark.parametrize("indexed", [False, True], ids=["late", "indexed"])
def test_what_is_found_does_not_depend_on_the_index(world: World, *, indexed: bool) -> None:
    if indexed:
        index(world)
    assert is_behind(world.services.database, world.snapshot) is not indexed
    assert {text: found(world, text) for text, _ in SAMPLES} == dict(SAMPLES)


def test_the_index_is_what_narrows(world: World) -> None:
    index(world)
    run_tx(world.services.database, lambda connection: connection.execute(delete(own.search)))
    assert found(world, "jose") == set()


def test_what_was_written_since_is_found_and_what_it_was_is_not(world: World) -> None:
    index(world)
    door = world.services.door
    (jose,) = door.find(world.context(), Query("person", search="jose")).records
    door.update(world.context(), "person", jose.id, {"name": "Giuseppe"}, None)
    new = door.create(world.context(), "person", {"name": "Newcomer"})
    for _ in range(2):  # late first, then indexed
        assert found(world, "jose") == set()
        assert (found(world, "giuse"), found(world, "newcom")) == ({"Giuseppe"}, {"Newcomer"})
        index(world)
    door.delete(world.context(), "person", new.id, None)
    for _ in range(2):
        assert (found(world, "newcom"), found(world, "newcom", bin=True)) == (set(), {"Newcomer"})
        index(world)
    door.restore(world.context(), "person", new.id)
    assert found(world, "newcom") == {"Newcomer"}


def test_the_index_follows_what_is_searchable(world: World) -> None:
    index(world)
    fields = {**PERSON["fields"], "quiet": {"type": "text", "searchable": True}}
    world.publish({**BUNDLE, "entities/person.json": {**PERSON, "fields": fields}})
    assert is_behind(world.services.database, world.snapshot)
    assert found(world, "unheard") == {"Anna"}
    index(world)
    assert found(world, "unheard") == {"Anna"}
    assert not is_behind(world.services.database, world.snapshot)


def test_counts_and_figures_search_too(world: World) -> None:
    index(world)
    door, context = world.services.door, world.context()
    assert door.count(context, Query("person", search="onn", count=Count.EXACT)).count == 4
    rows = door.aggregate(context, AggregateQuery("person", ("town",), ("count()",), search="ann"))
    assert sorted((row["town"], row["count()"]) for row in rows) == [("Bonn", 1), ("Köln", 1)]


def test_nobody_finds_by_what_they_may_not_read(world: World) -> None:
    visitor = world.context(roles=("visitor",))
    for _ in range(2):
        assert found(world, "oyster") == {"José", "Anna"}
        assert found(world, "oyster", context=visitor) == set()
        assert found(world, "ann", context=visitor) == {"Ann"}
        assert world.services.door.search(visitor, "oyster", 5) == ()
        index(world)


def test_everywhere_the_best_come_first_and_a_few_of_each(world: World) -> None:
    door = world.services.door
    for name in ("Ann & Sons", "Savannah", "Joanne", "North"):
        door.create(world.context(), "firm", {"name": name})
    for _ in range(2):
        groups = door.search(world.context(), "ann", 2)
        told = {one.entity.name: ([record.title for record in one.records], one.more) for one in groups}
        assert told["person"] == (["Ann Otherson", "Anna Schmidt"], False)
        assert told["firm"][0][0] == "Ann & Sons"
        assert (len(told["firm"][0]), told["firm"][1]) == (2, True)
        index(world)
    assert door.search(world.context(), " ", 2) == ()


def test_signs_that_no_text_may_hold_are_refused(world: World) -> None:
    with pytest.raises(MalformedError):
        found(world, "a\x00b")


def test_the_index_is_caught_up_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framework.jobs.search_index._AT_ONCE", 2)
    index(world)
    for number in range(5):
        world.services.door.create(world.context(), "person", {"name": f"Later {number}"})
    index(world)
    with reading(world.services.database) as connection:
        held = connection.execute(select(func.count()).where(own.search.c.entity == "person")).scalar()
    assert held == len(PEOPLE) + 5
    assert len(found(world, "ann")) == 2


def test_records_are_indexed_together_and_left_alone_where_they_are_right(world: World) -> None:
    """FTS5 writes a segment at the end of each statement: one for each record costs thirty times as much."""
    database = world.services.database
    index(world)
    written = indexed(world)
    run_tx(database, lambda connection: connection.execute(own.search_place.update().values(seq=0, xid=0)))
    index(world)
    assert indexed(world) == written
    if database.is_sqlite:
        assert segments(world) == 1
    assert not is_behind(database, world.snapshot)


def segments(world: World) -> int:
    """Into how many pieces FTS5 wrote the index."""
    with reading(world.services.database) as connection:
        statement = text("SELECT count(DISTINCT segid) FROM sys_search_parts_idx")
        return int(connection.execute(statement).scalar_one())


def indexed(world: World) -> list[Any]:
    """What the index holds; on PostgreSQL with which transaction wrote it."""
    column = own.search.c.text if world.services.database.is_sqlite else text("xmin::text")
    with reading(world.services.database) as connection:
        rows = connection.execute(select(own.search.c.record, column).order_by(own.search.c.record))
        return [tuple(row) for row in rows]
