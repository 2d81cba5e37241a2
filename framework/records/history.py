"""History rows: what a write of this request leaves behind.

The log names entities and fields by their identities (table and column), so that a rename loses no
history, and a field that comes back under an old name does not show the values of the former one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from framework.fields.base import type_of
from framework.storage.change import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.context import Context
    from metadata.snapshot import Entity, Field, Snapshot

_T = TypeVar("_T")


def change_row(
    context: Context,
    entity: Entity,
    ident: str,
    version: int,
    op: str,
    fields: Mapping[str, Sequence[object]],
    cause: str | None = None,
) -> Change:
    """The history row of one write in this request.

    `fields` maps names to [old, new] wire values; `cause` is the record whose deletion took this one along.
    """
    return Change(
        entity.table,
        ident,
        version,
        op,
        {entity.fields[name].column: pair for name, pair in fields.items()},
        context.actor.id,
        context.actor.name,
        context.door,
        context.request_id,
        context.now,
        cause,
        context.undoes,
    )


def entity_of_log(snapshot: Snapshot, table: str) -> Entity | None:
    """The entity that a row of the log is about; None where it is retired."""
    name = _names(snapshot).get(table)
    return None if name is None else snapshot.entities[name]


def by_present_names(snapshot: Snapshot, entity: Entity, fields: Mapping[str, _T]) -> dict[str, _T]:
    """The fields of a row of the log by their present names, without those that are gone."""
    names = _field_names(snapshot, entity.name)
    return {names[column]: pair for column, pair in fields.items() if column in names}


@lru_cache(maxsize=8)
def _names(snapshot: Snapshot) -> Mapping[str, str]:
    return {entity.table: entity.name for entity in snapshot.entities.values()}


@lru_cache(maxsize=4096)
def _field_names(snapshot: Snapshot, entity: str) -> Mapping[str, str]:
    return {field.column: field.name for field in snapshot.entities[entity].fields.values() if not field.computed}


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
