"""Who merges what: everybody tries many pairs, and it happens where the oracle lets each of its writes happen."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.door.oracle import Oracle
from tests.door.sales import ACTORS, Office, opened, records
from tests.support.clients import path_of
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.door.sales import Row

PAIRS = 24
"""How many pairs of records each person tries to merge."""


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("merging")
    with database(shared_engine, folder) as url:
        made = opened(url, folder, records())
        yield made
        made.close()


@pytest.mark.parametrize("name", sorted(ACTORS))
def test_records_are_merged_where_each_of_its_writes_is_allowed(office: Office, name: str) -> None:
    by_id = {person.id: person for person in office.people.values()}
    judge, client = Oracle(office.people[name], by_id, office.rows), office.client(name)
    draw = random.Random(name)  # noqa: S311  (which pairs are tried, not a secret)
    for entity in ("deal", "company"):
        for _ in range(PAIRS):
            stays, other = draw.sample(office.of(entity), 2)
            body = {"records": [{"id": other.id}]}
            answer = client.post(path_of(entity, stays.id, "merge"), body, **{"If-Match": "*"})
            assert answer.status < 500
            assert (answer.status == 200) == allowed(judge, stays, other), (stays, other, answer.status, answer.body)
            if answer.status == 200:
                undone = client.post(f"me/actions/{answer.json['op_id']}/undo", None)
                assert (undone.status, undone.json["skipped"]) == (200, [])
            elif not (judge.sees(stays) and judge.sees(other)):
                assert answer.status in {403, 404}


def allowed(judge: Oracle, stays: Row, other: Row) -> bool:
    """Whether somebody may change the one, delete the other, and change every record that links to that."""
    if not (stays.live and other.live and judge.sees(stays) and judge.sees(other)):
        return False
    if not (judge.may_delete(other) and judge.may_update(stays, {})):
        return False
    return all(moves(judge, row, stays) for row in judge.rows.values() if links(row, other))


def links(row: Row, other: Row) -> bool:
    """Whether a live record links to another."""
    return row.live and row.values.get(other.entity) == other.id


def moves(judge: Oracle, row: Row, stays: Row) -> bool:
    """Whether somebody may let a record link to the one that stays, and sees and may change it afterwards."""
    link = stays.entity
    if not judge.reads(row, link) or not judge.may_set(row.entity, link, "update"):
        return False
    moved = replace(row, values={**row.values, link: stays.id})
    return judge.may_update(row, {link: stays.id}) and judge.sees(moved)
