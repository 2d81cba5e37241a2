"""What a SQLite connection must know: the Python back end under one function, and the order of numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.rules.days import day_in
from framework.rules.packed import unpack
from framework.rules.sqlite_values import decoder, encoder
from metadata.expressions.types import Kind

if TYPE_CHECKING:
    import sqlite3

NUMBER_ORDER = "armature_number"
DAY_IN = "armature_day"


def register(connection: sqlite3.Connection) -> None:
    """Make `armature(expression, …)` and the collation `armature_number` known to a new connection.

    The function takes a packed expression and the values of its arguments; the collation orders computed
    numbers, which are texts there. `armature_day(moment, zone)` gives the day of a moment.
    """
    connection.create_function("armature", -1, _call, deterministic=True)
    connection.create_function(DAY_IN, 2, _day, deterministic=True)
    connection.create_collation(NUMBER_ORDER, _in_order)


def _call(text: str, *arguments: Any) -> Any:  # noqa: ANN401  # what SQLite can hold
    return unpack(text)(arguments)


def _day(moment: str | None, zone: str) -> str | None:
    if moment is None:
        return None
    found = day_in(_MOMENT(moment), zone)
    return None if found is None else _DATE(found)


_MOMENT, _DATE = decoder(Kind.DATETIME.value), encoder(Kind.DATE.value)


def _in_order(left: str, right: str) -> int:
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)
