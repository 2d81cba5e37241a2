"""Sign-in attempts are slowed down per person and network, so that nobody can lock somebody else out."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from framework.errors import TooManyRequestsError
from framework.storage import own
from i18n.lazy import msg

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FREE_TRIES = 5
_FIRST_WAIT_S = 2
_LONGEST_WAIT_S = 900


def subject_of(*parts: str) -> str:
    """What is limited, hashed, so that the table holds no addresses of people."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def refuse_if_locked(connection: Connection, subject: str, now: dt.datetime) -> None:
    """Raise TooManyRequestsError while the subject has to wait."""
    until = connection.execute(select(own.rate.c.until).where(own.rate.c.subject == subject)).scalar()
    if until is not None and until > now:
        seconds = int((until - now).total_seconds()) + 1
        raise TooManyRequestsError(msg("Too many attempts; try again in %(seconds)s seconds", seconds=seconds), seconds)


def record_failure(connection: Connection, subject: str, now: dt.datetime) -> None:
    """Count a failure; from the sixth on the wait doubles, up to a quarter of an hour."""
    rate = own.rate
    failures = connection.execute(select(rate.c.failures).where(rate.c.subject == subject)).scalar()
    count = (failures or 0) + 1
    wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (count - _FREE_TRIES - 1)) if count > _FREE_TRIES else 0
    values = {"failures": count, "until": now + dt.timedelta(seconds=wait)}
    if failures is None:
        connection.execute(insert(rate).values(subject=subject, **values))
    else:
        connection.execute(update(rate).where(rate.c.subject == subject).values(**values))


def forget(connection: Connection, subject: str) -> None:
    """Start anew after a success."""
    connection.execute(delete(own.rate).where(own.rate.c.subject == subject))
