"""Running numbers, without gaps: they are taken in the transaction that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from framework.storage import own

if TYPE_CHECKING:
    from sqlalchemy import Connection

_sequence = own.sequence.c
_MINE = (
    _sequence.entity == bindparam("of_entity"),
    _sequence.field == bindparam("of_field"),
    _sequence.period == bindparam("in_period"),
)
_TAKE = update(own.sequence).where(*_MINE).values(value=_sequence.value + bindparam("count")).returning(_sequence.value)


def take_numbers(connection: Connection, entity: str, field: str, period: str, count: int = 1) -> int:
    """Take `count` numbers that follow each other; give the first. Others wait until the transaction ends."""
    wanted = {"of_entity": entity, "of_field": field, "in_period": period, "count": count}
    last = connection.execute(_TAKE, wanted).scalar()
    if last is None:
        begin = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(own.sequence)
        first = {"entity": entity, "field": field, "period": period, "value": 0}
        connection.execute(begin.on_conflict_do_nothing(), first)
        last = connection.execute(_TAKE, wanted).scalar_one()
    return int(last) - count + 1
