"""The access matrix: people x records x fields x actions, at the door and over HTTP, against the oracle."""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from framework.errors import ArmatureError, NotFoundError
from framework.plans import Query
from tests.door.oracle import SYSTEM_FIELDS, Oracle
from tests.door.sales import ACTORS, ENTITIES, TEAMS, Office, Row, ident_of
from tests.support.clients import Answer, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Judges = Callable[[str], Oracle]

T = TypeVar("T")
WHO = sorted(ACTORS)


@pytest.mark.parametrize("name", WHO)
def test_everybody_reads_what_the_oracle_says(office: Office, oracle: Judges, name: str) -> None:
    judge, client = oracle(name), office.client(name)
    for row in office.rows.values():
        answer = client.get(path_of(row.entity, row.id))
        assert answer.status == (200 if judge.sees(row) else 404), (row, answer.body)
        if answer.status == 200:
            assert shown(answer.json) == expected(judge, row)


@pytest.mark.parametrize("name", WHO)
def test_every_list_holds_what_the_oracle_says(office: Office, oracle: Judges, name: str) -> None:
    judge, client = oracle(name), office.client(name)
    for entity in ENTITIES:
        answer = client.get(f"records/{entity}", limit=200, count="exact", sort="id")
        assert answer.status == (200 if judge.exists(entity) else 404)
        visible = [row for row in office.of(entity) if judge.sees(row)]
        if answer.status == 200:
            assert [shown(one) for one in answer.json["items"]] == [expected(judge, row) for row in visible]
            assert answer.json["count"] == len(visible)


@pytest.mark.parametrize("name", WHO)
def test_the_door_itself_gives_the_same(office: Office, oracle: Judges, name: str) -> None:
    judge, door, context = oracle(name), office.world.services.door, office.context(name)
    for entity in ENTITIES:
        visible = [row for row in office.of(entity) if judge.sees(row)]
        if not judge.exists(entity):
            with pytest.raises(NotFoundError):
                door.find(context, Query(entity))
            continue
        page = door.find(context, Query(entity, limit=200, sort=("id",)))
        told = [{key: value for key, value in one.values.items() if key in ours(entity)} for one in page.records]
        assert told == [expected(judge, row) for row in visible]


@pytest.mark.parametrize("name", WHO)
def test_a_field_may_be_mentioned_where_it_is_known_and_nowhere_else(office: Office, oracle: Judges, name: str) -> None:
    judge, client = oracle(name), office.client(name)
    for entity in ENTITIES:
        for field in [*judge.fields(entity), "nothing"]:
            for address in some(mentions(entity, field), 5, office, name):
                wanted = 404 if not judge.exists(entity) else 200 if judge.knows(entity, field) else 400
                assert client.get(address).status == wanted, address


@pytest.mark.parametrize("name", WHO)
def test_filters_and_figures_see_only_what_may_be_read(office: Office, oracle: Judges, name: str) -> None:
    judge, client = oracle(name), office.client(name)
    for field in ("amount", "margin", "discount", "profit", "twice"):
        if not judge.knows("deal", field):
            continue
        values = {row.id: judge.value(row, field) for row in office.of("deal") if judge.sees(row)}
        told = {ident: value for ident, value in values.items() if value is not None}
        big = client.items("records/deal", filter=f"{field} > 5", limit=200)
        blank = client.items("records/deal", filter=f"is_blank({field})", limit=200)
        ordered = client.items("records/deal", sort=f"-{field}", limit=200)
        assert {one["id"] for one in big} == {ident for ident, value in told.items() if value > 5}
        assert {one["id"] for one in blank} == values.keys() - told.keys()
        assert [values[one["id"]] for one in ordered] == [
            *sorted(told.values(), reverse=True),
            *[None] * (len(values) - len(told)),
        ]
        (figures,) = client.items(
            "records/deal/aggregate", measure=f"count(),count({field}),sum({field}),min({field}),max({field})"
        )
        assert figures["count()"] == len(values)
        assert figures[f"count({field})"] == len(told)
        assert figures[f"sum({field})"] == (sum(told.values()) if told else None)
        assert (figures[f"min({field})"], figures[f"max({field})"]) == (
            min(told.values(), default=None),
            max(told.values(), default=None),
        )
        groups: dict[Any, int] = defaultdict(int)
        for value in values.values():
            groups[value] += 1
        found = client.items("records/deal/aggregate", group=field, measure="count()")
        assert {one[field]: one["count()"] for one in found} == groups


