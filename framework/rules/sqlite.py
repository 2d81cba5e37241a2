"""What a SQLite connection must know: the Python back end under one function, and the order of numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.rules.packed import unpack

if TYPE_CHECKING:
    import sqlite3

NUMBER_ORDER = "armature_number"


def register(connection: sqlite3.Connection) -> None:
    """Make `armature(expression, …)` and the collation `armature_number` known to a new connection.

    The function takes a packed expression and the values of its arguments; the collation orders computed
    numbers, which are texts there.
    """
    connection.create_function("armature", -1, _call, deterministic=True)
    connection.create_collation(NUMBER_ORDER, _in_order)


def _call(text: str, *arguments: Any) -> Any:  # noqa: ANN401  # what SQLite can hold
    return unpack(text)(arguments)


def _in_order(left: str, right: str) -> int:
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)
