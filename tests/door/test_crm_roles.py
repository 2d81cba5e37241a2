"""The CRM with all its roles: everybody gets what the JSON of the bundle gives them, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from framework.extension import services
from tests.door.crm import ENTITIES, PEOPLE, ROLES, WORKED_OUT, fields_of, inputs_of, opened_company, pages_of
from tests.door.test_refusals import Ledger
from tests.support.clients import client_of, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.door.crm import Company, Judge
    from tests.support.clients import Client

WHO = sorted(PEOPLE)
_SOME = 3


@pytest.fixture(scope="module")
def company(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with opened_company(shared_engine, tmp_path_factory.mktemp("company")) as made:
        yield made


@pytest.fixture(scope="module")
def ledger(company: Company) -> Ledger:
    """All that is stored."""
    with company.app.app_context():
        return Ledger.of(services().database.read)


@pytest.fixture(params=WHO)
def judge(company: Company, request: pytest.FixtureRequest) -> Judge:
    """The judge of each person."""
    email: str = request.param
    return company.judge(email)


@pytest.fixture
def client(judge: Judge) -> Client:
    """The person at the API."""
    return client_of(judge.company.app, judge.me["email"])


def test_every_role_of_the_bundle_has_somebody_here() -> None:
    assert set(ROLES) == {role for role in PEOPLE.values() if role}


def test_lists_hold_what_the_documents_give(judge: Judge, client: Client) -> None:
    for entity, rows in judge.company.rows.items():
        if not judge.acts(entity, "read"):
            assert client.get(f"records/{entity}").status == 404, entity
            continue
        visible = [row for row in rows.values() if judge.covers(entity, row, "read")]
        pages = list(pages_of(client, entity, count="exact"))
        assert pages[0]["count"] == len(visible), entity
        shown = [row for page in pages for row in page["items"]]
        assert [_plain(entity, row) for row in shown] == [_plain(entity, row, judge) for row in visible]
        for row, whole in zip(shown, visible, strict=True):
            _check_worked_out(judge, entity, row, whole)


def _plain(entity: str, row: Mapping[str, Any], judge: Judge | None = None) -> dict[str, Any]:
    """What is stored of a record, as far as the judge lets it be read."""
    worked_out = {name for name, one in ENTITIES[entity]["fields"].items() if one["type"] in WORKED_OUT}
    names = [name for name in row if name not in worked_out]
    return {name: row[name] for name in names if judge is None or judge.knows(entity, name)}


def _check_worked_out(judge: Judge, entity: str, row: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
    for name, field in ENTITIES[entity]["fields"].items():
        if field["type"] == "formula":
            figures = [one for one in inputs_of(entity, name) if _is_figure(entity, one)]
            known = judge.knows(entity, name) and all(judge.figure_is_whole(entity, one) for one in figures)
        elif field["type"] == "rollup":
            known = judge.knows(entity, name) and judge.figure_is_whole(entity, name)
        else:
            continue
        assert (name in row) == known, (entity, name)
        assert not known or row[name] == whole[name], (entity, name)


def _is_figure(entity: str, name: str) -> bool:
    return bool(ENTITIES[entity]["fields"].get(name, {}).get("type") == "rollup")


def test_hidden_fields_are_named_nowhere(judge: Judge, client: Client) -> None:
    for entity in ENTITIES:
        for name in fields_of(entity, listed=False) if judge.acts(entity, "read") else ():
            if judge.knows(entity, name):
                continue
            for asked in _mentions(name):
                assert client.get(f"records/{entity}", **asked).status == 400, (entity, asked)
            assert client.get(f"records/{entity}/aggregate", measure=f"count({name})").status == 400


def _mentions(name: str) -> Iterable[dict[str, str]]:
    return {"filter": f"is_blank({name})"}, {"sort": name}, {"fields": name}, {f"filter[{name}][blank]": "true"}


def test_figures_count_what_is_seen(judge: Judge, client: Client) -> None:
    for entity, rows in judge.company.rows.items():
        if not judge.acts(entity, "read") or "owner" not in fields_of(entity):
            continue
        visible = [row for row in rows.values() if judge.covers(entity, row, "read")]
        found = client.items(f"records/{entity}/aggregate", group="owner", measure="count()")
        owners = [row["owner"] for row in visible]
        assert {one["owner"]: one["count()"] for one in found} == {one: owners.count(one) for one in set(owners)}


def test_writes_that_the_documents_do_not_give_are_refused_and_leave_nothing(
    judge: Judge, client: Client, ledger: Ledger
) -> None:
    with ledger.unchanged(judge.me["email"]):
        for entity, row in _some_of_all(judge):
            seen, path, title = judge.covers(entity, row, "read"), path_of(entity, row), _title(entity)
            # Whether a field may be written at all is told first, of records out of sight too.
            unseen = {404} if judge.acts(entity, "update") and judge.right(entity, title) == "write" else {403, 404}
            if not judge.changes(entity, row, title):
                assert client.patch(path, {title: row[title]}, "*").status in ({403, 422} if seen else unseen), path
            if not (seen and judge.covers(entity, row, "delete")):
                assert client.delete(path, "*").status == (403 if seen else 404), path
        for entity in ENTITIES:
            if not judge.acts(entity, "create"):
                status = client.post(f"records/{entity}", {_title(entity): "x"}).status
                assert status in ({403, 422} if judge.acts(entity, "read") else {404}), entity


def test_writes_that_the_documents_give_are_let_in(judge: Judge, client: Client) -> None:
    for entity, row in _some_of_all(judge):
        title = _title(entity)
        if judge.changes(entity, row, title):
            # What was written on another day may break a rule by now; for rights alone it is not refused.
            assert client.patch(path_of(entity, row), {title: row[title]}, "*").status in {200, 422}, row


def _title(entity: str) -> str:
    found: str = ENTITIES[entity].get("title", "name")
    return found


def _some_of_all(judge: Judge) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((entity, row) for entity, rows in judge.company.rows.items() for row in _some_of_both(judge, entity, rows))


def _some_of_both(judge: Judge, entity: str, rows: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Some records that are seen and some that are not."""
    left = {True: _SOME, False: _SOME}
    for row in rows.values():
        seen = judge.covers(entity, row, "read")
        if left[seen]:
            left[seen] -= 1
            yield row
