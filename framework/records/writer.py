"""Carries out ChangePlans inside a transaction: checks, writes, keeps history, reads back.

What is read back is read with the actor's rights, so a record that its writer could not see
afterwards, or could not change again, is refused, and the transaction takes everything back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import ConflictError, ForbiddenError, NotFoundError
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.plans import Alteration, ChangePlan, Creation, ReadPlan, Removal, Restoration
from framework.plans.predicates import EVERYTHING, Predicate
from framework.records.conflicts import conflict
from framework.records.defaults import with_defaults
from framework.records.deletion import bring_back, take_along
from framework.records.ends import check_linked, hidden_ends, kept
from framework.records.files import Taking, check_files
from framework.records.history import change_row, told
from framework.records.judge import judge
from framework.records.known import Known
from framework.records.links import check_ends, check_links
from framework.records.load import settled
from framework.records.locks import lock_first
from framework.records.notices import notify
from framework.records.numbers import next_numbers
from framework.records.planner import access_to, plan_one
from framework.records.reader import Rows, read_one, row_of
from framework.records.shape import stored_getter
from framework.storage.change import append_changes, insert_records, update_record
from framework.storage.figures import hold, holders_in
from framework.storage.select import prepare
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity


@dataclass(frozen=True, slots=True)
class Written:
    """A record after a write; no rows when it went to the bin."""

    id: str
    rows: Rows | None


def perform(connection: Connection, engine: EngineName, context: Context, plan: ChangePlan) -> Written:
    """Carry out a plan in the caller's transaction.

    Raises NotFoundError, ForbiddenError, InvalidError, ConflictError, ClashError; whatever was done
    before is undone with the transaction.
    """
    match plan:
        case Creation():
            return _create(connection, engine, context, plan)
        case Alteration():
            return _alter(connection, engine, context, plan)
        case Removal():
            return _remove(connection, engine, context, plan)
        case Restoration():
            return _restore(connection, engine, context, plan)


def _create(connection: Connection, engine: EngineName, context: Context, plan: Creation) -> Written:
    entity = context.snapshot.entities[plan.entity]
    (numbers,) = next_numbers(connection, context, entity)
    made = with_defaults(connection, engine, context, entity, plan.values)
    given = {**settled(context, entity, made), **numbers}
    known = Known(connection, engine, context, entity, given)
    judge(known, entity, given)
    hold(connection, context.snapshot, holders_in(context.snapshot, entity.name, [given]))
    check_links(connection, known, given)
    check_linked(connection, known, given)
    check_files(connection, context, entity, Taking(None, given))
    values = {**system_values(context, entity, plan.ident), **given}
    insert_records(connection, context.snapshot, entity.name, [values])
    append_changes(connection, [change_row(context, entity, plan.ident, 1, "create", told(entity, {}, given))])
    notify(connection, engine, context, entity, values)
    return Written(plan.ident, read_back(connection, engine, context, plan.entity, plan.ident, plan.allowed))


def _alter(connection: Connection, engine: EngineName, context: Context, plan: Alteration) -> Written:
    entity = context.snapshot.entities[plan.entity]
    old = _fetch(connection, engine, context, plan)
    given = settled(context, entity, plan.values, old)
    if plan.version is not None and plan.version != old["version"]:
        raise conflict(connection, engine, context, entity, given, old, plan.version)
    given = kept(given, old, hidden_ends(connection, engine, context, entity, [old]))
    changed = {name: value for name, value in given.items() if value != old[name]}
    if changed:
        known = Known(connection, engine, context, entity, {**old, **changed}, old)
        judge(known, entity, changed)
        hold(connection, context.snapshot, holders_in(context.snapshot, entity.name, [old, changed]))
        check_links(connection, known, changed)
        check_linked(connection, known, changed)
        check_files(connection, context, entity, Taking(plan.ident, changed, old))
        _write(connection, context, entity, old, changed, "update")
        notify(connection, engine, context, entity, {**old, **changed}, old)
    return Written(plan.ident, read_back(connection, engine, context, plan.entity, plan.ident, plan.allowed))


def _remove(connection: Connection, engine: EngineName, context: Context, plan: Removal) -> Written:
    entity = context.snapshot.entities[plan.entity]
    old = _fetch(connection, engine, context, plan)
    if plan.version is not None and plan.version != old["version"]:
        raise conflict(connection, engine, context, entity, {}, old, plan.version)
    take_along(connection, context, entity, plan.ident)
    _write(connection, context, entity, old, {"deleted_at": context.now, "deleted_by": context.actor.id}, "delete")
    return Written(plan.ident, None)


def _restore(connection: Connection, engine: EngineName, context: Context, plan: Restoration) -> Written:
    entity = context.snapshot.entities[plan.entity]
    old = _fetch(connection, engine, context, plan)
    if plan.version is not None and plan.version != old["version"]:
        raise conflict(connection, engine, context, entity, {}, old, plan.version)
    hold(connection, context.snapshot, holders_in(context.snapshot, entity.name, [old]))
    check_ends(connection, Known(connection, engine, context, entity, old), old)
    _write(connection, context, entity, old, {"deleted_at": None, "deleted_by": None}, "restore")
    bring_back(connection, context, entity, plan.ident)
    return Written(plan.ident, read_back(connection, engine, context, plan.entity, plan.ident, EVERYTHING))


def system_values(context: Context, entity: Entity, ident: str) -> dict[str, Any]:
    """What the server sets on a new record, and null for every stored field besides."""
    blank = {one.name: type_of(one).at_first(one) for one in entity.fields.values() if not one.computed}
    now, me = context.now, context.actor.id
    stamps = {"created_at": now, "created_by": me, "updated_at": now, "updated_by": me}
    return {**blank, "id": ident, "version": 1, **stamps}


def read_back(
    connection: Connection, engine: EngineName, context: Context, name: str, ident: str, allowed: Predicate
) -> Rows:
    """The record as the actor sees it now. Raises ForbiddenError where it is out of the actor's reach."""
    plan = plan_one(context, name, None)
    if allowed != EVERYTHING:
        plan = replace(plan, extra=allowed)
    try:
        rows = read_one(connection, engine, context, plan, ident)
    except NotFoundError:
        raise ForbiddenError(msg("You would not see this record afterwards"), code="out_of_reach") from None
    if allowed != EVERYTHING and not rows.rows[0][prepare(context.snapshot, engine, plan).extra]:
        raise ForbiddenError(msg("You could not change this record afterwards"), code="out_of_reach")
    return rows


