"""A world for a test is a real one: published, writable through the door, with people of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.bundles import Documents, World, published
from tests.support.databases import sqlite_url

DEAL = {"fields": {"name": {"type": "text"}, "days": {"type": "integer"}}}


def test_what_is_given_is_live_on_each_engine(world_of: Callable[[Documents], World]) -> None:
    world = world_of({"entities/deal.json": DEAL, "site.json": {"name": "Sample", "currency": "USD"}})
    made = world.services.door.create(world.context(), "deal", {"name": "First", "days": 3})
    assert world.snapshot.site.currency == "USD"
    assert world.services.door.get(world.context(), "deal", made.id).values["days"] == 3


def test_a_person_acts_with_the_roles_given_and_no_other(tmp_path: Path) -> None:
    world = published(sqlite_url(tmp_path), tmp_path, {"entities/deal.json": DEAL})
    admin, nobody = world.person("a@example.com", "administrator"), world.person("b@example.com")
    world.close()
    assert admin.actor.roles == {"administrator", "everyone"}
    assert nobody.actor.roles == {"everyone"}


def test_faulty_documents_fail_the_test_with_their_problem(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"entities/deal\.json/fields"):
        published(sqlite_url(tmp_path), tmp_path, {"entities/deal.json": {"fields": {"name": {"type": "txt"}}}})
