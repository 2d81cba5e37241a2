"""Two databases that differ only in what somebody may not see give that person the same bytes, by every door."""

from __future__ import annotations

import os
import random
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import time_machine

from tests.door.answers import plain
from tests.door.requests import Requests
from tests.door.sales import TEAMS, documents, ident_of, records, staffed
from tests.door.twins import Model, twin_of
from tests.support.bundles import NOW, published, reopened
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.door.requests import Call, Write
    from tests.door.sales import Office, Person, Row
    from tests.support.bundles import Originals
    from tests.support.clients import Answer

WHO = ("peer", "knot", "mixed", "starred", "maker", "tiers")
REQUESTS = int(os.environ.get("ARMATURE_TWIN_REQUESTS", "110"))  # to each person on each engine


@dataclass(slots=True)
class Side:
    """One of the twins: its office, what is known of its records, and the ids that its new records get."""

    office: Office
    model: Model
    fresh: Iterator[int] = field(default_factory=count)

    def ask(self, name: str, call: Call) -> Answer:
        """Send somebody's call; new records are named alike on both sides."""
        if call.door == "changes":
            self.office.world.settle()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("framework.records.changes.new_id", lambda: fresh_id(next(self.fresh)))
            return call.by(self.office.client(name))


@pytest.mark.parametrize("name", WHO)
def test_what_differs_out_of_sight_changes_no_byte(
    shared_engine: str, originals: Originals, tmp_path: Path, name: str
) -> None:
    draw = random.Random(f"{name} {shared_engine}")  # noqa: S311  (which requests are tried, not a secret)
    doors, allowed = set(), 0
    with twins(originals, shared_engine, tmp_path, name, draw) as sides:
        for number, call in enumerate(islice(calls(draw, sides), REQUESTS)):
            with time_machine.travel(NOW.timestamp() + number, tick=False):
                answers = [side.ask(name, call) for side in sides]
                same(call, answers)
                follow(sides, name, call, answers)
            doors.add(call.door)
            allowed += answers[0].status < 400
            keep(sides, call, answers)
    # Not all is refused, and by no means everything allowed: else nothing would be compared.
    assert REQUESTS // 8 < allowed < REQUESTS
    assert len(doors) > 20


def calls(draw: random.Random, sides: tuple[Side, Side]) -> Iterator[Call]:
    """Requests to be compared, one in four to change something; each is drawn on what those before it left."""
    asking = Requests(draw, known_ids(sides))
    for number in count():
        call = asking.writing() if number % 4 == 3 else asking.reading()
        if not (call.writes and (told_apart(sides, call) or told_by_a_link(sides, call))):
            yield call


@contextmanager
def twins(
    originals: Originals, engine: str, folder: Path, name: str, draw: random.Random
) -> Iterator[tuple[Side, Side]]:
    """Both worlds, the second with more history of what is out of sight."""
    rows = records()
    with ExitStack() as stack:
        first = stack.enter_context(world(originals, engine, folder, rows))
        person, team = first.people[name], TEAMS.get(name)
        model = Model(person, by_id(first), ident_of(team) if team else None, first.rows)
        other = twin_of(model, draw)
        assert model.standing() == other.standing()
        second = stack.enter_context(world(originals, engine, folder, other.rows))
        for row in list(other.rows.values()):
            if row.live and not other.judge.standing(row) and draw.random() < 0.5:
                second.world.services.door.update(second.admin(), row.entity, row.id, {"name": "Written over"}, None)
                row.values["name"] = "Written over"
        assert model.standing() == other.standing()
        yield Side(first, model), Side(second, other)


@contextmanager
def world(originals: Originals, engine: str, folder: Path, rows: dict[str, Row]) -> Iterator[Office]:
    """An office with these records, made at a moment that is always the same."""
    with time_machine.travel(NOW, tick=False):
        original = originals.of(engine, documents())
    with database(engine, folder, original) as url, time_machine.travel(NOW, tick=False):
        made = staffed(reopened(url, folder) if original else published(url, folder, documents()), rows)
        try:
            yield made
        finally:
            made.close()


def known_ids(sides: tuple[Side, Side]) -> dict[str, list[str]]:
    """The ids of everything on either side, by entity."""
    found: dict[str, dict[str, None]] = {}
    for side in sides:
        for row in side.model.rows.values():
            found.setdefault(row.entity, {})[row.id] = None
    return {entity: list(ids) for entity, ids in found.items()}


def told_apart(sides: tuple[Side, Side], call: Call) -> bool:
    """Whether the person would rightly see a difference once this were done: what a new stage lets them read."""
    first, second = (side.model.copy() for side in sides)
    for write in call.writes:
        for model in (first, second):
            model.take(write, fresh_id(0))
        if first.standing() != second.standing():
            return True
    return False


def told_by_a_link(sides: tuple[Side, Side], call: Call) -> bool:
    """Whether a link out of sight leads to what would be merged away, which refuses that: as a clash, it is told."""
    return any(
        row.live and row.values.get(write.entity) == write.by and not side.model.judge.reads(row, write.entity)
        for write in call.writes
        if write.op == "merge"
        for side in sides
        for row in side.model.rows.values()
    )


def keep(sides: tuple[Side, Side], call: Call, answers: list[Answer]) -> None:
    """Note on both sides what was accepted."""
    for write, made in accepted(call, answers[0]):
        for side in sides:
            side.model.take(write, made)
    assert sides[0].model.standing() == sides[1].model.standing(), call


def accepted(call: Call, answer: Answer) -> Iterator[tuple[Write, str]]:
    """The writes that were carried out, each with the id of the record that it may have made."""
    if not call.writes or answer.status >= 400:
        return
    if call.door == "batch":
        for write, item in zip(call.writes, answer.json["items"], strict=True):
            if item["status"] < 400:
                yield write, item.get("record", {}).get("id", "")
    elif call.door == "page: many":
        if "done=" in answer.headers["location"]:  # else it leads to what was left and why
            yield call.writes[0], ""
    elif call.door == "merge":
        yield call.writes[0], ""
    elif call.door.startswith("page"):
        if "location" in answer.headers:  # else it shows what is alike before anything is saved
            yield call.writes[0], answer.headers["location"].partition("?")[0].rpartition("/")[2]
    else:
        yield call.writes[0], answer.json["id"] if answer.body else ""


def follow(sides: tuple[Side, Side], name: str, call: Call, answers: list[Answer]) -> None:
    """Turn the page, each side by its own cursor, as long as there is one."""
    turned = 0
    while call.door in {"list", "history", "changes"} and answers[0].status == 200 and turned < 3:
        cursors = [answer.json["next"] for answer in answers]
        if cursors[0] is None or not answers[0].json["items"]:
            return
        path = call.path.partition("&after=")[0]
        calls = [replace(call, path=f"{path}{'&' if '?' in path else '?'}after={cursor}") for cursor in cursors]
        answers = [side.ask(name, one) for side, one in zip(sides, calls, strict=True)]
        same(call, answers)
        turned += 1


def same(call: Call, answers: list[Answer]) -> None:
    """Fail where the answers of both sides are not the same to the byte."""
    first, second = (plain(answer, sealed=call.door == "changes") for answer in answers)
    assert first == second, call


def fresh_id(number: int) -> str:
    """The id of a record that somebody makes."""
    return str(UUID(int=0x019ABCDE << 96 | 0x7 << 76 | 0b10 << 62 | number))


def by_id(office: Office) -> dict[str, Person]:
    """The people, as the oracle looks them up."""
    return {person.id: person for person in office.people.values()}
