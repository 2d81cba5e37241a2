"""What is hidden is not named: not by an error, not by a clash, not by an old name, not by an answer that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from framework.publishing import Published
from tests.door.answers import plain
from tests.support.bundles import published
from tests.support.clients import Client, application, client_of
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.bundles import World
    from tests.support.clients import Answer

TEXT = {"type": "text", "label": "Hidden label"}
ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}


def documents(crypt: str = "crypt", hush: str = "hush", *, pay: str = "write") -> dict[str, Any]:
    """Entities with something hidden from the clerk in each; the names of one can be others, and so a right."""
    name = {"type": "text", "label": "Name"}
    hidden = {**TEXT, "column": "hush"}
    return {
        "entities/bill.json": {"label": "Bill", "fields": {"name": name, hush: {**hidden, "required": True}}},
        "entities/slot.json": {
            "label": "Slot",
            "fields": {"name": name, hush: {**hidden, "default": "x"}},
            "unique": {"one": {"fields": ["name", hush]}},
        },
        "entities/site.json": {"label": "Site", "fields": {"name": name, "pay": {"type": "integer", "label": "Pay"}}},
        f"entities/{crypt}.json": {
            "label": "Hidden label",
            "table": "crypt",
            "fields": {"name": name, "site": {"type": "link", "to": "site", "label": "Site", "on_delete": "restrict"}},
        },
        "entities/visit.json": {
            "label": "Visit",
            "fields": {
                "name": name,
                "crypt": {"type": "link", "to": crypt, "label": "Hidden label", "on_delete": "clear"},
            },
        },
        "roles/clerk.json": {
            "label": "Clerk",
            "abilities": {"view_history": True},
            "grants": {
                "bill": {**ALL, "fields": {hush: "none"}},
                "slot": {**ALL, "fields": {hush: "none"}},
                "site": {**ALL, "fields": {"pay": pay}},
                "visit": {**ALL, "fields": {"crypt": "none"}},
            },
        },
    }


@dataclass(frozen=True, slots=True)
class Place:
    """The world and a clerk in it."""

    world: World
    clerk: Client

    def made(self, entity: str, **values: object) -> str:
        """Make a record with all rights."""
        return self.world.services.door.create(self.world.context(), entity, values).id


@pytest.fixture
def place(shared_engine: str, tmp_path: Any) -> Iterator[Place]:
    with database(shared_engine, tmp_path) as url:
        world = published(url, tmp_path, documents())
        app = application(world.services.settings)
        world.person("clerk@example.com", "clerk")
        yield Place(world, client_of(app, "clerk@example.com"))
        app.extensions["armature"].database.close()
        world.close()


def names_nothing(answer: Answer, status: int) -> None:
    """Fail where an answer says a hidden name or label."""
    assert answer.status == status, answer.body
    assert not any(word in answer.body.lower() for word in (b"hush", b"crypt", b"hidden label")), answer.body


def test_errors_do_not_name_what_is_hidden(place: Place) -> None:
    clerk = place.clerk
    names_nothing(clerk.post("records/bill", {"name": "x"}), 422)
    names_nothing(clerk.call("POST", "/records/bill", raw=b"name=x", headers=FORM), 422)
    assert clerk.post("records/slot", {"name": "x"}).status == 201
    names_nothing(clerk.post("records/slot", {"name": "x"}), 409)
    names_nothing(clerk.call("POST", "/records/slot", raw=b"name=x", headers=FORM), 409)
    site = place.made("site", name="S")
    place.made("crypt", name="C", site=site)
    names_nothing(clerk.delete(f"records/site/{site}", "*"), 409)
    names_nothing(clerk.call("POST", f"/records/site/{site}/delete", raw=b"", headers=FORM), 409)


def test_a_record_comes_back_whatever_it_secretly_links_to(place: Place) -> None:
    crypt = place.made("crypt", name="C")
    visits = [place.made("visit", name="V", crypt=crypt), place.made("visit", name="V")]
    for visit in visits:
        assert place.clerk.delete(f"records/visit/{visit}", "*").status == 204
    answers = [place.clerk.call("POST", f"records/visit/{visit}/restore") for visit in visits]
    for answer in answers:
        names_nothing(answer, 200)
    door, system = place.world.services.door, place.world.context()
    assert door.get(system, "visit", visits[0]).values["crypt"] == crypt
    door.delete(system, "visit", visits[0], None)
    door.delete(system, "crypt", crypt, None)
    names_nothing(place.clerk.call("POST", f"records/visit/{visits[0]}/restore"), 422)


def test_old_names_of_what_is_hidden_are_as_unknown_as_any_other(place: Place) -> None:
    assert isinstance(place.world.publish(documents("vault", "quiet")), Published)
    for old, nonsense in (("crypt", "crybt"), ("hush", "hesh")):
        for path in (
            f"records/{old}", f"records/{old}/aggregate", f"metadata/entities/{old}", f"changes?entity={old}",
            f"explain?action=read&entity={old}", f"explain?action=read&entity=bill&field={old}",
            f"records/bill?sort={old}", f"records/bill?fields={old}", f"records/bill?filter=is_blank({old})",
            f"records/bill/aggregate?group={old}", f"/records/{old}", f"/records/bill?sort={old}",
        ):  # fmt: skip
            answers = [place.clerk.get(path), place.clerk.get(path.replace(old, nonsense))]
            first, second = (plain(answer) for answer in answers)
            assert first == (*second[:2], second[2].replace(nonsense.encode(), old.encode())), path
            assert b"vault" not in answers[0].body
            assert b"quiet" not in answers[0].body.replace(b"btn-quiet", b"")
        one, other = (plain(place.clerk.post("records/bill", {name: "x"})) for name in (old, nonsense))
        assert one == (*other[:2], other[2].replace(nonsense.encode(), old.encode()))


def test_a_kept_answer_shows_only_what_may_still_be_read(place: Place) -> None:
    def sent() -> Answer:
        return place.clerk.post("records/site", {"name": "S", "pay": 4711}, Idempotency_Key="k")

    first, again = sent(), sent()
    assert (again.body, again.json["pay"]) == (first.body, 4711)
    ident = first.json["id"]
    place.world.services.door.update(place.world.context(), "site", ident, {"name": "T", "pay": None}, None)
    assert sent().body == first.body  # what was answered then, though somebody has changed it since
    assert place.clerk.delete(f"records/site/{ident}", "*").status == 204
    assert sent().body == first.body
    place.world.services.door.restore(place.world.context(), "site", ident)
    narrowed = documents(pay="none")
    narrowed["roles/clerk.json"]["grants"]["site"]["fields"] = {"*": "write", "updated_at": "none"}
    assert isinstance(place.world.publish(narrowed), Published)
    assert set(first.json) - set(sent().json) == {"updated_at"}
    grants = narrowed["roles/clerk.json"]["grants"]
    grants["site"] = {**ALL, "read": "all", "rows": {"read": "name != 'T'"}}
    assert isinstance(place.world.publish(narrowed), Published)
    assert sent().json == {"id": ident, "version": 1}


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
