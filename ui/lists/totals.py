"""Figures over all records that a list has, for its foot: sums per currency, averages, first and last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.fields.duration import span_of
from framework.plans import AggregateQuery
from i18n.formats import Money
from i18n.lazy import msg
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.plans import Query
    from i18n.lazy import Message
    from metadata.snapshot import Field
    from ui.page.asked import Asked

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


def has_totals(columns: Sequence[Any]) -> bool:
    """Whether a column asks for a figure."""
    return any(not isinstance(column, str) and column.get("footer") in _WORDS for column in columns)


def totals_of(asked: Asked, columns: Sequence[Any], query: Query) -> tuple[Total, ...]:
    """Give the figures that the columns of a list ask for, of what the actor may read."""
    return totals_by(asked, columns, query, ()).get(None, ())


def totals_by(
    asked: Asked, columns: Sequence[Any], query: Query, group: tuple[str, ...]
) -> dict[Any, tuple[Total, ...]]:
    """Give the same per wire value of the one field in `group`; all together under None where there is none."""
    wanted = {
        column["field"]: column["footer"] for column in columns if not isinstance(column, str) and "footer" in column
    }
    fields = [field for field in asked.readable(wanted) if _makes_sense(field, wanted[field.name])]
    found: dict[Any, dict[str, tuple[Money, ...]]] = {}
    for field in fields:
        if is_mixed(field):
            for key, amounts in _per_currency(asked, field, wanted[field.name], query, group).items():
                found.setdefault(key, {})[field.name] = amounts
    plain = [field for field in fields if not is_mixed(field)]
    for row in _rows(asked, query, [f"{wanted[field.name]}({field.name})" for field in plain], group):
        for field in plain:
            amounts = tuple(amounts_of(asked, field, wanted[field.name], [row[f"{wanted[field.name]}({field.name})"]]))
            found.setdefault(_key(row, group), {})[field.name] = amounts
    return {
        key: tuple(
            Total(asked.text(_worded(asked, field, wanted[field.name])), amounts[field.name])
            for field in fields
            if amounts.get(field.name)
        )
        for key, amounts in found.items()
    }


def _rows(asked: Asked, query: Query, measures: Sequence[str], groups: tuple[str, ...]) -> list[dict[str, Any]]:
    if not measures:
        return []
    return services().door.aggregate(asked.context, _asked(query, tuple(measures), groups))


def _key(row: Mapping[str, Any], group: tuple[str, ...]) -> Any:  # noqa: ANN401 - a wire value
    return row[group[0]] if group else None


def _makes_sense(field: Field, function: str) -> bool:
    return function in _WORDS and function in shown_type(field).aggregates


def _worded(asked: Asked, field: Field, function: str) -> Message:
    return msg(_WORDS[function].msgid, field=asked.inside(field.label))


def is_mixed(field: Field) -> bool:
    """Whether each record has its own currency."""
    return shown_type(field).cell == "money" and "currency" not in field.options


def _per_currency(
    asked: Asked, field: Field, function: str, query: Query, group: tuple[str, ...]
) -> dict[Any, tuple[Money, ...]]:
    measure, currency = f"{function}({field.name})", f"{field.name}.currency"
    given: dict[Any, list[dict[str, Any]]] = {}
    for row in _rows(asked, query, [measure], (*group, currency)):
        if row[currency]:
            one = {"amount": row[measure], "currency": row[currency]}
            given.setdefault(_key(row, group), []).append(one)
    return {key: tuple(amounts_of(asked, field, function, values)) for key, values in given.items()}


def _asked(query: Query, measures: tuple[str, ...], groups: tuple[str, ...]) -> AggregateQuery:
    return AggregateQuery(query.entity, groups, measures, query.filter, query.search)


def amounts_of(asked: Asked, field: Field, function: str, values: Iterable[Any]) -> Iterable[Money]:
    """Give wire values of a measure in words; money needs its currency with it (`{"amount", "currency"}`)."""
    formats = asked.reader.formats
    for value in values:
        if value is None:
            continue
        if isinstance(value, dict):
            yield formats.money(_rounded(Decimal(value["amount"]), function), value["currency"])
        elif shown_type(field).cell in {"date", "datetime"}:
            yield Money("", formats.date(dt.date.fromisoformat(value[:10]), asked.context.today), sign_first=False)
        elif shown_type(field).cell == "time":
            yield Money("", shown_type(field).shown(field, dt.time.fromisoformat(value), formats), sign_first=False)
        elif shown_type(field).cell == "duration":
            yield Money("", shown_type(field).shown(field, span_of(value), formats), sign_first=False)
        else:
            sign = "%" if shown_type(field).cell == "percent" else field.options.get("unit", "")
            figure = formats.number(_rounded(Decimal(value), function), grouped=field.options.get("grouping", True))
            yield Money(sign, figure, sign_first=False)


def _rounded(value: Decimal, function: str) -> Decimal:
    """Cut the endless places of an average; what was summed is exact and stays so."""
    return round(value, _FINEST_AVERAGE).normalize() if function == "avg" else value
