"""What one function is: a row with its signature, its Python, its SQL for PostgreSQL and its test vectors.

SQLite calls the Python, so the two can only differ in how values travel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Numeric, Text

from framework.rules.fragment import sql
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
    return numeric("CAST({} AS numeric)", operand.sql) if stored_whole else operand.sql


def numeric(template: str, *operands: ColumnElement[Any]) -> ColumnElement[Any]:
    """A fragment that is a number."""
    return sql(template, *operands, type_=_NUMERIC)


def textual(template: str, *operands: ColumnElement[Any]) -> ColumnElement[Any]:
    """A fragment that is a text."""
    return sql(template, *operands, type_=_TEXT)


def count(operand: Operand, limit: int = MAX_COUNT) -> ColumnElement[Any]:
    """A number of characters, days or places as int4; null outside ±limit."""
    return numeric("CAST({} AS integer)", bounded(number(operand), limit))


def bounded(value: ColumnElement[Any], limit: int) -> ColumnElement[Any]:
    """The number, or null outside ±limit.

    GREATEST and LEAST pass over null, so null becomes a bound first, and null again at the end; so the
    operand is written once, as everywhere: an operand written twice would double with every level.
    """
    low, high = -limit - 1, limit + 1
    return numeric(f"nullif(nullif(least(greatest({{}}, {low}), {high}), {low}), {high})", value)


_NUMERIC = Numeric()
_TEXT = Text()
