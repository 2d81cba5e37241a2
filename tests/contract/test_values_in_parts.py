"""Names, addresses, locations and rich text in records: parts by themselves, order, titles, search and files."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from framework.errors import CommandError, InvalidError, MalformedError
from framework.fields.address import Address
from framework.fields.location import Location
from framework.fields.person_name import PersonName
from framework.plans import Query
from framework.storage.ddl.steps import plan_steps
from framework.transfer.importing import Importer, Job
from framework.transfer.table import open_table
from metadata.expressions import parse
from tests.support.bundles import Documents, World

PERSON = {
    "title": "name",
    "fields": {
        "name": {"type": "person_name", "parts": ["prefix", "first", "middle", "last"], "searchable": True},
        "address": {"type": "address", "searchable": True},
        "place": {"type": "location"},
        "notes": {"type": "rich_text", "searchable": True},
        "boss": {"type": "link", "to": "person"},
        "town": {"type": "formula", "result": "text", "formula": "upper(address.city)"},
        "north": {"type": "formula", "result": "decimal", "formula": "round(place.lat * 2, 1)", "scale": 1},
        "delivery": {"type": "address", "default": {"expression": "address"}},
        "nick": {"type": "person_name", "default": {"expression": "'Jo ' & name.last"}},
        "summary": {"type": "rich_text", "default": {"expression": "'**of** ' & address.city"}},
    },
    "rules": {"no_doe": {"refuse_when": "name.last = 'Doe'", "message": "No Doe.", "field": "name"}},
}
BUNDLE = {"site.json": {"name": "Sample", "currency": "CHF"}, "entities/person.json": PERSON}


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    return world_of(BUNDLE)


def create(world: World, **values: object) -> str:
    return world.services.door.create(world.context(), "person", values).id


def value_of(world: World, ident: str, field: str) -> Any:
    return world.services.door.get(world.context(), "person", ident, (field,)).values[field]


def titles(world: World, *, filter: str | None = None, **asked: Any) -> list[str | None]:  # noqa: A002
    query = Query("person", filter=parse(filter) if filter else None, **asked)
    return [record.title for record in world.services.door.find(world.context(), query).records]


def people(world: World) -> None:
    create(world, name={"first": "Zo\u00eb", "last": "Adams"}, address={"city": "Wien", "country": "AT"})
    create(world, name={"prefix": "Dr.", "first": "Ann", "last": "Clark"}, address={"city": "Bern", "country": "CH"})
    create(world, name={"first": "Bob", "last": "Brown"}, place={"lat": "48.2", "lon": "16.37"})
    create(world, name={"first": "Madonna"}, notes="<p>sings <strong>loud</strong></p>")


def test_parts_that_are_not_given_stay(world: World) -> None:
    ident = create(world, name={"first": "Jane", "last": "Smith"}, address={"street": "Ring 1", "city": "Wien"})
    update = world.services.door.update
    update(world.context(), "person", ident, {"name": {"last": "Miller"}, "address": {"street": None}}, 1)
    assert value_of(world, ident, "name") == PersonName(first="Jane", last="Miller")
    assert value_of(world, ident, "address") == Address(city="Wien")
    update(world.context(), "person", ident, {"address": {"city": " "}}, 2)
    assert value_of(world, ident, "address") is None


def test_half_a_location_is_filled_from_the_record_or_refused(world: World) -> None:
    ident = create(world, place={"lat": 1, "lon": 2})
    world.services.door.update(world.context(), "person", ident, {"place": {"lon": "3.5"}}, 1)
    assert value_of(world, ident, "place") == Location(Decimal("1.000000"), Decimal("3.500000"))
    with pytest.raises(InvalidError) as refusal:
        create(world, place={"lat": 1})
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("/place", "required")]


def test_names_sort_by_the_last_name_and_parts_by_themselves(world: World) -> None:
    people(world)
    assert titles(world, sort=("name",)) == ["Zo\u00eb Adams", "Bob Brown", "Dr. Ann Clark", "Madonna"]
    assert titles(world, sort=("-name",)) == ["Madonna", "Dr. Ann Clark", "Bob Brown", "Zo\u00eb Adams"]
    assert titles(world, sort=("name.first",)) == ["Dr. Ann Clark", "Bob Brown", "Madonna", "Zo\u00eb Adams"]
    assert titles(world, sort=("-address.city", "name")) == ["Zo\u00eb Adams", "Dr. Ann Clark", "Bob Brown", "Madonna"]
    assert titles(world, sort=("place.lat", "-name.last"))[0] == "Bob Brown"


def test_the_order_of_names_has_an_index(world: World) -> None:
    steps = plan_steps(None, world.context().snapshot)
    assert ["name__sorted", "id"] in [[key.column for key in step.on] for step in steps if step.table == "person"]


def test_pages_go_on_in_the_order_of_parts(world: World) -> None:
    people(world)
    found: list[str | None] = []
    after: str | None = None
    for _ in range(4):
        page = world.services.door.find(
            world.context(), Query("person", sort=("-place.lat", "name.last", "name"), limit=1, after=after)
        )
        found += [record.title for record in page.records]
        after = page.next
    assert (found, after) == (["Bob Brown", "Zo\u00eb Adams", "Dr. Ann Clark", "Madonna"], None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name.last = 'Adams'", ["Zo\u00eb Adams"]),
        ("address.city in ('Wien', 'Bern') and address.country != 'AT'", ["Dr. Ann Clark"]),
        ("name = 'Dr. Ann Clark'", ["Dr. Ann Clark"]),
        ("place.lat > 48 and place.lon < 17", ["Bob Brown"]),
        ("place = '48.200000, 16.370000'", ["Bob Brown"]),
        ("town = 'BERN'", ["Dr. Ann Clark"]),
        ("north = 96.4", ["Bob Brown"]),
        ("is_blank(name.last)", ["Madonna"]),
        ("contains(notes, 'sings loud')", ["Madonna"]),
        ("contains(notes, 'strong')", []),
    ],
)
def test_parts_are_told_in_filters_and_formulas(world: World, text: str, found: list[str]) -> None:
    people(world)
    assert titles(world, filter=text) == found


@pytest.mark.parametrize(
    "text", ["name.nick = 'x'", "name.suffix = 'Jr.'", "address.city.name = 'x'", "notes.html = 'x'"]
)
def test_parts_that_are_not_there_are_unknown_names(world: World, text: str) -> None:
    with pytest.raises(MalformedError):
        titles(world, filter=text)


@pytest.mark.parametrize("key", ["name.nick", "name.suffix", "-address", "address.town", "notes", "boss.name"])
def test_lists_sort_by_no_other_parts(world: World, key: str) -> None:
    with pytest.raises(MalformedError):
        titles(world, sort=(key,))


def test_search_looks_into_the_whole_and_into_words_alone(world: World) -> None:
    people(world)
    assert titles(world, search="ann clark") == ["Dr. Ann Clark"]
    assert titles(world, search="wien") == ["Zo\u00eb Adams"]
    assert titles(world, search="LOUD") == ["Madonna"]
    assert titles(world, search="strong") == []


def test_rules_see_parts(world: World) -> None:
    with pytest.raises(InvalidError):
        create(world, name={"first": "John", "last": "Doe"})


def test_a_name_is_the_title_of_its_record_and_at_links(world: World) -> None:
    boss = create(world, name={"prefix": "Dr.", "first": "Ann", "last": "Clark"})
    ident = create(world, name={"first": "\u592a\u90ce", "last": "\u5c71\u7530"}, boss=boss)
    record = world.services.door.get(world.context(), "person", ident, expand=("boss",))
    assert record.title == "\u5c71\u7530\u592a\u90ce"
    assert record.links["boss"].title == "Dr. Ann Clark"


def test_defaults_take_a_field_of_the_type_with_its_parts_and_texts_as_if_typed(world: World) -> None:
    ident = create(world, name={"first": "Ann", "last": "Clark"}, address={"street": "Ring 1", "city": "Graz"})
    assert value_of(world, ident, "delivery") == Address(street="Ring 1", city="Graz")
    assert value_of(world, ident, "nick") == PersonName(first="Jo", last="Clark")
    assert value_of(world, ident, "summary").html == "<p><strong>of</strong> Graz</p>"


def test_rich_text_is_left_out_unless_it_is_asked_for(world: World) -> None:
    ident = create(world, notes="<p onclick=x>hi</p>")
    door, context = world.services.door, world.context()
    (plain,) = door.row(context, "person", ident).wire()
    (asked,) = door.row(context, "person", ident, ("notes",)).wire()
    assert "notes" not in json.loads(msgspec.json.encode(plain))
    assert json.loads(msgspec.json.encode(asked))["notes"] == "<p>hi</p>"


def test_history_keeps_whole_values(world: World) -> None:
    ident = create(world, address={"city": "Wien"})
    world.services.door.update(world.context(), "person", ident, {"address": {"country": "AT"}}, 1)
    was, now = world.services.door.change(world.context(), "person", ident, 2)["fields"]["address"]
    assert (was["city"], was["country"], now["city"], now["country"]) == ("Wien", None, "Wien", "AT")


def test_columns_of_a_file_fill_parts(world: World, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name.first,name.last,address.city,place.lat,place.lon\nAnn,Clark,Bern,46.9,7.4\nBob,,,,\n")
    report = importer(world, path).run(lambda _: None)
    assert (report.counts["created"], report.counts["refused"]) == (2, 0)
    assert titles(world, sort=("name",)) == ["Bob", "Ann Clark"]
    assert titles(world, filter="address.city = 'Bern' and place.lat = 46.9") == ["Ann Clark"]


def test_a_column_of_no_part_is_refused_with_the_nearest(world: World, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name.first,address.citty\nAnn,Bern\n")
    with pytest.raises(CommandError) as refusal:
        importer(world, path).run(lambda _: None)
    (fault,) = refusal.value.faults
    assert fault.pointer == "address.citty"
    assert "city" in str(fault.hint)


def importer(world: World, path: Path) -> Importer:
    services = world.services
    context = replace(world.context(), door="import")
    return Importer(services.database, services.door, lambda: context, Job(open_table(path), "person"))
