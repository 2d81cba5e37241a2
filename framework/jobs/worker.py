"""Takes jobs from the queue and does them, one at a time, for as long as the process lives.

What fails is tried again later and later; what fails too often is left for a person to look at.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from framework.errors import SignInRequiredError, UnavailableError
from framework.jobs.kinds import LEASE, LeaseLostError, StoppedError, Work
from framework.storage import jobs
from framework.storage.jobs import JobState
from framework.storage.session import reading, run_tx

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from framework.jobs.kinds import Engine, Kind
    from framework.storage.jobs import Claim

_MOST_ATTEMPTS = 8
_FIRST_WAIT, _LONGEST_WAIT = dt.timedelta(seconds=10), dt.timedelta(hours=1)
_PAUSE_S = 1.0
_log = structlog.get_logger("armature.jobs")


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Worker:
    """Does the jobs of one database; several processes may each have one."""

    def __init__(self, engine: Engine, kinds: Iterable[Kind], clock: Callable[[], dt.datetime] = _utc_now) -> None:
        """Take the kinds that this process knows; jobs of others wait for a worker of another release."""
        self._engine, self._database, self._clock = engine, engine.database, clock
        self._kinds = {kind.name: kind for kind in kinds}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; the job in hand is done first. A database that is away is waited for."""
        while not stop.is_set():
            try:
                done = self.work_off()
            except UnavailableError as error:
                _log.warning("the queue cannot be reached", kind=type(error).__name__)
                done = 0
            if not done:
                stop.wait(_PAUSE_S)

    def work_off(self) -> int:
        """Do what is due, one job after the other; how many were tried."""
        self._schedule()
        tried = 0
        while (claimed := self._claim()) is not None:
            self._attempt(claimed)
            tried += 1
        return tried

    def do(self, claimed: Claim) -> None:
        """Do a job that is claimed already, and settle it. Raises whatever the job raises."""
        try:
            self._kinds[claimed.kind].run(Work(self._engine, claimed, self._clock))
        except StoppedError:
            self._finish(claimed, JobState.CANCELLED)
        else:
            self._finish(claimed, JobState.DONE)

    def give_up(self, claimed: Claim, error: Exception) -> None:
        """Settle a job that cannot be done: what it did before stays done."""
        self._finish(claimed, JobState.DEAD, type(error).__name__)

    def _schedule(self) -> None:
        for kind in self._kinds.values():
            if kind.every is None:
                continue
            with reading(self._database) as connection:
                last = jobs.last_finished(connection, kind.name)
            now = self._clock()
            if (last is None or last + kind.every <= now) and kind.wanted(self._engine):
                ident, name = str(uuid4()), kind.name
                run_tx(self._database, lambda c: jobs.enqueue_once(c, ident, name, now))  # noqa: B023  (called at once)

    def _claim(self) -> Claim | None:
        now = self._clock()
        with reading(self._database) as connection:
            if not jobs.is_due(connection, self._kinds, now):
                return None
        return run_tx(self._database, lambda connection: jobs.claim(connection, self._kinds, now, now + LEASE))

    def _attempt(self, claimed: Claim) -> None:
        try:
            self.do(claimed)
        except LeaseLostError:
            _log.warning("job lost to another worker", job=claimed.id, kind=claimed.kind)
        except SignInRequiredError as error:
            # Whoever asked for it is gone, and nobody else may do it in their name.
            self.give_up(claimed, error)
        except Exception as error:  # noqa: BLE001  (whatever a kind does wrong must not stop the others)
            self._failed(claimed, error)

    def _finish(self, claimed: Claim, state: JobState, error: str | None = None) -> None:
        now = self._clock()
        run_tx(self._database, lambda connection: jobs.finish(connection, claimed, state, now, error))

    def _failed(self, claimed: Claim, error: Exception) -> None:
        name, now = type(error).__name__, self._clock()
        over = claimed.attempts >= _MOST_ATTEMPTS
        _log.error("job failed", job=claimed.id, kind=claimed.kind, attempt=claimed.attempts, error=name, dead=over)
        if over:
            self.give_up(claimed, error)
            return
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (claimed.attempts - 1))
        # Jitter, so that jobs that failed together do not come back together.
        again = now + wait * (0.5 + random.random())  # noqa: S311
        run_tx(self._database, lambda connection: jobs.put_back(connection, claimed, again, name))
