"""A value inside a statement, and in which of an engine's forms it travels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from metadata.expressions.typed import Ref
    from metadata.expressions.types import Kind

EngineName = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class Operand:
    """SQL for a value.

    `scale` is given for numbers as they are stored: on SQLite an integer scaled by it (0 for whole
    numbers), on PostgreSQL a bigint (0) or numeric. None marks a computed number: numeric on PostgreSQL,
    canonical text on SQLite (`exact.canonical`). `value` is the number of a written constant. `many` marks a
    set, an array on PostgreSQL and JSON on SQLite; `holds` gives a shorter way to ask whether it has a
    value that is not null.
    """

    sql: ColumnElement[Any]
    kind: Kind
    scale: int | None = None
    value: int | Decimal | None = None
    many: bool = False
    holds: Callable[[ColumnElement[Any]], ColumnElement[bool]] | None = None


Columns = Callable[["Ref"], Operand]
