"""Who else edits a record just now: told to whoever sees the record, by the names that they may read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from framework.plans import Query
from framework.records.changes import known_id
from framework.records.planner import plan_list, plan_one
from framework.records.reader import page_of, read_one
from framework.storage import presence
from framework.storage.session import reading, run_tx
from metadata.expressions.tree import In, Literal, Path

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.record import Record
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database

# A form tells of itself every twenty seconds; one that was closed is forgotten soon after.
LASTS = dt.timedelta(seconds=50)
_USER = "user"


def editing(database: Database, context: Context, entity: str, ident: str) -> tuple[Record, ...]:
    """The other people who edit a record. Raises NotFoundError where the actor does not see it."""
    with reading(database) as connection:
        table, known = _seen(connection, database.name, context, entity, ident)
        found = presence.editing(connection, table, known, context.now)
        return _people(connection, database.name, context, [one for one in found if one != context.actor.id])


def announce(database: Database, context: Context, entity: str, ident: str) -> None:
    """Tell that the actor edits a record. Raises NotFoundError where the actor does not see it."""
    with reading(database) as connection:
        table, known = _seen(connection, database.name, context, entity, ident)
    person = context.actor.id
    if person is not None:
        until = context.now + LASTS
        run_tx(database, lambda connection: presence.announce(connection, table, known, person, context.now, until))


def _seen(connection: Connection, engine: EngineName, context: Context, entity: str, ident: str) -> tuple[str, str]:
    plan, known = plan_one(context, entity, ("id",)), known_id(ident)
    read_one(connection, engine, context, plan, known)
    return context.snapshot.entities[plan.entity].table, known


def _people(connection: Connection, engine: EngineName, context: Context, idents: list[str]) -> tuple[Record, ...]:
    if not idents:
        return ()
    wanted = In(Path(("id",)), tuple(Literal(one) for one in idents))
    query = Query(_USER, ("id",), wanted)
    return page_of(connection, engine, context, plan_list(context, query), query).records()
