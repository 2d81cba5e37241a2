"""Python, SQLite and PostgreSQL give the same value for every expression and every record."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from framework.rules import SIGNATURES, Env, Operand, to_sql
from framework.rules.sqlite import NUMBER_ORDER
from metadata.expressions import Node, Ref, Resolved, Root, Step, TypedNode, assigned, check, parse, to_text
from metadata.expressions.types import INTEGER, NUMBERS, Kind, Type, decimal, money
from tests.contract.expression_strategies import KINDS, ROWS, expressions, mixed
from tests.contract.expression_world import BLANK, ENV, NOBODY, Deals, deals, in_python
from tests.support.databases import postgresql_database
from tests.unit.metadata.expressions.deal import DealScope

AT_LEAST = 20_000
EXAMPLES = 60

ANY_EXPRESSION = st.sampled_from(KINDS).flatmap(expressions)
# Half of the numbers are tried as a field would hold them.
TARGETS = st.none() | st.sampled_from([INTEGER, decimal(0), decimal(2), decimal(8), decimal(1, 4), money("EUR", 4)])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Deals]:
    """Deals on one of the engines."""
    if request.param == "sqlite":
        with deals("sqlite://") as found:
            yield found
    else:
        with postgresql_database() as url, deals(url) as found:
            # An expression that the server cannot plan must fail, not take the machine along.
            found.connection.exec_driver_sql("SET statement_timeout = '20s'")
            yield found


def typed(node: Node, target: Type | None = None) -> TypedNode:
    found = check(node, DealScope(), SIGNATURES)
    return assigned(found, target) if target is not None and found.type.kind in NUMBERS else found


def test_sql_agrees_with_python(database: Deals, record_testsuite_property: Callable[[str, object], None]) -> None:
    compared = 0

    # A failure names the expression and the row, so the time for making them smaller is saved.
    @settings(max_examples=EXAMPLES, phases=[Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(
        samples=st.lists(st.tuples(ANY_EXPRESSION, TARGETS), min_size=12, max_size=14),
        rows=mixed(st.lists(ROWS, min_size=10, max_size=14)),
        env=st.sampled_from([ENV, NOBODY]),
    )
    def agrees(samples: list[tuple[Node, Type | None]], rows: list[dict[str, Any]], env: Env) -> None:
        nonlocal compared
        nodes = [typed(node, target) for node, target in samples]
        database.fill(rows)
        results = zip(rows, in_python(nodes, rows, env), _in_sql(database, samples, nodes, env), strict=True)
        for row, expected, found in results:
            for (node, target), one, other in zip(samples, expected, found, strict=True):
                compared += 1
                assert one == other, f"{to_text(node)} as {target}: Python {one!r}, SQL {other!r}, {row}"
        conditions = [node for node in nodes if node.type.kind is Kind.BOOLEAN][:2]
        for node, values in zip(conditions, zip(*in_python(conditions, rows, env), strict=True), strict=False):
            assert database.matching(node, env) == [at for at, value in enumerate(values) if value is True]

    agrees()
    record_testsuite_property(f"values compared with {database.engine}", compared)
    assert compared >= AT_LEAST


def _in_sql(
    database: Deals, samples: list[tuple[Node, Type | None]], nodes: list[TypedNode], env: Env
) -> list[list[Any]]:
    try:
        return database.values(nodes, env)
    except DBAPIError:
        for (node, target), one in zip(samples, nodes, strict=True):
            try:
                database.values([one], env)
            except DBAPIError as error:
                pytest.fail(f"{to_text(node)} as {target}: {error}")
        raise


ROW = {
    **BLANK,
    "name": "abc",
    "seats": 7,
    "rate": Decimal("1.125"),
    "price": Decimal(1),
    "cost": Decimal(2),
    "price.currency": "EUR",
    "cost.currency": "EUR",
    "done": True,
    "closed_on": dt.date(2026, 1, 1),
    "begun_on": dt.date(2026, 2, 1),
    "made_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "took": dt.timedelta(days=1),
}

# {} is the same again, one level down; the second element is the innermost operand.
NESTED = [
    *((f"({{}} {sign} rate)", "rate") for sign in "+-*/%"),
    ("(rate / {})", "rate"),
    ("-{}", "rate"),
    ("round({}, 2)", "rate"),
    ("round(rate, floor({}))", "rate"),
    ("abs({})", "rate"),
    ("min({}, rate, 5)", "rate"),
    ("({} + cost)", "price"),
    ("(if(done, {}, cost) + price)", "price"),
    ("(coalesce({}, cost) + price)", "price"),
    ("({} + took)", "took"),
    ("({} & name)", "name"),
    ("concat({}, name)", "name"),
    ("upper({})", "name"),
    ("left({}, seats)", "name"),
    ("if(is_blank({}), name, note)", "name"),
    ("if(done, {}, note)", "name"),
    ("if(done and len({}) > 3, name, 'x')", "name"),
    ("add_days({}, -1)", "begun_on"),
    ("add_days({}, -1)", "made_at"),
    ("add_months({}, 1)", "begun_on"),
    ("add_days(closed_on, business_days({}, begun_on))", "begun_on"),
    ("add_days(closed_on, days_between({}, begun_on))", "begun_on"),
    ("(({}) = done)", "done"),
    ("(({}) != (seats > 3))", "done"),
    ("(({}) in (done))", "done"),
    ("(({}) in (done, open))", "done"),
    ("(({}) in (true, false))", "done"),
    ("is_blank({})", "done"),
    ("not ({})", "done"),
    ("(done and (open or {}))", "done"),
]


def _nested(template: str, innermost: str, levels: int) -> TypedNode:
    """The template in itself as often as the limits allow, but at most so many times."""
    text = deepest = innermost
    for _ in range(levels):
        text = template.replace("{}", text)
        try:
            parse(text)
        except ValueError:
            break
        deepest = text
    return typed(parse(deepest))


@pytest.mark.parametrize(("template", "innermost"), NESTED)
def test_the_deepest_expressions_agree(template: str, innermost: str, database: Deals) -> None:
    shallow, deep = (_nested(template, innermost, levels) for levels in (6, 40))
    lengths = [
        len(str(to_sql(node, database.engine, database.operand).sql.compile(database.connection)))
        for node in (shallow, deep)
    ]
    # An operand written twice would make this grow with two to the power of the levels.
    assert lengths[1] < 20 * lengths[0]
    database.fill([BLANK, ROW])
    assert database.values([deep], ENV) == in_python([deep], [BLANK, ROW], ENV)


WIDE = {
    "399 parts of or": " or ".join(["done", "open", "seats > 3"] * 49),
    "398 members of in": f"seats in ({', '.join(map(str, range(398)))})",
    "150 texts": f"concat({', '.join(['name', 'note', 'stage'] * 50)})",
    "150 numbers": f"min({', '.join(['seats', 'floors', '9'] * 50)})",
    "a long number": f"rate < {'9' * 3900}.5",
    "a long whole number": f"seats * {'9' * 3900} > 1",
    "a small number": f"rate / 0.{'0' * 3900}1",
    "a product of long numbers": f"{'9' * 1900} * {'9' * 1900}.5 - rate",
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE.keys())
def test_the_widest_expressions_agree(text: str, database: Deals) -> None:
    node = typed(parse(text))
    database.fill([BLANK, ROW])
    assert database.values([node], ENV) == in_python([node], [BLANK, ROW], ENV)


def test_texts_are_cut_at_a_million_characters(database: Deals) -> None:
    row = {**ROW, "name": "é" * 600_000}
    nodes = [typed(parse(text)) for text in ("len(name & name)", "len(concat(name, name))", "right(name & 'x', 2)")]
    database.fill([row])
    assert database.values(nodes, ENV) == in_python(nodes, [row], ENV) == [[1_000_000, 1_000_000, "éx"]]


class ManyFields:
    """As many fields as an expression may name."""

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        """Every name is a whole number."""
        assert root is Root.SELF
        return Resolved(INTEGER, (Step("deal", names[0]),))


def test_more_fields_than_a_function_takes_arguments_agree(database: Deals) -> None:
    names = [f"f{at}" for at in range(250)]
    node = check(parse(f"max({', '.join(names)}) + 1"), ManyFields(), SIGNATURES)

    def column(ref: Ref) -> Operand:
        return Operand(database.table.c.row + int(ref.key[1:]) * 1000, Kind.INTEGER, 0)

    database.fill([BLANK, BLANK])
    rows = [{name: row + int(name[1:]) * 1000 for name in names} for row in range(2)]
    assert database.values([node], ENV, column) == in_python([node], rows, ENV) == [[249_001], [249_002]]


@pytest.mark.parametrize(
    "text",
    ["rate > seats", "rate < 2.5", "rate = 2.25", "rate != share", "rate in (2.25, seats)", "seats in (rate, 7)"],
)
def test_a_computed_operand_compares_as_a_stored_one_does(text: str, database: Deals) -> None:
    """What the caller has computed, such as a formula, comes as canonical text on SQLite."""
    doubled = typed(parse("rate * 2"))
    node = typed(parse(text))

    def column(ref: Ref) -> Operand:
        return to_sql(doubled, database.engine, database.operand) if ref.key == "rate" else database.operand(ref)

    rows = [{**ROW, "seats": seats, "share": Decimal(2)} for seats in (2, 7, 12)]
    database.fill(rows)
    expected = in_python([node], [{**row, "rate": Decimal("2.25")} for row in rows], ENV)
    assert database.values([node], ENV, column) == expected


def test_computed_numbers_have_an_order_on_sqlite() -> None:
    with deals("sqlite://") as found:
        found.fill([{**ROW, "rate": Decimal(rate)} for rate in ("10", "-3", "2.5", "-20", "0")])
        tenfold = to_sql(typed(parse("rate * 10")), "sqlite", found.operand).sql
        ordered = select(tenfold).order_by(tenfold.collate(NUMBER_ORDER))
        assert found.connection.execute(ordered).scalars().all() == ["-200", "-30", "0", "25", "100"]
