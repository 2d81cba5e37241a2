"""Changing or deleting many records: one job, one operation, each record accepted or refused alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import ForbiddenError, TooLargeError
from framework.jobs.kinds import Kind
from framework.jobs.parts import in_parts, told_of
from framework.permissions import policy_for
from framework.plans import Query
from framework.plans.predicates import NOTHING
from framework.records.bulk import Row
from framework.records.changes import plan_alteration
from framework.records.each import removed
from framework.records.keys import new_id
from framework.records.planner import require_entity
from framework.records.runs import require_action, run
from i18n.lazy import msg, nmsg
from metadata.expressions import MAX_NODES_IN_REQUEST, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.jobs.kinds import Work
    from framework.jobs.parts import Tell, Told
    from framework.records import Door
    from framework.records.bulk import Stored
    from framework.rules.operand import EngineName
    from i18n.catalog import Translator
    from metadata.snapshot import Action

ABILITY = "bulk_edit"
MOST_RECORDS = 100_000
"""How many records one job may be about."""
_PAGE = 200


def require_change(context: Context, entity: str, values: Mapping[str, Any]) -> None:
    """Raise what refuses these wire values for every record alike, before anything is written."""
    _require_ability(context)
    plan_alteration(context, entity, new_id(), values, None)


def require_removal(context: Context, entity: str) -> None:
    """Raise ForbiddenError for who may not delete any of the records, or not many at once."""
    _require_ability(context)
    if require_entity(context, entity)[1].delete == NOTHING:
        raise ForbiddenError(msg("You may not delete records here"))


def require_run(context: Context, entity: str, name: str) -> Action:
    """The action, for who may do it with many records. Raises NotFoundError, ForbiddenError."""
    _, action = require_action(context, entity, name)
    _require_ability(context)
    return action


def _require_ability(context: Context) -> None:
    if ABILITY not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("Your roles do not let you write many records at once"))


def idents_of(work: Work) -> list[str]:
    """The records that the job is about: those named, or those that match now, which are kept for all attempts."""
    payload = work.payload
    if "ids" not in payload:
        found = matching(work.engine.door, work.context(), payload["entity"], payload["filter"], payload["search"])
        work.remember({**payload, "ids": found}, len(found))
    return list(work.payload["ids"])


def matching(
    door: Door, context: Context, entity: str, condition: str | None, search: str | None, most: int = MOST_RECORDS
) -> list[str]:
    """The ids of the records that a list shows under a filter and a search.

    Raises TooLargeError where more than `most` match.
    """
    node = parse(condition, max_nodes=MAX_NODES_IN_REQUEST) if condition else None
    query = Query(entity, ("id",), node, ("id",), _PAGE, search=search)
    found: list[str] = []
    while True:
        page = door.rows(context, query)
        found += [record.id for record in page.records()]
        if len(found) > most:
            raise TooLargeError(msg("More than %(most)s records match; narrow the list", most=most))
        if page.next is None:
            return found
        query = Query(entity, ("id",), node, ("id",), _PAGE, page.next, search=search)


def _change(work: Work) -> None:
    entity, values = work.payload["entity"], work.payload["values"]

    def do(context: Context, some: Sequence[str], tell: Tell) -> None:
        rows = [Row(values, ident) for ident in some]
        work.engine.door.write_many(context, entity, rows, also=lambda c, found: tell(c, _told(entity, some, found)))

    in_parts(work, idents_of(work), do)


def _delete(work: Work) -> None:
    entity = work.payload["entity"]

    def do(context: Context, some: Sequence[str], tell: Tell) -> None:
        work.engine.door.each(context, entity, some, removed, lambda c, found: tell(c, _told(entity, some, found)))

    in_parts(work, idents_of(work), do)


def _run(work: Work) -> None:
    entity, name, inputs = work.payload["entity"], work.payload["action"], work.payload["inputs"]

    def write(connection: Connection, engine: EngineName, context: Context, entity: str, ident: str) -> str:
        run(connection, engine, context, entity, ident, name, inputs)
        return "run"

    def do(context: Context, some: Sequence[str], tell: Tell) -> None:
        work.engine.door.each(context, entity, some, write, lambda c, found: tell(c, _told(entity, some, found)))

    in_parts(work, idents_of(work), do)


def _told(entity: str, idents: Sequence[str], found: Sequence[Stored]) -> list[Told]:
    return told_of([(entity, ident) for ident in idents], found)


def _title_of_change(known: Context, payload: Mapping[str, Any], total: int | None, words: Translator) -> str:
    count = total or 0
    what = _what(known, payload, count, words)
    if what is None:
        return words.text(nmsg("Change one record", "Change %(count)s records", count))
    fields = known.snapshot.entities[payload["entity"]].fields
    readable = policy_for(known.snapshot, known.actor).entity(payload["entity"]).readable
    named = [words.inside(fields[name].label) for name in payload["values"] if name in fields and name in readable]
    if len(named) == 1 == len(payload["values"]):
        return words.text(msg("Change %(field)s of %(count)s %(what)s", field=named[0], count=count, what=what))
    return words.text(msg("Change %(count)s %(what)s", count=count, what=what))


def _title_of_removal(known: Context, payload: Mapping[str, Any], total: int | None, words: Translator) -> str:
    count = total or 0
    what = _what(known, payload, count, words)
    if what is None:
        return words.text(nmsg("Delete one record", "Delete %(count)s records", count))
    return words.text(msg("Delete %(count)s %(what)s", count=count, what=what))


def _title_of_run(known: Context, payload: Mapping[str, Any], total: int | None, words: Translator) -> str:
    count = total or 0
    what = _what(known, payload, count, words)
    if what is None:
        return words.text(nmsg("Change one record", "Change %(count)s records", count))
    action = known.snapshot.entities[payload["entity"]].actions.get(payload["action"])
    label = words.text(action.label) if action else payload["action"]
    return words.text(msg("%(action)s: %(count)s %(what)s", action=label, count=count, what=what))


def _what(known: Context, payload: Mapping[str, Any], count: int, words: Translator) -> str | None:
    """The name of so many records, for who may know that there are such."""
    entity = known.snapshot.entities.get(payload["entity"])
    if entity is None or not policy_for(known.snapshot, known.actor).entity(entity.name).visible:
        return None
    return words.counted(entity.label, entity.label_plural, count)


CHANGE = Kind("change_records", _change, title=_title_of_change, operation=True)
RUN = Kind("run_action", _run, title=_title_of_run, operation=True)
DELETE = Kind("delete_records", _delete, title=_title_of_removal, operation=True)
