"""Rows of our own tables that nobody will ask for again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete

from framework.storage import own
from framework.storage.jobs import forget_finished

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEYS = dt.timedelta(hours=48)  # an idempotency key is promised for 24 hours
_RATES = dt.timedelta(days=1)
_IMPORTS = dt.timedelta(days=30)
_JOBS = dt.timedelta(days=30)


def sweep(connection: Connection, now: dt.datetime) -> dict[str, int]:
    """Delete what is over and give how many rows that were, by table."""
    over = {
        own.session: own.session.c.expires_at < now,
        own.idempotency: own.idempotency.c.at < now - _KEYS,
        own.rate: own.rate.c.until < now - _RATES,
        own.import_step: own.import_step.c.at < now - _IMPORTS,
        own.presence: own.presence.c.until < now,
    }
    found = {table.name: connection.execute(delete(table).where(gone)).rowcount for table, gone in over.items()}
    return {**found, own.job.name: forget_finished(connection, now - _JOBS)}
