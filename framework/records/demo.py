"""The records that came as demo data: which of them are left, and taking them away.

They were written as one operation, `DEMO`, so the log knows them, whatever people did with them since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import ArmatureError, ClashError, Fault, NotFoundError, RevisionMovedError
from framework.records.bulk import Stored
from framework.records.clashes import clashes
from framework.records.each import removed
from framework.records.history import entity_of_log
from framework.records.operations import present
from framework.storage.change import taken_along
from framework.storage.feed import records_in
from framework.storage.session import reading, run_write, savepoint
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.operations import Key
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database

DEMO = "demo"
"""The operation that all demo records of an installation were made by."""


def demo_left(database: Database, context: Context) -> list[Key]:
    """(entity, id) of the live demo records that the actor sees, in the order in which they can go."""
    with reading(database) as connection:
        named = [
            (entity.name, ident)
            for table, ident in records_in(connection, DEMO)
            if (entity := entity_of_log(context.snapshot, table)) is not None
        ]
        now = present(connection, database.name, context, set(named))
    return [key for key in named if key in now and now[key].live]


def remove_demo(
    database: Database, context: Context, records: Sequence[Key], also: Callable[[Connection, list[Stored]], None]
) -> list[Stored]:
    """Move demo records to the recycle bin, each for itself; outcomes in their order.

    What real records link to is refused, for a demo record takes no work of people along. `also` does more in the
    same transaction.
    """

    def work(connection: Connection) -> list[Stored]:
        demo = frozenset(records_in(connection, DEMO))
        outcomes = [_one(connection, database.name, context, key, demo) for key in records]
        also(connection, outcomes)
        return outcomes

    return run_write(database, context.revision, work)


def _one(
    connection: Connection, engine: EngineName, context: Context, key: Key, demo: frozenset[tuple[str, str]]
) -> Stored:
    entity, ident = key
    try:
        with clashes(context, entity), savepoint(connection):
            what = removed(connection, engine, context, entity, ident)
            _require_demo_alone(connection, context, key, demo)
            return Stored(ident, what)
    except RevisionMovedError:
        raise
    except NotFoundError:
        return Stored(ident, "deleted")  # another one took it along
    except ArmatureError as error:
        return Stored(ident, error=error)


def _require_demo_alone(connection: Connection, context: Context, key: Key, demo: frozenset[tuple[str, str]]) -> None:
    """Raise ClashError where the deletion of a demo record cleared or took along what is none."""
    entity, ident = key
    for one in taken_along(connection, context.snapshot.entities[entity].table, ident):
        if (one.entity, one.record) not in demo:
            message = msg("Records of your own link to it")
            raise ClashError(message, [Fault("", "linked", message)], code="linked")
