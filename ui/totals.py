"""Figures over all records that a list has, for its foot: sums per currency, averages, first and last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.plans import AggregateQuery
from i18n.formats import Money
from i18n.lazy import msg
from ui.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from framework.plans import Query
    from i18n.lazy import Message
    from metadata.snapshot import Field
    from ui.asked import Asked

_WORDS = {
    "sum": msg("Sum of %(field)s"),
    "avg": msg("Average of %(field)s"),
    "min": msg("Lowest %(field)s"),
    "max": msg("Highest %(field)s"),
}
_FINEST_AVERAGE = 2


@dataclass(frozen=True, slots=True)
class Total:
    """One figure in words; money has one amount per currency."""

    label: str
    amounts: tuple[Money, ...]


def has_totals(asked: Asked) -> bool:
    """Whether a column of the screen asks for a figure."""
    columns = asked.screen.options.get("columns", ())
    return any(not isinstance(column, str) and column.get("footer") in _WORDS for column in columns)


def totals_of(asked: Asked, columns: Sequence[Any], query: Query) -> tuple[Total, ...]:
    """Give the figures that the columns of a list ask for, of what the actor may read."""
    wanted = {
        column["field"]: column["footer"] for column in columns if not isinstance(column, str) and "footer" in column
    }
    fields = [field for field in asked.readable(wanted) if wanted[field.name] in _WORDS]
    plain = [field for field in fields if not _mixed(field)]
    found = {field.name: _per_currency(asked, field, wanted[field.name], query) for field in fields if _mixed(field)}
    if plain:
        measures = tuple(f"{wanted[field.name]}({field.name})" for field in plain)
        row = services().door.aggregate(asked.context, _asked(query, measures, ()))[0]
        found |= {
            field.name: tuple(_amounts(asked, field, wanted[field.name], [row[measure]]))
            for field, measure in zip(plain, measures, strict=True)
        }
    return tuple(
        Total(asked.text(_worded(asked, field, wanted[field.name])), found[field.name])
        for field in fields
        if found[field.name]
    )


def _worded(asked: Asked, field: Field, function: str) -> Message:
    return msg(_WORDS[function].msgid, field=asked.inside(field.label))


def _mixed(field: Field) -> bool:
    """Whether each record has its own currency."""
    return shown_type(field).cell == "money" and "currency" not in field.options


def _per_currency(asked: Asked, field: Field, function: str, query: Query) -> tuple[Money, ...]:
    measure, group = f"{function}({field.name})", f"{field.name}.currency"
    rows = services().door.aggregate(asked.context, _asked(query, (measure,), (group,)))
    given = [{"amount": row[measure], "currency": row[group]} for row in rows if row[group]]
    return tuple(_amounts(asked, field, function, given))


def _asked(query: Query, measures: tuple[str, ...], groups: tuple[str, ...]) -> AggregateQuery:
    return AggregateQuery(query.entity, groups, measures, query.filter, query.search)


def _amounts(asked: Asked, field: Field, function: str, values: Iterable[Any]) -> Iterable[Money]:
    formats = asked.reader.formats
    for value in values:
        if value is None:
            continue
        if isinstance(value, dict):
            yield formats.money(_rounded(Decimal(value["amount"]), function), value["currency"])
        elif shown_type(field).cell in {"date", "datetime"}:
            yield Money("", formats.date(dt.date.fromisoformat(value[:10]), asked.context.today), sign_first=False)
        else:
            sign = "%" if shown_type(field).cell == "percent" else field.options.get("unit", "")
            figure = formats.number(_rounded(Decimal(value), function), grouped=field.options.get("grouping", True))
            yield Money(sign, figure, sign_first=False)


def _rounded(value: Decimal, function: str) -> Decimal:
    """Cut the endless places of an average; what was summed is exact and stays so."""
    return round(value, _FINEST_AVERAGE).normalize() if function == "avg" else value
