"""What a job of a kind does, and what it works with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from framework.auth import by_id
from framework.context import Context
from framework.errors import UnavailableError
from framework.jobs.payload import packed, unpacked
from framework.storage import jobs
from framework.storage.jobs import Progress
from framework.storage.session import run_tx
from framework.storage.turns import Turns
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from framework.files import Store
    from framework.publishing import Runtime
    from framework.records import Door
    from framework.storage.engines import Database
    from framework.storage.jobs import Claim
    from i18n.catalog import Translator

LEASE = dt.timedelta(minutes=5)


class LeaseLostError(UnavailableError):
    """Another worker has the job by now; what this one does under its old claim would be done twice."""


class StoppedError(Exception):
    """Somebody cancelled the job: it ends between two parts, and what was done stays done."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What jobs work with: a database, the door to its records, its snapshots, and the content of files."""

    database: Database
    door: Door
    runtime: Runtime
    store: Store


@dataclass(slots=True)
class Work:
    """One attempt at one job. `progress` counts its parts over all attempts."""

    engine: Engine
    claimed: Claim
    clock: Callable[[], dt.datetime]
    payload: Mapping[str, Any] = field(init=False)
    progress: Progress = field(init=False)
    turns: Turns = field(init=False)
    _stop: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Read what the job is about and how far earlier attempts came."""
        one = self.claimed
        self.turns = Turns(self.database)
        self.payload = unpacked(one.payload)
        self.progress = Progress(one.done, one.failed, one.total, one.result)

    @property
    def database(self) -> Database:
        """Where the job's row lies, and the records that it is about."""
        return self.engine.database

    @property
    def now(self) -> dt.datetime:
        """The moment, by the worker's clock."""
        return self.clock()

    def go_on(self) -> None:
        """Tell between two steps that the work is alive. Raises LeaseLostError where it must end here."""
        self.turns.give()
        until = self.now + LEASE
        if not run_tx(self.database, lambda connection: jobs.prolong(connection, self.claimed, until)):
            raise _lost()

    def remember(self, payload: Mapping[str, Any], total: int) -> None:
        """Keep what was found out about the job for its next attempts too, and how many parts it has."""
        text, told = packed(payload), replace(self.progress, total=total)

        def keep(connection: Connection) -> None:
            if not jobs.keep_payload(connection, self.claimed, text):
                raise _lost()
            self.tell(connection, told)

        run_tx(self.database, keep)
        self.payload, self.progress = payload, told

    def tell(self, connection: Connection, progress: Progress) -> None:
        """Say how far the job is, in the transaction of a part; set `progress` when that has been committed.

        Raises LeaseLostError, which takes the part back.
        """
        stop = jobs.report(connection, self.claimed, progress, self.now + LEASE)
        if stop is None:
            raise _lost()
        self._stop = stop

    def require_wanted(self) -> None:
        """Raise StoppedError between two parts if somebody cancelled the job."""
        if self._stop:
            raise StoppedError

    def context(self) -> Context:
        """The world of whoever asked for the job, with the rights that they have now; the job is one operation.

        Raises SignInRequiredError where the person is gone or was disabled.
        """
        who = by_id(self.database, self.claimed.actor or "")
        snapshot = self.engine.runtime.snapshot(who.revision)
        return Context(
            actor=who.actor,
            snapshot=snapshot,
            revision=who.revision,
            locale=who.actor.locale or snapshot.site.locale,
            zone=who.actor.zone or snapshot.site.zone,
            now=self.now,
            door=self.payload["door"],
            request_id=self.claimed.id,
        )


def _lost() -> LeaseLostError:
    return LeaseLostError(msg("Another worker has this job by now"))


def _unnamed(_known: Context, _payload: Mapping[str, Any], _total: int | None, words: Translator) -> str:
    return words.text(msg("Background work"))


def _always(_engine: Engine) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: `run` may be called again for a job that was cut, and must bear it.

    With `every` one job of the kind is made by itself each time that long has passed, if it is `wanted` then.
    `title` says in the words of whoever looks at a job what it does, from its payload and number of parts; an
    `operation` is one that its person can take back as a whole, and cancel.
    """

    name: str
    run: Callable[[Work], None]
    every: dt.timedelta | None = None
    wanted: Callable[[Engine], bool] = _always
    title: Callable[[Context, Mapping[str, Any], int | None, Translator], str] = _unnamed
    operation: bool = False
