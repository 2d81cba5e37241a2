"""The queue of work outside of requests: rows of `sys_job`, each claimed by one worker at a time.

A claim is a lease with a fence, a number that grows with every claim: a worker that was thought dead
and comes back writes nothing under its old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, insert, literal, or_, select, update

from framework.storage import own

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection


class JobState(StrEnum):
    """Where a job stands. A waiting one may have failed before; a dead one failed too often."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds until its lease runs out; `payload` is JSON, `attempts` counts this one too."""

    id: str
    kind: str
    payload: str
    attempts: int
    fence: int


def enqueue(connection: Connection, ident: str, kind: str, payload: str, run_at: dt.datetime) -> None:
    """Add a job, in the transaction of whatever wants it."""
    connection.execute(insert(own.job).values(_waiting(ident, kind, payload, run_at)))


def enqueue_once(connection: Connection, ident: str, kind: str, run_at: dt.datetime) -> None:
    """Add a job without payload unless one of its kind waits or runs already."""
    job = own.job.c
    active = exists().where(job.kind == kind, job.state.in_([JobState.WAITING, JobState.RUNNING]))
    values = _waiting(ident, kind, "{}", run_at)
    source = select(*(literal(value, own.job.c[name].type) for name, value in values.items())).where(~active)
    connection.execute(insert(own.job).from_select(list(values), source))


def _waiting(ident: str, kind: str, payload: str, run_at: dt.datetime) -> dict[str, Any]:
    return {
        "id": ident,
        "kind": kind,
        "payload": payload,
        "state": JobState.WAITING,
        "run_at": run_at,
        "attempts": 0,
        "fence": 0,
    }


def is_due(connection: Connection, kinds: Collection[str], now: dt.datetime) -> bool:
    """Whether there is something to claim; asked before the write lock of SQLite is taken."""
    return connection.execute(select(own.job.c.id).where(_due(kinds, now)).limit(1)).first() is not None


def claim(connection: Connection, kinds: Collection[str], now: dt.datetime, until: dt.datetime) -> Claim | None:
    """Take the job of these kinds that has been due longest; one whose worker let its lease run out is due again."""
    job = own.job.c
    first = select(job.id).where(_due(kinds, now)).order_by(job.run_at).limit(1).with_for_update(skip_locked=True)
    taken = (
        update(own.job)
        .where(job.id == first.scalar_subquery())
        .values(state=JobState.RUNNING, attempts=job.attempts + 1, fence=job.fence + 1, lease_until=until)
        .returning(job.id, job.kind, job.payload, job.attempts, job.fence)
    )
    row = connection.execute(taken).first()
    return None if row is None else Claim(*row)


def _due(kinds: Collection[str], now: dt.datetime) -> ColumnElement[bool]:
    job = own.job.c
    waits = and_(job.state == JobState.WAITING, job.run_at <= now)
    forsaken = and_(job.state == JobState.RUNNING, job.lease_until < now)
    return and_(job.kind.in_(kinds), or_(waits, forsaken))


def prolong(connection: Connection, claimed: Claim, until: dt.datetime) -> bool:
    """Extend the lease; False where the job is somebody else's by now."""
    return bool(connection.execute(_mine(claimed).values(lease_until=until)).rowcount)


def finish(connection: Connection, claimed: Claim, state: JobState, at: dt.datetime, error: str | None = None) -> bool:
    """Settle the job as done or dead; False where it is somebody else's by now."""
    values = {"state": state, "finished_at": at, "error": error, "lease_until": None}
    return bool(connection.execute(_mine(claimed).values(**values)).rowcount)


def put_back(connection: Connection, claimed: Claim, run_at: dt.datetime, error: str) -> bool:
    """Let the job wait for another attempt; False where it is somebody else's by now."""
    values = {"state": JobState.WAITING, "run_at": run_at, "error": error, "lease_until": None}
    return bool(connection.execute(_mine(claimed).values(**values)).rowcount)


def _mine(claimed: Claim) -> Any:  # noqa: ANN401  (an UPDATE whose values are still to come)
    job = own.job.c
    return update(own.job).where(job.id == claimed.id, job.fence == claimed.fence, job.state == JobState.RUNNING)


def last_finished(connection: Connection, kind: str) -> dt.datetime | None:
    """When a job of this kind was settled last."""
    job = own.job.c
    found: dt.datetime | None = connection.execute(
        select(func.max(job.finished_at, type_=job.finished_at.type)).where(job.kind == kind)
    ).scalar()
    return found


def forget_finished(connection: Connection, before: dt.datetime) -> int:
    """Delete jobs that were settled before a moment; how many there were."""
    return connection.execute(delete(own.job).where(own.job.c.finished_at < before)).rowcount
