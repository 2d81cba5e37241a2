"""Comments, activities, attachments, notifications follow their record: who does not see it finds no word of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from framework.fields.link import Pointer
from framework.records.stamps import system_values
from framework.storage.change import insert_records
from framework.storage.session import run_tx
from tests.door.canaries import MARK, everything
from tests.door.oracle import Oracle
from tests.door.requests import Call
from tests.door.sales import ACTORS, ident_of, opened, records
from tests.support.clients import path_of
from tests.support.databases import database
from tests.support.sampling import due_today
from tests.support.uploads import multipart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.door.sales import Office, Row

WHO = sorted(ACTORS)
TEXTS = {"comment": "body", "activity": "subject", "attachment": "file"}


@dataclass(frozen=True, slots=True)
class Follower:
    """A comment, an activity or an attachment on a record of the office."""

    entity: str
    id: str
    about: Row
    owner: str | None

    @property
    def text(self) -> str:
        """What stands nowhere else."""
        return f"{MARK}{self.id[:13]}"


@dataclass(frozen=True, slots=True)
class Noted:
    """An office with a comment, an activity and an attachment on every deal and company."""

    office: Office
    followers: tuple[Follower, ...]
    oracle: Callable[[str], Oracle]

    def seen_by(self, name: str, entity: str) -> set[str]:
        """The ids of those whose record the person sees."""
        judge = self.oracle(name)
        return {one.id for one in self.followers if one.entity == entity and judge.sees(one.about)}


@pytest.fixture(scope="module")
def noted(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noted]:
    folder = tmp_path_factory.mktemp("noted")
    with database(shared_engine, folder) as url:
        office = opened(url, folder, records())
        live = [row for entity in ("deal", "company") for row in office.of(entity) if row.live]
        followers = tuple(_write(office, entity, row) for entity, row in product(TEXTS, live))
        _tell(office, "rep", live)
        by_id = {person.id: person for person in office.people.values()}
        yield Noted(office, followers, lambda name: Oracle(office.people[name], by_id, office.rows))
        office.close()


def _write(office: Office, entity: str, row: Row) -> Follower:
    owner = ident_of("rep") if entity == "activity" and int(row.id[-1], 16) % 2 else None
    made = Follower(entity, ident_of(f"{entity} on {row.id}"), row, owner)
    door, admin = office.world.services.door, office.admin()
    text: Any = made.text
    if entity == "attachment":
        text = door.receive(admin, entity, "file", io.BytesIO(text.encode()), text)._asdict()
    values: dict[str, Any] = {"id": made.id, TEXTS[entity]: text, "about": {"entity": row.entity, "id": row.id}}
    door.create(admin, entity, values | ({"owner": owner} if owner else {}))
    return made


def given(office: Office, name: str, entity: str, text: str) -> Any:
    """What holds a text in an entity: the text itself, or a file of that name and content, which somebody uploads."""
    if entity != "attachment":
        return text
    body, headers = multipart(text, text.encode())
    answer = office.client(name).call("POST", "records/attachment/files/file", raw=body, headers=headers)
    assert answer.status == 201, answer.body
    return answer.json


def _tell(office: Office, name: str, rows: list[Row]) -> None:
    """A notification for somebody about every record, whether they see it or not: only the product writes such."""
    context, snapshot = office.admin(), office.world.snapshot
    entity = snapshot.entities["notification"]
    told = [
        {
            **system_values(context, entity, ident_of(f"told of {row.id}")),
            "owner": ident_of(name),
            "reason": "mentioned",
            "about": Pointer(row.id, row.entity),
        }
        for row in rows
    ]
    database = office.world.services.database
    run_tx(database, lambda connection: insert_records(connection, snapshot, entity.name, told))


@pytest.mark.parametrize("name", WHO)
def test_those_of_records_in_sight_are_seen_and_no_others(noted: Noted, shared_engine: str, name: str) -> None:
    client, first = noted.office.client(name), first_of(name, shared_engine)
    for entity, text in TEXTS.items():
        wanted = noted.seen_by(name, entity)
        whole = client.get(f"records/{entity}", limit=200, count="exact")
        assert ({one["id"] for one in whole.json["items"]}, whole.json["count"]) == (wanted, len(wanted))
        assert {one["id"] for one in client.items(f"records/{entity}", search=MARK, limit=200)} == wanted
        (figures,) = client.items(f"records/{entity}/aggregate", measure=f"count(),min({text}),max({text})")
        assert figures["count()"] == len(wanted)
        for place, one in enumerate((one for one in noted.followers if one.entity == entity), first):
            if not due_today(place, 4):
                continue
            status = 200 if one.id in wanted else 404
            assert client.get(path_of(entity, one.id)).status == status
            told = client.items(f"records/{entity}", filter=f"about = '{one.about.id}'")
            assert [record["id"] for record in told] == ([one.id] if one.id in wanted else [])
            history = client.get(f"{path_of(entity, one.id)}/history").status
            assert history == (404 if one.id not in wanted else 200 if noted.oracle(name).person.roles else 403)


@pytest.mark.parametrize("name", WHO)
def test_no_door_says_a_word_of_those_out_of_sight(noted: Noted, shared_engine: str, name: str) -> None:
    client, seen = noted.office.client(name), {one for entity in TEXTS for one in noted.seen_by(name, entity)}
    forbidden = [word for one in noted.followers if one.id not in seen for word in (one.text, one.id)]
    for place, call in enumerate(walk(noted), first_of(name, shared_engine)):
        if not due_today(place, 4):
            continue
        answer = call.by(client)
        assert answer.status < 500, (call, answer.body)
        told = everything(answer)
        assert [word for word in forbidden if word in told and word not in call.path] == [], call


@pytest.mark.parametrize("name", WHO)
def test_one_writes_on_records_in_sight_and_changes_what_is_ones_own(noted: Noted, name: str) -> None:
    judge, client, admin = noted.oracle(name), noted.office.client(name), noted.office.admin()
    for row in [*noted.office.of("deal")[::5], *noted.office.of("company")]:
        about = {"entity": row.entity, "id": row.id}
        for entity, text in TEXTS.items():
            answer = client.post(f"records/{entity}", {text: given(noted.office, name, entity, "x"), "about": about})
            assert answer.status == (201 if judge.sees(row) else 422), (row, answer.body)
            if answer.status == 201:
                noted.office.world.services.door.delete(admin, entity, answer.json["id"], None)
    for one in noted.followers[::7]:
        mine = name == "admin" or (one.owner is not None and one.owner == judge.person.id)
        wanted = 404 if not judge.sees(one.about) else 200 if mine else 403
        text = given(noted.office, name, one.entity, one.text)
        assert client.patch(path_of(one.entity, one.id), {TEXTS[one.entity]: text}, "*").status == wanted, one


def test_what_is_told_to_somebody_is_seen_by_nobody_else(noted: Noted) -> None:
    for name in WHO:
        told = noted.office.client(name).items("records/notification", limit=200)
        judge = noted.oracle(name)
        live = [row for row in noted.office.rows.values() if row.entity in {"deal", "company"} and judge.sees(row)]
        # Some of the activities are the rep's, which is told as well.
        assert {one["about"]["id"] for one in told} == {row.id for row in live if name == "rep"}, name


def test_a_deletion_takes_them_along_and_a_restoration_brings_them_back(noted: Noted) -> None:
    door, admin = noted.office.world.services.door, noted.office.admin()
    row = next(one.about for one in noted.followers if one.about.entity == "company")
    mine, client = {one.id for one in noted.followers if one.about is row}, noted.office.client("admin")
    door.delete(admin, row.entity, row.id, None)
    gone = {one["id"] for entity in TEXTS for one in client.items(f"records/{entity}", deleted="only", limit=200)}
    assert mine <= gone
    assert all(client.get(path_of(one.entity, one.id)).status == 404 for one in noted.followers if one.id in mine)
    door.restore(admin, row.entity, row.id)
    assert all(client.get(path_of(one.entity, one.id)).status == 200 for one in noted.followers if one.id in mine)


def first_of(name: str, engine: str) -> int:
    """Where somebody's quarter of a day begins: on the other engine they have another one."""
    return WHO.index(name) + 2 * (engine == "sqlite")