@pytest.mark.parametrize("name", WHO)
def test_links_show_of_their_far_ends_what_may_be_read_there(office: Office, oracle: Judges, name: str) -> None:
    judge, client = oracle(name), office.client(name)
    for entity, link, target, far in (("deal", "company", "company", "secret"), ("quote", "deal", "deal", "margin")):
        if not judge.knows(entity, link):
            continue
        rows = {row.id: row for row in office.of(entity) if judge.sees(row)}
        for one in client.items(f"records/{entity}", expand=link, limit=200):
            ident = judge.value(rows[one["id"]], link)
            end = office.rows[ident] if ident else None
            title = judge.value(end, "name") if end is not None and judge.sees(end) else None
            assert one[link] == (None if end is None else {"id": ident, "title": title})
        answer = client.get(f"records/{entity}", fields=f"{link}.{far}", limit=200)
        assert answer.status == (200 if judge.knows(target, far) else 400)
        for one in answer.json["items"] if answer.status == 200 else []:
            ident = judge.value(rows[one["id"]], link)
            end = office.rows[ident] if ident else None
            assert (one[link] or {}).get(far) == (
                judge.value(end, far) if end is not None and judge.sees(end) else None
            )
        filtered = client.get(f"records/{entity}", filter=f"not is_blank({link}.{far})", limit=200)
        assert filtered.status == answer.status
        if filtered.status == 200:
            wanted = {
                row.id
                for row in rows.values()
                if (ident := judge.value(row, link))
                and judge.sees(office.rows[ident])
                and judge.value(office.rows[ident], far) is not None
            }
            assert {one["id"] for one in filtered.json["items"]} == wanted


@pytest.mark.parametrize("name", WHO)
def test_every_change_of_every_field_is_judged_as_the_oracle_says(office: Office, oracle: Judges, name: str) -> None:
    judge, at_door = oracle(name), name < "m"
    for row, field in some(cells(office), 5, office, name):
        value = other_value(row, field)
        if not judge.exists(row.entity):
            wanted = 404
        elif not judge.sees(row):
            wanted = 404 if judge.may_name(row.entity, field) and judge.may_set(row.entity, field, "update") else -1
        elif not judge.may_name(row.entity, field):
            wanted = 422
        else:
            wanted = 200 if judge.may_update(row, {field: value}) else 403
        status = change(office, name, row, {field: value}, at_door=at_door)
        # Of a record out of sight no more is told than of one that is not there: the body is judged first either way.
        assert status == wanted or (wanted == -1 and status in {403, 404, 422}), (row, field, value)
        if status == 200:
            undo(office, row, field)


@pytest.mark.parametrize("name", WHO)
def test_changes_of_several_fields_need_every_one(office: Office, oracle: Judges, name: str) -> None:
    judge = oracle(name)
    fields = ("amount", "margin", "discount", "stage")
    for row in some([row for row in office.of("deal") if judge.sees(row)], 2, office, name):
        for first, second in pairwise(fields):
            changed = {field: other_value(row, field) for field in (first, second)}
            known = all(judge.may_name("deal", field) for field in changed)
            wanted = 422 if not known else 200 if judge.may_update(row, changed) else 403
            status = change(office, name, row, changed, at_door=False)
            assert status == wanted, (row, changed)
            if status == 200:
                for field in changed:
                    undo(office, row, field)


@pytest.mark.parametrize("name", WHO)
def test_every_deletion_is_judged_as_the_oracle_says(office: Office, oracle: Judges, name: str) -> None:
    judge, client, door = oracle(name), office.client(name), office.world.services.door
    for row in some(list(office.rows.values()), 2, office, name):
        if row.entity == "deal" and any(other.values.get("deal") == row.id for other in office.of("quote")):
            continue  # what a deletion takes along is another test's
        answer = client.delete(path_of(row.entity, row.id), "*")
        assert answer.status == (404 if not judge.sees(row) else 204 if judge.may_delete(row) else 403), row
        if answer.status == 204:
            door.restore(office.admin(), row.entity, row.id)


