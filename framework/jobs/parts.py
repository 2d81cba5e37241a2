"""A job over many records: done in parts, each in a transaction that also says how far the job is.

So no part is done twice, wherever a worker is killed, and no part is done that the person may not do any more.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import RevisionMovedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.errors import ArmatureError
    from framework.jobs.kinds import Work
    from framework.records.bulk import Stored
    from framework.records.operations import Key
    from framework.storage.jobs import Progress
    from i18n.lazy import Message

    Tell = Callable[[Connection, list["Told"]], None]

MOST_AT_ONCE = 200
"""How many records are written while somebody waits, and in one part of a job."""
_MOST_REFUSED = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one record: `what` names it, or `code` and `why` say why it was left as it is."""

    entity: str
    ident: str
    what: str
    code: str = ""
    why: Message | None = None


def refused(entity: str, ident: str, error: ArmatureError) -> Told:
    """A record that was left as it is because of an error; the first fault says most."""
    if error.faults:
        return Told(entity, ident, "refused", error.faults[0].code, error.faults[0].message)
    return Told(entity, ident, "refused", error.error_code, error.detail)


def told_of(records: Sequence[Key], found: Sequence[Stored]) -> list[Told]:
    """What became of records, given as (entity, id), each accepted or refused for itself."""
    return [
        Told(entity, ident, one.what) if one.error is None else refused(entity, ident, one.error)
        for (entity, ident), one in zip(records, found, strict=True)
    ]


def in_parts(work: Work, wanted: Sequence[Any], do: Callable[[Context, Sequence[Any], Tell], None]) -> None:
    """Call `do` for one part after the other, from where the last attempt ended, with the person's present rights.

    `do` calls what it is given in the transaction of the part, with what became of each record.
    """
    while (at := work.progress.done + work.progress.failed) < len(wanted):
        work.require_wanted()
        work.turns.give()
        try:
            _part(work, wanted[at : at + MOST_AT_ONCE], do)
        except RevisionMovedError:
            continue  # the transaction left nothing behind, and the next context is of the new revision


def _part(work: Work, some: Sequence[Any], do: Callable[[Context, Sequence[Any], Tell], None]) -> None:
    context = work.context()
    words = work.engine.runtime.words(context.snapshot).translator(context.locale)
    found: list[Progress] = []

    def tell(connection: Connection, told: list[Told]) -> None:
        # A transaction may be tried again: only the last one counts.
        found[:] = [_further(work.progress, told, words.text)]
        work.tell(connection, found[0])

    do(context, some, tell)
    work.progress = found[0]


def _further(progress: Progress, told: Iterable[Told], text: Callable[[Message], str]) -> Progress:
    before: dict[str, Any] = json.loads(progress.result or '{"counts": {}, "refused": []}')
    counts, failed = Counter(before["counts"]), [one for one in told if one.why is not None]
    counts.update(one.what for one in told if one.why is None)
    lines = [
        {"entity": one.entity, "id": one.ident, "code": one.code, "message": text(one.why)}
        for one in failed
        if one.why is not None
    ]
    result = {"counts": counts, "refused": [*before["refused"], *lines][:_MOST_REFUSED]}
    return replace(
        progress,
        done=counts.total(),
        failed=progress.failed + len(failed),
        result=json.dumps(result, ensure_ascii=False),
    )
