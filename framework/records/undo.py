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
from framework.records.deletion import move_again
from framework.records.feed import in_sight
from framework.records.operations import KEPT, as_seen, effects, named, present, with_lines
from framework.records.writer import perform
from framework.storage.change import taken_along
from framework.storage.feed import changes_in, changes_of_some, extent_of, records_in, version_left
from framework.storage.session import reading, run_write, savepoint
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.operations import Effect
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from framework.storage.feed import Placed
    from i18n.lazy import Message

# Of one record an operation may have written more than once.
_MOST_ROWS = 10_000
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
    NotUndoneError where none of its records can be taken back.
    """
    undoing = replace(context, undoes=op_id)

    def work(connection: Connection) -> Undoing:
        _require_own(connection, context, op_id)
        touched = _touched(connection, database.name, undoing, changes_in(connection, [op_id], _MOST_ROWS))
        if not touched:
            raise _absent()
        skipped = tuple(one for one in touched if one.why is not None)
        if len(skipped) == len(touched):
            raise NotUndoneError(msg("None of it can be undone any more"), skipped)
        return Undoing(context.request_id, tuple(one for one in touched if one.why is None), skipped)

    return run_write(database, context.revision, work)


def size_of(database: Database, context: Context, op_id: str) -> int:
    """How many records the actor's own operation wrote. Raises NotFoundError for another's, or one too old."""
    with reading(database) as connection:
        return _require_own(connection, context, op_id)


def records_of(database: Database, op_id: str) -> list[tuple[str, str]]:
    """(table, id) of the records that an operation wrote, in the order in which they are taken back."""
    with reading(database) as connection:
        return records_in(connection, op_id)


def undo_some(
    database: Database,
    context: Context,
    op_id: str,
    records: Sequence[tuple[str, str]],
    also: Callable[[Connection, list[Touched]], None],
) -> list[Touched]:
    """Take back what the operation did to these records, given as (table, id); what the actor sees not is left out.

    `also` does more in the same transaction. Raises NotFoundError as `undo`.
    """
    undoing = replace(context, undoes=op_id)

    def work(connection: Connection) -> list[Touched]:
        _require_own(connection, context, op_id)
        touched = _touched(connection, database.name, undoing, changes_of_some(connection, op_id, records))
        also(connection, touched)
        return touched

    return run_write(database, context.revision, work)


def _require_own(connection: Connection, context: Context, op_id: str) -> int:
    """The number of its records. Raises NotFoundError unless the operation is the actor's and young enough."""
    found = extent_of(connection, op_id)
    if found is None or found.actors != {context.actor.id} or context.actor.id is None:
        raise _absent()
    if found.since < context.now - KEPT:
        raise _absent()
    return found.records


def _touched(connection: Connection, engine: EngineName, context: Context, rows: Sequence[Placed]) -> list[Touched]:
    told = named(context, rows)

    def found_now() -> list[Effect]:
        seen = effects(in_sight(connection, engine, context, told))
        return with_lines(connection, engine, context, seen, told)

    found = found_now()
    now = present(connection, engine, context, {one.key for one in found})

    def taken_back(some: list[Effect]) -> list[Touched]:
        return [_take_back(connection, engine, context, one, now[one.key].title) for one in as_seen(some, now)]

    behind = max((at for at, one in enumerate(found, 1) if one.back == "restore"), default=0)
    touched = taken_back(found[:behind])
    if 0 < behind < len(found):
        # What came back just now may be linked to again.
        found = found_now()
    return [*touched, *taken_back(found[behind:])]


def _take_back(
    connection: Connection, engine: EngineName, context: Context, effect: Effect, title: str | None
) -> Touched:
    touched = Touched(effect.entity, effect.ident, title, effect.back)
    try:
        with clashes(context, effect.entity), savepoint(connection):
            _write(connection, engine, context, effect)
    except RevisionMovedError:
        raise
    except (ConflictError, NotFoundError):
        return replace(touched, code="changed_since", why=_CHANGED)
    except ArmatureError as error:
        why = error.faults[0].message if error.faults else error.detail
        return replace(touched, code=error.error_code, why=why)
    return touched


def _write(connection: Connection, engine: EngineName, context: Context, effect: Effect) -> None:
    entity, ident, version = effect.entity, effect.ident, effect.version
    if effect.back == "delete":
        if effect.op == "restore":
            move_again(connection, context, ident, context.undoes or "")
        perform(connection, engine, context, plan_removal(context, entity, ident, version))
        _require_untouched(connection, context, effect)
        return
    if effect.back == "restore":
        perform(connection, engine, context, plan_restoration(context, entity, ident, version))
        version += 1
    if effect.former:
        perform(connection, engine, context, plan_alteration(context, entity, ident, effect.former, version))


def _require_untouched(connection: Connection, context: Context, effect: Effect) -> None:
    """Raise ClashError where the deletion took along what is not as the operation left it: others' work since."""
    operation = context.undoes or ""
    for one in taken_along(connection, context.snapshot.entities[effect.entity].table, effect.ident):
        if version_left(connection, operation, one.entity, one.record) != one.version - 1:
            message = msg("Other records link to it by now")
            raise ClashError(message, [Fault("", "linked", message)], code="linked")


def _absent() -> NotFoundError:
    return NotFoundError(msg("There is no such operation, or it cannot be undone any more"))
