"""Gives the records of somebody who leaves to somebody else: one job, one operation, each record refused alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import ForbiddenError
from framework.jobs.kinds import Kind
from framework.jobs.many import ABILITY, matching
from framework.jobs.parts import in_parts, told_of
from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from framework.records.changes import plan_alteration
from framework.records.writer import perform
from i18n.lazy import msg, nmsg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.jobs.kinds import Work
    from framework.jobs.parts import Tell
    from framework.records import Door
    from framework.rules.operand import EngineName
    from i18n.catalog import Translator
    from metadata.snapshot import Entity


def owned_by(door: Door, context: Context, user: str) -> list[tuple[str, str]]:
    """(entity, id) of the records of a person that the actor sees and whose owner they may change.

    Raises ForbiddenError for who may not write many records at once.
    """
    if ABILITY not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("Your roles do not let you write many records at once"))
    return [
        (entity.name, ident)
        for entity in _owned(context)
        for ident in matching(door, context, entity.name, f"owner = '{user}'", None)
    ]


def _owned(context: Context) -> Iterator[Entity]:
    """The entities whose records can be given away; what is private to a person goes with them."""
    policy = policy_for(context.snapshot, context.actor)
    for entity in context.snapshot.entities.values():
        rights = policy.entity(entity.name)
        if entity.owned and not entity.private and rights.update != NOTHING and "owner" in rights.writable:
            yield entity


def _run(work: Work) -> None:
    door, to = work.engine.door, work.payload["to"]
    if "records" not in work.payload:
        found = owned_by(door, work.context(), work.payload["from"])
        work.remember({**work.payload, "records": found}, len(found))

    def write(connection: Connection, engine: EngineName, context: Context, entity: str, ident: str) -> str:
        perform(connection, engine, context, plan_alteration(context, entity, ident, {"owner": to}, None))
        return "updated"

    def do(context: Context, some: Sequence[tuple[str, str]], tell: Tell) -> None:
        door.each_of(context, some, write, lambda connection, found: tell(connection, told_of(some, found)))

    in_parts(work, [(entity, ident) for entity, ident in work.payload["records"]], do)


def _title(_known: Context, _payload: Mapping[str, Any], total: int | None, words: Translator) -> str:
    return words.text(nmsg("Hand over one record", "Hand over %(count)s records", total or 0))


HAND_OVER = Kind("hand_over", _run, title=_title, operation=True)
