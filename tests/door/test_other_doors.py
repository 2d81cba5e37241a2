"""The access matrix over the other doors: pages, fragments, files, pickers, history, feed, explainer, definitions.

What the oracle says is unreadable stands in no byte of any answer; what is readable is there.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from framework.errors import ArmatureError
from framework.records.history import change_row
from framework.storage import own
from framework.storage.change import append_changes
from framework.storage.session import run_tx
from framework.transfer.exporting import EVERY, export_records
from framework.transfer.importing import Importer, Job
from framework.transfer.table import open_table
from tests.door.canaries import MARK, Canaries, everything, marked_records
from tests.door.oracle import SYSTEM_FIELDS, Oracle
from tests.door.requests import Call
from tests.door.sales import ACTORS, ENTITIES, SCREENS, ident_of, opened
from tests.support.bundles import NOW
from tests.support.clients import path_of
from tests.support.databases import database
from tests.support.sampling import due_today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.door.sales import Office, Row

WHO = sorted(ACTORS)
DAY = f"{NOW:%Y-%m-%d}"
LINKS = {"deal": ("company", "owner", "team"), "company": (), "quote": ("deal",)}


@dataclass(frozen=True, slots=True)
class Gallery:
    """An office whose every value gives away the field that it is from."""

    office: Office
    canaries: Callable[[str], Canaries]


@pytest.fixture(scope="module")
def gallery(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    rows, former = marked_records()
    before = {ident: replace(row, values=dict(row.values)) for ident, row in rows.items()}
    changes: dict[str, dict[str, Any]] = defaultdict(dict)
    for one in former:
        before[one.ident].values[one.field] = one.value
        changes[one.ident][one.field] = rows[one.ident].values[one.field]
    folder = tmp_path_factory.mktemp("gallery")
    with database(shared_engine, folder) as url:
        office = opened(url, folder, before)
        for ident, values in changes.items():
            office.world.services.door.update(office.admin(), rows[ident].entity, ident, values, None)
        office.rows = rows
        by_id = {person.id: person for person in office.people.values()}
        yield Gallery(office, lambda name: Canaries(Oracle(office.people[name], by_id, rows), rows, tuple(former)))
        office.close()


@pytest.mark.parametrize("name", WHO)
def test_no_door_says_a_word_of_what_is_hidden(gallery: Gallery, shared_engine: str, name: str) -> None:
    canaries, client = gallery.canaries(name), gallery.office.client(name)
    forbidden = canaries.forbidden()
    assert forbidden or name == "admin"
    for place, call in enumerate(walk(gallery.office, canaries.judge), first_of(name, shared_engine)):
        if not due_today(place, 4):
            continue
        answer = call.by(client)
        assert answer.status < 500, call
        told = everything(answer)
        found = [canary for canary in forbidden if canary in told and canary not in sent(call)]
        assert not found, (call, answer.status, found)


@pytest.mark.parametrize("name", WHO)
def test_pages_show_what_may_be_read(gallery: Gallery, shared_engine: str, name: str) -> None:
    canaries, client = gallery.canaries(name), gallery.office.client(name)
    judge = canaries.judge
    for entity in ENTITIES:
        visible = [row for row in gallery.office.of(entity) if judge.sees(row)]
        page, number = client.get(f"/records/{entity}"), client.get(f"/records/{entity}/count", count="exact")
        assert page.status == number.status == (200 if judge.exists(entity) else 404)
        if page.status == 200:
            told, titles = everything(page), [judge.value(row, "name") or row.id for row in visible]
            assert [title for title in titles if title not in told] == []
            assert f"of {len(visible)} " in everything(number)
        for place, row in enumerate(gallery.office.of(entity), first_of(name, shared_engine)):
            if not due_today(place):
                continue
            answer = client.get(f"/{path_of(entity, row.id)}")
            assert answer.status == (200 if judge.sees(row) else 404), row
            if answer.status == 200:
                told = everything(answer)
                assert [canary for canary in canaries.readable(row) if canary not in told] == [], row


@pytest.mark.parametrize("name", WHO)
def test_forms_open_where_something_may_be_written_and_refuse_elsewhere(gallery: Gallery, name: str) -> None:
    judge, client = gallery.canaries(name).judge, gallery.office.client(name)
    for entity in ENTITIES:
        creates = [field for field in judge.writable(entity) if judge.may_set(entity, field, "create")]
        answer = client.get(f"/records/{entity}/new")
        assert answer.status == (200 if creates else 403 if judge.exists(entity) else 404), entity
        for row in gallery.office.of(entity)[::3]:
            for path, form in (("", {"name": "A"}), ("/delete", {}), ("/restore", {})):
                status = Call("", "POST", f"/{path_of(entity, row.id)}{path}", form=form).by(client).status
                allowed = {
                    "": judge.sees(row) and judge.may_update(row, {"name": "A"}),
                    "/delete": judge.may_delete(row),
                    "/restore": not row.live and judge.may_delete(replace(row, live=True)),
                }[path]
                assert (status == 303) == allowed, (row, path, status)
                if status == 303:
                    undone(gallery.office, row)


@pytest.mark.parametrize("name", WHO)
def test_a_file_holds_exactly_what_may_be_read(gallery: Gallery, name: str) -> None:
    judge, client = gallery.canaries(name).judge, gallery.office.client(name)
    for entity in ENTITIES:
        answer = client.get(f"/records/{entity}/export")
        able = any(role in ROLES_THAT_EXPORT for role in judge.person.roles)
        assert answer.status == (404 if not judge.exists(entity) else 200 if able else 403)
        context = gallery.office.context(name)
        if answer.status != 200:
            with pytest.raises(ArmatureError):
                export_records(gallery.office.world.services.door, context, entity, EVERY, "csv")
            continue
        whole = "".join(export_records(gallery.office.world.services.door, context, entity, EVERY, "csv"))
        assert whole == answer.body.decode()  # the command line's file is the page's
        lines = list(csv.DictReader(io.StringIO(whole)))
        known = {field for field in judge.fields(entity) if judge.knows(entity, field)}
        visible = [row for row in gallery.office.of(entity) if judge.sees(row)]
        assert set(lines[0] if lines else known) == known
        assert [line["id"] for line in lines] == [row.id for row in visible]
        for line, row in zip(lines, visible, strict=True):
            for field in known - set(SYSTEM_FIELDS):
                value = judge.value(row, field)
                assert line[field] == ("" if value is None else str(value)), (row, field)


@pytest.mark.parametrize("name", WHO)
def test_pickers_and_search_offer_what_may_be_seen(gallery: Gallery, name: str) -> None:
    judge, client = gallery.canaries(name).judge, gallery.office.client(name)
    for entity, links in LINKS.items():
        for link in links[:1]:
            answer = client.get(f"/records/{entity}/options/{link}", q=MARK)
            offered = judge.exists(link) and judge.knows(link, "name")
            assert answer.status == (200 if judge.knows(entity, link) else 404)
            if answer.status == 200:
                titles = [judge.value(row, "name") for row in gallery.office.of(link) if judge.sees(row)]
                told = everything(answer)
                shown = [title for title in titles if title and title in told]
                assert len(shown) == (min(20, sum(title is not None for title in titles)) if offered else 0)
    told = everything(client.get("/search", q=f"{MARK}name"))
    for entity in ("deal", "company"):
        titles = [judge.value(row, "name") for row in gallery.office.of(entity) if judge.sees(row)]
        found = sum(title is not None and title in told for title in titles)
        assert found == min(5, sum(title is not None for title in titles)), entity


@pytest.mark.parametrize("name", WHO)
def test_history_and_feed_tell_of_what_may_be_seen(gallery: Gallery, name: str) -> None:
    judge, client = gallery.canaries(name).judge, gallery.office.client(name)
    able = bool(judge.person.roles)
    for row in list(gallery.office.rows.values())[::2]:
        answer = client.get(f"{path_of(row.entity, row.id)}/history")
        assert answer.status == (404 if not judge.sees(row) else 200 if able else 403), row
        if answer.status == 200:
            told = {field for item in answer.json["items"] for field in item["fields"]}
            assert told - {"deleted_at", "deleted_by"} <= {field for field in row.values if judge.reads(row, field)}
            assert "name" in told or not judge.reads(row, "name")
    gallery.office.world.settle()
    seen = {row.id for row in gallery.office.rows.values() if judge.sees(row)}
    told = {item["id"] for item in client.get("changes", limit=200).json["items"] if item["entity"] in ENTITIES}
    binned = {row.id for row in gallery.office.rows.values() if not row.live and judge.sees(replace(row, live=True))}
    assert seen <= told <= seen | binned


@pytest.mark.parametrize("name", WHO)
def test_ones_own_operations_tell_of_what_may_be_seen_now(gallery: Gallery, shared_engine: str, name: str) -> None:
    canaries, client = gallery.canaries(name), gallery.office.client(name)
    forbidden, judge = canaries.forbidden(), canaries.judge
    with claimed(gallery, name) as operations:
        listed = {one["op_id"] for one in client.items("me/actions", limit=200)}
        pages = [client.get("/me/actions"), client.get("me/actions", limit=200)]
        for place, (row, op_id) in enumerate(operations.items(), first_of(name, shared_engine)):
            told = judge.sees(gallery.office.rows[row]) and gallery.office.rows[row].live
            assert not told or op_id in listed
            if not due_today(place, 4):
                continue
            answer = client.post(f"me/actions/{op_id}/undo", None)
            assert answer.status == (409 if op_id in listed else 404), (row, answer.body)
            pages.append(answer)
    for page in pages:
        assert [canary for canary in forbidden if canary in everything(page)] == []


@pytest.mark.parametrize("name", WHO)
def test_the_explainer_says_what_the_oracle_says_and_knows_no_more(
    gallery: Gallery, shared_engine: str, name: str
) -> None:
    judge, client = gallery.canaries(name).judge, gallery.office.client(name)
    for place, row in enumerate(list(gallery.office.rows.values())[::3], first_of(name, shared_engine)):
        if not (row.live and due_today(place)):
            continue
        wanted = {"read": judge.sees(row), "update": judge.may_update(row, {}), "delete": judge.may_delete(row)}
        for action, allowed in wanted.items():
            answer = client.get("explain", action=action, entity=row.entity, id=row.id)
            assert answer.status == (200 if judge.exists(row.entity) else 404)
            assert answer.status == 404 or answer.json["allowed"] is allowed, (row, action, answer.body)
        for field in (*judge.fields(row.entity), "nothing"):
            answer = client.get("explain", action="read", entity=row.entity, id=row.id, field=field)
            known = judge.knows(row.entity, field)
            assert answer.status == (404 if not judge.exists(row.entity) else 200 if known else 400), (row, field)
            assert answer.status != 200 or answer.json["allowed"] is judge.reads(row, field), (row, field)
        assert client.get("explain", user="boss@example.com", action="read", entity="deal").status == (
            200 if name in {"boss", "admin"} and judge.exists("deal") else 403
        )


@pytest.mark.parametrize("name", WHO)
def test_definitions_reach_as_far_as_the_records_do(gallery: Gallery, name: str) -> None:
    judge, client = gallery.canaries(name).judge, gallery.office.client(name)
    if name == "admin":
        return
    listed = {one["name"] for one in client.items("metadata/entities")}
    assert listed & ENTITIES.keys() == {entity for entity in ENTITIES if judge.exists(entity)}
    for entity, body in ENTITIES.items():
        answer = client.get(f"metadata/entities/{entity}")
        assert answer.status == (200 if judge.exists(entity) else 404)
        if answer.status == 200:
            assert set(answer.json["fields"]) == {field for field in body["fields"] if judge.knows(entity, field)}
            assert "formula" not in json.dumps(answer.json["fields"]).replace('"type": "formula"', "")
    for folder in ("roles", "screens", "views", "navigation", "imports"):
        assert client.items(f"metadata/{folder}") == []
        assert client.get(f"metadata/{folder}/own").status == 404
    assert client.get("metadata/revisions").status == client.get("metadata/revisions/1").status == 403


@pytest.mark.parametrize("name", WHO)
def test_the_file_of_refused_rows_says_nothing_of_what_is_hidden(gallery: Gallery, name: str, tmp_path: Path) -> None:
    canaries, office = gallery.canaries(name), gallery.office
    context, path = replace(office.context(name), door="import"), tmp_path / "deals.csv"
    unseen = [row for row in office.of("deal") if not canaries.judge.sees(row)]
    companies = [row for row in office.of("company") if not canaries.judge.sees(row)]
    lines = [[row.id, row.values["code"], "", "won"] for row in unseen]
    lines += [["", row.values["code"], "", "gone"] for row in unseen]
    lines += [["", "", row.id, "gone"] for row in companies] + [
        ["", "", row.values["name"], "gone"] for row in companies
    ]
    path.write_text("\n".join(",".join(map(str, line)) for line in [["id", "code", "company", "stage"], *lines]) + "\n")
    services = office.world.services
    try:
        job = Job(open_table(path), "deal", match=("code",) if name < "m" else ())
        report = Importer(services.database, services.door, lambda: context, job).run(lambda _: None)
    except ArmatureError as refused:
        told = f"{refused.detail} {[(str(fault.message), str(fault.hint)) for fault in refused.faults]}"
    else:
        told = f"{report.reasons} {report.fixed} {report.left_out}"
        if report.refused_file:
            told += path.with_name(f"{path.name}.refused.csv").read_text()
        assert report.counts["created"] == report.counts["updated"] == 0
    given = path.read_text()
    assert [canary for canary in canaries.forbidden() if canary in told and canary not in given] == []


def first_of(name: str, engine: str) -> int:
    """Where somebody's part of a day begins: on the other engine they have another one."""
    # One more than half a round, so that it is another one for a half as well as for a quarter.
    return WHO.index(name) + 3 * (engine == "sqlite")


