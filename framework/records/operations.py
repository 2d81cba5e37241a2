"""What one request of an actor wrote, as a whole: which records, what became of them, and the way back.

Only what the actor may see of it now leaves here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from framework.permissions import policy_for
from framework.plans import ReadPlan
from framework.plans.predicates import NOTHING
from framework.records.feed import in_present_names, readable_fields
from framework.records.planner import access_to
from framework.records.reader import environment
from framework.records.shape import shape_of
from framework.storage.bulk import rows_of
from framework.storage.select import prepare
from framework.storage.session import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from framework.storage.change import Change
    from framework.storage.engines import Database
    from framework.storage.feed import Placed
    from metadata.snapshot import Field

KEPT = dt.timedelta(days=30)
"""How long an operation can be taken back."""
Key = tuple[str, str]
"""A record: (entity, id)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an operation did to one record, all in all; `back` is what takes it back, with `former` wire values."""

    entity: str
    ident: str
    op: str
    version: int
    back: str
    former: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Which record it is."""
        return self.entity, self.ident


@dataclass(frozen=True, slots=True)
class Present:
    """A record as it is now, as far as the actor sees it."""

    title: str | None
    version: int
    live: bool
    readable: frozenset[str]


def effects(rows: Iterable[Change]) -> list[Effect]:
    """What an operation's rows, newest first, did to each record by themselves, in that order.

    What a deletion took along comes back with it and is no effect of its own.
    """
    by_record: dict[Key, list[Change]] = {}
    for row in rows:
        if row.cause is None:
            by_record.setdefault((row.entity, row.record), []).insert(0, row)
    found = (_effect(key, changes) for key, changes in by_record.items())
    return [one for one in found if one is not None]


def _effect(key: Key, changes: Sequence[Change]) -> Effect | None:
    """All in all; None where the record is again as it was before: absent, or in the bin."""
    first, last = changes[0], changes[-1]
    was_live, is_live = first.op not in {"create", "restore"}, last.op != "delete"
    if not was_live:
        return Effect(*key, first.op, last.version, "delete") if is_live else None
    former: dict[str, Any] = {}
    for one in changes:
        if one.op == "update":
            for name, (old, _) in one.fields.items():
                former.setdefault(name, old)
    if is_live:
        return Effect(*key, "update", last.version, "update", former)
    return Effect(*key, "delete", last.version, "restore", former)


def with_lines(
    connection: Connection, engine: EngineName, context: Context, found: Sequence[Effect], rows: Sequence[Change]
) -> list[Effect]:
    """The effects with what lines held before, those in the bin too: they are written with their record alone.

    `rows` are those of the operation as they stand in the log. One statement for each kind of lines.
    """
    entities = context.snapshot.entities
    told = {
        (row.entity, row.record, name): _idents(pair[0])
        for row in rows
        if row.cause is None
        for name, pair in row.fields.items()
        if entities[row.entity].fields[name].lines is not None
    }
    ends = {(entities[entity].fields[name].linked or "", one) for (entity, _, name), ids in told.items() for one in ids}
    seen = readable_fields(connection, engine, context, ends) if ends else {}
    made = []
    for one in found:
        former = dict(one.former)
        for (entity, ident, name), ids in told.items():
            owner = entities[entity].fields[name]
            if (entity, ident) == one.key and name in former:
                idents = [line for line in ids if (owner.linked or "", line) in seen]
                former[name] = _former_lines(owner, ident, idents, rows) or None
        made.append(replace(one, former=former))
    return made


def _idents(told: object) -> list[str]:
    """The ids in a history's value of lines; it stands there as JSON."""
    return [str(one) for one in told] if isinstance(told, list) else []


def _former_lines(owner: Field, whole: str, idents: Sequence[str], rows: Sequence[Change]) -> list[Any]:
    assert owner.lines is not None  # noqa: S101  (callers look)
    entity, link = owner.lines
    set_by_door = {link, owner.options.get("order")}
    held: dict[str, dict[str, Any]] = {}
    for row in reversed(rows):
        if row.entity == entity and row.cause == whole and row.op == "update":
            for name, (old, _) in row.fields.items():
                if name not in set_by_door:
                    held.setdefault(row.record, {}).setdefault(name, old)
    return [{"id": one, **held[one]} if one in held else one for one in idents]


def named(context: Context, rows: Iterable[Placed]) -> list[Change]:
    """Rows of the log with present names, without those of retired entities."""
    return [one.change for row in rows if (one := in_present_names(context, row)) is not None]


def present(connection: Connection, engine: EngineName, context: Context, keys: Collection[Key]) -> dict[Key, Present]:
    """Records as they are now, in the bin too for those who may delete; without those that the actor does not see."""
    policy = policy_for(context.snapshot, context.actor)
    readable = readable_fields(connection, engine, context, keys)
    by_entity: dict[str, set[str]] = {}
    for entity, ident in readable:
        by_entity.setdefault(entity, set()).add(ident)
    found: dict[Key, Present] = {}
    for entity, ids in by_entity.items():
        states = (False,) if policy.entity(entity).delete == NOTHING else (False, True)
        for binned in states:
            for key, title, version in _titles(connection, engine, context, entity, ids, binned=binned):
                found[key] = Present(title, version, not binned, readable[key])
    return found


def titles(database: Database, context: Context, entity: str, idents: Collection[str]) -> dict[str, str]:
    """The titles of the live records among these that the actor sees, where they see titles, by id."""
    policy = policy_for(context.snapshot, context.actor)
    if not idents or entity not in context.snapshot.entities or not policy.entity(entity).visible:
        return {}
    with reading(database) as connection:
        found = _titles(connection, database.name, context, entity, idents, binned=False)
    return {ident: title or ident for (_, ident), title, _ in found}


def _titles(
    connection: Connection, engine: EngineName, context: Context, entity: str, ids: Collection[str], *, binned: bool
) -> list[tuple[Key, str | None, int]]:
    policy, snapshot = policy_for(context.snapshot, context.actor), context.snapshot
    titled = snapshot.entities[entity].title in policy.entity(entity).readable
    plan = ReadPlan(access_to(policy, entity), ("id", "version"), bin=binned, title=titled)
    prepared = prepare(snapshot, engine, plan)
    shape = shape_of(snapshot, plan, prepared)
    rows = rows_of(connection, snapshot, plan, ids, environment(context, engine, prepared.statement))
    records = (shape.record(row, {}) for row in rows)
    return [((entity, one.id), one.title, one.version) for one in records]


def as_seen(effects: Iterable[Effect], now: Mapping[Key, Present]) -> list[Effect]:
    """The effects on records that the actor sees, with the fields that they read; others are left out."""
    found = []
    for one in effects:
        if one.key in now:
            readable = now[one.key].readable
            former = {name: value for name, value in one.former.items() if name in readable}
            if former or one.op != "update":
                found.append(replace(one, former=former))
    return found
