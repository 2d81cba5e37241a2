"""One and the same write for each of many records, in one transaction: each is accepted or refused alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import ArmatureError, RevisionMovedError
from framework.records.bulk import Stored
from framework.records.changes import plan_removal
from framework.records.clashes import clashes
from framework.records.planner import require_entity
from framework.records.writer import perform
from framework.storage.session import run_write, savepoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database

    Write = Callable[[Connection, EngineName, Context, str, str], str]
    """(connection, engine, context, entity, id) → what became of the record."""
    Also = Callable[[Connection, list[Stored]], None]


def each(
    database: Database, context: Context, entity: str, idents: Sequence[str], write: Write, also: Also
) -> list[Stored]:
    """Write every record; outcomes in their order. `also` does more in the same transaction.

    Raises NotFoundError for an entity that is not for the actor.
    """
    return each_of(database, context, [(entity, ident) for ident in idents], write, also)


def each_of(
    database: Database, context: Context, records: Sequence[tuple[str, str]], write: Write, also: Also
) -> list[Stored]:
    """As `each`, for records of several entities, given as (entity, id)."""
    names = {entity: require_entity(context, entity)[0].name for entity, _ in records}

    def work(connection: Connection) -> list[Stored]:
        outcomes = [_one(connection, database.name, context, names[entity], ident, write) for entity, ident in records]
        also(connection, outcomes)
        return outcomes

    return run_write(database, context.revision, work)


def removed(connection: Connection, engine: EngineName, context: Context, entity: str, ident: str) -> str:
    """Move a record to the recycle bin, whatever version it has."""
    perform(connection, engine, context, plan_removal(context, entity, ident, None))
    return "deleted"


def _one(connection: Connection, engine: EngineName, context: Context, entity: str, ident: str, write: Write) -> Stored:
    try:
        with clashes(context, entity), savepoint(connection):
            return Stored(ident, write(connection, engine, context, entity, ident))
    except RevisionMovedError:
        raise
    except ArmatureError as error:
        return Stored(ident, error=error)
