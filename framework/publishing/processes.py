"""What the processes of an installation tell of themselves: which revision each of them serves.

A process tells at its start, when it takes a new revision, and every ten minutes. That is seldom, so that a server
which idles writes next to nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from framework.errors import UnavailableError
from framework.records.keys import new_id
from framework.storage import processes
from framework.storage.processes import Process
from framework.storage.session import reading, run_tx

if TYPE_CHECKING:
    from framework.publishing.runtime import Runtime
    from framework.storage.engines import Database

_LOOK_S, _TELL = 5.0, dt.timedelta(minutes=10)
_SILENT = dt.timedelta(minutes=25)
_log = structlog.get_logger("armature.processes")


@dataclass(slots=True)
class Telling:
    """Tells of this process for as long as the context is open, from a thread of its own."""

    database: Database
    runtime: Runtime
    kind: str
    _stop: threading.Event = field(default_factory=threading.Event)
    _told: Process | None = None

    def __enter__(self) -> Self:
        """Begin."""
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the process from the list."""
        self._stop.set()
        if self._told is not None:
            ident = self._told.id
            run_tx(self.database, lambda connection: processes.forget(connection, [ident]))

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look(dt.datetime.now(dt.UTC))
            except (SQLAlchemyError, UnavailableError) as error:
                _log.warning("this process could not be told of", kind=type(error).__name__)
            self._stop.wait(_LOOK_S)

    def look(self, now: dt.datetime) -> None:
        """Tell, if there is something new to be told or it is time."""
        known, revision = self._told, self.runtime.newest
        if known is None:
            gone = [one.id for one in _all(self.database) if not _lives(one, now)]
            run_tx(self.database, lambda connection: processes.forget(connection, gone))
            known = Process(
                new_id(), self.kind, socket.gethostname(), os.getpid(), version("armature-crm"), revision, now, now
            )
        elif known.revision == revision and now - known.seen_at < _TELL:
            return
        told = replace(known, revision=revision, seen_at=now)
        run_tx(self.database, lambda connection: processes.tell(connection, told))
        self._told = told


def living(database: Database, now: dt.datetime) -> list[Process]:
    """The processes that are there, as far as this one can tell."""
    return [one for one in _all(database) if _lives(one, now)]


def _all(database: Database) -> list[Process]:
    with reading(database) as connection:
        return processes.told(connection)


def _lives(one: Process, now: dt.datetime) -> bool:
    """Whether it told lately; one on this machine also has to be there still."""
    if now - one.seen_at > _SILENT:
        return False
    if one.host != socket.gethostname():
        return True
    try:
        os.kill(one.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