@contextmanager
def claimed(gallery: Gallery, name: str) -> Iterator[dict[str, str]]:
    """Let the log say that the person once wrote every field of every record; the operations by record.

    They left versions that the records no longer have, so that nothing of it can be undone.
    """
    office = gallery.office
    database, person, operations = office.world.services.database, office.people[name], dict[str, str]()
    rows = []
    for number, row in enumerate(office.rows.values()):
        operations[row.id] = f"{number:016x}"
        context = replace(office.admin(), request_id=operations[row.id])
        context = replace(context, actor=replace(context.actor, id=person.id))
        entity = context.snapshot.entities[row.entity]
        fields = {field: [value, value] for field, value in row.values.items() if field in entity.fields}
        stored = {field: pair for field, pair in fields.items() if not entity.fields[field].computed}
        rows.append(change_row(context, entity, row.id, 99, "update", stored))
    run_tx(database, lambda connection: append_changes(connection, rows))
    try:
        yield operations
    finally:
        mine = delete(own.change).where(own.change.c.op_id.in_(operations.values()))
        run_tx(database, lambda connection: connection.execute(mine))


ROLES_THAT_EXPORT = frozenset(role for roles in ACTORS.values() for role in roles)


def walk(office: Office, judge: Oracle) -> Iterator[Call]:
    """Every door with what tries to get at everything."""
    for entity in ENTITIES:
        known = [field for field in judge.fields(entity) if judge.knows(entity, field)]
        api, page = f"/api/v1/records/{entity}", f"/records/{entity}"
        yield _get("list", f"{api}?limit=200&count=exact")
        yield _get("list", f"{api}?deleted=only&limit=200")
        yield _get("list", f"{api}?search={MARK}&limit=2")
        yield _get("list", f"{api}?fields={','.join(known) or 'id'}&expand={','.join(_known(LINKS[entity], known))}")
        yield from (_get("list", f"{api}?sort=-{field}&limit=3&fields=id") for field in judge.fields(entity))
        yield from (_get("list", f"{api}?filter={field} > 1") for field in judge.fields(entity))
        yield from (
            _get("aggregate", f"{api}/aggregate?group={field}&measure=count()") for field in judge.fields(entity)
        )
        for field in judge.fields(entity):
            yield _get("aggregate", f"{api}/aggregate?measure=min({field}),max({field})")
        for link, far in (("company", "secret"), ("company", "name"), ("deal", "margin"), ("deal", "code")):
            yield _get("list", f"{api}?fields={link}.{far}&limit=200")
            yield _get("aggregate", f"{api}/aggregate?group={link}.{far}")
        yield _get("metadata", f"/api/v1/metadata/entities/{entity}")
        yield from (
            _get("page", f"{page}{end}") for end in ("", "?deleted=only", f"?search={MARK}", "/count", "/export")
        )
        yield from (_part(page, part) for part in ("list", "rows", "main"))
        for field in judge.fields(entity):
            yield from (_get("page", f"{page}?{name}={field}") for name in ("columns", "group"))
            yield from (
                _get("filter builder", f"{page}/filter?filter={condition}")
                for condition in (f"{field} > 1", f"is_blank({field})")
            )
        for link in LINKS[entity]:
            yield _get("page", f"{page}?group={link}&opened=~&columns={link}")
            yield _get("filter builder", f"{page}/filter?join=and&c0.0.field={link}&c0.0.value.text={MARK}")
            yield _get("filter builder", f"{page}/filter?filter={link} = '{MARK}'")
        ticked = {"id": office.of(entity)[0].id, "list": f"{page}?sort=name"}
        yield Call("many", "POST", f"{page}/selected", form={**ticked, "field": "name"})
        yield Call("many", "POST", f"{page}/selected", form={"all": "1", "list": f"{page}?filter=margin > 1"})
        yield Call("many", "POST", f"{page}/selected/change", form={**ticked, "field": "amount", "amount": "x"})
        yield Call("many", "POST", f"{page}/selected/change", form={**ticked, "field": "secret", "secret": ""})
        yield Call("many", "POST", f"{page}/selected/do", form={**ticked, "action": "win"})
        yield Call("many", "POST", f"{page}/selected/do", form={**ticked, "action": "win", "asked": "1", "amount": "x"})
        yield Call("many", "POST", f"{page}/selected/export", form={**ticked, "format": "csv"})
        yield Call("many", "POST", f"{page}/selected/export", form={"all": "1", "list": f"{page}?search={MARK}"})
        yield Call("many", "POST", f"{page}/selected/delete", form={"id": "0" * 8, "list": page})
        yield Call("view", "POST", f"{page}/views", form={"name": "", "filter": "margin > 1"})
        yield Call("view", "POST", f"{page}/views/{'0' * 36}", form={"name": "x"})
        yield Call("view", "POST", f"{page}/views/{'0' * 36}/delete", form={})
        yield from (_get("screen", f"/screens/{entity}_list{end}") for end in ("", "/count", "/export", "/filter"))
        yield _get("form", f"{page}/new")
        yield from (_get("picker", f"{page}/options/{field}?q={MARK}") for field in judge.fields(entity))
    yield from _screens(office)
    yield from _searches(office)
    yield from (_get("feed", f"/api/v1/changes?limit={limit}") for limit in (3, 200))
    yield from (
        _get("frame", path) for path in ("/", "/records", "/me", "/api/v1/me", "/api/v1/openapi.json", "/docs/api")
    )
    yield from (_get("notifications", path) for path in ("/me/notifications", "/me/notifications/count"))
    yield Call("notifications", "POST", "/me/notifications/read", form={})
    for actions in ("/me/actions", "/api/v1/me/actions"):
        yield _get("actions", actions)
        yield Call("undo", "POST", f"{actions}/{'0' * 16}/undo", form={})
    for of in ("", "?of=everybody"):
        yield _get("jobs", f"/jobs{of}")
    job = office.job()
    for jobs in ("/jobs", "/api/v1/jobs"):
        yield _get("job", f"{jobs}/{job}")
        yield Call("cancel a job", "POST", f"{jobs}/{job}/cancel", form={})
    for row in [*office.of("deal")[::4], *office.of("company"), *office.of("quote")[::3]]:
        yield from _at(row)


