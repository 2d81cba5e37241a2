"""Rows of the processes that serve and work, each with the revision that it serves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from framework.storage import own

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it told of itself last; `kind` is `serve` or `work`."""

    id: str
    kind: str
    host: str
    pid: int
    release: str
    revision: int
    started_at: dt.datetime
    seen_at: dt.datetime


def tell(connection: Connection, one: Process) -> None:
    """Write a process down, in place of what it told before."""
    values = asdict(one)
    if not connection.execute(update(own.process).where(own.process.c.id == one.id).values(**values)).rowcount:
        connection.execute(insert(own.process).values(**values))


def forget(connection: Connection, idents: Collection[str]) -> None:
    """Take processes that have ended from the list."""
    connection.execute(delete(own.process).where(own.process.c.id.in_(list(idents))))


def told(connection: Connection) -> list[Process]:
    """All processes that are written down, by when they started."""
    columns = [own.process.c[name] for name in Process.__dataclass_fields__]
    statement = select(*columns).order_by(own.process.c.started_at, own.process.c.id)
    return [Process(*row) for row in connection.execute(statement)]
