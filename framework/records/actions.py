"""A person's own operations of the last days, newest first, in words, and whether each can be undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.records.feed import damaged
from framework.records.operations import KEPT, as_seen, effects, named, present
from framework.storage.feed import changes_in, operations_of, undone_among
from framework.storage.session import reading
from i18n.lazy import msg, nmsg

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.records.operations import Effect, Key, Present
    from framework.records.sealed import Seal
    from framework.rules.operand import EngineName
    from framework.storage.change import Change
    from framework.storage.engines import Database
    from framework.storage.feed import Operation
    from i18n.catalog import Translator
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Snapshot

# Rows looked at of one operation; a larger one tells of these, and that there is more.
_MOST_ROWS = 200
MERGE = "merge"
# A request passes over so many pages of which the actor sees nothing any more.
_MOST_PAGES = 5


@dataclass(frozen=True, slots=True)
class Action:
    """One operation as its actor sees it now.

    `counts` are records by what was done; `fields` those changed; `entity`, `ident` and `title` name the
    record where it was a single one (`live` unless in the bin). `whole` is false where only a part was
    looked at. `state` is `undoable`, `undone` or `changed_since`.
    """

    op_id: str
    at: dt.datetime
    door: str
    entity: str
    counts: Mapping[str, int]
    fields: tuple[str, ...]
    ident: str | None
    title: str | None
    live: bool
    whole: bool
    state: str
    until: dt.datetime
    undoes: str | None


@dataclass(frozen=True, slots=True)
class Actions:
    """A page of them, and the cursor to go on with."""

    items: tuple[Action, ...]
    next: str | None


def actions(database: Database, seal: Seal, context: Context, after: str | None, limit: int) -> Actions:
    """The actor's operations that may still be undone by their age, without those of which they see nothing now.

    Raises MalformedError for a damaged cursor.
    """
    before, me = None if after is None else _position(seal, after), context.actor.id
    if me is None:
        return Actions((), None)
    told: list[tuple[int, Action]] = []
    with reading(database) as connection:
        for _ in range(_MOST_PAGES):
            found = operations_of(connection, me, context.now - KEPT, before, limit + 1)
            told += _told(connection, database.name, context, found)
            if len(told) > limit:
                return Actions(tuple(one for _, one in told[:limit]), seal.sealed((0, told[limit - 1][0])))
            if len(found) <= limit:
                return Actions(tuple(one for _, one in told), None)
            before = found[-1].last
    return Actions(tuple(one for _, one in told), seal.sealed((0, before or 0)))


def _told(
    connection: Connection, engine: EngineName, context: Context, operations: Sequence[Operation]
) -> list[tuple[int, Action]]:
    """(place in the log, action) of the operations of which something may be told."""
    ids = [one.id for one in operations]
    by_operation: dict[str, list[Change]] = {one: [] for one in ids}
    for row in named(context, changes_in(connection, ids, _MOST_ROWS)):
        by_operation[row.op_id].append(row)
    done = {ident: effects(rows) for ident, rows in by_operation.items()}
    now = present(connection, engine, context, {one.key for some in done.values() for one in some})
    undone = undone_among(connection, ids)
    found = []
    for one in operations:
        seen = as_seen(done[one.id], now)
        if seen:
            state = "undone" if one.id in undone else _state(seen, now)
            found.append((one.last, _action(one, by_operation[one.id][0], seen, now, state)))
    return found


def _state(seen: Sequence[Effect], now: Mapping[Key, Present]) -> str:
    left = (now[one.key].version == one.version for one in seen)
    return "undoable" if any(left) else "changed_since"


def _action(
    operation: Operation, last: Change, seen: Sequence[Effect], now: Mapping[Key, Present], state: str
) -> Action:
    only = seen[0] if len(seen) == 1 else None
    told = Action(
        op_id=operation.id,
        at=last.at,
        door=last.door,
        entity=seen[0].entity if len({one.entity for one in seen}) == 1 else "",
        counts=Counter(one.op for one in seen),
        fields=tuple(dict.fromkeys(name for one in seen if one.op == "update" for name in one.former)),
        ident=only.ident if only else None,
        title=now[only.key].title if only else None,
        live=bool(only) and now[seen[0].key].live,
        whole=operation.rows <= _MOST_ROWS,
        state=state,
        until=last.at + KEPT,
        undoes=last.undoes,
    )
    return _merge(told, last, seen, now) if last.op == MERGE and (last.entity, last.record) in now else told


def _merge(told: Action, last: Change, seen: Sequence[Effect], now: Mapping[Key, Present]) -> Action:
    """The operation as the merge that it was, by the record that stayed."""
    stayed = now[last.entity, last.record]
    gone = sum(one.op == "delete" and one.entity == last.entity for one in seen)
    return replace(
        told,
        entity=last.entity,
        counts={MERGE: gone + 1},
        ident=last.record,
        title=stayed.title,
        live=stayed.live,
    )


def _position(seal: Seal, cursor: str) -> int:
    try:
        return seal.opened(cursor)[1]
    except ValueError:
        raise damaged() from None


def in_words(snapshot: Snapshot, action: Action, words: Translator) -> str:
    """Say in one line what was done, such as "Deleted contact Anna Berger" or "Changed stage of 3 opportunities"."""
    entity = snapshot.entities.get(action.entity)
    if entity is not None and action.ident is not None:
        return words.text(_of_one(entity, action, words))
    return words.text(_of_several(entity, action, words))


def _of_one(entity: Entity, action: Action, words: Translator) -> Message:
    what, name = words.inside(entity.label), action.title or ""
    if MERGE in action.counts:
        count = action.counts[MERGE]
        what = words.counted(entity.label, entity.label_plural, count)
        return msg("Merged %(count)s %(what)s into %(name)s", count=str(count), what=what, name=name)
    match next(iter(action.counts)):
        case "create":
            return msg("Created %(what)s %(name)s", what=what, name=name)
        case "delete":
            return msg("Deleted %(what)s %(name)s", what=what, name=name)
        case "restore":
            return msg("Restored %(what)s %(name)s", what=what, name=name)
    if len(action.fields) == 1:
        field = words.inside(entity.fields[action.fields[0]].label)
        return msg("Changed %(field)s of %(what)s %(name)s", field=field, what=what, name=name)
    return msg("Changed %(what)s %(name)s", what=what, name=name)


def _of_several(entity: Entity | None, action: Action, words: Translator) -> Message:
    number = sum(action.counts.values())
    count = str(number) if action.whole else f"{number}+"
    if entity is None or len(action.counts) > 1:
        return nmsg("Wrote one record", "Wrote %(count)s records", number, count=count)
    what = words.counted(entity.label, entity.label_plural, number)
    match next(iter(action.counts)):
        case "create":
            return msg("Created %(count)s %(what)s", count=count, what=what)
        case "delete":
            return msg("Deleted %(count)s %(what)s", count=count, what=what)
        case "restore":
            return msg("Restored %(count)s %(what)s", count=count, what=what)
    if len(action.fields) == 1:
        field = words.inside(entity.fields[action.fields[0]].label)
        return msg("Changed %(field)s of %(count)s %(what)s", field=field, count=count, what=what)
    return msg("Changed %(count)s %(what)s", count=count, what=what)
