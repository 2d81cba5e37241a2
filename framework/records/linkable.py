"""Records to which a link may lead, as its filter says for the record that is being written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from framework.permissions import policy_for
from framework.records.changes import known_id
from framework.records.defaults import Seen
from framework.records.env import env_of
from framework.records.known import Memory, for_record
from framework.records.load import loaded_of
from framework.records.planner import plan_list, plan_one, reached_by, require_entity
from framework.records.reader import page_of, read_one, to_page
from framework.storage.session import reading
from metadata.expressions.typed import conjunction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from framework.plans import Query
    from framework.records.record import Page
    from framework.storage.engines import Database


def linkable(
    database: Database,
    context: Context,
    name: str,
    field: str,
    given: Mapping[str, Any],
    ident: str | None,
    query: Query,
) -> Page:
    """Those records of a query that the filter of a link lets in under these wire values (`ident`: of a stored record).

    What the actor may not read of the record counts as blank, so that nothing of it is told by what is offered.
    """
    entity, rights = require_entity(context, name)
    condition = entity.fields[field].link_filter
    plan = plan_list(context, replace(query, among=None if query.among is None else frozenset()))
    with reading(database) as connection:
        values: dict[str, Any] = {}
        if ident is not None:
            readable = tuple(one for one in entity.fields if one in rights.readable and not one.startswith("deleted_"))
            stored = plan_one(context, entity.name, readable)
            (record,) = read_one(connection, database.name, context, stored, known_id(ident)).records()
            values = dict(record.values)
        values |= dict.fromkeys(given) | loaded_of(context, entity, given)
        if condition is not None:
            seen = Seen(connection, database.name, context, entity, values, None, Memory(env_of(context)))
            parts = [one for one in (plan.filter, for_record(condition, seen)) if one is not None]
            reached = reached_by(policy_for(context.snapshot, context.actor), parts)
            more = tuple(one for one in reached if one not in plan.reached)
            plan = replace(plan, filter=conjunction(parts), reached=(*plan.reached, *more))
        return to_page(page_of(connection, database.name, context, plan, query), None)
