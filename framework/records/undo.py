"""Takes one operation back: each record that still is as the operation left it becomes what it was before.

Nothing is written here but by the plans of any other write, so the actor's present rights and all
rules hold; and what is written is an operation of its own, which can be taken back in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.errors import ArmatureError, ClashError, ConflictError, Fault, NotFoundError, RevisionMovedError
from framework.records.changes import plan_alteration, plan_removal, plan_restoration
from framework.records.clashes import clashes
from framework.records.operations import (
    KEPT,
    MOST_RECORDS,
    as_seen,
    effects,
    named,
    present,
    versions_left,
)
from framework.records.writer import perform
from framework.storage.change import taken_along
from framework.storage.feed import changes_in
from framework.storage.session import run_write, savepoint
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.operations import Effect, Key
    from framework.rules.operand import EngineName
    from framework.storage.change import Change
    from framework.storage.engines import Database
    from i18n.lazy import Message

# What deletions took along stands beside the records of the operation itself.
_MOST_ROWS = 10 * MOST_RECORDS
_CHANGED = msg("It was changed since")


@dataclass(frozen=True, slots=True)
class Touched:
    """A record of the operation: what undoing did to it, or why it was left as it is (`code`, `why`)."""

    entity: str
    ident: str
    title: str | None
    did: str
    code: str = ""
    why: Message | None = None


@dataclass(frozen=True, slots=True)
class Undoing:
    """What came of undoing: the operation that it is itself, what it took back, and what it left as it is."""

    op_id: str
    undone: tuple[Touched, ...]
    skipped: tuple[Touched, ...]


class NotUndoneError(ClashError):
    """None of an operation's records can be taken back; `skipped` says why not, for each."""

    code = "not_undone"
    title = msg("It cannot be undone")

    def __init__(self, detail: Message, skipped: Sequence[Touched] = ()) -> None:
        """Keep the records, and a fault for each."""
        faults = [Fault(f"/{one.entity}/{one.ident}", one.code, one.why) for one in skipped if one.why is not None]
        super().__init__(detail, faults)
        self.skipped = tuple(skipped)


def undo(database: Database, context: Context, op_id: str) -> Undoing:
    """Take back the operation in one transaction, as far as nobody changed its records since.

    Raises NotFoundError for one that is not the actor's, is too old, or of which they see nothing now;
    NotUndoneError where none of its records can be taken back, or they are too many.
    """
    undoing = replace(context, undoes=op_id)
    return run_write(database, context.revision, lambda connection: _undo(connection, database.name, undoing, op_id))


def _undo(connection: Connection, engine: EngineName, context: Context, op_id: str) -> Undoing:
    rows = _own_rows(connection, context, op_id)
    found = effects(rows)
    now = present(connection, engine, context, {one.key for one in found})
    visible = as_seen(found, now)
    if not visible:
        raise _absent()
    if len(visible) > MOST_RECORDS:
        raise NotUndoneError(
            msg("It wrote more than %(most)s records, which cannot be undone at once", most=MOST_RECORDS)
        )
    left = versions_left(rows)
    touched = [_take_back(connection, engine, context, one, now[one.key].title, left) for one in visible]
    skipped = tuple(one for one in touched if one.why is not None)
    if len(skipped) == len(touched):
        raise NotUndoneError(msg("None of it can be undone any more"), skipped)
    return Undoing(context.request_id, tuple(one for one in touched if one.why is None), skipped)


def _own_rows(connection: Connection, context: Context, op_id: str) -> list[Change]:
    """The rows of the actor's own operation, newest first, by present names."""
    rows = changes_in(connection, [op_id], _MOST_ROWS)
    me, since = context.actor.id, context.now - KEPT
    if not rows or any(row.change.actor != me or row.change.at < since for row in rows) or me is None:
        raise _absent()
    return named(context, rows)


def _take_back(
    connection: Connection,
    engine: EngineName,
    context: Context,
    effect: Effect,
    title: str | None,
    left: Mapping[Key, int],
) -> Touched:
    touched = Touched(effect.entity, effect.ident, title, effect.back)
    try:
        with clashes(context, effect.entity), savepoint(connection):
            _write(connection, engine, context, effect, left)
    except RevisionMovedError:
        raise
    except (ConflictError, NotFoundError):
        return replace(touched, code="changed_since", why=_CHANGED)
    except ArmatureError as error:
        why = error.faults[0].message if error.faults else error.detail
        return replace(touched, code=error.error_code, why=why)
    return touched


def _write(
    connection: Connection, engine: EngineName, context: Context, effect: Effect, left: Mapping[Key, int]
) -> None:
    entity, ident, version = effect.entity, effect.ident, effect.version
    if effect.back == "delete":
        perform(connection, engine, context, plan_removal(context, entity, ident, version))
        _require_own(connection, context, effect, left)
        return
    if effect.back == "restore":
        perform(connection, engine, context, plan_restoration(context, entity, ident, version))
        version += 1
    if effect.former:
        perform(connection, engine, context, plan_alteration(context, entity, ident, effect.former, version))


def _require_own(connection: Connection, context: Context, effect: Effect, left: Mapping[Key, int]) -> None:
    """Raise ClashError where the deletion took along what is not as the operation left it: others' work since."""
    tables = {context.snapshot.entities[entity].table: entity for entity, _ in left}
    for one in taken_along(connection, context.snapshot.entities[effect.entity].table, effect.ident):
        known = left.get((tables.get(one.entity, ""), one.record))
        if known != one.version - 1:
            message = msg("Other records link to it by now")
            raise ClashError(message, [Fault("", "linked", message)], code="linked")


def _absent() -> NotFoundError:
    return NotFoundError(msg("There is no such operation, or it cannot be undone any more"))
