"""The Python of every function on a SQLite connection, under one SQL function and one collation."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from framework.rules.functions import ROWS
from framework.rules.sqlite_values import decoder, encoder

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

CALL = "armature"
NUMBER_ORDER = "armature_number"


def register(connection: sqlite3.Connection) -> None:
    """Make `armature(word, …)` and the collation `armature_number` known to a new connection.

    The word says which function, and the forms of its arguments and result (see `call_word`).
    """
    connection.create_function(CALL, -1, _call, deterministic=True)
    connection.create_collation(NUMBER_ORDER, _in_order)


def call_word(function: str, arguments: list[str], result: str) -> str:
    """The first argument of `armature`: `left text,integer text`."""
    return f"{function} {','.join(arguments)} {result}"


def _call(word: str, *arguments: Any) -> Any:  # noqa: ANN401  # what SQLite can hold
    return _callable(word)(arguments)


@lru_cache(maxsize=10_000)
def _callable(word: str) -> Callable[[tuple[Any, ...]], Any]:
    function, arguments, result = word.split(" ")
    row = ROWS[function]
    decoders = tuple(map(decoder, arguments.split(",")))
    encode = encoder(result)
    python, strict = row.python, row.strict

    def call(given: tuple[Any, ...]) -> Any:  # noqa: ANN401  # what SQLite can hold
        if strict and None in given:
            return None
        values = [None if value is None else decode(value) for decode, value in zip(decoders, given, strict=True)]
        found = python(*values)
        return None if found is None else encode(found)

    return call


def _in_order(left: str, right: str) -> int:
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)
