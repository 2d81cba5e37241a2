"""A publish says before what it does, does just that, and loses nothing: names, columns, values, files."""

import copy
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from framework.errors import ClashError, ConflictError, ForbiddenError
from framework.plans import Query
from framework.publishing import Plan, Published, Refused
from metadata.load import load_core
from tests.support.bundles import Documents, World, layers_of

ROLE = {"label": "Clerk", "grants": {"deal": {"read": "all", "create": True, "update": "own", "delete": False}}}
DEAL = {
    "label": "Deal",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": "Name"},
        "value": {"type": "integer", "label": "Value"},
        "note": {"type": "text", "label": "Note"},
    },
}
FILES: dict[str, Any] = {
    "entities/deal.json": DEAL,
    "entities/firm.json": {"label": "Firm", "fields": {"name": {"type": "text", "label": "Name"}}},
    "roles/clerk.json": ROLE,
}


def changed(path: str = "", **steps: Any) -> dict[str, Any]:
    """The files with one key set (or taken away by None): `changed("entities/deal.json", fields__size={…})`."""
    files = copy.deepcopy(FILES)
    for place, value in steps.items():
        *way, last = place.split("__")
        target = files[path]
        for step in way:
            target = target.setdefault(step, {})
        if value is None:
            del target[last]
        else:
            target[last] = value
    return files


def without(path: str) -> dict[str, Any]:
    return {name: body for name, body in FILES.items() if name != path}


def plan(world: World, documents: Documents) -> Plan:
    base, live = world.services.publisher.head()
    layers = {layer.name: layer for layer in live} | {"core": load_core()}
    layers |= {layer.name: layer for layer in layers_of(documents)}
    return world.services.publisher.plan(list(layers.values()), base)


def publish(world: World, documents: Documents) -> Published:
    found = world.publish(documents)
    assert not isinstance(found, Refused), found.problems
    return found


def rollback(world: World, number: int) -> Published:
    publisher = world.services.publisher
    target = publisher.plan_rollback(number, publisher.head_number()).target
    found = publisher.carry_out(target, "Back", world.context().actor)
    assert not isinstance(found, Refused), found.problems
    return found


def deals(world: World, *fields: str) -> list[dict[str, Any]]:
    rows = world.services.door.rows(world.context(), Query("deal", fields=fields)).wire()
    return [{name: row[name] for name in fields} for row in json.loads(msgspec.json.encode(rows))]


@pytest.fixture
def world(world_of: Callable[[Documents], World]) -> World:
    made = world_of(FILES)
    for number in (1, 2, 3):
        values = {"name": f"D{number}", "value": number} | ({"note": "n"} if number == 1 else {})
        made.services.door.create(made.context(), "deal", values)
    return made


def only_change(found: Plan) -> dict[str, Any]:
    (one,) = found.as_json()["changes"]
    return one


def change_of(found: Plan, address: str) -> dict[str, Any]:
    (one,) = [one for one in found.as_json()["changes"] if one["address"] == address]
    return one


def test_what_is_live_makes_no_change_and_no_revision(world: World) -> None:
    found = plan(world, FILES)
    told = found.as_json()
    assert (told["base"], told["changes"], told["publishable"], told["needs_confirmation"]) == (1, [], True, [])
    again = publish(world, FILES)
    assert (again.revision, again.moved) == (1, False)


def test_a_new_field_is_one_change_with_its_column(world: World) -> None:
    told = only_change(plan(world, changed("entities/deal.json", fields__size={"type": "integer", "label": "Size"})))
    assert told["address"] == "entity/deal/fields/size"
    assert (told["change"], told["risk"], told["rows"]) == ("added", "instant", 0)
    assert told["steps"] == [{"do": "add_column", "table": "deal", "lock": "instant", "column": "size"}]


def test_a_new_entity_carries_all_steps_of_its_table(world: World) -> None:
    visit = {"label": "Visit", "fields": {"code": {"type": "text", "label": "Code", "unique": True}}}
    told = only_change(plan(world, {**FILES, "entities/visit.json": visit}))
    assert told["address"] == "entity/visit"
    assert [step["do"] for step in told["steps"]][:1] == ["create_table"]
    assert {step["do"] for step in told["steps"]} == {"create_table", "create_index"}


