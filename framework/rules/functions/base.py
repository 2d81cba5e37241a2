"""What one function is: a row with its signature, its Python, its SQL for PostgreSQL and its test vectors.

SQLite calls the Python, so the two can only differ in how values travel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Numeric, Text, cast, func, literal_column

from metadata.expressions.types import Kind

if TYPE_CHECKING:
    from framework.rules.operand import Operand
    from metadata.expressions.types import Signature

Python = Callable[..., object]
Builder = Callable[..., ColumnElement[Any]]

MAX_TEXT = 1_000_000
MAX_COUNT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Vector:
    """One sample: a call as text, and what it gives for the sample record and actor of the tests."""

    call: str
    result: object


@dataclass(frozen=True, slots=True)
class Function:
    """One function or operator.

    `python` takes values as `Kind` describes them, after the Env where the signature is symbolic; a
    `strict` one never sees None, since every back end gives null as soon as one argument is null.
    `postgresql` takes Operands. `sqlite` is given only where SQLite's own logic does the work; without
    it the Python is called. Neither the Python nor the SQL may fail for any data.
    """

    signature: Signature
    python: Python
    postgresql: Builder | None = None
    sqlite: Builder | None = None
    strict: bool = True
    vectors: tuple[Vector, ...] = ()

    @property
    def name(self) -> str:
        """The name in expressions."""
        return self.signature.name


def number(operand: Operand) -> ColumnElement[Any]:
    """A number for arithmetic on PostgreSQL: numeric, which does not overflow as bigint does."""
    stored_whole = operand.kind is Kind.INTEGER and operand.scale == 0
    return cast(operand.sql, Numeric()) if stored_whole else operand.sql


def whole(sql: ColumnElement[Any]) -> ColumnElement[Any]:
    """A whole number that PostgreSQL gives as int4 or float, as the numeric that computed ones are."""
    return cast(sql, Numeric())


def count(operand: Operand, limit: int = MAX_COUNT) -> ColumnElement[Any]:
    """A number of characters, days or places as int4; null outside ±limit."""
    return cast(bounded(number(operand), limit), Integer())


def bounded(sql: ColumnElement[Any], limit: int) -> ColumnElement[Any]:
    """The number, or null outside ±limit, without writing the operand twice.

    GREATEST and LEAST pass over null, so null becomes a bound first, and null again at the end.
    """
    low, high = literal_column(str(-limit - 1), Numeric()), literal_column(str(limit + 1), Numeric())
    within = func.least(func.greatest(sql, low), high)
    return func.nullif(func.nullif(within, low), high, type_=Numeric())


def cut(sql: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text made of texts, cut where it would become unreasonable."""
    return func.left(sql, MAX_TEXT, type_=Text())
