"""History rows: what a write of this request leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.storage.change import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.context import Context


def change_row(
    context: Context, entity: str, ident: str, version: int, op: str, fields: Mapping[str, Sequence[object]]
) -> Change:
    """The history row of one write in this request; `fields` maps to [old, new] wire values."""
    actor = context.actor
    return Change(
        entity, ident, version, op, fields, actor.id, actor.name, context.door, context.request_id, context.now
    )