def test_a_field_that_goes_is_counted_and_needs_a_word(world: World) -> None:
    found = plan(world, changed("entities/deal.json", fields__note=None))
    told = only_change(found)
    assert (told["address"], told["change"], told["rows"]) == ("entity/deal/fields/note", "retired", 1)
    assert found.needs_confirmation == ("retired",)


def test_a_document_that_goes_needs_pruning(world: World) -> None:
    found = plan(world, without("entities/firm.json"))
    assert found.target.missing == ("entity/firm",)
    assert found.needs_confirmation == ("prune",)


def test_a_wider_right_names_how_many_people_gain_by_it(world: World) -> None:
    for name in ("a", "b"):
        world.person(f"{name}@example.com", "clerk")
    found = plan(world, changed("roles/clerk.json", grants__deal__update="all"))
    (told,) = found.as_json()["rights"]
    assert told == {"role": "clerk", "entity": "deal", "widened": ["update: own → all"], "narrowed": [], "people": 2}
    assert found.needs_confirmation == ("rights",)


def test_a_new_role_gives_nobody_anything(world: World) -> None:
    found = plan(world, {**FILES, "roles/boss.json": {**ROLE, "label": "Boss"}})
    assert [one["role"] for one in found.as_json()["rights"]] == ["boss"]
    assert found.needs_confirmation == ()


def test_another_type_is_blocked(world: World) -> None:
    documents = changed("entities/deal.json", fields__value={"type": "text", "label": "Value"})
    found = plan(world, documents)
    told = only_change(found)
    assert (told["risk"], told["rows"], found.publishable) == ("blocked", 3, False)
    assert [problem["code"] for problem in found.as_json()["problems"]] == ["M701"]
    refused = world.publish(documents)
    assert isinstance(refused, Refused)
    assert world.services.publisher.head_number() == 1


def test_problems_are_told_with_nothing_else(world: World) -> None:
    found = plan(world, changed("entities/deal.json", title="nothing_like_it"))
    assert not found.publishable
    assert found.changes == ()


def renamed(old: str, new: str, column: str | None = None) -> dict[str, Any]:
    files = copy.deepcopy(FILES)
    fields = files["entities/deal.json"]["fields"]
    body = {**DEAL["fields"][old], "column": column or old}
    files["entities/deal.json"]["fields"] = {
        (new if name == old else name): (body if name == old else one) for name, one in fields.items()
    }
    return files


def test_a_rename_is_one_change_and_touches_no_data(world: World) -> None:
    found = plan(world, renamed("value", "amount"))
    told = only_change(found)
    assert (told["change"], told["rows"], told["steps"]) == ("renamed", 3, [])
    publish(world, renamed("value", "amount"))
    assert sorted(row["amount"] for row in deals(world, "amount")) == [1, 2, 3]


def test_an_old_name_goes_on_working_until_it_is_taken(world: World) -> None:
    publish(world, renamed("value", "amount"))
    assert world.snapshot.entities["deal"].aliases == {"value": "amount"}
    publish(world, renamed("value", "total"))
    assert world.snapshot.entities["deal"].aliases == {"value": "total", "amount": "total"}
    taken = renamed("value", "total")
    taken["entities/deal.json"]["fields"]["amount"] = {"type": "text", "label": "Other", "column": "other"}
    publish(world, taken)
    assert world.snapshot.entities["deal"].aliases == {"value": "total"}
    publish(world, FILES)
    assert world.snapshot.entities["deal"].aliases == {"total": "value"}


def test_an_entity_renamed_keeps_records_and_old_names(world: World) -> None:
    publish(world, renamed("value", "amount"))
    documents = moved()
    found = plan(world, documents)
    assert found.target.missing == ()
    publish(world, documents)
    assert world.snapshot.aliases == {"deal": "chance"}
    assert world.snapshot.entities["chance"].aliases == {"value": "amount"}


def moved() -> dict[str, Any]:
    """The files with the entity and one of its fields renamed."""
    documents = renamed("value", "amount")
    documents["entities/chance.json"] = {**documents.pop("entities/deal.json"), "table": "deal"}
    documents["roles/clerk.json"] = {**ROLE, "grants": {"chance": ROLE["grants"]["deal"]}}
    return documents


