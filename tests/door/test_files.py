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


def test_the_store_is_where_the_settings_say(archive: Archive) -> None:
    assert Store(archive.world.services.settings.files_url).folder == archive.folder.resolve()