def _duplicates(office: Office) -> Iterator[Call]:
    """What is alike, asked about records that one sees and about such as one does not."""
    for entity in ENTITIES:
        api, page, last = f"/api/v1/records/{entity}", f"/records/{entity}", office.of(entity)[-1].id
        for row in office.of(entity)[:6]:
            alike = {"name": row.values["name"], "secret": row.values.get("secret")}
            form = {name: value or "" for name, value in alike.items()}
            yield Call("duplicates", "POST", f"{api}/duplicates", alike)
            yield Call("hint", "POST", f"{page}/similar", form=form, headers={"HX-Request": "true"})
            yield _get("duplicates", f"{api}/{row.id}/duplicates")
            yield from (_get("compare", f"{page}/{row.id}/merge{end}") for end in ("", f"?with={last}"))


def _stars(office: Office) -> Iterator[Call]:
    for entity in ENTITIES:
        for row in office.of(entity)[:6]:
            yield Call("stars", "POST", "/me/stars", form={"entity": entity, "record": row.id, "on": "true"})
    yield _get("stars", "/me/stars")
    yield Call("stars", "GET", "/me/stars", headers={"HX-Request": "true", "HX-Target": "stars"})


def _screens(office: Office) -> Iterator[Call]:
    """Screens that show records in other ways than lists do."""
    yield from _duplicates(office)
    yield from _stars(office)
    for board in ("deals_by_stage", "deals_by_company"):
        yield from (_get("board", f"/screens/{board}{end}") for end in ("", f"?search={MARK}", "/filter"))
        yield from (_part(f"/screens/{board}?lane={lane}", f"lane-{lane}") for lane in ("open", "won"))
    yield from (
        _get("calendar", f"/screens/deal_days?mode={mode}&on={DAY}&without={'0' * 36}")
        for mode in ("month", "week", "day", "agenda")
    )
    yield from (_get("dashboard", f"/screens/deal_figures{end}") for end in ("", "?drawn=all", "?drawn=all&person=me"))
    for tile in SCREENS["deal_figures"]["tiles"]:
        yield from (_get("tile", f"/screens/deal_figures/tiles/{tile}{end}") for end in ("", "/csv"))
    yield _get("arrange", "/screens/deal_figures?arrange=1")
    yield Call("arrange", "POST", "/screens/deal_figures/copy", form={"do": f"drop:deal_figures.{MARK}"})
    yield Call("arrange", "POST", "/screens/deal_figures/copy/reset", form={})


