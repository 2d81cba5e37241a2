"""Files are a door of their own: who may send, name and fetch content, and what of it never reaches a page of ours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, select, update

from framework.files import Store
from framework.jobs import STANDARD, Engine, Worker
from framework.storage import own
from tests.door.test_refusals import Ledger
from tests.support.bundles import World, published
from tests.support.clients import Browser, Client, application, browser_of, client_of
from tests.support.databases import database
from tests.support.uploads import PAGE, PDF, PNG, SVG, TEXT, multipart, picture, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.support.clients import Answer

PASSWORD = "correct-horse-battery"
CANARY = b"canary: what the board decided\n"
ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
PAPERS = {
    "entities/paper.json": {
        "label": "Paper",
        "label_plural": "Papers",
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "label": "Name", "required": True, "max_length": 10},
            "state": {"type": "text", "label": "State"},
            "contract": {"type": "file", "label": "Contract", "accept": ["application/pdf", "text/*"], "max_size": 1},
            "secret": {"type": "file", "label": "Secret"},
            "drawing": {"type": "file", "label": "Drawing"},
            "photo": {"type": "image", "label": "Photo"},
            "annexes": {"type": "files", "label": "Annexes", "accept": ["text/*", "image/*"], "max_count": 3},
        },
    },
    "roles/clerk.json": {
        "label": "Clerk",
        "abilities": {"view_history": True},
        "grants": {"paper": {**ALL, "fields": {"secret": "none", "drawing": "read"}}},
    },
    "roles/owner.json": {"label": "Owner", "grants": {"paper": {**ALL, "read": "own", "update": "own"}}},
    "roles/reader.json": {
        "label": "Reader",
        "grants": {"paper": {"read": "all", "rows": {"read": "state = 'open'"}}},
    },
}
PEOPLE = {"admin": "administrator", "clerk": "clerk", "mate": "clerk", "owner": "owner", "reader": "reader"}


@dataclass(frozen=True, slots=True)
class Archive:
    """The application with its people, and where the content of files lies."""

    world: World
    app: Flask
    folder: Path
    people: dict[str, Client]

    def browser(self, name: str) -> Browser:
        """Sign somebody in."""
        email = f"{name}@example.com"
        ident = str(self.world.services.auth.by_email(email).actor.id)
        self.world.services.auth.set_password(ident, PASSWORD)
        return browser_of(self.app, email, PASSWORD)

    def stored(self) -> set[str]:
        """The names of all that the store holds."""
        return {path.name for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def archive(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("archive")
    with database(shared_engine, folder) as url:
        world = published(url, folder, PAPERS)
        app = application(world.services.settings)
        for name, role in PEOPLE.items():
            world.person(f"{name}@example.com", role)
        people = {name: client_of(app, f"{name}@example.com") for name in PEOPLE}
        yield Archive(world, app, folder / "files", people)
        world.close()
        app.extensions["armature"].database.close()


def send(who: Client, name: str, content: bytes, field: str = "contract", part: str = "file") -> Answer:
    body, headers = multipart(name, content, part)
    return who.call("POST", f"records/paper/files/{field}", raw=body, headers=headers)


def kept(who: Client, content: bytes, field: str = "contract", name: str = "a.pdf", **values: Any) -> dict[str, Any]:
    """Make a record with a file, which must succeed."""
    sent = send(who, name, content, field)
    assert sent.status == 201, sent.body
    return who.create("paper", **{"name": "P", field: sent.json, **values})


def test_content_comes_back_as_it_was_and_only_to_be_saved(archive: Archive) -> None:
    clerk = archive.people["clerk"]
    sent = send(clerk, "Angebot „neu“ \u202efdp.pdf", PDF)
    assert sent.json == told("Angebot „neu“ fdp.pdf", "application/pdf", PDF)
    made = clerk.create("paper", name="P", contract=sent.json)
    assert made["contract"] == sent.json
    for who, path in ((clerk, "/api/v1"), (archive.browser("clerk"), "")):
        got = who.get(f"{path}/records/paper/{made['id']}/files/contract")
        assert (got.status, got.body) == (200, PDF)
        assert got.headers["content-type"] == "application/pdf"
        assert got.headers["content-disposition"].startswith('attachment; filename="Angebot _neu_ fdp.pdf"; ')
        assert "%E2%80%9Eneu" in got.headers["content-disposition"]
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "name", "field", "code"),
    [
        (SVG, "logo.png", "photo", "file_type"),
        (PAGE, "offer.pdf", "photo", "file_type"),
        (PNG, "offer.pdf", "contract", "file_type"),
        (b"MZ" + bytes(200), "offer.pdf", "contract", "file_type"),
        (b"x" * 1_000_001, "long.txt", "contract", "file_size"),
        (picture(8_000, 6_251, mode="1"), "large.png", "photo", "file_pixels"),
    ],
)
def test_what_a_field_does_not_take_is_told_by_content_and_kept_nowhere(
    archive: Archive, content: bytes, name: str, field: str, code: str
) -> None:
    before = archive.stored()
    engine = create_engine(archive.world.services.database.write.url)
    with Ledger.of(engine).unchanged(name):
        refused = send(archive.people["clerk"], name, content, field)
    engine.dispose()
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, code)
    assert refused.json["errors"][0]["pointer"] == f"/{field}"
    assert archive.stored() == before


@pytest.mark.parametrize(
    ("who", "field", "status"),
    [("clerk", "secret", 404), ("clerk", "drawing", 403), ("clerk", "name", 404), ("clerk", "gone", 404),
     ("reader", "contract", 403)],
)  # fmt: skip
def test_nothing_is_kept_for_a_field_that_one_may_not_write(
    archive: Archive, who: str, field: str, status: int
) -> None:
    before = archive.stored()
    assert send(archive.people[who], "a.txt", f"for {who} {field}".encode(), field).status == status
    assert archive.stored() == before


def test_a_body_holds_one_file_and_nothing_besides(archive: Archive) -> None:
    clerk = archive.people["clerk"]
    assert send(clerk, "a.txt", TEXT, part="files").status == 400
    assert clerk.post("records/paper/files/contract", {"file": "x"}).status == 415
    body, headers = multipart("a.txt", TEXT, more="1")
    assert clerk.call("POST", "records/paper/files/contract", raw=body, headers=headers).status == 400
    assert clerk.call("POST", "records/paper/files/contract?x=1", raw=body, headers=headers).status == 400


def test_who_knows_a_hash_has_no_right_to_its_content(archive: Archive) -> None:
    owner, mate = archive.people["owner"], archive.people["mate"]
    secret = b"known by its hash to others\n"
    made = kept(owner, secret, "contract", "a.txt")
    theft = {"name": "T", "contract": made["contract"]}
    refused = mate.post("records/paper", theft)
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "file")
    batch = mate.post("records/paper/batch", {"items": [{"do": "create", "values": theft}]})
    assert batch.json["items"][0]["status"] == 422
    other = mate.create("paper", name="O")
    assert mate.patch(f"records/paper/{other['id']}", {"contract": made["contract"]}, "*").status == 422
    # Nor does one's own upload give a right under another type or size.
    own = send(mate, "b.txt", b"of my own\n").json
    assert mate.post("records/paper", {"name": "T", "contract": {**own, "size": 1}}).status == 422
    assert mate.post("records/paper", {"name": "T", "contract": {**own, "type": "text/csv"}}).status == 422


def test_a_day_after_the_upload_no_record_takes_it(archive: Archive) -> None:
    clerk = archive.people["clerk"]
    sent = send(clerk, "late.txt", b"too late\n").json
    late(archive, sent["hash"], hours=25)
    assert clerk.post("records/paper", {"name": "T", "contract": sent}).status == 422


def test_each_download_asks_for_the_right_to_the_field_of_that_record(archive: Archive) -> None:
    admin, clerk, reader = (archive.people[name] for name in ("admin", "clerk", "reader"))
    made = kept(admin, CANARY, "secret", "a.txt", state="open")
    photo = kept(admin, picture(900, 600), "photo", "p.png", state="shut")
    for suffix in ("", "/thumbnail"):
        hidden = clerk.get(f"records/paper/{made['id']}/files/secret{suffix}")
        absent = clerk.get(f"records/paper/{made['id']}/files/nothing{suffix}")
        assert (hidden.status, absent.status) == (404, 404)
        assert CANARY not in hidden.body
        assert reader.get(f"records/paper/{photo['id']}/files/photo{suffix}").status == 404
        assert Client(archive.app).get(f"records/paper/{photo['id']}/files/photo{suffix}").status == 401
        assert archive.people["owner"].get(f"records/paper/{photo['id']}/files/photo{suffix}").status == 404
    assert reader.get(f"records/paper/{made['id']}/files/secret").body == CANARY
    assert admin.patch(f"records/paper/{made['id']}", {"state": "shut"}, "*").status == 200
    assert reader.get(f"records/paper/{made['id']}/files/secret").status == 404  # on the next request
    told = [
        clerk.get(path).body for path in ("records/paper", f"/api/v1/records/paper/{made['id']}/history", "changes")
    ]
    assert not any(made["secret"]["hash"].encode() in one for one in told)


def test_only_pictures_have_small_ones_which_we_drew(archive: Archive) -> None:
    admin = archive.people["admin"]
    photo = kept(admin, picture(900, 600), "photo", "p.png")
    small = admin.get(f"records/paper/{photo['id']}/files/photo/thumbnail")
    assert (small.status, small.headers["content-type"]) == (200, "image/webp")
    assert small.body[8:12] == b"WEBP"
    assert "sandbox" in small.headers["content-security-policy"]
    assert admin.get(f"records/paper/{photo['id']}/files/photo/thumbnail").body == small.body
    for content, name in ((SVG, "x.png"), (PAGE, "x.png"), (PDF, "x.png")):
        drawing = kept(admin, content, "drawing", name)
        assert admin.get(f"records/paper/{drawing['id']}/files/drawing/thumbnail").status == 404
        assert "attachment" in admin.get(f"records/paper/{drawing['id']}/files/drawing").headers["content-disposition"]


def test_a_replaced_file_comes_back_from_history_and_by_undo(archive: Archive) -> None:
    clerk, mate = archive.people["clerk"], archive.people["mate"]
    made = kept(clerk, b"first\n", name="a.txt")
    here = f"records/paper/{made['id']}"
    assert clerk.patch(here, {"contract": send(clerk, "b.txt", b"second\n").json}, "*").status == 200
    # The colleague did not upload it, but may restore what this record had in this field; in no other record.
    assert mate.patch(here, {"contract": made["contract"]}, "*").status == 200
    assert mate.get(f"{here}/files/contract").body == b"first\n"
    other = mate.create("paper", name="O")
    assert mate.patch(f"records/paper/{other['id']}", {"contract": made["contract"]}, "*").status == 422
    last = mate.items("me/actions")
    operation = next(one for one in last if one["counts"] == {"update": 1})
    assert mate.post(f"me/actions/{operation['op_id']}/undo", {}).status == 200
    assert mate.get(f"{here}/files/contract").body == b"second\n"
    assert mate.patch(here, {"contract": {**mate.get(here).json["contract"], "name": "renamed.txt"}}, "*").status == 200
    assert mate.get(here).json["contract"]["name"] == "renamed.txt"


def test_housekeeping_forgets_what_no_record_took_and_nothing_else(archive: Archive) -> None:
    clerk = archive.people["clerk"]
    left, young = (send(clerk, "x.txt", content).json for content in (b"left lying\n", b"just sent\n"))
    taken = kept(clerk, b"taken\n", name="t.txt")
    replaced = taken["contract"]
    clerk.patch(f"records/paper/{taken['id']}", {"contract": None}, "*")
    twice = send(clerk, "y.txt", b"sent twice\n").json
    for one in (left, replaced, twice):
        late(archive, one["hash"], hours=49)
    send(clerk, "y.txt", b"sent twice\n")
    sweep(archive)
    stored = archive.stored()
    assert left["hash"] not in stored
    assert {young["hash"], replaced["hash"], twice["hash"]} <= stored
    with archive.world.services.database.read.connect() as connection:
        assert left["hash"] not in set(connection.execute(select(own.file.c.hash)).scalars())
    assert clerk.create("paper", name="P", contract=send(clerk, "x.txt", b"left lying\n").json)


def test_a_form_keeps_the_chosen_file_while_something_else_is_mended(archive: Archive) -> None:
    browser = archive.browser("clerk")
    body, headers = multipart(
        "deal.pdf", PDF, "contract.file", _csrf=browser.csrf, name="far too long a name", contract=""
    )
    shown = browser.call("POST", "/records/paper", raw=body, headers=headers)
    text = shown.body.decode()
    kept_text = f"deal.pdf (application/pdf, {len(PDF)}, {told('', '', PDF)['hash']})"
    assert shown.status == 422
    assert f'name="contract" value="{kept_text}"' in text
    assert 'enctype="multipart/form-data"' in text
    assert ">PDF, text/* · At most 1 MB<" in text
    again, headers = multipart("", b"", "contract.file", _csrf=browser.csrf, name="short", contract=kept_text)
    saved = browser.call("POST", "/records/paper", raw=again, headers=headers)
    assert saved.status == 303
    here = saved.headers["location"].partition("?")[0]
    page = browser.get(here).body.decode()
    assert f'href="{here}/files/contract"' in page
    assert "deal.pdf" in page
    gone, headers = multipart("", b"", "contract.file", **{
        "_csrf": browser.csrf, "_version": "1", "name": "short", "contract": kept_text, "contract.remove": "1",
    })  # fmt: skip
    assert browser.call("POST", here, raw=gone, headers=headers).status == 303
    assert browser.get(f"{here}/files/contract").status == 404


def test_a_file_that_is_not_taken_leaves_the_form_and_the_file_before(archive: Archive) -> None:
    browser, clerk = archive.browser("clerk"), archive.people["clerk"]
    made = kept(clerk, PDF, name="first.pdf")
    here = f"/records/paper/{made['id']}"
    before = f"first.pdf (application/pdf, {len(PDF)}, {made['contract']['hash']})"
    body, headers = multipart(
        "x.pdf", PNG, "contract.file", _csrf=browser.csrf, _version="1", name="N", contract=before
    )
    shown = browser.call("POST", here, raw=body, headers=headers)
    text = shown.body.decode()
    assert shown.status == 422
    assert "image/png" in text
    assert f'value="{before}"' in text
    assert 'value="N"' in text
    assert clerk.get(f"records/paper/{made['id']}").json["version"] == 1


def test_a_larger_body_than_any_file_is_refused_and_others_stay_small(archive: Archive) -> None:
    clerk = archive.people["clerk"]
    large = b"x" * 11_000_000
    assert clerk.call("POST", "records/paper", raw=large).status == 413
    assert send(clerk, "x.txt", large).status == 422  # read, and larger than this field takes
    assert send(clerk, "x.txt", b"x" * 61_000_000).status == 413
    stranger = Client(archive.app)
    assert send(stranger, "x.txt", TEXT).status == 401


def late(archive: Archive, digest: str, hours: int) -> None:
    """Let an upload have happened that long ago."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    with archive.world.services.database.write.begin() as connection:
        connection.execute(update(own.file).where(own.file.c.hash == digest).values(at=at))


