"""What moving a record to the bin does to the records that link to it, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import ClashError, Fault
from framework.records.history import change_row
from framework.storage.change import append_changes, update_record
from framework.storage.links import pointing_at
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from metadata.snapshot import Entity

_DEEPEST = 20


def take_along(connection: Connection, context: Context, entity: Entity, ident: str, depth: int = 0) -> None:
    """Clear or delete what links to a record about to be deleted.

    Raises ClashError where a link restricts the deletion; the caller's transaction undoes the rest.
    """
    for name, link in entity.links_in:
        other = context.snapshot.entities[name]
        field = other.fields[link]
        rule = field.options.get("on_delete", "restrict")
        found = pointing_at(connection, context.snapshot, name, link, ident, at_most=1 if rule == "restrict" else None)
        if found and (rule == "restrict" or depth > _DEEPEST):
            message = msg("%(label)s records link to it", label=other.label)
            raise ClashError(message, [Fault("", "linked", message)], code="linked")
        for far, version in found:
            if rule == "cascade":
                take_along(connection, context, other, far, depth + 1)
                gone = {"deleted_at": context.now, "deleted_by": context.actor.id}
                _change(connection, context, other, far, version, gone, {}, "delete")
            else:
                _change(connection, context, other, far, version, {link: None}, {link: [ident, None]}, "update")


def _change(
    connection: Connection,
    context: Context,
    entity: Entity,
    ident: str,
    version: int,
    values: Mapping[str, object],
    told: Mapping[str, Sequence[object]],
    op: str,
) -> None:
    stamped = {**values, "version": version + 1, "updated_at": context.now, "updated_by": context.actor.id}
    update_record(connection, context.snapshot, entity.name, ident, version, stamped)
    append_changes(connection, [change_row(context, entity.name, ident, version + 1, op, told)])
