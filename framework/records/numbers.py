"""Automatic numbers of new records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.fields.auto_number import AutoNumber, next_text, period
from framework.storage.sequences import take_numbers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from framework.context import Context
    from metadata.snapshot import Entity


def next_numbers(connection: Connection, context: Context, entity: Entity, count: int = 1) -> list[dict[str, str]]:
    """For each of `count` new records, the texts of its automatic numbers by field."""
    found: list[dict[str, str]] = [{} for _ in range(count)]
    for field in entity.fields.values():
        if isinstance(field.type, AutoNumber):
            within = period(field.options.get("reset", "never"), context.today)
            first = take_numbers(connection, entity.name, field.column, within, count)
            for place, texts in enumerate(found):
                texts[field.name] = next_text(field.options["pattern"], first + place, context.today)
    return found