def sweep(archive: Archive) -> None:
    """Let a day's housekeeping be done."""
    known = archive.world.services
    engine = Engine(known.database, known.door, known.runtime, Store(known.settings.files_url))
    with known.database.write.begin() as connection:
        connection.execute(own.job.delete().where(own.job.c.kind == "housekeeping"))
    Worker(engine, [one for one in STANDARD if one.name == "housekeeping"], lambda: dt.datetime.now(dt.UTC)).work_off()


def test_several_files_are_fetched_each_by_its_hash_and_asked_for_each_time(archive: Archive) -> None:
    clerk, reader = archive.people["clerk"], archive.people["reader"]
    text = send(clerk, "a, b.txt", b"first annex\n", "annexes").json
    photo = send(clerk, "b.png", picture(900, 600), "annexes").json
    made = clerk.create("paper", name="P", state="shut", annexes=[text, photo])
    assert made["annexes"] == [text, photo]
    here = f"records/paper/{made['id']}"
    for who, path in ((clerk, "/api/v1"), (archive.browser("clerk"), "")):
        got = who.get(f"{path}/{here}/files/annexes/{text['hash']}")
        assert (got.status, got.body) == (200, b"first annex\n")
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert who.get(f"{path}/{here}/files/annexes/{photo['hash']}/thumbnail").body[8:12] == b"WEBP"
        for absent in ("", f"/{'0' * 64}", "/../../x", f"/{photo['hash'].upper()}"):
            assert who.get(f"{path}/{here}/files/annexes{absent}").status == 404
    for suffix in ("", "/thumbnail"):
        assert reader.get(f"{here}/files/annexes/{photo['hash']}{suffix}").status == 404
        assert Client(archive.app).get(f"{here}/files/annexes/{photo['hash']}{suffix}").status == 401
    # The content of one field is not had by the address of another, nor by that of another record.
    other = clerk.create("paper", name="O", annexes=[text])
    assert clerk.get(f"records/paper/{other['id']}/files/annexes/{photo['hash']}").status == 404
    assert clerk.get(f"{here}/files/contract/{text['hash']}").status == 404


