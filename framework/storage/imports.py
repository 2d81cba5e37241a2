"""How far imports have come: written in the transaction of each step, so that a run which was cut goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from framework.errors import ClashError
from framework.storage import own
from framework.storage.session import reading, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.storage.engines import Database


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run has done: `rows` of the file that are dealt with, and what became of them by name."""

    rows: int
    counts: Mapping[str, int]


def progress_of(database: Database, run: str) -> Progress | None:
    """What a run that was cut has done; None for one that never began or came to its end."""
    with reading(database) as connection:
        found = connection.execute(
            select(own.import_step.c.rows, own.import_step.c.counts)
            .where(own.import_step.c.run == run)
            .order_by(own.import_step.c.rows.desc())
            .limit(1)
        ).first()
    return None if found is None else Progress(found.rows, json.loads(found.counts))


def keep_step(
    connection: Connection, run: str, progress: Progress, waiting: Sequence[Sequence[Any]], at: dt.datetime
) -> None:
    """Note a step in its own transaction; `waiting` is JSON for what has to be done after the last row.

    Raises ClashError where another process has done the step.
    """
    values = {"run": run, "rows": progress.rows, "at": at}
    told = {"counts": json.dumps(progress.counts), "waiting": json.dumps(waiting, ensure_ascii=False)}
    try:
        connection.execute(insert(own.import_step).values(**values, **told))
    except IntegrityError:
        raise ClashError(msg("Somebody else is importing this file just now")) from None


def next_waiting(database: Database, run: str) -> tuple[int, list[list[Any]]] | None:
    """The first step with something that waits: its rows and what waits; None where there is no more."""
    step = own.import_step.c
    with reading(database) as connection:
        found = connection.execute(
            select(step.rows, step.waiting).where(step.run == run, step.waiting != "[]").order_by(step.rows).limit(1)
        ).first()
    return None if found is None else (found.rows, json.loads(found.waiting))


def settle_waiting(connection: Connection, run: str, rows: int, counts: Mapping[str, int]) -> None:
    """Note that nothing of a step waits any more, and what became of everything by now."""
    step = own.import_step
    connection.execute(update(step).where(step.c.run == run, step.c.rows == rows).values(waiting="[]"))
    last = select(func.max(step.c.rows)).where(step.c.run == run).scalar_subquery()
    connection.execute(update(step).where(step.c.run == run, step.c.rows == last).values(counts=json.dumps(counts)))


def forget_run(database: Database, run: str) -> None:
    """Forget a run that came to its end: the same file is then a new import."""
    run_tx(database, lambda connection: connection.execute(delete(own.import_step).where(own.import_step.c.run == run)))
