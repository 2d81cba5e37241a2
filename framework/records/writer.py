"""Carries out ChangePlans inside a transaction: checks, writes, keeps history, reads back.

What is read back is read with the actor's rights, so a record that its writer could not see
afterwards, or could not change again, is refused, and the transaction takes everything back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from framework.permissions import policy_for
from framework.plans import Access, Alteration, ChangePlan, Creation, ReadPlan, Removal, Restoration
from framework.plans.predicates import EVERYTHING, Predicate
from framework.records.conflicts import conflict
from framework.records.defaults import with_defaults
from framework.records.deletion import bring_back, take_along
from framework.records.duplicates import Candidate, refuse_duplicates
from framework.records.ends import check_linked, hidden_ends, kept
from framework.records.files import Taking, check_files
from framework.records.giving import judge_giving
from framework.records.history import change_row, history_value, told
from framework.records.judge import judge
from framework.records.known import Known
from framework.records.lines import apart, ids_of, judged, prepared, store
from framework.records.links import check_ends, check_links
from framework.records.load import settled
from framework.records.locks import lock_first
from framework.records.notices import notify
from framework.records.numbers import next_numbers
from framework.records.parts import hold_wholes, hold_wholes_of, moving, whole_of
from framework.records.planner import access_to, plan_one
from framework.records.reader import Rows, environment, read_one, row_of
from framework.records.shape import stored_getter
from framework.records.stamps import system_values
from framework.storage.bulk import rows_of
from framework.storage.change import append_changes, insert_records, update_record
from framework.storage.figures import hold, holders_in
from framework.storage.select import prepare
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.lines import Lines
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
    made, given_lines = apart(entity, with_defaults(connection, engine, context, entity, plan.values))
    lines = [
        prepared(connection, engine, context, entity.fields[name], plan.ident, given)
        for name, given in given_lines.items()
    ]
    own = {**settled(context, entity, made), **numbers}
    given = {**own, **ids_of(lines)}
    known = Known(connection, engine, context, entity, given)
    _judge(known, entity, given, lines)
    hold_wholes(connection, context, entity, [whole_of(entity, given)])
    hold(connection, context.snapshot, holders_in(context.snapshot, entity.name, [given]))
    check_links(connection, known, given)
    check_linked(connection, known, given)
    check_files(connection, context, entity, Taking(None, given))
    refuse_duplicates(connection, context, entity, Candidate(plan.ident, given, given.keys()))
    values = {**system_values(context, entity, plan.ident), **own}
    with moving(connection, context, entity, [whole_of(entity, given)]):
        insert_records(connection, context.snapshot, entity.name, [values])
        _store(known, entity, plan.ident, lines)
        fields, whole = told(entity, {}, given), whole_of(entity, given)
        append_changes(connection, [change_row(context, entity, plan.ident, 1, "create", fields, whole)])
    judge_giving(connection, context, entity.name, None, values)
    notify(connection, engine, context, entity, values)
    return Written(plan.ident, read_back(connection, engine, context, plan.entity, plan.ident, plan.allowed))


def _alter(connection: Connection, engine: EngineName, context: Context, plan: Alteration) -> Written:
    entity = context.snapshot.entities[plan.entity]
    old = _fetch(connection, engine, context, plan)
    values, given_lines = apart(entity, plan.values)
    given = settled(context, entity, values, old)
    if plan.version is not None and plan.version != old["version"]:
        yours = {**given, **{name: tuple(one.ident for one in some) for name, some in given_lines.items()}}
        raise conflict(connection, engine, context, entity, yours, old, plan.version)
    hidden = hidden_ends(connection, engine, context, entity, [old])
    given = kept(given, old, hidden)
    lines = [
        prepared(
            connection, engine, context, entity.fields[name], plan.ident, some, old[name] or (), hidden.get(name, ())
        )
        for name, some in given_lines.items()
    ]
    changed = {name: value for name, value in {**given, **ids_of(lines)}.items() if value != old[name]}
    if changed or any(one.moves for one in lines):
        known = Known(connection, engine, context, entity, {**old, **changed}, old)
        _judge(known, entity, changed, lines)
        hold(connection, context.snapshot, holders_in(context.snapshot, entity.name, [old, changed]))
        check_links(connection, known, changed)
        check_linked(connection, known, changed)
        check_files(connection, context, entity, Taking(plan.ident, changed, old, plan.absorbed))
        refuse_duplicates(connection, context, entity, Candidate(plan.ident, known.new, changed.keys()))
        with moving(connection, context, entity, [whole_of(entity, old)]):
            _update(
                connection, context, entity, old, {n: v for n, v in changed.items() if entity.fields[n].lines is None}
            )
            _store(known, entity, plan.ident, lines)
            _tell(connection, context, entity, old, "update", {**told(entity, old, changed), **_touched(old, lines)})
        judge_giving(connection, context, entity.name, old, {**old, **changed})
        notify(connection, engine, context, entity, {**old, **changed}, old)
    return Written(plan.ident, read_back(connection, engine, context, plan.entity, plan.ident, plan.allowed))


def _judge(known: Known, entity: Entity, changed: Collection[str], lines: Sequence[Lines]) -> None:
    """Raise InvalidError with all that is wrong with a record and its lines."""
    try:
        judge(known, entity, changed)
    except InvalidError as error:
        for one in lines:
            judged(one)
        raise InvalidError(error.detail, [*error.faults, *(f for one in lines for f in one.faults())]) from None


def _store(known: Known, entity: Entity, ident: str, lines: Sequence[Lines]) -> None:
    """Write the lines, and judge the record once more where its figures are made of them."""
    for one in lines:
        store(one)
    rows = {one.writing.entity.name for one in lines if one.moves}
    figures = tuple(one.name for one in entity.fields.values() if one.of is not None and one.of[0] in rows)
    if figures and entity.rules:
        plan = ReadPlan(Access(entity.name, EVERYTHING), figures, one=True)
        found = _whole(known.connection, known.engine, known.context, plan, ident)
        judge(replace(known, new={**known.new, **(found or {})}, shared=None), entity, ())


def _touched(old: Mapping[str, Any], lines: Sequence[Lines]) -> dict[str, list[object]]:
    """What history tells of the lines: which there were and are, also where only what they hold has changed."""
    return {
        one.owner.name: [history_value(one.owner, value or None) for value in (old[one.owner.name], one.ids)]
        for one in lines
        if one.moves
    }


def _remove(connection: Connection, engine: EngineName, context: Context, plan: Removal) -> Written:
    entity = context.snapshot.entities[plan.entity]
    old = _fetch(connection, engine, context, plan)
    if plan.version is not None and plan.version != old["version"]:
        raise conflict(connection, engine, context, entity, {}, old, plan.version)
    with moving(connection, context, entity, [whole_of(entity, old)]):
        take_along(connection, context, entity, plan.ident)
        _write(connection, context, entity, old, {"deleted_at": context.now, "deleted_by": context.actor.id}, "delete")
    judge_giving(connection, context, entity.name, old, None)
    return Written(plan.ident, None)


def _restore(connection: Connection, engine: EngineName, context: Context, plan: Restoration) -> Written:
    entity = context.snapshot.entities[plan.entity]
    old = _fetch(connection, engine, context, plan)
    if plan.version is not None and plan.version != old["version"]:
        raise conflict(connection, engine, context, entity, {}, old, plan.version)
    hold(connection, context.snapshot, holders_in(context.snapshot, entity.name, [old]))
    check_ends(connection, Known(connection, engine, context, entity, old), old)
    with moving(connection, context, entity, [whole_of(entity, old)]):
        _write(connection, context, entity, old, {"deleted_at": None, "deleted_by": None}, "restore")
        bring_back(connection, context, entity, plan.ident)
    judge_giving(connection, context, entity.name, None, {**old, "deleted_at": None})
    return Written(plan.ident, read_back(connection, engine, context, plan.entity, plan.ident, EVERYTHING))


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


def several_stored(
    connection: Connection, engine: EngineName, context: Context, name: str, idents: Collection[str]
) -> dict[str, dict[str, Any]]:
    """As `stored_values` for many records at once, given and found by canonical id."""
    if not idents:
        return {}
    plan = replace(_whole_plan(context, name), one=False)
    prepared, fields = prepare(context.snapshot, engine, plan), context.snapshot.entities[name].fields
    getters = [(field, stored_getter(fields[field], first, end)) for field, first, end in prepared.slots]
    rows = rows_of(connection, context.snapshot, plan, idents, environment(context, engine, prepared.statement))
    return {found["id"]: found for row in rows for found in [{field: get(row) for field, get in getters}]}


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
    hold_wholes_of(connection, context, context.snapshot.entities[plan.entity], [plan.ident])
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
    _update(connection, context, entity, old, changed)
    _tell(connection, context, entity, old, op, told(entity, old, changed))


def _update(
    connection: Connection, context: Context, entity: Entity, old: Mapping[str, Any], changed: Mapping[str, Any]
) -> None:
    version = old["version"] + 1
    values = {**changed, "version": version, "updated_at": context.now, "updated_by": context.actor.id}
    if not update_record(connection, context.snapshot, entity.name, old["id"], old["version"], values):
        # The row is locked on PostgreSQL and nobody else writes on SQLite; yet a lost update must be impossible.
        raise ConflictError(msg("Somebody changed this record just now"), version=old["version"])


def _tell(
    connection: Connection,
    context: Context,
    entity: Entity,
    old: Mapping[str, Any],
    op: str,
    fields: Mapping[str, Sequence[object]],
) -> None:
    """Add the row of history of a change, behind those of the lines that it changed."""
    whole, version = whole_of(entity, old), old["version"] + 1
    append_changes(connection, [change_row(context, entity, old["id"], version, op, fields, whole)])