def test_history_and_feed_survive_a_rename(world: World) -> None:
    door, context = world.services.door, world.context()
    made = door.create(context, "deal", {"name": "Old", "value": 1})
    door.update(context, "deal", made.id, {"value": 2}, None)
    publish(world, moved())
    context = world.context()
    door.update(context, "chance", made.id, {"amount": 3}, None)
    told = door.history(context, "chance", made.id, None, 10).items
    assert [one["fields"].get("amount") for one in told] == [[2, 3], [1, 2], [None, 1]]
    assert {one["entity"] for one in told} == {"chance"}
    world.settle()
    fed = [one for one in door.changes(context, None, "chance", 100).items if one["id"] == made.id]
    assert [one["fields"].get("amount") for one in fed] == [[None, 1], [1, 2], [2, 3]]
    with pytest.raises(ConflictError) as clash:
        door.update(context, "chance", made.id, {"amount": 9}, 1)
    assert [(one.pointer, one.was, one.theirs) for one in clash.value.faults] == [("/amount", 1, 3)]


def test_a_field_that_comes_back_has_no_history(world: World) -> None:
    door = world.services.door
    made = door.create(world.context(), "deal", {"name": "Old", "note": "secret"})
    publish(world, changed("entities/deal.json", fields__note=None))
    publish(world, changed("roles/clerk.json", grants__deal__fields={"note": "read"}))
    door.update(world.context(), "deal", made.id, {"note": "new"}, None)
    told = door.history(world.context(), "deal", made.id, None, 10).items
    assert [one["fields"].get("note") for one in told] == [[None, "new"], None]


def test_what_a_deletion_took_along_comes_back_after_a_rename(world_of: Callable[[Documents], World]) -> None:
    def files(entity: str, link: str) -> dict[str, Any]:
        fields = {
            "name": {"type": "text"},
            link: {"type": "link", "to": "firm", "on_delete": "clear", "column": "firm"},
        }
        return {
            "entities/firm.json": {"fields": {"name": {"type": "text"}}},
            f"entities/{entity}.json": {"table": "deal", "fields": fields},
        }

    world = world_of(files("deal", "firm"))
    door, context = world.services.door, world.context()
    firm = door.create(context, "firm", {"name": "F"}).id
    deal = door.create(context, "deal", {"name": "D", "firm": firm}).id
    door.delete(context, "firm", firm, None)
    publish(world, files("chance", "company"))
    door.restore(world.context(), "firm", firm)
    assert door.get(world.context(), "chance", deal).values["company"] == firm


def test_what_a_narrower_field_leaves_out_is_counted(world: World) -> None:
    wide = {
        **DEAL["fields"],
        "rate": {"type": "decimal", "scale": 2, "label": "Rate"},
        "on": {"type": "date", "label": "On"},
        "price": {"type": "money", "label": "Price"},
    }
    publish(world, changed("entities/deal.json", fields=wide))
    door, context = world.services.door, world.context()
    for rate, on in (("1.00", "2026-01-01"), ("9.99", "2026-02-01"), ("10.01", None)):
        door.create(context, "deal", {"name": "Müller", "value": 7, "rate": rate, "on": on, "price": 5})
    gone = door.create(context, "deal", {"name": "A name of many letters", "value": 99})
    door.delete(context, "deal", gone.id, None)
    narrow = {
        "name": {**wide["name"], "max_length": 5},
        "value": {**wide["value"], "min": 2, "max": 6},
        "note": {**wide["note"], "min_length": 2, "required": True},
        "rate": {**wide["rate"], "max": 9.995},
        "on": {**wide["on"], "min": "2026-01-15"},
        "price": {**wide["price"], "max": 4.5},
    }
    found = plan(world, changed("entities/deal.json", fields=narrow))
    told = {(one.pointer, one.value) for one in found.problems if one.code == "M705"}
    assert told == {
        ("/fields/name/max_length", 3),
        ("/fields/value/min", 1),
        ("/fields/value/max", 3),
        ("/fields/note/min_length", 1),
        ("/fields/note/required", 5),
        ("/fields/rate/max", 1),
        ("/fields/on/min", 1),
        ("/fields/price/max", 3),
    }
    assert found.publishable
    assert {one["severity"] for one in found.as_json()["problems"] if one["code"] == "M705"} == {"warning"}
    publish(world, changed("entities/deal.json", fields=narrow))
    wider = {**narrow, "value": wide["value"], "name": {**wide["name"], "max_length": 9}}
    assert [
        one for one in plan(world, changed("entities/deal.json", fields=wider)).problems if one.code == "M705"
    ] == []


