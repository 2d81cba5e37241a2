"""The records that a field of links of one record names, for lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import NotFoundError
from framework.records.changes import known_id
from framework.records.names import present_field
from framework.records.planner import plan_one, require_entity
from framework.records.reader import read_one
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.context import Context
    from framework.storage.engines import Database


@dataclass(frozen=True, slots=True)
class Ends:
    """The far ends of a field of links, as far as the actor sees them."""

    entity: str
    ids: frozenset[str]


def ends_of(database: Database, context: Context, entity: str, ident: str, field: str) -> Ends:
    """The far ends of a field of links of one record. Raises NotFoundError where the actor sees no such thing."""
    described, rights = require_entity(context, entity)
    name = present_field(described, field)
    far = described.fields[name].linked if name in rights.readable else None
    if far is None:
        raise NotFoundError(msg("There is no such thing, or you may not see it"))
    with reading(database) as connection:
        rows = read_one(connection, database.name, context, plan_one(context, entity, (name,)), known_id(ident))
    return Ends(far, frozenset(rows.records()[0].values[name] or ()))