def _at(row: Row) -> Iterator[Call]:
    """Every door to one record."""
    api, page = f"/api/v1/records/{row.entity}/{row.id}", f"/records/{row.entity}/{row.id}"
    links = ",".join(LINKS[row.entity])
    yield from (_get("record", f"{api}{end}") for end in ("", f"?expand={links}", "?fields=name", "/history"))
    tabs = ("activity&kind=change", "history", "deal_company", "quote_deal")
    yield from (_get("record page", f"{page}{end}") for end in ("", "/edit", "/history"))
    yield from (_get("record page", f"{page}?tab={tab}") for tab in tabs)
    yield Call("fragment", "GET", page, headers={"HX-Request": "true", "HX-Target": "tabs"})
    yield from (_get("field", f"{page}/fields/{field}") for field in ("margin", "secret"))
    yield Call("field", "POST", f"{page}/fields/margin", form={"margin": "zz", "_version": "99"})
    yield Call("stage", "POST", f"{page}/stage", form={"_to": "won", "_version": "99"})
    yield _get("people", f"{page}/people?q=e")
    yield _get("help", f"/help?at={page}")
    yield _get("editing", f"{page}/editing")
    yield Call("editing", "POST", f"{page}/editing", form={})
    yield Call("timeline", "POST", f"{page}/timeline", form={"kind": "note", "text": "", "_key": "x"})
    yield Call("timeline", "POST", f"{page}/timeline/{row.id}", form={"_version": "99"})
    yield _get("record page", f"{page}?tab=files")
    yield Call("attach", "POST", f"{page}/attachments", form={"file": MARK, "_key": "x"})
    yield Call("detach", "POST", f"{page}/attachments/{row.id}/delete", form={"_version": "99"})
    yield Call("restore a field", "POST", f"{page}/history", form={"field": "name", "change": "1", "_version": "99"})
    for files in (f"{api}/files/name", f"{page}/files/name"):
        one = f"/{'0' * 64}"
        yield from (_get("file", f"{files}{end}") for end in ("", "/thumbnail", one, f"{one}/thumbnail"))
    yield Call("upload", "POST", f"/api/v1/records/{row.entity}/files/name", form={"file": MARK})
    yield _get("form", f"/records/{row.entity}/new?from={row.id}")
    for action in ("read", "update", "delete"):
        yield _get("explain", f"/api/v1/explain?action={action}&entity={row.entity}&id={row.id}&field=name")
    asking = ("?action=update&field=name", "/people?q=e", f"?person={ident_of('rep')}")
    yield from (_get("access", f"{page}/access{end}") for end in asking)
    yield Call("resolve", "POST", f"/records/{row.entity}/resolve", form={"_record": row.id, "name": "x"})
    for link, target in (("company", "company"), ("deal", "deal")):
        form = {"_aside": f"{link}:{target}", "_record": row.id, f"{link}.text": MARK}
        yield Call("form aside", "POST", f"/records/{row.entity}/aside", form=form)
    yield _get("action", f"{page}/actions/win")
    yield Call("tick", "POST", f"{page}/ticks/margin", form={"on": "true"})
    yield Call("action", "POST", f"{page}/actions/win", form={"amount": "x", "company.text": MARK})
    yield Call("action", "POST", f"{api}/actions/win", {"amount": "x"})
    yield _get("action", f"/records/{row.entity}/actions/win/options/company?q={MARK}")
    stale = {"_version": "99", "name": "x", "margin": "1", "company.text": MARK}
    yield Call("page: change", "POST", page, form=stale)
    yield _get("time", f"/screens/deal_days/time/{row.id}")
    yield Call("time", "POST", f"/screens/deal_days/time/{row.id}", form={"created_at": "x", "name": "x"})
    for key in ("won", "gone", "~"):
        yield Call("move", "POST", "/screens/deals_by_stage/move", form={"move": f"{row.id}.99.{key}"})
    for values in (
        {"name": "x"},
        {"margin": 1},
        {"company": row.id},
        {"code": row.values.get("code"), "stage": "gone"},
    ):
        yield Call("change", "PATCH", api, values, headers={"If-Match": '"99"'})
    items = [
        {"do": "update", "id": row.id, "version": 99, "values": {"name": "x"}},
        {"do": "delete", "id": row.id, "version": 99},
    ]
    yield Call("batch", "POST", f"/api/v1/records/{row.entity}/batch", {"items": items})
    yield Call(
        "create", "POST", "/api/v1/records/deal", {"code": row.values.get("code"), "stage": "gone", "company": row.id}
    )


