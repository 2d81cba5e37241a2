"""Since when records have the value that they have in a field: what history tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import ForbiddenError, MalformedError
from framework.permissions import policy_for
from framework.records.changes import known_id
from framework.records.planner import access_to, require_entity, unknown_name
from framework.records.reader import environment
from framework.storage.rows import all_rows
from framework.storage.session import reading
from framework.storage.since import prepare_since
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from framework.context import Context
    from framework.storage.engines import Database


def since(
    database: Database, context: Context, entity: str, field: str, idents: Collection[str]
) -> Mapping[str, dt.datetime]:
    """When each of these records got its present value of a field, by id; one statement.

    A record whose value is the one that it was made with is not there, nor is one that the actor does not see or
    whose field they do not read. Raises as `feed.history`, MalformedError for the field.
    """
    known, rights = require_entity(context, entity)
    policy = policy_for(context.snapshot, context.actor)
    if field not in rights.readable:
        fault = unknown_name(field, rights.readable, "field")
        raise MalformedError(fault.message, [fault], code=fault.code)
    if "view_history" not in policy.abilities():
        raise ForbiddenError(msg("Your roles do not let you see history"))
    if not idents:
        return {}
    statement = prepare_since(context.snapshot, database.name, access_to(policy, known.name), field)
    parameters = {**environment(context, database.name, statement), "ids": [known_id(one) for one in idents]}
    with reading(database) as connection:
        return {row[0]: row[1] for row in all_rows(connection, statement, parameters)}