def stored_values(
    connection: Connection, engine: EngineName, context: Context, name: str, ident: str
) -> dict[str, Any] | None:
    """All stored values of a live record that the actor sees, None where there is none.

    They are for judging a change, whatever fields the actor may read; none of them leaves by here.
    """
    return _whole(connection, engine, context, _whole_plan(context, name), ident)


def locked_values(
    connection: Connection, engine: EngineName, context: Context, name: str, ident: str
) -> dict[str, Any]:
    """As `stored_values`, and nobody else writes the record until the end of the transaction. Raises NotFoundError."""
    found = _whole(connection, engine, context, replace(_whole_plan(context, name), lock=True), ident)
    if found is None:
        raise NotFoundError(msg("There is no such record, or you may not see it"))
    return found


def _fetch(
    connection: Connection, engine: EngineName, context: Context, plan: Alteration | Removal | Restoration
) -> dict[str, Any]:
    """The stored values of a record, locked until the end of the transaction.

    Raises NotFoundError where the actor does not see it, ForbiddenError where it is not among the
    rows that the right covers.
    """
    bin_ = isinstance(plan, Restoration)
    wanted = replace(_whole_plan(context, plan.entity), lock=True, extra=plan.allowed, bin=bin_)
    lock_first(connection, engine, context, wanted, [plan.ident])
    found = _whole(connection, engine, context, wanted, plan.ident)
    if found is None:
        raise NotFoundError(msg("There is no such record, or you may not see it"))
    if not found.pop(_ALLOWED):
        raise ForbiddenError(msg("You may see this record but not change it so"))
    return found


_ALLOWED = ""  # no field has this name


def _whole_plan(context: Context, name: str) -> ReadPlan:
    entity, policy = context.snapshot.entities[name], policy_for(context.snapshot, context.actor)
    # The whole row is needed to judge the change; what of it leaves is decided when it is read back.
    access = replace(access_to(policy, name), guards=())
    return ReadPlan(access, tuple(field.name for field in entity.fields.values() if not field.computed), one=True)


def _whole(
    connection: Connection, engine: EngineName, context: Context, plan: ReadPlan, ident: str
) -> dict[str, Any] | None:
    prepared, row = row_of(connection, engine, context, plan, ident)
    if row is None:
        return None
    fields = context.snapshot.entities[plan.entity].fields
    found = {name: stored_getter(fields[name], first, end)(row) for name, first, end in prepared.slots}
    return found if plan.extra is None else {**found, _ALLOWED: bool(row[prepared.extra])}


def _write(
    connection: Connection,
    context: Context,
    entity: Entity,
    old: Mapping[str, Any],
    changed: Mapping[str, Any],
    op: str,
) -> None:
    version = old["version"] + 1
    values = {**changed, "version": version, "updated_at": context.now, "updated_by": context.actor.id}
    if not update_record(connection, context.snapshot, entity.name, old["id"], old["version"], values):
        # The row is locked on PostgreSQL and nobody else writes on SQLite; yet a lost update must be impossible.
        raise ConflictError(msg("Somebody changed this record just now"), version=old["version"])
    fields = told(entity, old, changed)
    append_changes(connection, [change_row(context, entity, old["id"], version, op, fields)])