def walk(noted: Noted) -> Iterator[Call]:
    """Every door through which something of one that follows could come."""
    for entity, text in TEXTS.items():
        api, page = f"/api/v1/records/{entity}", f"/records/{entity}"
        for end in (
            "?limit=200&expand=about",
            "?deleted=only&limit=200",
            f"?sort=-{text}",
            f"/aggregate?group={text}&measure=count()",
            f"/aggregate?measure=min({text}),max({text})",
        ):
            yield Call("list", "GET", api + end)
        for end in ("", f"?search={MARK}", "/count", "/export", f"?group={text}", f"?columns={text},about"):
            yield Call("page", "GET", page + end)
        yield Call("picker", "GET", f"/records/{entity}/options/about?q={MARK}")
        for one in [one for one in noted.followers if one.entity == entity][::3]:
            for end in ("", "?expand=about", "/history"):
                yield Call("record", "GET", f"{api}/{one.id}{end}")
            for end in ("", "/edit", "/history"):
                yield Call("page", "GET", f"{page}/{one.id}{end}")
            yield from (Call("file", "GET", f"{base}/{one.id}/files/{text}") for base in (api, page))
    for path in (
        "/api/v1/changes?limit=200",
        f"/search?q={MARK}",
        "/me/actions",
        "/records/notification",
        "/me/notifications",
    ):
        yield Call("around", "GET", path)
    for row in [*noted.office.of("deal"), *noted.office.of("company")]:
        for end in ("", "/history", "?tab=files"):
            yield Call("record page", "GET", f"/{path_of(row.entity, row.id)}{end}")
