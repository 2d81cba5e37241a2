"""Statements about people that rights hang on: the roles of one, who is above whom, who still administers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Text, and_, column, func, or_, select, table

from framework.storage.types import Key, Timestamp

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

# The core bundle promises these names.
_user = table(
    "user",
    column("id", Key()),
    column("manager", Key()),
    column("active", Boolean()),
    column("deleted_at", Timestamp()),
)
_member = table(
    "role_membership",
    column("id", Key()),
    column("user", Key()),
    column("role", Text()),
    column("deleted_at", Timestamp()),
)
_MOST_ABOVE = 50


def roles_of(connection: Connection, user: str, also_gone_at: dt.datetime | None = None) -> set[str]:
    """The roles that a person has, and those that were taken from them at a moment."""
    gone = [] if also_gone_at is None else [_member.c.deleted_at == also_gone_at]
    there = or_(_member.c.deleted_at.is_(None), *gone)
    return set(connection.execute(select(_member.c.role).where(_member.c.user == user, there)).scalars())


def holders_left(connection: Connection, role: str) -> int:
    """How many people who can sign in have a role; until the end of the transaction nobody else takes it away."""
    holds = and_(_member.c.role == role, _member.c.deleted_at.is_(None))
    connection.execute(select(_member.c.id).where(holds).order_by(_member.c.id).with_for_update()).all()
    statement = (
        select(func.count(_user.c.id.distinct()))
        .join_from(_member, _user, _member.c.user == _user.c.id)
        .where(holds, _user.c.active.is_(True), _user.c.deleted_at.is_(None))
    )
    return int(connection.execute(statement).scalar() or 0)


def managers_above(connection: Connection, user: str) -> list[str]:
    """The person, their manager, that one's manager and so on, nearest first; a circle ends where it closes."""
    found = [user]
    while len(found) < _MOST_ABOVE:
        above = connection.execute(select(_user.c.manager).where(_user.c.id == found[-1])).scalar()
        if above is None or above in found:
            break
        found.append(above)
    return found
