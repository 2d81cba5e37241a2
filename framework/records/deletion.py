"""What moving a record to the bin does to the records that link to it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from framework.errors import ClashError, Fault
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.records.history import by_present_names, change_row, entity_of_log
from framework.storage.change import append_changes, brought_about, taken_along, update_record
from framework.storage.links import pointing_at
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.storage.change import TakenAlong
    from metadata.snapshot import Entity, Snapshot

_DEEPEST = 20


def take_along(connection: Connection, context: Context, entity: Entity, ident: str) -> None:
    """Clear or delete what links to a record about to be deleted.

    Raises ClashError where a link restricts the deletion; the caller's transaction undoes the rest.
    """
    _take_along(connection, context, entity, ident, root=ident, depth=0)


def bring_back(connection: Connection, context: Context, entity: Entity, ident: str) -> None:
    """Undo what the last deletion of a record did to others.

    Raises ClashError where one of them was changed since, for then it is no longer ours to undo.
    """
    there = _There(connection, context.snapshot)
    for one in taken_along(connection, entity.table, ident):
        other = entity_of_log(context.snapshot, one.entity)
        if other is None:
            continue  # its entity was retired meanwhile
        if one.op == "update" and _moved(one):
            _move_back(there, context, other, one, ident)
        elif not _change(connection, context, _way_back(context.snapshot, other, one), ident):
            message = (
                msg("A %(label)s that was deleted with it was changed since", label=other.label)
                if _is_known(context, other)
                else msg("A record that was deleted with it was changed since")
            )
            raise ClashError(message, [Fault("", "changed_since", message)], code="changed_since")


def move_again(connection: Connection, context: Context, ident: str, operation: str) -> None:
    """Give away once more what came back with a record by an operation that is undone: it had been merged before."""
    there = _There(connection, context.snapshot)
    for one in brought_about(connection, operation, ident):
        other = entity_of_log(context.snapshot, one.entity)
        if other is not None and one.op == "update" and any(before is not None for before, _ in one.fields.values()):
            _move_back(there, context, other, one, ident)


def _moved(one: TakenAlong) -> bool:
    """Whether the record was given to another one with which the deleted one was merged."""
    return any(after is not None for _, after in one.fields.values())


@dataclass(slots=True)
class _There:
    """What links to the records with which the deleted one was merged, asked once for each."""

    connection: Connection
    snapshot: Snapshot
    known: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)

    def version(self, entity: str, link: str, target: str, ident: str) -> int | None:
        """The present version of a record if its link still names the target."""
        key = entity, link, target
        if key not in self.known:
            self.known[key] = dict(pointing_at(self.connection, self.snapshot, *key))
        return self.known[key].get(ident)


def _move_back(there: _There, context: Context, entity: Entity, one: TakenAlong, cause: str) -> None:
    """Let what was moved lead back, whatever changed of it since; what was moved on meanwhile stays there."""
    for link, (_, after) in by_present_names(context.snapshot, entity, one.fields).items():
        target = after["id"] if isinstance(after, dict) else str(after)
        version = there.version(entity.name, link, target, one.record)
        if version is not None:
            back = _way_back(context.snapshot, entity, replace(one, version=version))
            _change(there.connection, context, back, cause)


def _take_along(connection: Connection, context: Context, entity: Entity, ident: str, *, root: str, depth: int) -> None:
    for name, link in entity.links_in:
        other = context.snapshot.entities[name]
        rule = other.fields[link].options.get("on_delete", "restrict")
        found = pointing_at(connection, context.snapshot, name, link, ident, at_most=1 if rule == "restrict" else None)
        if found and (rule == "restrict" or depth > _DEEPEST):
            message = (
                msg("%(label)s records link to it", label=other.label)
                if _is_known(context, other)
                else msg("Records that you may not see link to it")
            )
            raise ClashError(message, [Fault("", "linked", message)], code="linked")
        for far, version in found:
            if rule == "cascade":
                _take_along(connection, context, other, far, root=root, depth=depth + 1)
                gone = {"deleted_at": context.now, "deleted_by": context.actor.id}
                _change(connection, context, _Effect(other, far, version, "delete", gone), root)
            else:
                cleared = _Effect(other, far, version, "update", {link: None}, {link: [ident, None]})
                _change(connection, context, cleared, root)


def _is_known(context: Context, entity: Entity) -> bool:
    """Whether the actor knows that there is such an entity, so that its name may be said."""
    return policy_for(context.snapshot, context.actor).entity(entity.name).visible


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a deletion does to one other record; `told` is what its history says."""

    entity: Entity
    ident: str
    version: int
    op: str
    values: Mapping[str, object]
    told: Mapping[str, Sequence[object]] = field(default_factory=dict)


def _way_back(snapshot: Snapshot, entity: Entity, one: TakenAlong) -> _Effect:
    """What undoes an effect of a deletion: a record comes back, or links that were cleared lead on again."""
    if one.op == "delete":
        return _Effect(entity, one.record, one.version, "restore", {"deleted_at": None, "deleted_by": None})
    cleared = by_present_names(snapshot, entity, one.fields)
    values = {
        name: type_of(entity.fields[name]).load(entity.fields[name], before) for name, (before, _) in cleared.items()
    }
    return _Effect(
        entity, one.record, one.version, "update", values, {n: [new, old] for n, (old, new) in cleared.items()}
    )


def _change(connection: Connection, context: Context, effect: _Effect, cause: str) -> bool:
    """Write the effect with its history row; whether the record still had the version."""
    name, following = effect.entity.name, effect.version + 1
    stamped = {**effect.values, "version": following, "updated_at": context.now, "updated_by": context.actor.id}
    done = update_record(connection, context.snapshot, name, effect.ident, effect.version, stamped)
    if done:
        row = change_row(context, effect.entity, effect.ident, following, effect.op, effect.told, cause)
        append_changes(connection, [row])
    return done
