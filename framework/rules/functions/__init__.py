"""Every function and operator by name: one row each, in files by subject. A new one is a new row."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from framework.rules.functions import changes, dates, logic, numbers, people, text
from framework.rules.functions.base import Function, Vector
from framework.rules.functions.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.expressions.types import Signature

__all__ = ["FUNCTIONS", "ROWS", "SIGNATURES", "Function", "Vector"]

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        row.name: row
        for row in (
            *logic.FUNCTIONS,
            *text.FUNCTIONS,
            *numbers.FUNCTIONS,
            *dates.FUNCTIONS,
            *people.FUNCTIONS,
            *changes.FUNCTIONS,
        )
    }
)
SIGNATURES: Mapping[str, Signature] = MappingProxyType({name: row.signature for name, row in FUNCTIONS.items()})

# What a typed tree may apply: the functions people write, and the operators.
ROWS: Mapping[str, Function] = MappingProxyType({**FUNCTIONS, **{row.name: row for row in OPERATORS}})
