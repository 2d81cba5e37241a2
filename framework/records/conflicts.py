"""What collides when a record changed since its editor read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import ConflictError, Fault
from framework.records.ends import hidden_ends, without
from framework.records.history import by_present_names, history_value
from framework.storage.change import changes_since
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity


def conflict(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: Entity,
    yours: Mapping[str, Any],
    old: Mapping[str, Any],
    version: int,
) -> ConflictError:
    """The error for a write based on `version`; its faults are fields that both sides changed differently."""
    was: dict[str, object] = {}
    for fields in changes_since(connection, entity.table, old["id"], version):
        for name, (before, _) in by_present_names(context.snapshot, entity, fields).items():
            was.setdefault(name, before)
    hidden = hidden_ends(connection, engine, context, entity, [was, old])
    was |= {name: without(was[name], ends) for name, ends in hidden.items() if name in was}
    old = {**old, **{name: without(old[name], ends) for name, ends in hidden.items()}}
    faults, theirs = [], []
    for name, before in was.items():
        field = entity.fields[name]
        now = history_value(field, old[name])
        message = msg("%(label)s was changed by somebody else", label=field.label)
        if name not in yours:
            if now != before:
                theirs.append(Fault(f"/{name}", "conflict", message, None, before, None, now))
            continue
        mine = history_value(field, yours[name])
        # Of lines the ids say not what they hold, so both have changed them where both have written them.
        if field.lines is not None or mine not in (before, now):
            faults.append(Fault(f"/{name}", "conflict", message, None, before, mine, now))
    return ConflictError(msg("Somebody changed this record meanwhile"), faults, version=old["version"], theirs=theirs)
