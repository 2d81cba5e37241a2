"""Transactions: how work is begun, repeated after a passing fault, and kept apart from publishing."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from framework.errors import RevisionMovedError, UnavailableError
from framework.storage import own
from framework.storage.faults import Retry, retry_class, worded
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from framework.storage.engines import Database

_T = TypeVar("_T")
_TRIES = 8
_FIRST_WAIT_S = 0.01
_PATIENCE_S = 10  # a wait for SQLite's lock alone takes longer: it is not begun again
PUBLISHING_LOCK = 0x41524D  # any number that nobody else uses for an advisory lock
_HEAD = select(own.head.c.revision).where(own.head.c.channel == "live")
_SHARE = select(func.pg_advisory_xact_lock_shared(PUBLISHING_LOCK))
_ALONE = select(func.pg_advisory_xact_lock(PUBLISHING_LOCK))


@contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """A connection for single statements; nothing is held between them."""
    with worded(), database.read.connect() as connection:
        yield connection


def run_tx(database: Database, work: Callable[[Connection], _T]) -> _T:
    """Run `work` in one transaction; the whole of it again after a passing fault.

    `work` must have no effect outside the database. Raises UnavailableError when the fault stays.
    """
    patient_until = time.monotonic() + _PATIENCE_S
    with worded():
        for attempt in range(_TRIES):
            worked = False
            try:
                with database.write.begin() as connection:
                    result = work(connection)
                    worked = True
            except DBAPIError as error:
                kind = retry_class(error)
                if kind is Retry.NO or (worked and error.connection_invalidated):
                    raise  # a connection lost in the commit: nobody knows whether the work is done
                if time.monotonic() > patient_until:
                    break
                if kind is Retry.LATER:
                    # Jitter, so that those who collided do not collide again.
                    time.sleep(_FIRST_WAIT_S * 2**attempt * (0.5 + random.random()))  # noqa: S311
            else:
                return result
    raise UnavailableError(msg("The database is too busy just now"))


def run_write(database: Database, revision: int, work: Callable[[Connection], _T]) -> _T:
    """Like `run_tx` for a write of records that was planned on `revision`.

    The publisher is kept out until the end of the transaction; without that, a writer on the old
    revision could write what the new one no longer reads. Raises RevisionMovedError when a newer
    revision is live already.
    """

    def guarded(connection: Connection) -> _T:
        if not database.is_sqlite:  # there, BEGIN IMMEDIATE keeps everybody else out
            connection.execute(_SHARE)
        if connection.execute(_HEAD).scalar() != revision:
            raise RevisionMovedError(msg("A newer revision was published meanwhile"))
        return work(connection)

    return run_tx(database, guarded)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction that is taken back alone when it fails."""
    with connection.begin_nested():
        yield


def hold_publishing_lock(connection: Connection) -> None:
    """Keep out every writer of records until the end of the transaction."""
    if connection.dialect.name != "sqlite":
        connection.execute(_ALONE)