def test_a_field_that_comes_back_finds_an_empty_column(world: World) -> None:
    publish(world, changed("entities/deal.json", fields__note=None))
    refused = world.publish(FILES)
    assert isinstance(refused, Refused)
    assert [problem.code for problem in refused.problems] == ["M703"]
    stated = changed("roles/clerk.json", grants__deal__fields={"note": "read"})
    told = change_of(plan(world, stated), "entity/deal/fields/note")
    assert (told["change"], told["rows"]) == ("restored", 0)
    assert told["steps"] == [{"do": "add_column", "table": "deal", "lock": "instant", "column": "note__2"}]
    publish(world, stated)
    assert {row["note"] for row in deals(world, "note")} == {None}
    publish(world, changed("entities/deal.json", fields__note=None))
    publish(world, stated)
    assert world.snapshot.entities["deal"].fields["note"].column == "note__3"


def test_a_rollback_brings_the_values_back(world: World) -> None:
    publish(world, changed("entities/deal.json", fields__note=None))
    stated = changed("roles/clerk.json", grants__deal__fields={"note": "read"})
    stated["entities/deal.json"]["fields"]["note"] = {"type": "integer", "label": "Note"}
    publish(world, stated)
    back = rollback(world, 1)
    assert back.revision == 4
    assert sorted(str(row["note"]) for row in deals(world, "note")) == ["None", "None", "n"]
    assert not plan(world, FILES).target.moved


def test_an_entity_that_comes_back_finds_its_records(world: World) -> None:
    world.services.door.create(world.context(), "firm", {"name": "Acme"})
    publish(world, without("entities/firm.json"))
    found = plan(world, FILES)
    assert (only_change(found)["change"], only_change(found)["rows"]) == ("restored", 1)
    assert found.needs_confirmation == ("restored",)
    publish(world, FILES)
    assert len(world.services.door.rows(world.context(), Query("firm")).wire()) == 1


def test_an_entity_that_comes_back_with_another_type_reads_no_old_value_as_new(world: World) -> None:
    world.services.door.create(world.context(), "firm", {"name": "Acme"})
    publish(world, without("entities/firm.json"))
    documents = changed("entities/firm.json", fields__name={"type": "integer", "label": "Name"})
    publish(world, documents)
    assert world.snapshot.entities["firm"].fields["name"].column == "name__2"
    rows = world.services.door.rows(world.context(), Query("firm", fields=("name",))).wire()
    assert json.loads(msgspec.json.encode(rows))[0]["name"] is None


def test_another_revision_meanwhile_is_a_clash(world: World) -> None:
    found = plan(world, changed("entities/deal.json", label="Chance"))
    publish(world, changed("entities/deal.json", label="Bargain"))
    with pytest.raises(ClashError, match="Revision 2 was published meanwhile"):
        world.services.publisher.carry_out(found.target, "Late", world.context().actor)


def test_publishing_needs_the_ability(world: World) -> None:
    base, live = world.services.publisher.head()
    with pytest.raises(ForbiddenError):
        world.services.publisher.publish(live, "Mine", world.context(roles=("clerk",)).actor, base)


def test_the_files_of_a_revision_come_out_as_they_went_in(world: World) -> None:
    files = {
        **FILES,
        "README.md": "Words, ünd more\n",
        "entities/firm.json": '{"label":"Firm", "fields": {"name": {"type":"text"}} }\n',
    }
    sent = layers_of(files)[0].files()
    number = publish(world, files).revision
    (layer,) = [layer for layer in world.services.publisher.layers(number) if layer.name == "sample"]
    assert layer.files() == sent
