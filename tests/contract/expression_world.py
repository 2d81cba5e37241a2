"""A made-up deal with a field of every kind, on all back ends: what expressions are tried on.

The columns are those that storage makes: NUMERIC, DATE, timestamptz on PostgreSQL; scaled integers and ISO
text on SQLite.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Time,
    Uuid,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.pool import StaticPool

from framework.rules import Columns, Env, Operand, env_parameters, evaluator, register, to_sql
from framework.rules.sqlite_values import decoder, encoder
from metadata.expressions import Ref, Type, TypedNode
from metadata.expressions.types import NUMBERS, Kind
from tests.unit.metadata.expressions.deal import FIELDS, PEOPLE, TEAMS

ENV = Env(
    actor=PEOPLE[0],
    team=TEAMS[0],
    teams=frozenset(TEAMS[:2]),
    roles=frozenset({"rep", "everyone"}),
    today=dt.date(2026, 11, 25),
    now=dt.datetime(2026, 11, 25, 22, 30, 0, 5, tzinfo=dt.UTC),
    zone="Europe/Berlin",
)
NOBODY = Env(None, None, frozenset(), frozenset(), ENV.today, ENV.now, "UTC")


def key_of(name: str) -> str:
    """The column that stands for a field."""
    return name.replace(".", "_")


_POSTGRESQL: Mapping[Kind, Any] = {
    Kind.TEXT: Text(),
    Kind.CHOICE: Text(),
    Kind.INTEGER: BigInteger(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.DATETIME: DateTime(timezone=True),
    Kind.TIME: Time(),
    Kind.DURATION: BigInteger(),
    Kind.LINK: Uuid(as_uuid=False),
    Kind.KEY: Uuid(as_uuid=False),
}
_SQLITE: Mapping[Kind, Any] = {
    **dict.fromkeys(Kind, Text()),
    **dict.fromkeys((*NUMBERS, Kind.DURATION), BigInteger()),
    Kind.BOOLEAN: Boolean(),
}


def deal_table(engine: str) -> Table:
    """The table of the made-up deal, with the columns that storage would give it."""
    columns = [Column(key_of(name), _column_type(engine, found)) for name, found in FIELDS.items()]
    return Table("deal", MetaData(), Column("row", Integer), *columns, prefixes=["TEMPORARY"])


def _column_type(engine: str, found: Type) -> Any:
    if engine == "sqlite":
        return _SQLITE[found.kind]
    if found.kind in {Kind.DECIMAL, Kind.MONEY}:
        return Numeric(found.digits, found.scale)
    return _POSTGRESQL[found.kind]


def operands(table: Table) -> Columns:
    """What `to_sql` asks of its caller."""

    def operand(ref: Ref) -> Operand:
        scale = ref.type.scale if ref.type.kind in NUMBERS else None
        return Operand(table.c[key_of(ref.key)], ref.type.kind, scale)

    return operand


class Deals:
    """Rows of deals in a database, and what expressions give for each of them there."""

    def __init__(self, connection: Connection) -> None:
        """Make the table."""
        self.connection = connection
        self.engine = connection.dialect.name
        self.table = deal_table(self.engine)
        self.operand = operands(self.table)
        self.table.create(connection)

    def fill(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put these rows in the place of those that are there."""
        self.connection.execute(self.table.delete())
        stored = [
            {"row": at, **{key_of(name): self._stored(name, row[name]) for name in FIELDS}}
            for at, row in enumerate(rows)
        ]
        self.connection.execute(insert(self.table), stored)

    def _stored(self, name: str, value: Any) -> Any:
        found = FIELDS[name]
        if value is None or found.kind is Kind.BOOLEAN:
            return value
        if found.kind is Kind.DURATION:
            return value // dt.timedelta(seconds=1)
        if self.engine == "postgresql":
            return value
        if found.kind in NUMBERS:
            return int(Decimal(value).scaleb(found.scale or 0))
        return encoder(found.kind.value)(value)

    def values(self, expressions: Sequence[TypedNode], env: Env, columns: Columns | None = None) -> list[list[Any]]:
        """One list for each row with one value for each expression, in one statement."""
        operands = [to_sql(node, self.engine, columns or self.operand) for node in expressions]
        columns = (operand.sql.label(f"e{at}") for at, operand in enumerate(operands))
        statement = select(*columns).select_from(self.table)
        rows = self.connection.execute(statement.order_by(self.table.c.row), env_parameters(env, self.engine))
        readers = [self._reader(node, operand) for node, operand in zip(expressions, operands, strict=True)]
        return [[read(value) for read, value in zip(readers, row, strict=True)] for row in rows]

    def _reader(self, node: TypedNode, operand: Operand) -> Any:
        kind = node.type.kind
        if kind is Kind.DURATION:
            return lambda value: None if value is None else dt.timedelta(seconds=int(value))
        if self.engine == "postgresql":
            return lambda value: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        if kind in NUMBERS and operand.scale:
            return lambda value: None if value is None else Decimal(value).scaleb(-operand.scale)
        decode = decoder(kind.value)
        return lambda value: None if value is None else decode(value)

    def matching(self, node: TypedNode, env: Env) -> list[int]:
        """Positions of the rows for which a condition holds."""
        where = to_sql(node, self.engine, self.operand).sql
        statement = select(self.table.c.row).where(where).order_by(self.table.c.row)
        return list(self.connection.execute(statement, env_parameters(env, self.engine)).scalars())


@contextmanager
def deals(url: str) -> Iterator[Deals]:
    """Deals in a database of this address; the table goes with the connection."""
    engine = create_engine(url, poolclass=StaticPool, isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: register(connection))
    with engine.connect() as connection:
        yield Deals(connection)
    engine.dispose()


def in_python(expressions: Sequence[TypedNode], rows: Sequence[Mapping[str, Any]], env: Env) -> list[list[Any]]:
    """The same by the Python back end."""
    functions = [evaluator(node) for node in expressions]
    return [[function(row, env) for function in functions] for row in rows]


BLANK: Mapping[str, Any] = dict.fromkeys(FIELDS)