def test_several_files_are_limited_in_number_kind_and_by_who_uploaded_them(archive: Archive) -> None:
    clerk, mate = archive.people["clerk"], archive.people["mate"]
    sent = [send(clerk, f"{n}.txt", f"annex {n}\n".encode(), "annexes").json for n in range(4)]
    assert send(clerk, "x.png", PDF, "annexes").json["errors"][0]["code"] == "file_type"
    many = clerk.post("records/paper", {"name": "P", "annexes": sent})
    assert (many.status, many.json["errors"][0]["code"]) == (422, "max")
    theft = mate.post(
        "records/paper", {"name": "P", "annexes": [send(mate, "m.txt", b"mine", "annexes").json, sent[0]]}
    )
    assert [(one["pointer"], one["code"]) for one in theft.json["errors"]] == [("/annexes", "file")]
    made = clerk.create("paper", name="P", annexes=sent[:2])
    # Who adds a file to those of others uploads only that one.
    more = [*made["annexes"], send(mate, "more.txt", b"one more\n", "annexes").json]
    assert mate.patch(f"records/paper/{made['id']}", {"annexes": more}, "*").json["annexes"] == more


def test_several_files_come_back_from_history_and_stay_in_the_store(archive: Archive) -> None:
    clerk, mate = archive.people["clerk"], archive.people["mate"]
    sent = [send(clerk, f"{n}.txt", f"kept {n}\n".encode(), "annexes").json for n in range(2)]
    here = f"records/paper/{clerk.create('paper', name='P', annexes=sent)['id']}"
    assert mate.patch(here, {"annexes": sent[1:]}, "*").status == 200
    for one in sent:
        late(archive, one["hash"], hours=49)
    sweep(archive)
    assert {one["hash"] for one in sent} <= archive.stored()
    assert mate.patch(here, {"annexes": sent}, "*").status == 200  # had before in this field of this record
    last = next(one for one in mate.items("me/actions") if one["counts"] == {"update": 1})
    assert mate.post(f"me/actions/{last['op_id']}/undo", {}).status == 200
    assert mate.get(here).json["annexes"] == sent[1:]
    told = archive.browser("mate").get(f"/{here}/history").body.decode()
    assert "0.txt" in told
    assert sent[0]["hash"] not in told


