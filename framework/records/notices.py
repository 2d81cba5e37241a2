"""Tells people what concerns them: that a text names them, that something was given to them.

Written in the transaction of what is told of. Whether its owner may see the record is asked when they read it, for a
notification follows the record; so nothing has to be known here of anybody else's rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.fields.link import Pointer
from framework.permissions import policy_for
from framework.records.history import change_row, told
from framework.records.keys import new_id
from framework.records.mentions import people_named, possible_names
from framework.records.planner import plan_list
from framework.records.reader import page_of
from framework.storage.change import append_changes, insert_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity, Field

_NOTIFICATION, _USER = "notification", "user"


def notify(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: Entity,
    new: Mapping[str, Any],
    old: Mapping[str, Any] | None = None,
) -> None:
    """Tell everybody whom a record concerns now and did not before, but for who writes it; `new` is all of it."""
    reasons: dict[str, str] = {}
    for reason, names in entity.notifies.items():
        fields = [entity.fields[name] for name in names if name in entity.fields]
        for person in _concerned(connection, engine, context, fields, new, old or {}):
            reasons.setdefault(person, reason)
    reasons.pop(context.actor.id or "", None)
    if reasons:
        _write(connection, context, entity, new, reasons)


def _concerned(
    connection: Connection,
    engine: EngineName,
    context: Context,
    fields: list[Field],
    new: Mapping[str, Any],
    old: Mapping[str, Any],
) -> list[str]:
    """Give the ids of people whom fields lead to or name now, and did not before."""
    changed = [field for field in fields if new.get(field.name) and new.get(field.name) != old.get(field.name)]
    linked = [str(new[field.name]) for field in changed if field.targets == (_USER,)]
    texts = [field.name for field in changed if not field.targets]
    names = set(possible_names(new[name] for name in texts))
    names -= set(possible_names(old[name] for name in texts if old.get(name)))
    return [*linked, *(_named(connection, engine, context, sorted(names)) if names else ())]


def _named(connection: Connection, engine: EngineName, context: Context, names: list[str]) -> list[str]:
    if not policy_for(context.snapshot, context.actor).entity(_USER).readable >= {"name", "active"}:
        return []
    query = people_named(names)
    plan = plan_list(context, query)
    return [one.id for one in page_of(connection, engine, context, plan, query).records()]


def _write(
    connection: Connection, context: Context, entity: Entity, new: Mapping[str, Any], reasons: Mapping[str, str]
) -> None:
    kind = context.snapshot.entities[_NOTIFICATION]
    source = next((field.name for field in kind.fields.values() if field.only_target == entity.name), None)
    about = new.get(entity.follows) if entity.follows else Pointer(new["id"], entity.name)
    given = {"about": about, **({source: new["id"]} if source else {})}
    rows = [{"owner": person, "reason": reason, **given} for person, reason in sorted(reasons.items())]
    stored = [{**_blank(context, kind), "id": new_id(), **row} for row in rows]
    insert_records(connection, context.snapshot, kind.name, stored)
    append_changes(
        connection,
        [
            change_row(context, kind, one["id"], 1, "create", told(kind, {}, row))
            for one, row in zip(stored, rows, strict=True)
        ],
    )


def _blank(context: Context, entity: Entity) -> dict[str, Any]:
    blank = {field.name: None for field in entity.fields.values() if not field.computed}
    stamps = {"created_at": context.now, "updated_at": context.now}
    return {**blank, "version": 1, **stamps, "created_by": context.actor.id, "updated_by": context.actor.id}
