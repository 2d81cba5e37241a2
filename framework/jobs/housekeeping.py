"""Once a day: expired sessions, old idempotency keys and the like are deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import structlog

from framework.jobs.kinds import Kind
from framework.storage.housekeeping import sweep
from framework.storage.session import run_tx

if TYPE_CHECKING:
    from framework.jobs.kinds import Work

_log = structlog.get_logger("armature.jobs")


def _run(work: Work) -> None:
    gone = run_tx(work.database, lambda connection: sweep(connection, work.now))
    _log.info("housekeeping", **gone)


HOUSEKEEPING = Kind("housekeeping", _run, every=dt.timedelta(days=1))
