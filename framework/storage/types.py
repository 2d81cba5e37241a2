"""How column kinds are kept by each engine, so that a value reads the same on all of them.

SQLite has no decimals, dates or uuids: decimals are integers scaled by the column's scale, dates
and times ISO text that sorts as time does, keys plain text.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, DateTime, Numeric, Text, Time, any_, bindparam
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from framework.fields.base import Column, ColumnKind
from framework.rules.binds import sql_type as parameter_type
from framework.rules.sqlite_values import SECOND, decoder, encoder, timestamp_text
from metadata.expressions.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Dialect

    from framework.rules.operand import EngineName


class Key(UserDefinedType[str]):
    """A record id as text for Python: uuid on PostgreSQL, text on SQLite."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in DDL; SQLite takes any name and keeps the text."""
        return "UUID"

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None] | None:  # noqa: ARG002
        """Text as it is; connections of PostgreSQL load uuid as text (see `engines`)."""
        return None


class Timestamp(TypeDecorator[dt.datetime]):
    """An aware moment in UTC; on SQLite text of fixed width, so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the engine has no type for it."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Refuse naive moments: whose midnight would it be?"""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without zone"
            raise ValueError(message)
        return timestamp_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:  # noqa: ANN401, ARG002
        """An aware moment in UTC."""
        found: dt.datetime | None = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        return found


class TimeOfDay(TypeDecorator[dt.time]):
    """A time without zone; on SQLite text of fixed width, so that text order is time order."""

    impl = Time
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the engine has no type for it."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Time())

    def process_bind_param(self, value: dt.time | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """The form that rules compare with."""
        return value if value is None or dialect.name != "sqlite" else encoder(Kind.TIME.value)(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.time | None:  # noqa: ANN401, ARG002
        """The time."""
        found: dt.time | None = dt.time.fromisoformat(value) if isinstance(value, str) else value
        return found


class Span(TypeDecorator[dt.timedelta]):
    """A length of time as whole seconds, on every engine."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Seconds."""
        return None if value is None else value // SECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.timedelta | None:  # noqa: ANN401, ARG002
        """The span; sums come as decimals or texts."""
        return None if value is None else dt.timedelta(seconds=int(value))


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal; on SQLite an integer scaled by `scale`."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        """`precision` digits in all, `scale` of them after the point."""
        super().__init__(precision, scale)
        self.precision, self.scale = precision, scale
        self._unit = Decimal(1).scaleb(-scale)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Big integer where the engine has no exact decimals."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Round to the scale, half away from zero."""
        if value is None:
            return None
        exact = Decimal(value).quantize(self._unit, ROUND_HALF_UP)
        return int(exact.scaleb(self.scale)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401
        """The decimal with exactly `scale` places."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(value).scaleb(-self.scale)
        return Decimal(value).quantize(self._unit, ROUND_HALF_UP)


class Computed(TypeDecorator[Any]):
    """A formula's value, in the form in which rules compute it, read and bound as if it were stored."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Kind, scale: int | None) -> None:
        """`scale` is the number of places that a decimal comes back with."""
        super().__init__()
        self.kind, self.scale = kind, scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As parameters of that kind travel."""
        travelling = Text() if dialect.name == "sqlite" else parameter_type(self.kind, "postgresql")
        return dialect.type_descriptor(travelling)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """SQLite's form of a value; PostgreSQL takes it as it is, but spans as seconds."""
        if isinstance(value, dt.timedelta):
            return value // SECOND
        return value if value is None or dialect.name != "sqlite" else encoder(self.kind.value)(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """The value as a stored one would come back."""
        if value is None:
            return None
        found = decoder(self.kind.value)(value) if dialect.name == "sqlite" else value
        if self.kind is Kind.INTEGER:
            return int(found)
        if self.kind is Kind.DURATION:
            return found if isinstance(found, dt.timedelta) else dt.timedelta(seconds=int(found))
        if self.scale is not None:
            return Decimal(found).quantize(Decimal(1).scaleb(-self.scale), ROUND_HALF_UP)
        return found


def among_keys(column: ColumnElement[Any], parameter: str, engine: EngineName) -> ColumnElement[bool]:
    """Whether a key is in the list that a parameter brings.

    An array on PostgreSQL: one text for lists of every length, which its connections plan once.
    """
    if engine == "postgresql":
        return column == any_(bindparam(parameter, type_=ARRAY(Key())))
    return column.in_(bindparam(parameter, expanding=True, type_=Key()))


class Members(TypeDecorator[Any]):
    """The members of a value in their order as one tuple, null without any: an array, on SQLite JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, member: TypeEngine[Any]) -> None:
        """`member` is the type of each."""
        super().__init__()
        self.member = member

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the engine has no arrays."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.member))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...] | None:  # noqa: ANN401, ARG002
        """The members."""
        found = json.loads(value) if isinstance(value, str) else value
        return tuple(found) if found else None


class Packed(TypeDecorator[Any]):
    """Rows as one JSON text of arrays, read as a tuple of tuples; null without any."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[tuple[Any, ...], ...] | None:  # noqa: ANN401, ARG002
        """The rows."""
        return None if value is None else tuple(tuple(row) for row in json.loads(value))


def sql_type(column: Column) -> TypeEngine[Any]:
    """The SQL type of a field type's column."""
    if column.kind is ColumnKind.DECIMAL:
        return Scaled(column.precision or 18, column.scale or 0)
    return _PLAIN[column.kind]


_PLAIN: dict[ColumnKind, TypeEngine[Any]] = {
    ColumnKind.KEY: Key(),
    ColumnKind.TEXT: Text(),
    ColumnKind.INTEGER: BigInteger(),
    ColumnKind.BOOLEAN: Boolean(),
    ColumnKind.DATE: Date(),
    ColumnKind.TIMESTAMP: Timestamp(),
    ColumnKind.TIME: TimeOfDay(),
    ColumnKind.DURATION: Span(),
}