@pytest.mark.parametrize("name", WHO)
def test_every_creation_is_judged_as_the_oracle_says(office: Office, oracle: Judges, name: str) -> None:
    judge, client, door = oracle(name), office.client(name), office.world.services.door
    for entity, given in new_records(office, judge):
        answer = client.post(f"records/{entity}", given)
        if not judge.exists(entity):
            wanted = 404
        elif not judge.creates(entity):
            wanted = 403
        elif not all(judge.may_name(entity, field) for field in given):
            wanted = 422
        else:
            wanted = 201 if judge.may_create(entity, given, whole(judge, entity, given)) else 403
        assert answer.status == wanted, (entity, given, answer.body)
        if answer.status == 201:
            door.delete(office.admin(), entity, answer.json["id"], None)


@pytest.mark.parametrize("name", WHO)
def test_the_document_of_the_api_tells_only_of_what_is_known(office: Office, oracle: Judges, name: str) -> None:
    judge = oracle(name)
    schemas = office.client(name).get("openapi.json").json["components"]["schemas"]
    for entity in ENTITIES:
        assert (entity in schemas) == judge.exists(entity)
        if entity in schemas:
            told = {field for field in schemas[entity]["properties"] if not field.startswith("deleted_")}
            assert told == {field for field in judge.fields(entity) if judge.knows(entity, field)}
            body = schemas.get(f"{entity}_change", {}).get("properties", {})
            assert set(body) == {field for field in judge.writable(entity) if judge.may_set(entity, field, "update")}


@pytest.mark.parametrize("name", WHO)
def test_out_of_sight_is_as_if_it_were_not_there(office: Office, oracle: Judges, name: str) -> None:
    judge, client = oracle(name), office.client(name)
    unseen = [
        row for row in office.rows.values() if not judge.sees(replace(row, live=True)) and judge.exists(row.entity)
    ]
    for row in some(unseen, 6, office, name):
        hidden = probes(office, name, row.entity, row.id)
        absent = probes(office, name, row.entity, ident_of("nothing"))
        assert [plain(one, row.id) for one in hidden] == [plain(one, ident_of("nothing")) for one in absent]
    for entity in ENTITIES:
        if not judge.exists(entity):
            answers = [client.get(f"records/{kind}") for kind in (entity, "z" * len(entity))]
            assert [plain(answers[0], entity), plain(answers[1], "z" * len(entity))] == [plain(answers[0], entity)] * 2


def some(items: Iterable[T], share: int, office: Office, name: str) -> Iterator[T]:
    """One in `share` of the items: others for each person and engine, so that together they are tried everywhere."""
    shift = zlib.crc32(f"{name} {office.world.services.database.name}".encode())
    return (item for number, item in enumerate(items) if (number + shift) % share == 0)


def ours(entity: str) -> set[str]:
    """The fields whose values the office knows."""
    return {"id", *ENTITIES[entity]["fields"], *(("owner", "team") if entity == "deal" else ())}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """What a record shows of the fields whose values the office knows."""
    known = set().union(*(ours(entity) for entity in ENTITIES))
    return {key: value for key, value in record.items() if key in known}


def expected(judge: Oracle, row: Row) -> dict[str, Any]:
    """What the oracle says a record shows."""
    names = [name for name in judge.fields(row.entity) if name not in SYSTEM_FIELDS or name == "id"]
    return {name: judge.value(row, name) for name in names if judge.knows(row.entity, name)}


def mentions(entity: str, field: str) -> Iterator[str]:
    """Addresses that mention a field in each of the ways there are."""
    base = f"records/{entity}"
    yield f"{base}?fields={field}"
    yield f"{base}?sort=-{field}"
    yield f"{base}?filter=is_blank({field})"
    yield f"{base}?filter=is_blank({field}) or true"
    yield f"{base}/aggregate?group={field}"
    yield f"{base}/aggregate?measure=count({field})"
    if field != "id":
        yield f"{base}?filter[{field}][blank]=true"


