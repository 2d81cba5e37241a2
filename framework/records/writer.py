"""Carries out writes: one transaction that checks, writes, keeps history, and reads the answer back.

What is read back inside the transaction is read with the actor's rights, so a record that its
writer could not see afterwards, or could not change again, is refused and nothing is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy.exc import IntegrityError

from framework.errors import ConflictError, Fault, ForbiddenError, InvalidError, NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.key import record_id
from framework.permissions import policy_for
from framework.plans import ReadPlan
from framework.plans.predicates import EVERYTHING, NOTHING, Predicate, all_of
from framework.records.clashes import clash_error
from framework.records.defaults import with_defaults
from framework.records.deletion import take_along
from framework.records.history import change_row
from framework.records.judge import judge
from framework.records.keys import new_id
from framework.records.known import Known, for_record
from framework.records.load import load_values
from framework.records.planner import access_to, plan_one, require_entity
from framework.records.reader import Rows, environment, read_one
from framework.storage.change import (
    append_changes,
    changes_since,
    insert_records,
    keep_answer,
    kept_answer,
    update_record,
)
from framework.storage.rows import first_row
from framework.storage.select import prepare
from framework.storage.session import run_write
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from metadata.snapshot import Entity, Field

_T = TypeVar("_T")
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Written:
    """The record after a write: raw rows, or the answer that was kept for its idempotency key."""

    id: str
    rows: Rows | None
    kept: bytes | None = None


def create(
    database: Database, context: Context, name: str, given: Mapping[str, Any], key: str | None = None
) -> Written:
    """Create a record from wire values; with an idempotency key once, however often it is called.

    Raises NotFoundError, ForbiddenError, InvalidError, ClashError; RevisionMovedError when the
    caller has to take a new context and call again.
    """
    entity, rights = require_entity(context, name)
    if rights.create == NOTHING:
        raise ForbiddenError(msg("You may not create records here"))
    _check_key(key)
    ident, values = _with_id(given)
    stored = load_values(context.snapshot, entity, rights, values, creating=True)
    stored = with_defaults(database.name, context, entity, stored)
    request = _hash_of(name, given) if key else ""

    def work(connection: Connection) -> Written:
        if key and (kept := _kept(connection, context, key, request)):
            return kept
        known = Known(connection, database.name, context, entity, stored)
        judge(known, entity, stored)
        _check_links(connection, known, stored)
        insert_records(connection, context.snapshot, name, [_system_values(context, entity, ident) | stored])
        told = {
            field: [None, _wire(entity.fields[field], value)] for field, value in stored.items() if value is not None
        }
        append_changes(connection, [change_row(context, name, ident, 1, "create", told)])
        rows = _read_back(connection, database.name, context, name, ident, rights.create)
        return _keep(connection, context, key, request, Written(ident, rows))

    return _guarded(database, context, entity, work)


def update(
    database: Database, context: Context, name: str, ident: str, given: Mapping[str, Any], version: int | None
) -> Written:
    """Change fields of a record that still has `version`; any version where that is None.

    Raises as `create`, and ConflictError with what collides when the record changed meanwhile.
    """
    entity, rights = require_entity(context, name)
    ident = known_id(ident)
    stored = load_values(context.snapshot, entity, rights, given, creating=False)
    rows_allowed = all_of((rights.update, *(rights.writes[field] for field in stored if field in rights.writes)))

    def work(connection: Connection) -> Written:
        old = _fetch(connection, database.name, context, entity, ident, rows_allowed)
        if version is not None and version != old["version"]:
            raise _conflict(connection, entity, ident, stored, old, version)
        changed = {field: value for field, value in stored.items() if value != old[field]}
        if changed:
            known = Known(connection, database.name, context, entity, {**old, **changed}, old)
            judge(known, entity, changed)
            _check_links(connection, known, changed)
            _write(connection, context, entity, ident, old, changed, "update")
        rows = _read_back(connection, database.name, context, name, ident, rows_allowed)
        return Written(ident, rows)

    return _guarded(database, context, entity, work)


def delete(database: Database, context: Context, name: str, ident: str, version: int | None) -> None:
    """Move a record to the recycle bin, with what its deletion takes along.

    Raises as `update`; ClashError where a link to the record forbids it.
    """
    entity, rights = require_entity(context, name)
    ident = known_id(ident)

    def work(connection: Connection) -> None:
        old = _fetch(connection, database.name, context, entity, ident, rights.delete)
        if version is not None and version != old["version"]:
            raise _conflict(connection, entity, ident, {}, old, version)
        take_along(connection, context, entity, ident)
        gone = {"deleted_at": context.now, "deleted_by": context.actor.id}
        _write(connection, context, entity, ident, old, gone, "delete")

    _guarded(database, context, entity, work)


def restore(database: Database, context: Context, name: str, ident: str) -> Written:
    """Take a record back from the recycle bin. Raises as `update`."""
    entity, rights = require_entity(context, name)
    ident = known_id(ident)

    def work(connection: Connection) -> Written:
        old = _fetch(connection, database.name, context, entity, ident, rights.delete, bin_=True)
        links = {field.name: old[field.name] for field in _links(entity) if old[field.name] is not None}
        _check_links(connection, Known(connection, database.name, context, entity, old), links)
        _write(connection, context, entity, ident, old, {"deleted_at": None, "deleted_by": None}, "restore")
        return Written(ident, _read_back(connection, database.name, context, name, ident, EVERYTHING))

    return _guarded(database, context, entity, work)


_INVALID = msg("Some values are not valid")


def _guarded(database: Database, context: Context, entity: Entity, work: Callable[[Connection], _T]) -> _T:
    try:
        return run_write(database, context.revision, work)
    except IntegrityError as error:
        raise clash_error(entity, error) from error


def _check_key(key: str | None) -> None:
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        message = msg("An idempotency key is a printable text of at most %(most)s characters", most=_LONGEST_KEY)
        raise InvalidError(message, [Fault("", "idempotency_key", message)])


def _with_id(given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    if "id" not in given:
        return new_id(), given
    try:
        return record_id(given["id"]), {name: value for name, value in given.items() if name != "id"}
    except ValueRefusedError as error:
        raise InvalidError(_INVALID, [Fault("/id", error.code, error.message, error.hint)]) from None


def known_id(ident: str) -> str:
    """The canonical id; a text that is no id names no record."""
    try:
        return record_id(ident)
    except ValueRefusedError:
        raise NotFoundError(msg("There is no such record, or you may not see it")) from None


def _hash_of(entity: str, given: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode([entity, given], order="sorted", enc_hook=str)).hexdigest()


def _kept(connection: Connection, context: Context, key: str, request: str) -> Written | None:
    found = kept_answer(connection, _person(context), key)
    if found is None:
        return None
    before, record, answer = found
    if before != request:
        message = msg("This idempotency key was used for another request")
        raise InvalidError(message, [Fault("", "idempotency_key", message)], code="idempotency_key")
    return Written(record, None, answer.encode())


def _keep(connection: Connection, context: Context, key: str | None, request: str, written: Written) -> Written:
    if key is None or written.rows is None:
        return written
    answer = msgspec.json.encode(written.rows.wire()[0])
    keep_answer(
        connection,
        actor=_person(context),
        key=key,
        request=request,
        record=written.id,
        answer=answer.decode(),
        at=context.now,
    )
    return written


def _person(context: Context) -> str:
    return context.actor.id or f"system:{context.actor.name}"


def _system_values(context: Context, entity: Entity, ident: str) -> dict[str, Any]:
    """What the server sets on a new record, and null for every stored field besides."""
    blank = {field.name: None for field in entity.fields.values() if not field.computed}
    now, me = context.now, context.actor.id
    return {
        **blank,
        "id": ident,
        "version": 1,
        "created_at": now,
        "created_by": me,
        "updated_at": now,
        "updated_by": me,
    }


def _links(entity: Entity) -> list[Field]:
    return [field for field in entity.fields.values() if field.targets and not field.system]


def _check_links(connection: Connection, known: Known, values: Mapping[str, Any]) -> None:
    """Every given link points at a live record that the actor sees, and that the link's filter lets in.

    Unseen is refused like absent.
    """
    context, policy = known.context, policy_for(known.context.snapshot, known.context.actor)
    faults = []
    for field in _links(known.entity):
        target = values.get(field.name)
        if target is None or (target == context.actor.id and field.targets == ("user",)):
            continue
        condition = None if field.link_filter is None else for_record(field.link_filter, known)
        plan = ReadPlan(access_to(policy, field.targets[0]), ("id",), filter=condition, one=True)
        prepared = prepare(context.snapshot, known.engine, plan)
        parameters = {**environment(context, known.engine), "id": target}
        if first_row(connection, prepared.statement, parameters) is None:
            message = msg("There is no such record, or you may not choose it here")
            faults.append(Fault(f"/{field.name}", "link", message))
    if faults:
        raise InvalidError(_INVALID, faults)


def _fetch(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: Entity,
    ident: str,
    allowed: Predicate,
    *,
    bin_: bool = False,
) -> dict[str, Any]:
    """The stored values of a record, locked until the end of the transaction.

    Raises NotFoundError where the actor does not see it, ForbiddenError where it is not among the
    rows that the right covers.
    """
    policy = policy_for(context.snapshot, context.actor)
    # The whole row is needed to judge the change; what of it leaves is decided when it is read back.
    access = replace(access_to(policy, entity.name), guards=())
    fields = tuple(field.name for field in entity.fields.values() if not field.computed)
    plan = ReadPlan(access, fields, one=True, lock=True, extra=allowed, bin=bin_)
    prepared = prepare(context.snapshot, engine, plan)
    row = first_row(connection, prepared.statement, {**environment(context, engine), "id": ident})
    if row is None:
        raise NotFoundError(msg("There is no such record, or you may not see it"))
    if not row[prepared.extra]:
        raise ForbiddenError(msg("You may see this record but not change it so"))
    return {
        name: row[first] if end - first == 1 else None if row[first] is None else tuple(row[first:end])
        for name, first, end in prepared.slots
    }


def _write(
    connection: Connection,
    context: Context,
    entity: Entity,
    ident: str,
    old: Mapping[str, Any],
    changed: Mapping[str, Any],
    op: str,
) -> None:
    version = old["version"] + 1
    values = {**changed, "version": version, "updated_at": context.now, "updated_by": context.actor.id}
    if not update_record(connection, context.snapshot, entity.name, ident, old["version"], values):
        # The row is locked on PostgreSQL and nobody else writes on SQLite; yet a lost update must be impossible.
        raise ConflictError(msg("Somebody changed this record just now"), version=old["version"])
    told = {
        field: [_wire(entity.fields[field], old[field]), _wire(entity.fields[field], value)]
        for field, value in changed.items()
    }
    append_changes(connection, [change_row(context, entity.name, ident, version, op, told)])


def _wire(field: Field, value: Any) -> object:  # noqa: ANN401
    """A stored value as it stands in history: JSON, in the form of the API."""
    if value is None:
        return None
    convert = type_of(field).wire(field)
    return msgspec.to_builtins(convert(value) if convert else value)


def _read_back(
    connection: Connection, engine: EngineName, context: Context, name: str, ident: str, allowed: Predicate
) -> Rows:
    plan = replace(plan_one(context, name, None), extra=allowed)
    try:
        rows = read_one(connection, engine, context, plan, ident)
    except NotFoundError:
        raise ForbiddenError(msg("You would not see this record afterwards"), code="out_of_reach") from None
    prepared = prepare(context.snapshot, engine, plan)
    if not rows.rows[0][prepared.extra]:
        raise ForbiddenError(msg("You could not change this record afterwards"), code="out_of_reach")
    return rows


def _conflict(
    connection: Connection, entity: Entity, ident: str, yours: Mapping[str, Any], old: Mapping[str, Any], version: int
) -> ConflictError:
    """What collides: fields that both sides changed since `version`, to different values."""
    was: dict[str, object] = {}
    for fields in changes_since(connection, entity.name, ident, version):
        for name, (before, _) in fields.items():
            was.setdefault(name, before)
    faults = []
    for name, before in was.items():
        if name not in yours:
            continue
        mine, theirs = _wire(entity.fields[name], yours[name]), _wire(entity.fields[name], old[name])
        if mine not in (before, theirs):
            message = msg("%(label)s was changed by somebody else", label=entity.fields[name].label)
            faults.append(Fault(f"/{name}", "conflict", message, None, before, mine, theirs))
    return ConflictError(msg("Somebody changed this record meanwhile"), faults, version=old["version"])
