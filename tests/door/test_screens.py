"""The access matrix over screens that count and add up: boards show each reader their own lanes, figures and cards."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tests.door.sales import ACTORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.door.oracle import Oracle
    from tests.door.sales import Office
    from tests.support.clients import Answer

WHO = sorted(ACTORS)


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize(("board", "lane", "total"), [("stage", "stage", "amount"), ("company", "company", "margin")])
def test_a_board_counts_and_adds_up_what_its_reader_sees(
    office: Office, oracle: Callable[[str], Oracle], name: str, board: str, lane: str, total: str
) -> None:
    judge, answer = oracle(name), office.client(name).get(f"/screens/deals_by_{board}")
    assert answer.status == (200 if judge.exists("deal") else 404)
    if answer.status == 404 or not judge.knows("deal", lane):
        assert "data-lane" not in answer.body.decode()
        return
    expected: dict[str, Any] = defaultdict(lambda: [0, None])
    for row in office.of("deal"):
        if not judge.sees(row):
            continue
        figures = expected[judge.value(row, lane) or "~"]
        figures[0] += 1
        amount = judge.value(row, total) if judge.knows("deal", total) else None
        figures[1] = figures[1] if amount is None else (figures[1] or 0) + amount
    assert {key: found for key, found in lanes(answer).items() if found[0]} == expected


@pytest.mark.parametrize("name", WHO)
def test_a_tile_has_the_figures_of_its_reader(office: Office, oracle: Callable[[str], Oracle], name: str) -> None:
    judge, client = oracle(name), office.client(name)
    seen = [row for row in office.of("deal") if judge.sees(row)]
    for tile, field in (("count", None), ("amount", "amount")):
        answer = client.get(f"/screens/deal_figures/tiles/{tile}")
        assert answer.status == (200 if judge.exists("deal") else 404)
        if answer.status == 200:
            values = [judge.value(row, field) for row in seen] if field and judge.knows("deal", field) else []
            known = field is None or judge.knows("deal", field)
            wanted = len(seen) if field is None else sum(value or 0 for value in values)
            assert figure(answer) == (wanted if known else None)
    answer = client.get("/screens/deal_figures/tiles/margin/csv")
    if answer.status == 200:
        expected: dict[str | None, int] = defaultdict(int)
        for row in seen:
            margin = judge.value(row, "margin")
            if margin is not None:
                expected[judge.value(row, "stage")] += margin
        told = [int(line.rpartition(",")[2]) for line in answer.body.decode().splitlines()[1:]]
        assert sorted(told) == sorted(expected.values())
    assert (answer.status == 200) == (judge.knows("deal", "margin") and judge.knows("deal", "stage"))


@pytest.mark.parametrize("name", WHO)
def test_a_calendar_has_the_entries_of_its_reader(office: Office, oracle: Callable[[str], Oracle], name: str) -> None:
    judge, client = oracle(name), office.client(name)
    asked = {"mode": "agenda", "on": f"{dt.datetime.now(dt.UTC) - dt.timedelta(days=3):%Y-%m-%d}"}
    answer = client.get("/screens/deal_days", **asked)
    assert answer.status == (200 if judge.exists("deal") else 404)
    told = re.findall(r'class="t strong" href="/records/deal/([^"]*)"', answer.body.decode())
    known = "This calendar shows you no days" not in answer.body.decode()
    seen = [row.id for row in office.of("deal") if judge.sees(row)] if known and answer.status == 200 else []
    assert set(told) <= set(seen)
    if name in {"admin", "ring"}:
        assert sorted(told) == sorted(seen)


def figure(answer: Answer) -> int | None:
    """The figure of a tile; None where it has none."""
    found = re.search(r'class="amount">(-?[\d,]+)<', answer.body.decode())
    return int(found[1].replace(",", "")) if found else None


def lanes(answer: Answer) -> dict[str, list[int | None]]:
    """Count and total of each lane."""
    found = {}
    for part in answer.body.decode().split('<section class="lane')[1:]:
        key, count = re.search(r'data-lane="([^"]*)"', part), re.search(r'class="count num">([^<]*)<', part)
        head = part.partition('class="lane-total">')[2].partition("</p>")[0]
        total = re.search(r"(-?[\d,]+)\s*</span>", head)
        assert key
        assert count
        found[key[1]] = [int(count[1]), int(total[1].replace(",", "")) if total else None]
    return found
