"""Files that belong to records: the tab on a record's page, what is sent there, and who may take it away again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.http.test_pages import post, text
from tests.support.statements import statements
from tests.support.uploads import PDF, PNG, TEXT, multipart, picture, told

if TYPE_CHECKING:
    from tests.http.conftest import Shop
    from tests.support.clients import Answer, Browser

NAMES = re.compile(r'<span class="file-name" dir="auto">([^<]+)</span>\n<small>')


@pytest.fixture
def account(shop: Shop) -> str:
    return str(shop.admin.create("account", name="With files", owner=shop.clerk_id)["id"])


def send(browser: Browser, account: str, name: str, content: bytes, **form: str) -> Answer:
    body, headers = multipart(name, content, "file.file", **{"_csrf": browser.csrf, "_key": str(uuid4()), **form})
    return browser.call("POST", f"/records/account/{account}/attachments", raw=body, headers=headers)


def attachments(shop: Shop, account: str) -> list[dict[str, Any]]:
    return shop.admin.items("records/attachment", filter=f"about = '{account}'", sort="created_at")


def tab(browser: Browser, account: str) -> str:
    return text(browser.get(f"/records/account/{account}", tab="files"))


def undo(browser: Browser, done: Answer) -> Answer:
    """Press the button of the message after something was done."""
    found = re.search(r'<form action="(/me/actions/[^"]+)" method="post"', text(browser.get(done.headers["location"])))
    assert found is not None
    return post(browser, found[1], {})


def test_a_file_is_added_shown_fetched_and_taken_away_with_a_way_back(shop: Shop, clerk: Browser, account: str) -> None:
    assert "No files yet" in tab(clerk, account)
    sent = send(clerk, account, "Plan, first draft.png", picture(60, 40))
    assert sent.status == 303
    assert "tab=files" in sent.headers["location"]
    (made,) = attachments(shop, account)
    shown = tab(clerk, account)
    assert NAMES.findall(shown) == ["Plan, first draft.png"]
    assert f'href="/records/attachment/{made["id"]}/files/file" download' in shown
    assert f'src="/records/attachment/{made["id"]}/files/file/thumbnail"' in shown
    got = clerk.get(f"/records/attachment/{made['id']}/files/file")
    assert (got.status, got.body) == (200, picture(60, 40))
    here = f"/records/account/{account}/attachments/{made['id']}/delete"
    gone = post(clerk, here, {"_version": "1"})
    assert gone.status == 303
    assert attachments(shop, account) == []
    assert "File moved to the recycle bin" in text(clerk.get(gone.headers["location"]))
    assert undo(clerk, gone).status == 303
    assert [one["id"] for one in attachments(shop, account)] == [made["id"]]


def test_several_are_added_by_one_operation_and_a_repeated_post_adds_nothing(
    shop: Shop, clerk: Browser, account: str
) -> None:
    key = str(uuid4())
    kept = f"a.txt (text/plain, {len(TEXT)}, {told('', '', TEXT)['hash']})"
    assert send(clerk, account, "a.txt", TEXT, _key=str(uuid4())).status == 303  # so that it was uploaded
    first, _ = (send(clerk, account, "b.pdf", PDF, _key=key, file=kept) for _ in range(2))
    assert sorted(one["file"]["name"] for one in attachments(shop, account)) == ["a.txt", "a.txt", "b.pdf"]
    assert undo(clerk, first).status == 303
    assert [one["file"]["name"] for one in attachments(shop, account)] == ["a.txt"]


def test_when_one_is_refused_none_is_added_and_the_others_wait(shop: Shop, clerk: Browser, account: str) -> None:
    kept = f"a.txt (text/plain, {len(TEXT)}, {told('', '', TEXT)['hash']})"
    assert send(clerk, account, "a.txt", TEXT).status == 303
    before = attachments(shop, account)
    refused = send(clerk, account, "huge.png", picture(8_000, 6_251, mode="1"), file=kept)
    shown = text(refused)
    assert refused.status == 422
    assert "huge.png: This picture has too many pixels" in shown
    assert f'name="file" value="{kept}" checked' in shown
    assert attachments(shop, account) == before
    nothing = send(clerk, account, "", b"")
    assert (nothing.status, "Choose a file first" in text(nothing)) == (422, True)
    # What a form names was uploaded by whoever sends it, or is refused.
    foreign = f"x.txt (text/plain, 3, {'0' * 64})"
    assert send(clerk, account, "", b"", file=foreign).status == 422
    assert send(clerk, account, "", b"", file="nonsense").status == 422
    assert send(clerk, account, "c.txt", b"c", _key="no key").status == 400
    assert attachments(shop, account) == before


def test_the_button_that_removes_is_offered_to_those_who_may(
    shop: Shop, admin: Browser, clerk: Browser, account: str
) -> None:
    assert send(admin, account, "by the boss.pdf", PDF).status == 303
    assert send(clerk, account, "by the clerk.png", PNG).status == 303
    one = {one["file"]["name"]: one["id"] for one in attachments(shop, account)}
    offered = {name: f"attachments/{ident}/delete" in tab(clerk, account) for name, ident in one.items()}
    assert offered == {"by the boss.pdf": False, "by the clerk.png": True}
    assert all(f"attachments/{ident}/delete" in tab(admin, account) for ident in one.values())
    for ident, status in ((one["by the boss.pdf"], 403), (str(uuid4()), 404)):
        path = f"/records/account/{account}/attachments/{ident}/delete"
        assert post(clerk, path, {"_version": "1"}).status == status
    other = shop.admin.create("account", name="Another", owner=shop.clerk_id)["id"]
    path = f"/records/account/{other}/attachments/{one['by the clerk.png']}/delete"
    assert post(clerk, path, {"_version": "1"}).status == 404
    assert len(attachments(shop, account)) == 2


def test_the_tab_tells_how_many_there_are_and_is_absent_where_there_can_be_none(
    shop: Shop, clerk: Browser, account: str
) -> None:
    for n in range(3):
        assert send(clerk, account, f"{n}.txt", f"{n}".encode()).status == 303
    tabs = {"HX-Request": "true", "HX-Target": "tabs"}
    counted = clerk.call("GET", f"/records/account/{account}", headers=tabs).body.decode()
    assert re.search(r'tab=files"[^>]*><bdi>Files</bdi><span class="count">3</span>', counted)
    contact = shop.admin.create("contact", name="No trait")["id"]
    assert "tab=files" not in text(shop.browser("administrator").get(f"/records/contact/{contact}"))
    assert shop.browser("administrator").get(f"/records/contact/{contact}", tab="files").status == 404
    body, headers = multipart("x.txt", b"x", "file.file", _csrf=clerk.csrf, _key=str(uuid4()))
    path = f"/records/contact/{contact}/attachments"
    assert shop.browser("administrator").call("POST", path, raw=body, headers=headers).status in {403, 404}


def test_the_tab_costs_no_statement_per_file_and_other_tabs_none(shop: Shop, clerk: Browser, account: str) -> None:
    few, many = (shop.admin.create("account", name=name, owner=shop.clerk_id)["id"] for name in ("Few", "Many"))
    for n in range(8):
        assert send(clerk, many if n else few, f"{n}.txt", f"{n}".encode()).status == 303
    counts = []
    for one in (few, many):
        with statements(shop.world.services.database) as seen:
            tab(clerk, one)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    with statements(shop.world.services.database) as seen:
        text(clerk.get(f"/records/account/{account}", tab="activity"))
    assert not any("attachment" in one for one in seen)
