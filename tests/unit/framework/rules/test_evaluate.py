"""The Python back end: three-valued logic, nulls, and what it asks of its caller."""

import datetime as dt
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from framework.rules import SIGNATURES, Env, evaluator, holds
from metadata.expressions import Root, TypedNode, check, parse
from tests.contract.expression_world import BLANK, ENV, NOBODY
from tests.unit.metadata.expressions.deal import PEOPLE, TEAMS, DealScope


def typed(text: str) -> TypedNode:
    return check(parse(text), DealScope(Root.OLD), SIGNATURES)


def value(text: str, env: Env = ENV, **values: Any) -> Any:
    former = {f"$old.{name}": None for name in BLANK}
    return evaluator(typed(text))({**BLANK, **former, **values}, env)


THREE = (True, False, None)


@pytest.mark.parametrize(("one", "other"), list(product(THREE, THREE)))
def test_logic_has_three_values(one: bool | None, other: bool | None) -> None:  # noqa: FBT001
    both = False if False in (one, other) else None if None in (one, other) else True
    either = True if True in (one, other) else None if None in (one, other) else False
    assert value("done and open", done=one, open=other) is both
    assert value("done or open", done=one, open=other) is either
    assert value("not done", done=one) is (None if one is None else not one)


@pytest.mark.parametrize("sign", ["=", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_null_is_null(sign: str) -> None:
    assert value(f"seats {sign} floors", seats=1) is None
    assert value(f"seats {sign} floors", floors=1) is None
    assert value(f"seats {sign} floors") is None


@pytest.mark.parametrize(
    ("text", "seats", "floors", "result"),
    [
        ("seats in (1, 2)", 1, None, True),
        ("seats in (1, 2)", 3, None, False),
        ("seats in (1, 2)", None, None, None),
        ("seats in (1, floors)", 1, None, True),
        ("seats in (1, floors)", 2, None, None),
        ("seats in (1, floors)", 2, 2, True),
        ("seats not in (1, floors)", 2, None, None),
        ("seats not in (1, floors)", 2, 3, True),
    ],
)
def test_in_knows_null_as_sql_does(text: str, seats: int, floors: int, result: bool | None) -> None:  # noqa: FBT001
    assert value(text, seats=seats, floors=floors) is result


def test_nobody_is_in_an_empty_set() -> None:
    assert value("team in my_teams()", team=TEAMS[1]) is True
    assert value("team in my_teams()", team=TEAMS[2]) is False
    assert value("team in my_teams()") is None
    assert value("team in my_teams()", NOBODY, team=TEAMS[1]) is False
    assert value("team in my_teams()", NOBODY) is False


def test_arithmetic_with_null_is_null() -> None:
    assert value("seats + 1") is None
    assert value("-seats") is None
    assert value("name & 'x'") is None
    assert value("concat(name, 'x')") == "x"


def test_if_takes_the_second_way_unless_the_condition_is_true() -> None:
    assert [value("if(done, 1, 2)", done=found) for found in THREE] == [1, 2, 2]


def test_the_request_is_known() -> None:
    assert value("me()") == PEOPLE[0]
    assert value("my_team()") == TEAMS[0]
    assert value("today()") == dt.date(2026, 11, 25)
    assert value("now()") == ENV.now
    assert value("has_role('rep')") is True
    assert value("has_role('boss')") is False
    assert value("me()", NOBODY) is None


def test_record_ids_may_come_as_uuids() -> None:
    assert value("owner = me()", owner=UUID(PEOPLE[0])) is True


def test_a_change_is_a_change_from_and_to_null_too() -> None:
    assert value("changed(stage)", **{"stage": "won", "$old.stage": "new"}) is True
    assert value("changed(stage)", **{"stage": "won", "$old.stage": None}) is True
    assert value("changed(stage)", **{"stage": None, "$old.stage": None}) is False
    assert value("changed(rate)", **{"rate": Decimal("1.0"), "$old.rate": Decimal("1.00")}) is False


def test_a_condition_holds_only_when_true() -> None:
    assert [holds(typed("done"))({"done": found}, ENV) for found in THREE] == [True, False, False]


def test_a_missing_value_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError, match="stage"):
        evaluator(typed("stage = 'won'"))({}, ENV)
