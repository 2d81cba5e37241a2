"""Who has which record open for editing: rows that run out by themselves, a hint and never a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, or_, select

from framework.storage import own

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement, Connection


def announce(
    connection: Connection, table: str, record: str, person: str, now: dt.datetime, until: dt.datetime
) -> None:
    """Note that somebody edits a record until then; what ran out is forgotten."""
    over = or_(own.presence.c.person == person, own.presence.c.until < now)
    connection.execute(delete(own.presence).where(_of(table, record), over))
    connection.execute(insert(own.presence).values(entity=table, record=record, person=person, until=until))


def editing(connection: Connection, table: str, record: str, now: dt.datetime) -> list[str]:
    """The ids of the people who edit a record now."""
    wanted = select(own.presence.c.person).where(_of(table, record), own.presence.c.until >= now)
    return list(dict.fromkeys(connection.execute(wanted.order_by(own.presence.c.until)).scalars()))


def _of(table: str, record: str) -> ColumnElement[bool]:
    return and_(own.presence.c.entity == table, own.presence.c.record == record)
