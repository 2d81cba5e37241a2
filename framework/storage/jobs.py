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
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds until its lease runs out; `payload` is JSON, `attempts` counts this one too.

    `done`, `failed` and `result` are what earlier attempts told of.
    """

    id: str
    kind: str
    payload: str
    attempts: int
    fence: int
    actor: str | None = None
    done: int = 0
    failed: int = 0
    total: int | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A job as it stands in the queue, for those who look at it."""

    id: str
    kind: str
    payload: str
    state: str
    actor: str | None
    asked_at: dt.datetime | None
    run_at: dt.datetime
    finished_at: dt.datetime | None
    attempts: int
    done: int
    failed: int
    total: int | None
    result: str | None
    stop: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A job as somebody wants it: `payload` is JSON, `actor` the person, `total` how many parts it has, if known."""

    id: str
    kind: str
    payload: str
    run_at: dt.datetime
    actor: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: the parts that were done and that failed, out of `total`, and what came of it as JSON."""

    done: int
    failed: int
    total: int | None
    result: str | None


@dataclass(frozen=True, slots=True)
class Dead:
    """A job that failed too often; `error` is the kind of the last failure."""

    id: str
    kind: str
    error: str | None
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """How many jobs wait, run and have failed too often; since when the first one waits; the last of the failed."""

    waiting: int
    running: int
    dead: int
    oldest: dt.datetime | None
    letters: tuple[Dead, ...]


def enqueue(connection: Connection, asked: Asked) -> None:
    """Add a job, in the transaction of whatever wants it."""
    connection.execute(insert(own.job).values(_waiting(asked)))


def enqueue_once(connection: Connection, ident: str, kind: str, run_at: dt.datetime) -> None:
    """Add a job without payload unless one of its kind waits or runs already."""
    job = own.job.c
    active = exists().where(job.kind == kind, job.state.in_(_ACTIVE))
    values = {name: value for name, value in _waiting(Asked(ident, kind, "{}", run_at)).items() if value is not None}
    source = select(*(literal(value, own.job.c[name].type) for name, value in values.items())).where(~active)
    connection.execute(insert(own.job).from_select(list(values), source))


def _waiting(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.id,
        "kind": asked.kind,
        "payload": asked.payload,
        "state": JobState.WAITING,
        "run_at": asked.run_at,
        "attempts": 0,
        "fence": 0,
        "actor": asked.actor,
        "asked_at": asked.run_at if asked.actor else None,
        "total": asked.total,
    }


def is_due(connection: Connection, kinds: Collection[str], now: dt.datetime) -> bool:
    """Whether there is something to claim; asked before the write lock of SQLite is taken."""
    return connection.execute(select(own.job.c.id).where(_due(kinds, now)).limit(1)).first() is not None


def claim(connection: Connection, kinds: Collection[str], now: dt.datetime, until: dt.datetime) -> Claim | None:
    """Take the job of these kinds that has been due longest; one whose worker let its lease run out is due again."""
    job = own.job.c
    first = select(job.id).where(_due(kinds, now)).order_by(job.run_at).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(_taken(until).where(job.id == first.scalar_subquery())).first()
    return None if row is None else Claim(*row)


def claim_one(connection: Connection, ident: str, until: dt.datetime) -> Claim:
    """Take a job that was added in this very transaction, so that nobody else could."""
    return Claim(*connection.execute(_taken(until).where(own.job.c.id == ident)).one())


def _taken(until: dt.datetime) -> Any:  # noqa: ANN401  (an UPDATE whose condition is still to come)
    job = own.job.c
    return (
        update(own.job)
        .values(state=JobState.RUNNING, attempts=job.attempts + 1, fence=job.fence + 1, lease_until=until)
        .returning(*(job[name] for name in Claim.__dataclass_fields__))
    )


def _due(kinds: Collection[str], now: dt.datetime) -> ColumnElement[bool]:
    job = own.job.c
    waits = and_(job.state == JobState.WAITING, job.run_at <= now)
    forsaken = and_(job.state == JobState.RUNNING, job.lease_until < now)
    return and_(job.kind.in_(kinds), or_(waits, forsaken))


def prolong(connection: Connection, claimed: Claim, until: dt.datetime) -> bool:
    """Extend the lease; False where the job is somebody else's by now."""
    return bool(connection.execute(_mine(claimed).values(lease_until=until)).rowcount)


def keep_payload(connection: Connection, claimed: Claim, payload: str) -> bool:
    """Keep what a job found out for its next attempt; False where it is somebody else's by now."""
    return bool(connection.execute(_mine(claimed).values(payload=payload)).rowcount)


