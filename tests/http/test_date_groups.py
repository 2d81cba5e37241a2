"""Lists grouped by days: spans in the reader's zone and of the reader's weeks, on both engines."""

import re
from html import unescape
from typing import Any

import pytest

from tests.http.conftest import PASSWORD, Shop
from tests.support.clients import Browser, browser_of

LIST = "/records/account"


@pytest.fixture
def lot(shop: Shop) -> str:
    """Accounts founded and seen around the turns of weeks, months and years."""
    return shop.accounts(
        {"name": "Old", "founded_on": "2025-12-31", "seen_at": "2026-03-31T21:30:00Z"},
        {"name": "New", "founded_on": "2026-01-01", "seen_at": "2026-03-31T22:30:00Z"},
        {"name": "Saturday", "founded_on": "2026-01-03"},
        {"name": "Sunday", "founded_on": "2026-01-04", "size": 5},
        {"name": "Monday", "founded_on": "2026-01-05", "size": 7},
        {"name": "Spring", "founded_on": "2026-04-30"},
        {"name": "Never"},
    )[0]


def reader(shop: Shop, **values: object) -> Browser:
    ident, email = shop.person("administrator", **values)
    shop.world.services.auth.set_password(ident, PASSWORD)
    return browser_of(shop.app, email, PASSWORD)


def page(who: Browser, lot: str, group: str, **more: Any) -> str:
    answer = who.get(LIST, filter=f"lot = '{lot}'", group=group, **more)
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode())


def heads(text: str) -> list[tuple[str, str, str]]:
    """Key, words and count of each group."""
    found = re.findall(
        r'id="open-([^"]+)".*?<span class="t" dir="auto">(.*?)</span>.*?num">(\d+) record', text, re.DOTALL
    )
    return [(key, re.sub("[\u2009\u202f]", " ", words), count) for key, words, count in found]


def rows(text: str) -> list[str]:
    return re.findall(r'class="p-title"><a [^>]*>([^<]+)</a>', text)


def test_spans_stand_newest_first_with_their_names_and_what_has_none_last(shop: Shop, lot: str) -> None:
    who = reader(shop)
    assert heads(page(who, lot, "founded_on.year")) == [
        ("2026-01-01", "2026", "5"),
        ("2025-01-01", "2025", "1"),
        ("~", "No value", "1"),
    ]
    assert heads(page(who, lot, "founded_on.quarter"))[:2] == [
        ("2026-04-01", "Q2 2026", "1"),
        ("2026-01-01", "Q1 2026", "4"),
    ]
    assert [words for _, words, _ in heads(page(who, lot, "founded_on.month"))] == [
        "April 2026",
        "January 2026",
        "December 2025",
        "No value",
    ]
    assert heads(page(who, lot, "founded_on.day"))[1][0] == "2026-01-05"
    assert [key for key, _, _ in heads(page(who, lot, "founded_on.year", sort="founded_on"))] == [
        "2025-01-01",
        "2026-01-01",
        "~",
    ]


@pytest.mark.parametrize(
    ("locale", "weeks"),
    [
        ("de", ["2026-04-27", "2026-01-05", "2025-12-29", "~"]),
        ("en-US", ["2026-04-26", "2026-01-04", "2025-12-28", "~"]),
        ("ar-EG", ["2026-04-25", "2026-01-03", "2025-12-27", "~"]),
    ],
)
def test_weeks_begin_as_the_reader_s_do(shop: Shop, lot: str, locale: str, weeks: list[str]) -> None:
    text = page(reader(shop, locale=locale), lot, "founded_on.week")
    assert re.findall(r'id="open-([^"]+)"', text) == weeks


@pytest.mark.parametrize(
    ("zone", "months"), [("UTC", {"2026-03-01": "2"}), ("Europe/Berlin", {"2026-03-01": "1", "2026-04-01": "1"})]
)
def test_moments_belong_to_the_days_of_the_reader_s_zone(
    shop: Shop, lot: str, zone: str, months: dict[str, str]
) -> None:
    who = reader(shop, zone=zone)
    found = {key: count for key, _, count in heads(page(who, lot, "seen_at.month"))}
    assert found == {**months, "~": "5"}
    opened = page(who, lot, "seen_at.month", opened="2026-03-01")
    assert sorted(rows(opened)) == ["New", "Old"][2 - int(months["2026-03-01"]) :]


def test_an_opened_span_has_its_rows_and_sums(shop: Shop, lot: str) -> None:
    who = reader(shop)
    text = page(who, lot, "founded_on.month", opened="2026-01-01", columns="size:sum")
    assert sorted(rows(text)) == ["Monday", "New", "Saturday", "Sunday"]
    assert re.search(r"Sum of size</bdi>\s*<span class=\"num\"><b>12</b>", text)
    assert rows(page(who, lot, "founded_on.month", opened="~")) == ["Never"]
    assert rows(page(who, lot, "founded_on.month", opened="2031-01-01,nonsense")) == []


def test_a_long_span_leads_to_the_list_of_just_its_records(shop: Shop) -> None:
    lot, _ = shop.accounts(*({"founded_on": "2026-02-10"} for _ in range(51)), {"founded_on": "2026-03-01"})
    who = reader(shop)
    text = page(who, lot, "founded_on.month", opened="2026-02-01")
    (url,) = re.findall(r'<tr class="p-more">.*?href="([^"]+)"', text, re.DOTALL)
    assert "filter[founded_on][ge]=2026-02-01" in url
    assert "filter[founded_on][lt]=2026-03-01" in url
    assert len(rows(who.get(url).body.decode())) == 50
    assert len(rows(who.get(f"{url}&limit=100").body.decode())) == 51


def test_what_cannot_group_is_refused_and_what_may_not_be_read_is_unknown(shop: Shop) -> None:
    who = reader(shop)
    for group in ("founded_on", "founded_on.decade", "stage.month", "vip.day", "size.day", "founded_on."):
        assert who.get(LIST, group=group).status == 400, group
    clerk = shop.browser("clerk")
    assert clerk.get(LIST, group="margin.day").status == clerk.get(LIST, group="none.day").status == 400


def test_the_menu_offers_every_day_and_moment_by_all_units(shop: Shop) -> None:
    menu = reader(shop).get(LIST, panel="grouping").body.decode()
    for name in ("founded_on", "seen_at", "created_at"):
        assert re.findall(rf'id="group-{name}\.(\w+)"', menu) == ["day", "week", "month", "quarter", "year"]
    assert 'id="group-stage"' in menu
    assert "deleted_at" not in menu