def test_a_form_of_several_files_adds_removes_and_keeps_what_was_chosen(archive: Archive) -> None:
    browser, clerk = archive.browser("clerk"), archive.people["clerk"]
    form = {"_csrf": browser.csrf, "name": "far too long a name", "annexes": ""}
    body, headers = multipart("one, two.txt", TEXT, "annexes.file", **form)
    shown = browser.call("POST", "/records/paper", raw=body, headers=headers)
    line = f"one, two.txt (text/plain, {len(TEXT)}, {told('', '', TEXT)['hash']})"
    assert shown.status == 422
    assert f'name="annexes" value="{line}" checked' in shown.body.decode()
    body, headers = multipart("b.png", PNG, "annexes.file", **{**form, "name": "short", "annexes": line})
    saved = browser.call("POST", "/records/paper", raw=body, headers=headers)
    here = saved.headers["location"].partition("?")[0]
    names = [one["name"] for one in clerk.get(here[1:]).json["annexes"]]
    assert names == ["one, two.txt", "b.png"]
    assert f'href="{here}/files/annexes/{told("", "", PNG)["hash"]}"' in browser.get(here).body.decode()
    # What is not ticked any more goes; a file that is not taken is told by its name, and the others stay chosen.
    body, headers = multipart("bad.pdf", PDF, "annexes.file", **{**form, "_version": "1", "name": "s", "annexes": line})
    again = browser.call("POST", here, raw=body, headers=headers)
    assert again.status == 422
    assert "bad.pdf: A file of the type application/pdf is not taken here" in again.body.decode()
    assert f'value="{line}" checked' in again.body.decode()
    body, headers = multipart("", b"", "annexes.file", **{**form, "_version": "1", "name": "s", "annexes": line})
    assert browser.call("POST", here, raw=body, headers=headers).status == 303
    assert [one["name"] for one in clerk.get(here[1:]).json["annexes"]] == ["one, two.txt"]
    body, headers = multipart("", b"", "annexes.file", **{**form, "_version": "2", "name": "s"})
    assert browser.call("POST", here, raw=body, headers=headers).status == 303
    assert clerk.get(here[1:]).json["annexes"] is None


def test_the_store_is_where_the_settings_say(archive: Archive) -> None:
    assert Store(archive.world.services.settings.files_url).folder == archive.folder.resolve()
