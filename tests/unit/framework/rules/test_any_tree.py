"""Whatever tree comes in, sensible or not: check refuses it with a code, or every back end can do with it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from framework.rules import FUNCTIONS, SIGNATURES, evaluator, to_sql
from metadata.expressions import ExpressionError, Node, Root, TypedNode, check, refs
from metadata.expressions.tree import Binary, Call, In, Literal, Path, Unary, logic
from tests.contract.expression_world import BLANK, ENV, deal_table, operands
from tests.unit.metadata.expressions.deal import FIELDS, DealScope

TARGETS = {
    "sqlite": (sqlite.dialect(), operands(deal_table("sqlite"))),
    "postgresql": (postgresql.dialect(), operands(deal_table("postgresql"))),
}
PATHS = st.sampled_from([*FIELDS, "nothing"]).map(lambda name: Path(tuple(name.split("."))))
OLD_PATHS = st.sampled_from(["stage", "amount", "name"]).map(lambda name: Path((name,), Root.OLD))
LITERALS = st.sampled_from(
    [
        None,
        True,
        False,
        Decimal(0),
        Decimal(1),
        Decimal("0.5"),
        Decimal(2**63),
        "",
        "won",
        "a",
        "2026-03-01",
        "PT1H",
        "09:30",
    ]
).map(Literal)
NAMES = st.sampled_from([*FUNCTIONS, "nothing"])
SIGNS = st.sampled_from(["+", "-", "*", "/", "%", "&", "=", "!=", "<", "<=", ">", ">="])


def _compound(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, max_size=3).map(tuple)
    return (
        st.builds(Unary, st.sampled_from(["not", "-"]), parts)
        | st.builds(Binary, SIGNS, parts, parts)
        | st.builds(logic, st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=3))
        | st.builds(In, parts, st.lists(parts, min_size=1, max_size=3).map(tuple), st.booleans())
        | st.builds(Call, NAMES, several)
    )


SAMPLES = [
    BLANK,
    {
        **BLANK,
        "name": "Acme",
        "note": "",
        "seats": -(2**63),
        "rate": Decimal("0.001"),
        "amount": Decimal("9999999999999999.99"),
        "price": Decimal(0),
        "price.currency": "EUR",
        "done": False,
        "closed_on": dt.date.max,
        "begun_on": dt.date.min,
        "made_at": dt.datetime.max.replace(tzinfo=dt.UTC),
        "opens": dt.time.max,
        "took": dt.timedelta(days=999_999_999),
        "stage": "won",
    },
]
TREES = st.recursive(PATHS | LITERALS | OLD_PATHS, _compound, max_leaves=6)


def _checked(node: Node) -> TypedNode | None:
    try:
        return check(node, DealScope(Root.OLD), SIGNATURES)
    except ExpressionError as error:
        event(error.code)
        return None


def test_a_tree_is_refused_with_a_code_or_has_a_value() -> None:
    sensible = 0

    @settings(max_examples=1000, suppress_health_check=list(HealthCheck))
    @given(TREES, st.sampled_from(SAMPLES))
    def holds(node: Node, row: dict[str, Any]) -> None:
        nonlocal sensible
        typed = _checked(node)
        if typed is not None:
            sensible += 1
            evaluator(typed)({**row, **{f"$old.{name}": value for name, value in row.items()}}, ENV)

    holds()
    assert sensible > 40


@pytest.mark.parametrize("engine", TARGETS)
def test_a_tree_is_refused_with_a_code_or_has_sql(engine: Any) -> None:
    dialect, columns = TARGETS[engine]
    sensible = 0

    @settings(max_examples=500, suppress_health_check=list(HealthCheck))
    @given(TREES)
    def holds(node: Node) -> None:
        nonlocal sensible
        typed = _checked(node)
        if typed is not None and not any(ref.root is Root.OLD for ref in refs(typed)):
            sensible += 1
            assert str(to_sql(typed, engine, columns).sql.compile(dialect=dialect))

    holds()
    assert sensible > 20
