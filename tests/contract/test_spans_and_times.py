"""Times, lengths of time and JSON in figures, rules and filters, on each engine."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from framework.errors import InvalidError, MalformedError
from framework.plans import AggregateQuery, Query
from metadata.expressions import parse
from tests.support.bundles import Documents, World, published
from tests.support.databases import database

DOCUMENTS: Documents = {
    "entities/shift.json": {
        "fields": {
            "name": {"type": "text"},
            "begins": {"type": "time"},
            "worked": {"type": "duration"},
            "paused": {"type": "duration"},
            "paid": {"type": "formula", "result": "duration", "formula": "worked - paused"},
            "stars": {"type": "rating"},
            "payload": {"type": "json"},
        },
        "rules": {"short": {"refuse_when": "worked > 'PT10H'", "message": "Nobody works longer than ten hours"}},
    },
}
SHIFTS = (
    {"name": "early", "begins": "06:00", "worked": "PT8H", "paused": "PT45M", "stars": 4, "payload": {"a": [1]}},
    {"name": "late", "begins": "14:30:15", "worked": "PT7H30M1S", "paused": "PT0S", "stars": 5},
    {"name": "none", "paused": "PT15M"},
    {"name": "odd", "begins": "22:00", "worked": "PT0S", "paused": "PT1H", "stars": 2, "payload": "x"},
)


@pytest.fixture(scope="module")
def world(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("shifts")
    with database(shared_engine, folder) as url:
        found = published(url, folder, DOCUMENTS)
        for shift in SHIFTS:
            found.services.door.create(found.context(), "shift", shift)
        yield found
        found.close()


def figures(world: World, *measures: str, groups: tuple[str, ...] = (), condition: str = "") -> list[dict[str, Any]]:
    node = parse(condition) if condition else None
    return world.services.door.aggregate(world.context(), AggregateQuery("shift", groups, measures, node))


def named(world: World, condition: str) -> list[Any]:
    page = world.services.door.find(world.context(), Query("shift", filter=parse(condition), sort=("name",)))
    return [record.values["name"] for record in page.records]


def test_lengths_of_time_add_up_and_have_a_mean_in_whole_seconds(world: World) -> None:
    measures = ("sum(worked)", "avg(worked)", "min(worked)", "max(worked)", "count(worked)")
    assert figures(world, *measures) == [dict(zip(measures, ("PT15H30M1S", "PT5H10M", "PT0S", "PT8H", 3), strict=True))]


def test_half_a_second_is_rounded_up_in_a_mean(world: World) -> None:
    assert figures(world, "avg(worked)", condition="name in ('early', 'late')") == [{"avg(worked)": "PT7H45M1S"}]


def test_computed_lengths_may_be_negative(world: World) -> None:
    assert figures(world, "sum(paid)", "avg(paid)", "min(paid)", "max(paid)") == [
        {"sum(paid)": "PT13H45M1S", "avg(paid)": "PT4H35M", "min(paid)": "-PT1H", "max(paid)": "PT7H30M1S"}
    ]


def test_figures_of_nothing_are_null(world: World) -> None:
    found = figures(world, "sum(worked)", "avg(worked)", "min(begins)", condition="name = 'none'")
    assert found == [{"sum(worked)": None, "avg(worked)": None, "min(begins)": None}]


def test_times_have_a_first_and_a_last_but_no_sum(world: World) -> None:
    assert figures(world, "min(begins)", "max(begins)") == [{"min(begins)": "06:00", "max(begins)": "22:00"}]
    with pytest.raises(MalformedError) as refusal:
        figures(world, "sum(begins)")
    assert [fault.code for fault in refusal.value.faults] == ["wrong_type"]


def test_groups_are_told_as_values_are(world: World) -> None:
    found = figures(world, "count()", groups=("begins", "worked"))
    assert [(row["begins"], row["worked"]) for row in found] == [
        ("06:00", "PT8H"),
        ("14:30:15", "PT7H30M1S"),
        ("22:00", "PT0S"),
        (None, None),
    ]


def test_stars_have_a_mean(world: World) -> None:
    (row,) = figures(world, "avg(stars)", "max(stars)")
    assert (str(row["avg(stars)"])[:4], row["max(stars)"]) == ("3.66", 5)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("begins < '14:30:16'", ["early", "late"]),
        ("begins in ('22:00', '06:00:00')", ["early", "odd"]),
        ("worked - paused > 'PT7H15M'", ["late"]),
        ("paid + 'PT1H' = 'PT0S'", ["odd"]),
        ("-worked < 'PT0S'", ["early", "late"]),
        ("max(worked, paused) = 'PT1H'", ["odd"]),
        ("is_blank(payload)", ["late", "none"]),
        ("not is_blank(payload) and stars > 3", ["early"]),
    ],
)
def test_conditions_hold_as_they_say(world: World, condition: str, expected: list[str]) -> None:
    assert named(world, condition) == expected


def test_a_rule_limits_a_length_of_time(world: World) -> None:
    with pytest.raises(InvalidError):
        world.services.door.create(world.context(), "shift", {"worked": "PT10H1S"})


@pytest.mark.parametrize("condition", ["payload = 'x'", "payload in ('x')"])
def test_json_is_compared_with_nothing(world: World, condition: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        named(world, condition)
    assert "JSON has no meaning in expressions" in str(refusal.value.faults[0].message)


def test_records_are_not_grouped_by_json_but_counted(world: World) -> None:
    assert figures(world, "count(payload)") == [{"count(payload)": 2}]
    with pytest.raises(MalformedError) as refusal:
        figures(world, "count()", groups=("payload",))
    assert [fault.code for fault in refusal.value.faults] == ["wrong_type"]


def test_history_tells_values_as_the_api_does(world: World) -> None:
    door, context = world.services.door, world.context()
    made = door.create(context, "shift", {"name": "new", "begins": "08:00", "payload": {"b": 1, "a": None}})
    door.update(context, "shift", made.id, {"begins": None, "worked": "PT90M", "payload": [1.5]}, None)
    newest = door.history(context, "shift", made.id, None, 1).items[0]["fields"]
    door.delete(context, "shift", made.id, None)  # the other tests count what is live
    assert newest["begins"] == ["08:00", None]
    assert newest["worked"] == [None, "PT1H30M"]
    assert newest["payload"] == [{"a": None, "b": 1}, [1.5]]


def test_values_are_python_s_own_inside(world: World) -> None:
    page = world.services.door.find(world.context(), Query("shift", sort=("-worked",), limit=1))
    assert (page.records[0].values["begins"], page.records[0].values["paid"]) == (
        dt.time(6),
        dt.timedelta(hours=7, minutes=15),
    )