def _known(names: tuple[str, ...], known: list[str]) -> list[str]:
    return [name for name in names if name in known]


def _searches(office: Office) -> Iterator[Call]:
    for text in (MARK, f"{MARK}secret", f"{MARK}name", f"{MARK}code", MARK[:2]):
        yield from (_get("search", f"{path}?q={text}") for path in ("/search", "/api/v1/search"))
        yield _part(f"/search?q={text}", "palette-list")
    seen_last = ",".join(f"{row.entity}/{row.id}" for row in office.rows.values())
    yield _part(f"/search?recent={seen_last}", "palette-list")


def _get(door: str, path: str) -> Call:
    return Call(door, "GET", path.replace(" ", "%20").replace(">", "%3E"))


def _part(page: str, part: str) -> Call:
    return Call("fragment", "GET", page, headers={"HX-Request": "true", "HX-Target": part})


def sent(call: Call) -> str:
    """All that the person said themselves."""
    return f"{call.path} {call.body} {call.form}"


def undone(office: Office, row: Row) -> None:
    """Make the record what it was."""
    door, admin = office.world.services.door, office.admin()
    try:
        door.get(admin, row.entity, row.id)
    except ArmatureError:
        door.restore(admin, row.entity, row.id)
    door.update(admin, row.entity, row.id, {"name": row.values["name"]}, None)
    if not row.live:
        door.delete(admin, row.entity, row.id, None)
