"""What the server sets on a new record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.fields.base import type_of

if TYPE_CHECKING:
    from framework.context import Context
    from metadata.snapshot import Entity


def system_values(context: Context, entity: Entity, ident: str) -> dict[str, Any]:
    """What the server sets on a new record, and null for every stored field besides."""
    blank = {one.name: type_of(one).at_first(one) for one in entity.fields.values() if not one.computed}
    now, me = context.now, context.actor.id
    stamps = {"created_at": now, "created_by": me, "updated_at": now, "updated_by": me}
    return {**blank, "id": ident, "version": 1, **stamps}
