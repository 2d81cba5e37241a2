"""When a field was changed last, by what `sys_change` says of it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from framework.storage import own
from framework.storage.source import Source
from framework.storage.types import Timestamp, among_keys

if TYPE_CHECKING:
    from framework.plans import Access
    from framework.rules.operand import EngineName
    from metadata.snapshot import Snapshot

change = own.change.c


@lru_cache(maxsize=1024)
def prepare_since(snapshot: Snapshot, engine: EngineName, access: Access, field: str) -> Select[Any]:
    """Of live records by id (parameter `ids`): (id, moment of the last change of the field) where there was one."""
    source = Source(snapshot, engine, access, ())
    guard = access.guard(field)
    wanted = among_keys(source.table.c.id, "ids", engine)
    open_ = [] if guard is None else [source.rows(guard)]
    return (
        select(change.record, func.max(change.at, type_=Timestamp()))
        .join_from(source.table, own.change, change.record == source.table.c.id)
        .where(change.entity == source.entity.table, change.op == "update", _names(source, field))
        .where(wanted, *source.conditions(None), *open_)
        .group_by(change.record)
    )


def _names(source: Source, field: str) -> ColumnElement[bool]:
    """Whether a row of the log tells of the field, which it names by its column."""
    column = source.entity.fields[field].column
    if source.engine == "sqlite":
        return func.json_type(change.fields, f"$.{column}").is_not(None)
    has_key: ColumnElement[bool] = cast(change.fields, JSONB).has_key(literal(column))
    return has_key
