"""Values that a new record gets where its maker gave none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.fields.base import type_of
from framework.records.env import env_of
from framework.records.known import Known, Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity


def with_defaults(
    engine: EngineName, context: Context, entity: Entity, stored: Mapping[str, Any], memory: Memory | None = None
) -> dict[str, Any]:
    """The values with those of the defaults that nobody gave; a given null stays null."""
    found = dict(stored)
    for field in entity.fields.values():
        if field.name in found or field.computed or field.system:
            continue
        if field.default_expression is not None:
            memory = memory or Memory(env_of(context))
            value = Known(None, engine, context, entity, found, None, memory).made(field, field.default_expression)
        elif field.default is not None:
            value = type_of(field).load(field, field.default)
        else:
            continue
        if value is not None:
            found[field.name] = value
    return found
