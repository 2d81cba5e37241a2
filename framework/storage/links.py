"""Statements about links into a record: who points at it?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from framework.storage.tables import entity_table
from framework.storage.types import Key

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from metadata.snapshot import Snapshot


def pointing_at(
    connection: Connection, snapshot: Snapshot, entity: str, field: str, ident: str, *, at_most: int | None = None
) -> list[tuple[str, int]]:
    """(id, version) of live records of `entity` whose link `field` names the record."""
    statement = _pointing(snapshot, entity, field)
    if at_most is not None:
        statement = statement.limit(at_most)
    return [(row.id, row.version) for row in connection.execute(statement, {"target": ident})]


@lru_cache(maxsize=2048)
def _pointing(snapshot: Snapshot, entity: str, field: str) -> Select[Any]:
    mapped = entity_table(snapshot, entity)
    table = mapped.table
    return (
        select(table.c.id, table.c.version)
        .where(mapped.main(field) == bindparam("target", type_=Key()), table.c.deleted_at.is_(None))
        .order_by(table.c.id)
    )


def led_to(connection: Connection, snapshot: Snapshot, entity: str, link: str, idents: Collection[str]) -> set[str]:
    """The records to which a link of these leads, in the bin too."""
    table = entity_table(snapshot, entity)
    column = table.main(link)
    statement = select(column).where(table.table.c.id.in_(list(idents)), column.is_not(None))
    return {str(one) for one in connection.execute(statement).scalars()}
