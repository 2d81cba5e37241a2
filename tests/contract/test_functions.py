"""Every function does on each back end what its vectors say, with constants, with columns and with nulls."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from framework.rules import FUNCTIONS, SIGNATURES, Env, Operand, evaluator
from framework.rules.binds import bound
from framework.rules.functions import Vector
from metadata.expressions import Apply, Const, Ref, Root, Step, TypedNode, check, parse
from metadata.expressions.types import NUMBERS, Kind
from tests.contract.expression_world import BLANK, ENV, NOBODY, Deals, deals
from tests.support.databases import postgresql_database
from tests.unit.metadata.expressions.deal import PEOPLE, TEAMS, DealScope

# What these give depends on who asks, so their samples stand here beside the actor.
SYMBOLIC: Mapping[str, tuple[tuple[str, Env, object], ...]] = {
    "me": (("me()", ENV, PEOPLE[0]), ("me()", NOBODY, None)),
    "my_team": (("my_team()", ENV, TEAMS[0]), ("my_team()", NOBODY, None)),
    "my_teams": (
        (f"coalesce(null, '{TEAMS[1]}', my_team()) in my_teams()", ENV, True),
        (f"coalesce(null, '{TEAMS[2]}', my_team()) in my_teams()", ENV, False),
        (f"coalesce(null, '{TEAMS[1]}', my_team()) in my_teams()", NOBODY, False),
    ),
    "today": (("today()", ENV, dt.date(2026, 11, 25)),),
    "now": (("now()", ENV, ENV.now),),
    "day_of": (
        ("day_of('2026-11-25T23:30:00+00:00')", ENV, dt.date(2026, 11, 26)),
        ("day_of('2026-11-25T23:30:00+00:00')", NOBODY, dt.date(2026, 11, 25)),
        ("day_of('9999-12-31T23:30:00+00:00')", ENV, None),
        ("start_of_month(day_of(now()))", ENV, dt.date(2026, 11, 1)),
        ("day_of(null)", ENV, None),
    ),
    "has_role": (("has_role('rep')", ENV, True), ("has_role('boss')", ENV, False), ("has_role('rep')", NOBODY, False)),
}
VECTORS = [vector for function in FUNCTIONS.values() for vector in function.vectors]
STRICT = [vector for function in FUNCTIONS.values() if function.strict for vector in function.vectors]
CALLS = [vector.call for vector in VECTORS]


@pytest.fixture(scope="module", params=["python", "sqlite", "postgresql"])
def value(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """The value of a typed expression on one of the back ends."""
    match request.param:
        case "python":
            yield _in_python
        case "sqlite":
            with deals("sqlite://") as found:
                yield _in_sql(found)
        case _:
            with postgresql_database() as url, deals(url) as found:
                yield _in_sql(found)


def _in_python(node: TypedNode, columns: Mapping[str, Const], env: Env = ENV) -> Any:
    return evaluator(node)({key: const.value for key, const in columns.items()}, env)


def _in_sql(database: Deals) -> Callable[..., Any]:
    database.fill([BLANK])

    def value(node: TypedNode, columns: Mapping[str, Const], env: Env = ENV) -> Any:
        def stored(ref: Ref) -> Operand:
            return _stored(columns[ref.key], database.engine)

        return database.values([node], env, stored)[0][0]

    return value


def _stored(const: Const, engine: Any) -> Operand:
    """The constant as a column would hold it, which is neither written nor computed."""
    kind, value = const.type.kind, const.value
    if kind not in NUMBERS:
        return Operand(select(bound(value, kind, engine)).scalar_subquery(), kind)
    scale = const.type.scale or 0
    whole = engine == "sqlite" or kind is Kind.INTEGER
    held = value if value is None or not whole else int(Decimal(str(value)).scaleb(scale))
    sql = bound(held, Kind.INTEGER if whole else Kind.DECIMAL, engine)
    return Operand(select(sql).scalar_subquery(), kind, scale)


def typed(text: str) -> TypedNode:
    return check(parse(text), DealScope(), SIGNATURES)


def in_columns(node: TypedNode, columns: dict[str, Const]) -> TypedNode:
    """The same expression with every constant in a column."""
    if isinstance(node, Const) and node.type.kind is not Kind.NULL:
        ref = Ref(Root.SELF, (Step("sample", f"c{len(columns)}"),), None, node.type)
        columns[ref.key] = node
        return ref
    if isinstance(node, Apply):
        return replace(node, arguments=tuple(in_columns(argument, columns) for argument in node.arguments))
    return node


@pytest.mark.parametrize("vector", VECTORS, ids=CALLS)
def test_a_function_gives_what_its_vector_says(vector: Vector, value: Callable[..., Any]) -> None:
    assert value(typed(vector.call), {}) == vector.result


@pytest.mark.parametrize("vector", VECTORS, ids=CALLS)
def test_a_function_does_the_same_with_columns(vector: Vector, value: Callable[..., Any]) -> None:
    columns: dict[str, Const] = {}
    assert value(in_columns(typed(vector.call), columns), columns) == vector.result


@pytest.mark.parametrize("vector", STRICT, ids=lambda vector: vector.call)
def test_one_null_makes_the_result_null(vector: Vector, value: Callable[..., Any]) -> None:
    node = typed(vector.call)
    assert isinstance(node, Apply)
    for position, argument in enumerate(node.arguments):
        columns: dict[str, Const] = {}
        for blank in (Const(None, argument.type), in_columns(Const(None, argument.type), columns)):
            arguments = [*node.arguments[:position], blank, *node.arguments[position + 1 :]]
            assert value(replace(node, arguments=tuple(arguments)), columns) is None


@pytest.mark.parametrize("sample", [sample for samples in SYMBOLIC.values() for sample in samples], ids=lambda s: s[0])
def test_what_stands_for_the_request_is_known(sample: tuple[str, Env, object], value: Callable[..., Any]) -> None:
    text, env, expected = sample
    assert value(typed(text), {}, env) == expected


def test_every_function_is_tried() -> None:
    for name, function in FUNCTIONS.items():
        if function.signature.writes_only:
            continue  # tests/unit/framework/rules/test_evaluate.py: SQL has none of them
        calls = [text for text, _, _ in SYMBOLIC[name]] if function.signature.symbolic else function.vectors
        assert calls, f"{name} has no samples"
        assert all(f"{name}(" in getattr(call, "call", call) for call in calls)
