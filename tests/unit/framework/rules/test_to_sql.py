"""SQL as text: bare columns, bound literals, fixed names; and the indexes that it lets serve."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Index, event, select, text
from sqlalchemy.dialects import postgresql, sqlite

from framework.rules import SIGNATURES, Operand, condition, env_parameters, to_sql
from metadata.expressions import ExpressionError, Root, TypedNode, check, parse
from tests.contract.expression_world import BLANK, ENV, NOBODY, Deals, deal_table, deals, key_of, operands
from tests.support.databases import postgresql_database
from tests.unit.metadata.expressions.deal import PEOPLE, TEAMS, DealScope

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


def typed(text: str) -> TypedNode:
    return check(parse(text), DealScope(Root.OLD), SIGNATURES)


def sql(text: str, engine: str) -> str:
    """The SQL of an expression with its literals written in."""
    found = to_sql(typed(text), engine, operands(deal_table(engine))).sql
    compiled = found.compile(dialect=DIALECTS[engine], compile_kwargs={"literal_binds": True})
    return str(compiled).replace("deal.", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # amount is 12.50 in the language and 1250 in the column.
        ("amount = 12.5", "amount = 1250"),
        ("12.5 < amount", "amount > 1250"),
        ("amount > 0.001", "amount > 0"),
        ("amount >= 0.001", "amount > 0"),
        ("amount < 0.001", "amount <= 0"),
        ("amount > -0.001", "amount > -1"),
        ("amount = 0.001", "amount != amount"),
        ("amount != 0.001", "amount = amount"),
        ("amount < 92233720368547758.08", "amount = amount"),
        ("amount > 92233720368547758.08", "amount != amount"),
        ("amount > -92233720368547758.09", "amount = amount"),
        ("amount in (1, 2.5, 0.001)", "amount IN (100, 250)"),
        ("amount in (0.001)", "amount != amount"),
        ("seats > 2.5", "seats > 2"),
        ("seats = account.size", "seats = account_size"),
        ("closed_on >= '2026-03-01'", "closed_on >= '2026-03-01'"),
        ("made_at < '2026-03-01T00:00:00Z'", "made_at < '2026-03-01T00:00:00.000000Z'"),
        ("name < 'b'", "name < 'b'"),
        ("stage in ('won', 'lost')", "stage IN ('won', 'lost')"),
        ("is_blank(name)", "name IS NULL OR name = ''"),
        ("is_blank(amount)", "amount IS NULL"),
        ("done and not open", "done = 1 AND open = 0"),
    ],
)
def test_sqlite_compares_bare_columns(text: str, expected: str) -> None:
    assert sql(text, "sqlite") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount = 12.5", "amount = 12.5"),
        ("amount > 0.001", "amount > 0.001"),
        ("amount in (1, 2.5)", "amount IN (1, 2.5)"),
        ("seats > 2.5", "seats > 2"),
        ("seats < 99999999999999999999", "seats = seats"),
        ("seats = account.size", "seats = account_size"),
        ("amount < budget", "amount < budget"),
        ("closed_on >= '2026-03-01'", "closed_on >= '2026-03-01'"),
        ("name = 'b'", "name = 'b'"),
        ("name < 'b'", "(name COLLATE \"C\") < 'b'"),
        ("stage in ('won', 'lost')", "stage IN ('won', 'lost')"),
        ("is_blank(name)", "name IS NULL OR name = ''"),
        ("done and not open", "done AND (NOT open)"),
        ("(not done) in (true, open)", "(NOT done) = ANY (ARRAY[true, open])"),
        ("(not done) in (true)", "(NOT done) IN (true)"),
        ("amount / 3", "round(div(amount * 100000000000, nullif(CAST(3 AS numeric), 0)) * 0.00000000001, 10)"),
        ("starts_with(name, 'A')", "starts_with((name) COLLATE \"C\", 'A')"),
    ],
)
def test_postgresql_compares_bare_columns(text: str, expected: str) -> None:
    assert sql(text, "postgresql") == expected


def test_sqlite_calls_python_once_with_the_forms_of_the_values() -> None:
    tree = '["call","*",[["argument",0],["call","+",[["argument",1],["value","integer","1"]]]]]'
    packed = f'[{tree},[["money/2",false],["integer/0",false]],"money"]'
    assert sql("amount * (seats + 1)", "sqlite") == f"armature('{packed}', amount, seats)"


def test_sqlite_compares_only_what_needs_no_python() -> None:
    assert sql("done and seats + 1 > 2", "sqlite").startswith('done = 1 AND armature(\'[["call",">"')
    assert sql("amount < budget", "sqlite").startswith("(armature(")


@pytest.mark.parametrize("engine", DIALECTS)
def test_what_the_request_knows_has_fixed_names(engine: str) -> None:
    text = "owner = me() and team in my_teams() and has_role('rep') and made_at < now() and closed_on = today()"
    node = typed(f"{text} and team = my_team() and day_of(made_at) = closed_on")
    compiled = condition(node, engine, operands(deal_table(engine))).compile(dialect=DIALECTS[engine])
    names = {name for name in compiled.params if name.startswith("env_")}
    assert names == set(env_parameters(ENV, engine))


def test_the_values_of_the_request_are_in_the_form_of_the_engine() -> None:
    assert env_parameters(ENV, "sqlite") == {
        "env_me": PEOPLE[0],
        "env_team": TEAMS[0],
        "env_today": "2026-11-25",
        "env_now": "2026-11-25T22:30:00.000005Z",
        "env_zone": ENV.zone,
        "env_teams": f'["{TEAMS[0]}", "{TEAMS[1]}"]',
        "env_roles": '["everyone", "rep"]',
    }
    assert env_parameters(NOBODY, "postgresql") == {
        "env_me": None,
        "env_team": None,
        "env_today": ENV.today,
        "env_now": ENV.now,
        "env_zone": NOBODY.zone,
        "env_teams": [],
        "env_roles": [],
    }


@pytest.mark.parametrize("engine", DIALECTS)
def test_an_expression_gives_one_cache_key_for_everybody(engine: str) -> None:
    columns = operands(deal_table(engine))
    keys = [
        condition(typed(text), engine, columns)._generate_cache_key()  # noqa: SLF001  # what SQLAlchemy caches by
        for text in ("owner = me() and amount > 5", "owner = me() and amount > 7")
    ]
    assert keys[0] == keys[1]
    assert keys[0] is not None


@pytest.mark.parametrize("engine", DIALECTS)
@pytest.mark.parametrize("text", ["changed(stage)", "$old.stage = 'won'", "if(done, $old.seats, 1) > 0"])
def test_a_query_cannot_know_how_a_record_was(text: str, engine: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        to_sql(typed(text), engine, operands(deal_table(engine)))
    assert caught.value.code == "writes_only"


def test_operands_of_the_caller_may_be_any_sql() -> None:
    """A dotted path is a sub-select, and a column that some may not read a CASE; both keep their scale."""
    table = deal_table("sqlite")

    def columns(ref):
        return Operand(table.c[key_of(ref.key)].op("||")(""), ref.type.kind, 2)

    assert (
        str(condition(typed("amount > 1.5"), "sqlite", columns)).replace("deal.", "")
        == "(amount || :amount_1) > :param_1"
    )


INDEXED = {
    "amount": "amount > 0.001",
    "seats": "seats > 2.5",
    "name": "name = 'b'",
    "closed_on": "closed_on >= '2026-03-01'",
    "made_at": "made_at < now()",
    "stage": "stage in ('won', 'lost')",
    "owner": "owner = me()",
    "team": "team in my_teams()",
    "rate": "'1.5' < rate",
}


@pytest.fixture(scope="module", params=DIALECTS)
def indexed(request: pytest.FixtureRequest) -> Iterator[Deals]:
    """Deals with an index for each of these columns."""
    if request.param == "sqlite":
        with deals("sqlite://") as found:
            yield _with_indexes(found)
    else:
        with postgresql_database() as url, deals(url) as found:
            found.connection.execute(text("SET enable_seqscan = off"))
            yield _with_indexes(found)


def _with_indexes(found: Deals) -> Deals:
    found.fill([{**BLANK, "seats": number} for number in range(3)])
    for name in INDEXED:
        Index(f"by_{name}", found.table.c[name]).create(found.connection)
    explain = "EXPLAIN QUERY PLAN" if found.engine == "sqlite" else "EXPLAIN"

    def explained(_connection, _cursor, statement, parameters, context, _many):
        wanted = context.execution_options.get("explain")
        return (f"{explain} {statement}" if wanted else statement), parameters

    event.listen(found.connection.engine, "before_cursor_execute", explained, retval=True)
    return found


@pytest.mark.parametrize("name", INDEXED)
def test_an_index_serves_a_comparison(indexed: Deals, name: str) -> None:
    where = condition(typed(INDEXED[name]), indexed.engine, indexed.operand)
    statement = select(indexed.table.c.row).where(where).execution_options(explain=True)
    plan = indexed.connection.execute(statement, env_parameters(ENV, indexed.engine)).all()
    assert f"by_{name}" in str(plan)
