"""How many records hold what a narrower field would no longer accept: they keep it, but cannot be saved so."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, literal, select

from framework.fields.base import ColumnKind, type_of
from framework.fields.limits import is_relative
from framework.publishing.counts import live_entity, old_addresses
from framework.storage.tables import entity_table
from metadata.diff import ChangeKind, narrowed_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.fields.base import Column
    from metadata.diff import Change
    from metadata.snapshot import Field, Snapshot


def records_offending(
    connection: Connection, changes: Sequence[Change], live: Snapshot | None
) -> dict[tuple[str, str], int]:
    """(Address of a field, narrowed key) → live records that do not fit. One statement for each table."""
    if live is None:
        return {}
    wanted: dict[str, dict[tuple[str, str], ColumnElement[bool]]] = defaultdict(dict)
    old_names = old_addresses(changes)
    for change in changes:
        if change.kind not in {ChangeKind.CHANGED, ChangeKind.RENAMED} or "/fields/" not in change.address:
            continue
        entity, _, rest = live_entity(change, live, old_names)
        field = entity.fields.get(rest[1]) if entity else None
        if entity is None or field is None or not type_of(field).columns(field):
            continue
        column = entity_table(live, entity.name).main(field.name)
        for key in narrowed_keys(change.before, change.after):
            condition = _offends(field, column, key, change.after[key])
            if condition is not None:
                wanted[entity.name][change.address, key] = condition
    found: dict[tuple[str, str], int] = {}
    for name, conditions in wanted.items():
        table = entity_table(live, name).table
        counts = (func.count().filter(condition) for condition in conditions.values())
        row = connection.execute(select(*counts).select_from(table).where(table.c.deleted_at.is_(None))).one()
        found |= dict(zip(conditions, row, strict=True))
    return found


def _offends(field: Field, column: ColumnElement[Any], key: str, limit: Any) -> ColumnElement[bool] | None:  # noqa: ANN401
    """When a stored value breaks the limit; None for what only a look at each value could tell."""
    if key == "required":
        return column.is_(None)
    if key in {"max_length", "min_length"}:
        return _beyond(func.length(column), literal(limit), upper=key == "max_length")
    kept = type_of(field).main_column(field)
    read = _LIMITS.get(kept.kind)
    bound = None if key not in {"max", "min"} or read is None else read(limit, kept, key)
    if bound is None:
        return None
    return _beyond(column, literal(bound, column.type), upper=key == "max")


def _beyond(value: ColumnElement[Any], limit: ColumnElement[Any], *, upper: bool) -> ColumnElement[bool]:
    return value > limit if upper else value < limit


def _number(limit: Any, kept: Column, key: str) -> Decimal:  # noqa: ANN401
    """The limit with the column's places, on the side that decides alike, and within its digits."""
    unit = Decimal(1).scaleb(-(kept.scale or 0))
    most = Decimal(10) ** ((kept.precision or 0) - (kept.scale or 0)) - unit
    exact = Decimal(str(limit)).quantize(unit, ROUND_FLOOR if key == "max" else ROUND_CEILING)
    return max(-most, min(exact, most))


def _day(limit: Any, _kept: Column, _key: str) -> dt.date | None:  # noqa: ANN401
    return None if is_relative(limit) else dt.date.fromisoformat(limit)


def _moment(limit: Any, _kept: Column, _key: str) -> dt.datetime | None:  # noqa: ANN401
    return None if is_relative(limit) else dt.datetime.fromisoformat(limit)


def _whole(limit: Any, _kept: Column, _key: str) -> int:  # noqa: ANN401
    return int(limit)


def _time(limit: Any, _kept: Column, _key: str) -> dt.time:  # noqa: ANN401
    return dt.time.fromisoformat(limit)


_LIMITS: Mapping[ColumnKind, Callable[[Any, Column, str], Any]] = {
    ColumnKind.INTEGER: _whole,
    ColumnKind.DECIMAL: _number,
    ColumnKind.DATE: _day,
    ColumnKind.TIMESTAMP: _moment,
    ColumnKind.TIME: _time,
}
