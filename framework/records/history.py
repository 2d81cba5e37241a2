"""History rows: what a write of this request leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from framework.fields.base import type_of
from framework.storage.change import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.context import Context
    from metadata.snapshot import Entity, Field


def change_row(
    context: Context,
    entity: str,
    ident: str,
    version: int,
    op: str,
    fields: Mapping[str, Sequence[object]],
    cause: str | None = None,
) -> Change:
    """The history row of one write in this request.

    `fields` maps to [old, new] wire values; `cause` is the record whose deletion took this one along.
    """
    return Change(
        entity,
        ident,
        version,
        op,
        fields,
        context.actor.id,
        context.actor.name,
        context.door,
        context.request_id,
        context.now,
        cause,
    )


def told(entity: Entity, old: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, list[object]]:
    """The `fields` of a history row: [old, new] of what really changed."""
    return {
        name: [history_value(entity.fields[name], old.get(name)), history_value(entity.fields[name], value)]
        for name, value in changed.items()
        if value != old.get(name)
    }


def history_value(field: Field, value: Any) -> object:  # noqa: ANN401
    """A stored value as it stands in history: JSON, in the form of the API."""
    if value is None:
        return None
    convert = type_of(field).wire(field)
    return msgspec.to_builtins(convert(value) if convert else value)
