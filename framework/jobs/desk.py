"""Jobs as people meet them: asked for, looked at and cancelled, by whoever may.

A job is seen by the person who asked for it and by those with the ability `operate`; record by record only by the
former, for what was refused is about records that an operator may not see.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from framework.errors import ClashError, ForbiddenError, NotFoundError
from framework.fields.base import ValueRefusedError
from framework.fields.key import record_id
from framework.jobs.demo import REMOVE_DEMO
from framework.jobs.handing_over import HAND_OVER
from framework.jobs.housekeeping import HOUSEKEEPING
from framework.jobs.kinds import LEASE
from framework.jobs.many import CHANGE, DELETE, RUN
from framework.jobs.merging import MERGE, payload_of
from framework.jobs.parts import MOST_AT_ONCE
from framework.jobs.payload import packed, unpacked
from framework.jobs.search_index import SEARCH_INDEX
from framework.jobs.undoing import UNDO
from framework.jobs.worker import Worker
from framework.permissions import policy_for
from framework.records.keys import new_id
from framework.records.operations import KEPT
from framework.storage import jobs
from framework.storage.feed import undone_among
from framework.storage.jobs import Asked, JobState
from framework.storage.session import reading, run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.jobs.kinds import Engine, Kind
    from framework.records.merging import Merged, Merging
    from framework.records.undo import Undoing
    from framework.storage.jobs import Claim, Kept
    from i18n.catalog import Translator

STANDARD = (HOUSEKEEPING, SEARCH_INDEX, CHANGE, DELETE, RUN, MERGE, UNDO, HAND_OVER, REMOVE_DEMO)
"""The kinds of jobs that come with the framework."""
OPERATE = "operate"
_ACTIVE = frozenset({JobState.WAITING, JobState.RUNNING})
_MOST_LISTED = 100
_NOTHING_DONE = frozenset({"unchanged", "unseen"})
_ABSENT = msg("There is no such job, or you may not see it")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that a job left as it was, and why, in the language of whoever asked for the job."""

    entity: str
    ident: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as one person may see it.

    `title` words it; `counts` are records by what became of them; `entity` is the one that it is about, if any;
    `mine` tells whether the reader asked for it, `actor` who did (None: a schedule). `undoable` says that what it did
    is an operation, of the job's own id, that the reader may take back.
    """

    id: str
    kind: str
    title: Callable[[Translator], str]
    state: str
    actor: str | None
    asked_at: dt.datetime
    finished_at: dt.datetime | None
    done: int
    failed: int
    total: int | None
    counts: Mapping[str, int]
    refused: tuple[Refusal, ...]
    entity: str | None
    mine: bool
    stopping: bool
    stoppable: bool
    undoable: bool

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in _ACTIVE


class Jobs:
    """The queue of one database, for people, and a worker that does what is in it."""

    def __init__(self, engine: Engine, kinds: Iterable[Kind]) -> None:
        """Take the kinds that may be asked for."""
        self._engine, self._database = engine, engine.database
        self._kinds = {kind.name: kind for kind in kinds}
        self.worker = Worker(engine, self._kinds.values())

    def ask(
        self, context: Context, kind: str, payload: Mapping[str, Any], total: int | None, ident: str | None = None
    ) -> str:
        """Have a job done as soon as a worker is free; its id. `ident` makes a repeated call ask only once."""
        asked = self._asked(context, kind, payload, total, ident)
        self._once(context, asked, lambda connection: jobs.enqueue(connection, asked))
        return asked.id

    def do(self, context: Context, kind: str, payload: Mapping[str, Any], total: int, ident: str | None = None) -> Job:
        """Do a job at once, while somebody waits, and give what came of it; for at most MOST_AT_ONCE records."""
        asked = self._asked(context, kind, payload, total, ident)

        def begin(connection: Connection) -> Claim:
            jobs.enqueue(connection, asked)
            return jobs.claim_one(connection, asked.id, context.now + LEASE)

        claimed = self._once(context, asked, begin)
        if claimed is not None:
            try:
                self.worker.do(claimed)
            except Exception as error:
                self.worker.give_up(claimed, error)
                raise
        return self.get(context, asked.id)

    def undo(self, context: Context, op_id: str) -> Undoing | str:
        """Take back one of the actor's own operations: what came of it, or where it is large the id of the job.

        Raises as `Door.undo`, and ClashError where the operation is a job that has not ended.
        """
        size = self._engine.door.size_of(context, op_id)
        if self._is_active(op_id):
            raise ClashError(msg("It is still being carried out; cancel it, or wait for its end"), code="running")
        if size <= MOST_AT_ONCE:
            return self._engine.door.undo(context, op_id)
        return self.ask(context, UNDO.name, {"undoes": op_id}, size)

    def merge(self, context: Context, asked: Merging) -> Merged | str:
        """Merge records: what came of it, or where much belongs to them the id of the job. Raises as `Door.merge`."""
        if self._engine.door.belonging(context, asked) <= MOST_AT_ONCE:
            return self._engine.door.merge(context, asked)
        return self.ask(context, MERGE.name, payload_of(asked), 1)

    def _is_active(self, op_id: str) -> bool:
        with suppress(NotFoundError), reading(self._database) as connection:
            return jobs.is_active(connection, _known_id(op_id))
        return False  # the operations of single requests have ids of another form

    def get(self, context: Context, ident: str) -> Job:
        """One job. Raises NotFoundError where it is not there for the actor."""
        kept = self._kept(context, ident)
        with reading(self._database) as connection:
            undone = undone_among(connection, [ident])
        return self._seen(context, kept, undone)

    def of(self, context: Context, *, everybody: bool = False) -> tuple[Job, ...]:
        """The actor's jobs of the last 30 days, newest first; everybody's for those who may see them."""
        actor = None if everybody and _operates(context) else context.actor.id
        if actor is None and not everybody:
            return ()
        with reading(self._database) as connection:
            found = jobs.kept_of(connection, actor, _MOST_LISTED)
            undone = undone_among(connection, [one.id for one in found])
        return tuple(self._seen(context, one, undone) for one in found)

    def stop(self, context: Context, ident: str) -> None:
        """Cancel a job: what it did stays done. Raises NotFoundError, and ClashError where it cannot be cancelled."""
        kept = self._kept(context, ident)
        ended = kept.state not in _ACTIVE
        if ended or not self._is_operation(kept):
            raise ClashError(msg("It has ended already") if ended else msg("This work cannot be cancelled"))
        run_tx(self._database, lambda connection: jobs.stop(connection, ident, context.now))

    def post(self, kind: str, payload: Mapping[str, Any], now: dt.datetime, actor: str | None = None) -> None:
        """Have a job done that acts in nobody's name; `actor` is who may look at it."""
        asked = Asked(new_id(), self._kinds[kind].name, packed(payload), now, actor)
        run_tx(self._database, lambda connection: jobs.enqueue(connection, asked))

    def retry(self, context: Context, ident: str) -> None:
        """Have a job that failed too often tried anew. Raises NotFoundError, and ClashError where it is none such."""
        self._kept(context, ident)
        if not run_tx(self._database, lambda connection: jobs.retry(connection, _known_id(ident), context.now)):
            raise ClashError(msg("Only work that has failed can be tried again"), code="not_failed")

    def _asked(
        self, context: Context, kind: str, payload: Mapping[str, Any], total: int | None, ident: str | None
    ) -> Asked:
        if context.actor.scope is not None:
            # A job acts with all of the person's rights.
            raise ForbiddenError(msg("A token that is narrowed to some records cannot ask for work in the background"))
        text = packed({**payload, "door": context.door})
        key = _known_id(ident) if ident else new_id()
        return Asked(key, self._kinds[kind].name, text, context.now, context.actor.id, total)

    def _once(self, context: Context, asked: Asked, work: Callable[[Connection], Claim | None]) -> Claim | None:
        """What `work` gives; None where the job is there already, because its form was sent twice."""
        try:
            return run_tx(self._database, work)
        except IntegrityError:
            self._kept(context, asked.id)
            return None

    def _kept(self, context: Context, ident: str) -> Kept:
        with reading(self._database) as connection:
            kept = jobs.kept(connection, _known_id(ident))
        if kept is None or not (_operates(context) or (kept.actor is not None and kept.actor == context.actor.id)):
            raise NotFoundError(_ABSENT)
        return kept

    def _seen(self, context: Context, kept: Kept, undone: frozenset[str]) -> Job:
        payload = unpacked(kept.payload)
        told = json.loads(kept.result) if kept.result else {"counts": {}, "refused": []}
        mine = kept.actor is not None and kept.actor == context.actor.id
        operation, ended = self._is_operation(kept), kept.state not in _ACTIVE
        asked_at = kept.asked_at or kept.run_at
        refused = (Refusal(one["entity"], one["id"], one["code"], one["message"]) for one in told["refused"] if mine)
        fresh = asked_at > context.now - KEPT and kept.id not in undone
        kind = self._kinds.get(kept.kind, HOUSEKEEPING)
        return Job(
            id=kept.id,
            kind=kept.kind,
            title=partial(kind.title, context, payload, kept.total),
            state=kept.state,
            actor=kept.actor,
            asked_at=asked_at,
            finished_at=kept.finished_at,
            done=kept.done,
            failed=kept.failed,
            total=kept.total,
            counts=told["counts"],
            refused=tuple(refused),
            entity=_visible(context, payload.get("entity")),
            mine=mine,
            stopping=kept.stop and not ended,
            stoppable=operation and not ended and not kept.stop,
            undoable=operation and mine and ended and fresh and any(told["counts"].keys() - _NOTHING_DONE),
        )

    def _is_operation(self, kept: Kept) -> bool:
        kind = self._kinds.get(kept.kind)
        return kind is not None and kind.operation


def _known_id(ident: str) -> str:
    try:
        return record_id(ident)
    except ValueRefusedError:
        raise NotFoundError(_ABSENT) from None


def _operates(context: Context) -> bool:
    return OPERATE in policy_for(context.snapshot, context.actor).abilities()


def _visible(context: Context, entity: str | None) -> str | None:
    policy = policy_for(context.snapshot, context.actor)
    return entity if entity in context.snapshot.entities and policy.entity(entity or "").visible else None