def report(connection: Connection, claimed: Claim, progress: Progress, until: dt.datetime) -> bool | None:
    """Tell how far the job is and extend its lease: whether it is to stop, None where it is somebody else's by now.

    In the transaction of the part that was done, so that no part is done twice or told of without being done.
    """
    job = own.job.c
    values = {name: getattr(progress, name) for name in Progress.__dataclass_fields__}
    told = _mine(claimed).values(**values, lease_until=until).returning(job.stop)
    stop: bool | None = connection.execute(told).scalar()
    return stop


def finish(connection: Connection, claimed: Claim, state: JobState, at: dt.datetime, error: str | None = None) -> bool:
    """Settle the job; False where it is somebody else's by now."""
    values = {"state": state, "finished_at": at, "error": error, "lease_until": None}
    return bool(connection.execute(_mine(claimed).values(**values)).rowcount)


def put_back(connection: Connection, claimed: Claim, run_at: dt.datetime, error: str) -> bool:
    """Let the job wait for another attempt; False where it is somebody else's by now."""
    values = {"state": JobState.WAITING, "run_at": run_at, "error": error, "lease_until": None}
    return bool(connection.execute(_mine(claimed).values(**values)).rowcount)


def _mine(claimed: Claim) -> Any:  # noqa: ANN401  (an UPDATE whose values are still to come)
    job = own.job.c
    return update(own.job).where(job.id == claimed.id, job.fence == claimed.fence, job.state == JobState.RUNNING)


def stop(connection: Connection, ident: str, at: dt.datetime) -> bool:
    """End a job that waits, or ask one that runs to end between two parts; False where it has ended already."""
    job = own.job.c
    waits = update(own.job).where(job.id == ident, job.state == JobState.WAITING)
    if connection.execute(waits.values(state=JobState.CANCELLED, finished_at=at, stop=True)).rowcount:
        return True
    runs = update(own.job).where(job.id == ident, job.state == JobState.RUNNING)
    return bool(connection.execute(runs.values(stop=True)).rowcount)


def kept(connection: Connection, ident: str) -> Kept | None:
    """The job of this id."""
    row = connection.execute(_KEPT.where(own.job.c.id == ident)).first()
    return None if row is None else Kept(*row)


def kept_of(connection: Connection, actor: str | None, limit: int) -> list[Kept]:
    """The jobs that a person asked for last, newest first; with None everybody's, those of schedules too."""
    job = own.job.c
    statement = _KEPT.order_by(func.coalesce(job.asked_at, job.run_at).desc(), job.id.desc()).limit(limit)
    if actor is not None:
        statement = statement.where(job.actor == actor)
    return [Kept(*row) for row in connection.execute(statement)]


def is_active(connection: Connection, ident: str) -> bool:
    """Whether there is a job of this id that has not ended."""
    job = own.job.c
    found = select(job.id).where(job.id == ident, job.state.in_(_ACTIVE))
    return connection.execute(found).first() is not None


def retry(connection: Connection, ident: str, at: dt.datetime) -> bool:
    """Let a job that failed too often wait once more, as if it had not been tried; False where it is not such a one."""
    dead = update(own.job).where(own.job.c.id == ident, own.job.c.state == JobState.DEAD)
    values = {"state": JobState.WAITING, "attempts": 0, "run_at": at, "finished_at": None, "error": None}
    return bool(connection.execute(dead.values(**values)).rowcount)


def queue(connection: Connection) -> Queue:
    """How much there is in the queue, and what failed too often, newest first."""
    job = own.job.c
    counted = connection.execute(select(job.state, func.count()).group_by(job.state))
    counts = {row[0]: row[1] for row in counted}
    oldest = select(func.min(job.run_at, type_=job.run_at.type)).where(job.state == JobState.WAITING)
    gone = select(job.id, job.kind, job.error, job.finished_at).where(job.state == JobState.DEAD)
    dead = connection.execute(gone.order_by(job.finished_at.desc(), job.id).limit(_MOST_DEAD))
    return Queue(
        counts.get(JobState.WAITING, 0),
        counts.get(JobState.RUNNING, 0),
        counts.get(JobState.DEAD, 0),
        connection.execute(oldest).scalar(),
        tuple(Dead(*row) for row in dead),
    )


def last_finished(connection: Connection, kind: str) -> dt.datetime | None:
    """When a job of this kind was settled last."""
    job = own.job.c
    found: dt.datetime | None = connection.execute(
        select(func.max(job.finished_at, type_=job.finished_at.type)).where(job.kind == kind)
    ).scalar()
    return found


def forget_finished(connection: Connection, before: dt.datetime, kind: str | None = None) -> int:
    """Delete jobs, all or those of a kind, that were settled before a moment; how many there were."""
    settled = delete(own.job).where(own.job.c.finished_at < before)
    return connection.execute(settled if kind is None else settled.where(own.job.c.kind == kind)).rowcount


_MOST_DEAD = 50
_ACTIVE = (JobState.WAITING, JobState.RUNNING)
_KEPT = select(*(own.job.c[name] for name in Kept.__dataclass_fields__))
