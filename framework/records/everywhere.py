"""Search over all entities: what the actor may see, a few records of each, best first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.fields.searched import searched_fields
from framework.permissions import policy_for
from framework.plans import Count, Query
from framework.records.reader import find_rows
from framework.records.searching import sought_of
from framework.storage.search import entities_with
from framework.storage.session import reading
from i18n.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from framework.context import Context
    from framework.permissions import Policy
    from framework.records.record import Record
    from framework.storage.engines import Database
    from metadata.snapshot import Entity

MOST_GROUPS = 8
_MOST_ENTITIES = 200
# Of so many newest ones the best are shown: a title that begins with what is sought beats one that holds it.
_LOOKED_AT = 25


@dataclass(frozen=True, slots=True)
class Found:
    """Records of one entity, best first, and whether there are more."""

    entity: Entity
    records: tuple[Record, ...]
    more: bool


def search(
    database: Database,
    context: Context,
    text: str,
    limit: int,
    more_of: Callable[[Entity], Query],
    only: str | None = None,
) -> tuple[Found, ...]:
    """Records of all entities, or only of one, that hold a text, the entity with the best title first.

    `more_of` is asked which fields come with those of an entity that has any, and what else must hold.

    Raises MalformedError for signs that no text may hold. One statement tells which entities have any, and one
    more reads those of each, so that their number does not grow with the entities of the metadata.
    """
    sought, policy = sought_of(text), policy_for(context.snapshot, context.actor)
    wanted = [one for one in policy.visible_entities() if only in {None, one.name} and _is_searched(policy, one)]
    if sought is None or not wanted:
        return ()
    with reading(database) as connection:
        names = entities_with(connection, database.name, wanted[:_MOST_ENTITIES], sought)
    words = plain(text).split()
    found: list[Found] = []
    for entity in wanted:
        if entity.name in names and len(found) < MOST_GROUPS:
            asked = replace(more_of(entity), search=text, sort=("-id",), limit=max(_LOOKED_AT, limit), count=Count.NONE)
            rows = find_rows(database, context, asked)
            records = sorted(rows.records(), key=lambda record: _rank(record.title, words))
            if records:
                found.append(Found(entity, tuple(records[:limit]), bool(rows.next) or len(records) > limit))
    return tuple(sorted(found, key=lambda one: _rank(one.records[0].title, words)))


def _is_searched(policy: Policy, entity: Entity) -> bool:
    readable = policy.entity(entity.name).readable
    return entity.title in readable and any(field.name in readable for field in searched_fields(entity))


def _rank(title: str | None, words: list[str]) -> tuple[bool, int]:
    """What comes first: titles that begin with the first word, then those in which most words begin one."""
    known = plain(title or "").split()
    begun = sum(any(one.startswith(word) for one in known) for word in words)
    return not (known and known[0].startswith(words[0])), -begun
