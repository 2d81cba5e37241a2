"""What is noted, done and planned on a record's page: the composer, the stream, its kinds and pages."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.clients import Browser
from tests.support.statements import statements

ITEM = re.compile(r'<li[^>]* id="item-([^"]+)"')


@pytest.fixture
def account(shop: Shop) -> str:
    return str(shop.admin.create("account", name="Talked about", owner=shop.clerk_id)["id"])


def about(account: str) -> dict[str, str]:
    return {"entity": "account", "id": account}


def write(browser: Browser, account: str, kind: str, words: str, **more: str) -> Any:
    form = {"kind": kind, "text": words, "_key": str(uuid4()), **more}
    return post(browser, f"/records/account/{account}/timeline", form)


def activities(shop: Shop, account: str) -> list[dict[str, Any]]:
    return shop.admin.items("records/activity", filter=f"about = '{account}'", sort="created_at")


def test_a_call_is_logged_with_its_follow_up_in_one_step(shop: Shop, admin: Browser, account: str) -> None:
    words = "Wants the price by Friday\nand the drawing"
    assert write(admin, account, "call", words, day="+3d").status == 303
    call, task = sorted(activities(shop, account), key=lambda one: one["kind"])
    assert (call["kind"], call["subject"], call["body"], call["done"]) == (
        "call",
        words.split("\n", maxsplit=1)[0],
        words,
        True,
    )
    assert (task["kind"], task["done"], task["subject"]) == ("task", False, f"Follow up: {call['subject']}")
    assert dt.date.fromisoformat(task["due_on"]) - dt.date.fromisoformat(call["done_at"][:10]) == dt.timedelta(days=3)
    page = text(admin.get(f"/records/account/{account}"))
    assert "Wants the price by Friday" in page


def test_what_is_sent_twice_is_written_once(shop: Shop, admin: Browser, account: str) -> None:
    for kind in ("note", "task"):
        key = str(uuid4())
        answers = [write(admin, account, kind, "Once", _key=key) for _ in range(2)]
        assert [answer.status for answer in answers] == [303, 303]
    assert len(activities(shop, account)) == 1
    assert len(shop.admin.items("records/comment", filter=f"about = '{account}'")) == 1


@pytest.mark.parametrize(
    ("kind", "words", "more", "said"),
    [
        ("note", "  ", {}, "Write something first"),
        ("call", "Spoke", {"day": "someday"}, "someday"),
        ("note", "Spoke", {"chip": "+1d"}, "A note has no day"),
    ],
)
def test_what_is_refused_comes_back_as_it_was_typed(
    shop: Shop, admin: Browser, account: str, kind: str, words: str, more: dict[str, str], said: str
) -> None:
    answer = write(admin, account, kind, words, **more)
    assert answer.status == 422
    assert said in text(answer)
    assert words.strip() in text(answer)
    assert activities(shop, account) == []


def test_a_task_is_ticked_off_where_it_stands_and_opened_again(shop: Shop, admin: Browser, account: str) -> None:
    task = shop.admin.create("activity", subject="Send the layout", about=about(account))
    here = f"/records/account/{account}/timeline/{task['id']}"
    assert here in text(admin.get(f"/records/account/{account}"))
    assert post(admin, here, {}).status == 303
    assert activities(shop, account)[0]["done"] is True
    assert post(admin, here, {"done": "false"}).status == 303
    assert activities(shop, account)[0]["done"] is False


def test_the_stream_tells_of_everything_once_over_all_its_pages(shop: Shop, admin: Browser, account: str) -> None:
    made = set()
    for number in range(35):
        done = f"2026-03-{number % 28 + 1:02}T10:00:00Z"
        made.add(
            shop.admin.create("activity", subject=f"Call {number}", kind="call", done_at=done, about=about(account))[
                "id"
            ]
        )
        made.add(shop.admin.create("comment", body=f"Note {number}", about=about(account))["id"])
    told, url = [], f"/records/account/{account}?tab=activity"
    while url:
        page = text(admin.get(url))
        told += ITEM.findall(page)
        more = re.search(r'id="more-link" href="([^"]+)"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    assert sorted(one for one in told if not one.startswith("v")) == sorted(made)
    assert [one for one in told if one.startswith("v")] == ["v1"]


def test_kinds_narrow_the_stream(shop: Shop, admin: Browser, account: str) -> None:
    shop.admin.create("activity", subject="A call", kind="call", done_at="2026-03-01T10:00:00Z", about=about(account))
    shop.admin.create("activity", subject="A task", about=about(account))
    shop.admin.create("comment", body="A word", about=about(account))
    shown = {"A call": "call", "A task": "task", "A word": "note", "Record created": "change"}
    for kind in shown.values():
        page = text(admin.get(f"/records/account/{account}?tab=activity&kind={kind}"))
        assert {words for words in shown if words in page} == {words for words, own in shown.items() if own == kind}
    assert admin.get(f"/records/account/{account}?tab=activity&kind=nothing").status == 404


def test_people_named_in_a_text_stand_out(shop: Shop, admin: Browser, account: str) -> None:
    shop.admin.create("user", email=f"{uuid4()}@example.com", name="Anna Maria Berger")
    shop.admin.create("comment", body="Ask @Anna Maria Berger, not anna@example.com.", about=about(account))
    page = text(admin.get(f"/records/account/{account}"))
    assert re.findall(r'<b class="mention">([^<]+)</b>', page) == ["@Anna Maria Berger"]
    offered = admin.get(f"/records/account/{account}/people?q=maria")
    assert "Anna Maria Berger" in text(offered)


def test_as_many_statements_for_many_as_for_few(shop: Shop, admin: Browser, account: str) -> None:
    def asked() -> int:
        with statements(shop.world.services.database) as sent:
            admin.get(f"/records/account/{account}?tab=activity")
        return len(sent)

    def fill(number: int) -> None:
        for n in range(number):
            shop.admin.create("activity", subject=f"To do {n}", owner=shop.clerk_id, about=about(account))
            done = {"done_at": f"2026-03-{n % 28 + 1:02}T10:00:00Z", "owner": shop.clerk_id}
            shop.admin.create("activity", subject=f"Done {n} @Nobody", about=about(account), **done)
            shop.admin.create("comment", body=f"Word {n} @Nobody", about=about(account))

    fill(1)
    few = asked()
    fill(15)
    assert asked() == few


def test_who_may_only_read_finds_neither_composer_nor_what_others_may(
    shop: Shop, admin: Browser, clerk: Browser
) -> None:
    hidden = shop.admin.create("account", name="Not the clerk's")["id"]
    shop.admin.create("comment", body="Not for the clerk", about=about(hidden))
    status = clerk.get(f"/records/account/{hidden}").status
    assert (status, write(clerk, hidden, "note", "x").status) in {(404, 404), (200, 303)}
    assert hidden_inputs(text(admin.get(f"/records/account/{hidden}")))["_key"]
