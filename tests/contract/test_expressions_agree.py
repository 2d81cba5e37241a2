"""Python, SQLite and PostgreSQL give the same value for every expression and every record."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework.rules import SIGNATURES
from metadata.expressions import Node, check, to_text
from tests.contract.expression_strategies import KINDS, ROWS, expressions
from tests.contract.expression_world import ENV, NOBODY, Deals, DealScope, deals, in_python
from tests.support.databases import postgresql_database

AT_LEAST = 20_000
EXAMPLES = 150

ANY_EXPRESSION = st.sampled_from(KINDS).flatmap(expressions)


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Deals]:
    with deals("sqlite://") as found:
        yield found


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Deals]:
    with postgresql_database() as url, deals(url) as found:
        yield found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_sql_agrees_with_python(engine: str, request: pytest.FixtureRequest, record_property: Any) -> None:
    database: Deals = request.getfixturevalue(engine)
    compared = 0

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(
        nodes=st.lists(ANY_EXPRESSION, min_size=12, max_size=14),
        rows=st.lists(ROWS, min_size=12, max_size=14),
        env=st.sampled_from([ENV, NOBODY]),
    )
    def agrees(nodes: list[Node], rows: list[dict[str, Any]], env: Any) -> None:
        nonlocal compared
        typed = [check(node, DealScope(), SIGNATURES) for node in nodes]
        database.fill(rows)
        for row, expected, found in zip(rows, in_python(typed, rows, env), database.values(typed, env), strict=True):
            for node, one, other in zip(nodes, expected, found, strict=True):
                compared += 1
                assert one == other, f"{to_text(node)}: Python gives {one!r}, {engine} {other!r} for {row}"

    agrees()
    record_property("values_compared", compared)
    assert compared >= AT_LEAST