def cells(office: Office) -> Iterator[tuple[Row, str]]:
    """Every record with every field that somebody could be allowed to set."""
    for row in office.rows.values():
        names = [name for name, body in ENTITIES[row.entity]["fields"].items() if body["type"] != "formula"]
        for name in [*names, *(("owner", "team") if row.entity == "deal" else ())]:
            if row.entity != "quote" or name != "deal":
                yield row, name


def other_value(row: Row, field: str) -> Any:
    """Another value than the record has; links to what everybody sees, so that only the right decides."""
    now = row.values[field]
    choices: dict[str, tuple[Any, ...]] = {
        "stage": ("open", "draft"),
        "owner": (ident_of("rep"), ident_of("boss")),
        "team": (ident_of("north"), ident_of("south")),
        "company": (None,),
        "code": (f"code of {row.id}",),
    }
    numbers: tuple[Any, ...] = ("A", "B") if field in {"name", "secret"} else (1, 2)
    return next((value for value in choices.get(field, numbers) if value != now), now)


def change(office: Office, name: str, row: Row, changed: dict[str, Any], *, at_door: bool) -> int:
    """Change fields at the door or over HTTP; the status."""
    if not at_door:
        return office.client(name).patch(path_of(row.entity, row.id), changed, "*").status
    try:
        office.world.services.door.update(office.context(name), row.entity, row.id, changed, None)
    except ArmatureError as refused:
        return refused.status
    return 200


def undo(office: Office, row: Row, field: str) -> None:
    """Give the field its value back."""
    office.world.services.door.update(office.admin(), row.entity, row.id, {field: row.values[field]}, None)


def new_records(office: Office, judge: Oracle) -> Iterator[tuple[str, dict[str, Any]]]:
    """Records to be made, with few and many fields."""
    me = judge.person.id
    for owner, stage, amount in product((None, me, ident_of("boss")), ("draft", "open"), (None, 5, 500)):
        yield "deal", {"stage": stage, "amount": amount, **({"owner": owner} if owner != me else {})}
    for field in ("name", "margin", "discount"):
        yield "deal", {field: other_value(next(iter(office.of("deal"))), field), "amount": 5}
    for stage, amount in product(("draft", "open"), (5, 500)):
        yield "deal", {"stage": stage, "amount": amount, "margin": 1}
        yield "deal", {"stage": stage, "margin": 1}
    yield "deal", {}
    for tier in (None, 1, 3):
        yield "company", {"name": "x", "tier": tier}
    yield "company", {"secret": "x", "tier": 1}


def whole(judge: Oracle, entity: str, given: dict[str, Any]) -> dict[str, Any]:
    """The record as it is once the server has filled in what was not given."""
    blank: dict[str, Any] = dict.fromkeys(judge.writable(entity))
    if entity == "deal":
        team = next((team for name, team in MAIN_TEAMS.items() if name == judge.person.name), None)
        blank |= {"owner": judge.person.id, "team": team}
    return {**blank, **given}


MAIN_TEAMS = {name: ident_of(team) for name, team in TEAMS.items()}


def probes(office: Office, name: str, entity: str, ident: str) -> list[Answer]:
    """Everything that can be tried on a record by its id."""
    client, here = office.client(name), path_of(entity, ident)
    found = [
        client.get(here),
        client.get(here, fields="id"),
        client.patch(here, {}, "*"),
        client.patch(here, {}, '"1"'),
        client.delete(here, "*"),
        client.delete(here, '"99"'),
        client.call("POST", here + "/restore"),
        client.get(here + "/history"),
        client.get(f"records/{entity}", filter=f"id = '{ident}'"),
        client.get(f"records/{entity}/aggregate", filter=f"id = '{ident}'"),
        client.post(
            f"records/{entity}/batch", {"items": [{"do": "update", "id": ident}, {"do": "delete", "id": ident}]}
        ),
    ]
    if entity == "company":
        found.append(client.post("records/deal", {"company": ident}))
    return found


def plain(answer: Answer, name: str) -> tuple[int, str]:
    """Status and body without what names the one that was asked for, or the request."""
    number = answer.headers["x-request-id"]
    return answer.status, answer.body.decode().replace(name, "…").replace(number, "…")
