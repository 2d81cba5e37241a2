"""Many rows of a list: ticked or all that match, changed and deleted as one operation that can be undone."""

import io
import zipfile
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Answer, Browser, path_of


@pytest.fixture
def admin(shop: Shop) -> Browser:
    return shop.browser("administrator")


def post(who: Browser, path: str, *pairs: tuple[str, str]) -> Answer:
    """Send a form as a browser does."""
    return sent(who, f"/records/account/{path}", *pairs)


def sent(who: Browser, address: str, *pairs: tuple[str, str]) -> Answer:
    body = urlencode([("_csrf", who.csrf), *pairs]).encode()
    return who.call("POST", address, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


def ticked(idents: list[str]) -> list[tuple[str, str]]:
    return [("id", ident) for ident in idents]


def values(shop: Shop, lot: str, field: str) -> list[Any]:
    items = shop.admin.items("records/account", filter=f"lot = '{lot}'", sort="name")
    return [item[field] for item in items]


def job_of(answer: Answer) -> str:
    """The job to which the answer leads."""
    assert answer.status == 303, answer.body
    path = answer.headers["location"]
    assert path.startswith("/jobs/"), path
    return path.rpartition("/")[2]


class TestTicking:
    def test_rows_can_be_ticked_by_who_may_write_many(self, shop: Shop, admin: Browser) -> None:
        lot, idents = shop.accounts({}, {})
        page = admin.get("/records/account", filter=f"lot = '{lot}'").body.decode()
        assert all(f'form="selection" value="{ident}"' in page for ident in idents)
        assert "selected-change" in page
        assert "selected-delete" in page
        for plain in (
            shop.browser("clerk").get("/records/account", filter=f"lot = '{lot}'"),
            admin.get("/records/account", deleted="only"),
        ):
            assert plain.status == 200
            assert b'id="selection"' not in plain.body
            assert b'class="p-pick"' not in plain.body

    def test_who_may_not_write_many_is_refused(self, shop: Shop) -> None:
        _, idents = shop.accounts({"size": 1})
        clerk = shop.browser("clerk")
        for path in ("selected", "selected/change", "selected/delete"):
            assert post(clerk, path, *ticked(idents), ("field", "size"), ("size", "2")).status == 403
        assert shop.admin.get(path_of("account", idents[0])).json["size"] == 1

    def test_nothing_ticked_and_what_is_no_id_are_refused(self, admin: Browser) -> None:
        assert post(admin, "selected").status == 400
        assert post(admin, "selected", ("id", "x")).status == 400
        assert post(admin, "selected/change", ("id", str(uuid4())), ("field", "code"), ("code", "x")).status == 400


class TestChange:
    def test_picked_fields_get_a_value_or_are_cleared_and_one_undo_takes_it_back(
        self, shop: Shop, admin: Browser
    ) -> None:
        lot, idents = shop.accounts({"size": 1, "note": "a"}, {"size": 2, "note": "b"}, {"size": 3})
        form = post(admin, "selected", *ticked(idents), ("field", "size"))
        assert form.status == 200
        assert b"Change 3 records" in form.body
        typed = [("field", "size"), ("field", "note"), ("size", "1,234"), ("clear", "note"), ("rank", "9")]
        back = f"/records/account?filter=lot = '{lot}'"
        done = post(admin, "selected/change", *ticked(idents), *typed, ("list", back))
        assert done.status == 303
        assert done.headers["location"].startswith("/records/account?filter=lot")
        assert "done=changed_many" in done.headers["location"]
        assert (values(shop, lot, "size"), values(shop, lot, "note")) == ([1234] * 3, [None] * 3)
        assert values(shop, lot, "rank") == [None] * 3  # typed, but not picked
        told = admin.get("/me/actions").body.decode()
        assert "Changed 3 accounts" in told
        op_id = told.partition("/me/actions/")[2].partition("/undo")[0]
        assert sent(admin, f"/me/actions/{op_id}/undo").status == 303
        assert (values(shop, lot, "size"), values(shop, lot, "note")) == ([1, 2, 3], ["a", "b", None])

    def test_values_that_suit_none_are_shown_again_with_what_was_typed(self, shop: Shop, admin: Browser) -> None:
        _, idents = shop.accounts({"size": 1})
        for typed, sign in (
            (("size", "many"), "f-size-error"),
            (("size", "-5"), "f-size-error"),
            (("size", ""), "Give a value"),
        ):
            answer = post(admin, "selected/change", *ticked(idents), ("field", "size"), typed)
            assert answer.status == 422, typed
            assert sign.encode() in answer.body
            assert f'value="{typed[1]}"'.encode() in answer.body
            assert idents[0].encode() in answer.body
        assert post(admin, "selected/change", *ticked(idents)).status == 422

    def test_what_is_refused_is_listed_and_the_rest_is_done(self, shop: Shop, admin: Browser) -> None:
        lot, idents = shop.accounts({"rank": 1}, {"rank": 2})
        answer = post(admin, "selected/change", *ticked([*idents, str(uuid4())]), ("field", "size"), ("size", "5"))
        page = admin.get(f"/jobs/{job_of(answer)}").body.decode()
        assert "There is no such record" in page, page[page.find("<main") :]
        assert values(shop, lot, "size") == [5, 5]

    def test_the_same_form_sent_twice_is_carried_out_once(self, shop: Shop, admin: Browser) -> None:
        lot, idents = shop.accounts({"size": 1})
        typed = [*ticked(idents), ("field", "size"), ("size", "5"), ("_key", str(uuid4()))]
        first, again = (post(admin, "selected/change", *typed) for _ in range(2))
        assert first.status == again.status == 303
        assert values(shop, lot, "version") == [2]
        other = post(admin, "selected/change", *typed[:2], ("size", "6"), typed[3])
        assert "changed_many" in other.headers["location"]
        assert values(shop, lot, "size") == [6]

    def test_what_had_the_value_already_is_no_operation(self, shop: Shop, admin: Browser) -> None:
        _, idents = shop.accounts({"size": 5})
        done = post(admin, "selected/change", *ticked(idents), ("field", "size"), ("size", "5"))
        assert "done=changed_none" in done.headers["location"]


class TestAllThatMatch:
    def test_few_are_changed_at_once_those_of_the_list_and_no_others(self, shop: Shop, admin: Browser) -> None:
        lot, _ = shop.accounts({"size": 1}, {"size": 2}, {"size": 3})
        here = f"/records/account?filter=lot = '{lot}'&filter[size][gt]=1&limit=1"
        typed = [("all", "1"), ("list", here), ("field", "size"), ("size", "9")]
        assert b"Change 2 records" in post(admin, "selected", *typed[:2]).body
        done = post(admin, "selected/change", *typed)
        assert "done=changed_many" in done.headers["location"]
        assert values(shop, lot, "size") == [1, 9, 9]

    def test_many_are_a_job_about_those_that_match_by_then(
        self, shop: Shop, admin: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for place in ("ui.routes.selections", "framework.jobs.parts", "framework.jobs.desk"):
            monkeypatch.setattr(f"{place}.MOST_AT_ONCE", 2)
        lot, idents = shop.accounts({"size": 1}, {"size": 2}, {"size": 3}, {"size": 4})
        here = f"/records/account?filter=lot = '{lot}' and size < 5"
        answer = post(admin, "selected/change", ("all", "1"), ("list", here), ("field", "size"), ("size", "9"))
        ident = job_of(answer)
        shop.admin.patch(path_of("account", idents[0]), {"size": 7}, "*")
        shop.world.services.jobs.worker.work_off()
        assert values(shop, lot, "size") == [7, 9, 9, 9]
        told = shop.admin.get(f"jobs/{ident}").json
        assert (told["state"], told["done"], told["total"]) == ("done", 3, 3)

    def test_none_that_match_are_refused(self, shop: Shop, admin: Browser) -> None:
        here = f"/records/account?filter=lot = '{shop.lot()}'"
        assert post(admin, "selected", ("all", "1"), ("list", here)).status == 400


class TestDelete:
    def test_records_go_to_the_bin_and_come_back_by_one_undo(self, shop: Shop, admin: Browser) -> None:
        lot, idents = shop.accounts({}, {}, {})
        held = shop.admin.create("contact", name="held", account=idents[1])
        answer = post(admin, "selected/delete", *ticked(idents), ("list", "/records/account"))
        ident = job_of(answer)
        assert "records link to it" in admin.get(f"/jobs/{ident}").body.decode()
        assert len(values(shop, lot, "id")) == 1
        assert sent(admin, f"/me/actions/{ident}/undo").status == 303
        assert sorted(values(shop, lot, "id")) == sorted(idents)
        assert shop.admin.get(path_of("contact", held)).json["account"] == idents[1]


def test_a_list_is_exported_for_spreadsheets_too(shop: Shop, admin: Browser) -> None:
    lot, idents = shop.accounts({"name": "Sheet"})
    address = "/records/account/export"
    answer = admin.get(address, format="xlsx", filter=f"lot = '{lot}'")
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert ".xlsx" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
        assert any(idents[0].encode() in book.read(name) for name in book.namelist())
    assert admin.get(address, filter=f"lot = '{lot}'").body.decode().count("Sheet") == 1
    assert admin.get(address, format="pdf").status == 400


def test_a_sheet_to_be_read_says_names_and_labels_where_the_other_says_ids_and_keys(shop: Shop, admin: Browser) -> None:
    lot, idents = shop.accounts({"name": "Read me", "stage": "won"})
    shop.admin.create("contact", name="Ann", account=idents[0])
    listed = admin.get("/records/account").body.decode()
    assert "/records/account/export?format=read" in listed
    book = sheet(admin.get("/records/account/export", format="read", filter=f"lot = '{lot}'").body)
    assert "<t>Read me</t>" in book
    assert "<t>Won</t>" in book
    assert "<t>Stage</t>" in book
    assert "+00:00" not in book
    assert idents[0] not in book
    far = sheet(admin.get("/records/contact/export", format="read", filter=f"account = '{idents[0]}'").body)
    assert "<t>Read me</t>" in far
    assert idents[0] not in far


def sheet(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


class TestExport:
    def test_the_ticked_records_leave_and_no_others(self, shop: Shop, admin: Browser) -> None:
        _, idents = shop.accounts({"name": "One"}, {"name": "Two"}, {"name": "Three"})
        answer = post(admin, "selected/export", *ticked([idents[0], idents[2]]), ("format", "csv"))
        assert answer.headers["content-type"].startswith("text/csv")
        assert "attachment" in answer.headers["content-disposition"]
        lines = answer.body.decode().splitlines()
        assert [line.partition(",")[0] for line in lines] == ["id", *sorted([idents[0], idents[2]])]
        book = post(admin, "selected/export", *ticked([idents[1]]), ("format", "xlsx"))
        with zipfile.ZipFile(io.BytesIO(book.body)) as opened:
            sheet = "".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())
        assert idents[1] in sheet
        assert idents[0] not in sheet

    def test_as_many_as_can_be_ticked_leave_and_all_that_match_with_a_search(self, shop: Shop, admin: Browser) -> None:
        lot, idents = shop.accounts(*({} for _ in range(230)))
        answer = post(admin, "selected/export", *ticked(idents))
        assert [line.partition(",")[0] for line in answer.body.decode().splitlines()[1:]] == sorted(idents)
        shop.admin.patch(path_of("account", idents[7]), {"name": "Peregrine"}, "*")
        listed = ("list", f"/records/account?filter=lot = '{lot}'&search=peregrine")
        found = post(admin, "selected/export", ("all", "1"), listed)
        assert [line.partition(",")[0] for line in found.body.decode().splitlines()[1:]] == [idents[7]]

    def test_it_takes_the_ability_and_the_rights_over_records_and_fields(self, shop: Shop, admin: Browser) -> None:
        _, idents = shop.accounts({"margin": 77})
        clerk = shop.browser("clerk")
        assert post(clerk, "selected/export", *ticked(idents)).status == 403
        assert b"selected-export" not in clerk.get("/records/account").body
        assert b"selected-export" in admin.get("/records/account").body
        assert post(admin, "selected/export").status == 400
        assert post(admin, "selected/export", *ticked(idents), ("format", "pdf")).status == 400
        gone = ticked(["00000000-0000-7000-8000-000000000000"])
        assert len(post(admin, "selected/export", *gone).body.decode().splitlines()) == 1
