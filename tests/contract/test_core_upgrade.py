"""An installed database takes up what the core has become: its tables grow, its records stay."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from framework.app import make_services
from framework.plans import Query
from framework.publishing import Published
from framework.storage.upgrades import upgrade
from metadata.documents import Document, Layer, canonical
from metadata.load import load_core
from tests.support.bundles import PUBLISHER, Documents, World, layers_of, settings_for

DEAL = {"fields": {"name": {"type": "text"}}}
LATER = {"activity", "notification", "comment"}
FORMER_COMMENT = {
    "title": "body",
    "fields": {
        "entity": {"type": "text", "required": True, "indexed": True},
        "record": {"type": "text", "required": True, "indexed": True},
        "body": {"type": "long_text", "required": True},
    },
}


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A database with our own tables and nothing published."""
    world = World(make_services(settings_for(database_url, tmp_path)))
    upgrade(world.services.database)
    yield world
    world.close()


def test_the_first_core_becomes_the_present_one(bare: World) -> None:
    world = bare
    assert isinstance(publish(world, former_core(), *layers_of({"entities/deal.json": DEAL})), Published)
    old = world.services.door.create(world.context(), "comment", {"entity": "deal", "record": "x", "body": "Before"})
    deal = world.services.door.create(world.context(), "deal", {"name": "Crane"})

    talked_about = {**DEAL, "traits": {"comments": True, "activities": True}}
    assert isinstance(world.publish({"entities/deal.json": talked_about}), Published)

    door, admin = world.services.door, world.context()
    about = {"entity": "deal", "id": deal.id}
    for entity, values in (("comment", {"body": "After"}), ("activity", {"subject": "Call back"})):
        made = door.create(admin, entity, {**values, "about": about})
        assert made.values["about"] == deal.id
    assert old.id not in {one.id for one in door.find(admin, Query("comment")).records}


def test_an_entity_that_takes_a_trait_up_needs_no_other_table(world_of: Callable[[Documents], World]) -> None:
    world = world_of({"entities/deal.json": {**DEAL, "traits": {"activities": True}}})
    deal = world.services.door.create(world.context(), "deal", {"name": "Crane"})
    task = {"subject": "Call", "about": {"entity": "deal", "id": deal.id}}
    made = world.services.door.create(world.context(), "activity", task)

    renamed = {**DEAL, "table": "deal", "traits": {"activities": True}}
    world.publish({"entities/offer.json": renamed, "entities/visit.json": {**DEAL, "traits": {"activities": True}}})

    found = world.services.door.get(world.context(), "activity", made.id, ("about",), ("about",))
    assert (found.links["about"].entity, found.links["about"].title) == ("offer", "Crane")


def publish(world: World, *layers: Layer) -> object:
    return world.services.publisher.publish(list(layers), "Former", PUBLISHER, 0)


def former_core() -> Layer:
    """The core before anything followed a record."""
    core = load_core()
    kept = [one for one in core.documents if one.name not in LATER]
    return replace(core, documents=tuple(map(_without_later_grants, [*kept, _document(FORMER_COMMENT)])))


def _document(body: dict[str, Any]) -> Document:
    return Document("entity", "comment", "core", "entities/comment.json", canonical(body), body)


def _without_later_grants(document: Document) -> Document:
    if document.kind != "role" or document.name != "everyone":
        return document
    grants = {name: one for name, one in document.body["grants"].items() if name not in LATER}
    body = {**document.body, "grants": grants}
    return replace(document, text=canonical(body), body=body)
