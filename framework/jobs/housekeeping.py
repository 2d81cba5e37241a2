"""Once a day: expired sessions, old idempotency keys, uploads that no record took and the like are deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog

from framework.jobs.kinds import Kind
from framework.records.files import WAITS
from framework.storage.files import sweep_uploads
from framework.storage.housekeeping import sweep
from framework.storage.session import run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from framework.jobs.kinds import Work
    from i18n.catalog import Translator

_log = structlog.get_logger("armature.jobs")


def _run(work: Work) -> None:
    gone = run_tx(work.database, lambda connection: sweep(connection, work.now))
    _log.info("housekeeping", **gone, contents=_sweep_contents(work))


def _sweep_contents(work: Work) -> int:
    """Forget what was uploaded and is in no record; how many contents that were."""
    before, forget, count = work.now - 2 * WAITS, work.engine.store.forget, 0
    while some := run_tx(work.database, lambda connection: sweep_uploads(connection, before, forget)):
        count += some
        work.go_on()
    return count


def _title(_known: Context, _payload: Mapping[str, Any], _total: int | None, words: Translator) -> str:
    return words.text(msg("Housekeeping"))


HOUSEKEEPING = Kind("housekeeping", _run, every=dt.timedelta(days=1), title=_title)
