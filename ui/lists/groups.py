"""A list in groups: each with its count and the sums of the columns that ask for one; opened ones with their rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, MalformedError
from framework.extension import services
from framework.fields.base import type_of
from framework.plans import AggregateQuery, Count, Query
from framework.records.names import present_field
from framework.records.planner import unknown_name
from i18n.lazy import msg, nmsg
from metadata.expressions import logic
from ui.lists.group_values import Named, alone, condition_of_key, key_of, titles_of
from ui.lists.totals import totals_by
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.records import Record
    from metadata.snapshot import Field
    from ui.lists.columns import Table
    from ui.lists.totals import Total
    from ui.page.addresses import Address
    from ui.page.asked import Asked
    from ui.page.render import Html

PANEL = "grouping"
"""What an address has as its `panel` where the menu of groupings is open."""
_MOST_OPEN = 10
_MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Group:
    """One group: `key` stands in addresses; `url` opens or closes it; `all_url` is the list of just its records."""

    key: str
    label: str
    tag: tuple[str, object, str] | None
    count: str
    totals: tuple[Total, ...]
    url: str
    opened: bool
    body: Html | None
    all_url: str


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A field by which the list may be grouped."""

    name: str
    label: str
    url: str
    chosen: bool


def is_groupable(asked: Asked) -> bool:
    """Whether the reader has a field by which the list may be grouped."""
    return any(map(_groups, asked.readable(asked.entity.fields)))


def choices_of(asked: Asked, address: Address) -> tuple[GroupChoice, ...]:
    """Give the fields by which a list may be grouped; choosing the present one again ends it."""
    now = address.get("group")
    return tuple(
        GroupChoice(
            field.name,
            asked.text(field.label),
            str(address.without({"opened"}).anew("group", None if field.name == now else field.name)),
            field.name == now,
        )
        for field in asked.readable(asked.entity.fields)
        if _groups(field)
    )


def grouped_by(asked: Asked, address: Address) -> Field | None:
    """Give the field of an address. Raises MalformedError for one that cannot group."""
    name = address.get("group")
    if not name:
        return None
    present = present_field(asked.entity, name)
    if present not in asked.rights.readable:
        fault = unknown_name(name, asked.rights.readable, "group")
        raise MalformedError(fault.message, [fault], code=fault.code)
    field = asked.entity.fields[present]
    if not _groups(field):
        message = msg("Lists cannot be grouped by “%(name)s”", name=name)
        raise MalformedError(message, [Fault("group", "not_groupable", message)])
    return field


def _groups(field: Field) -> bool:
    """Whether the field has few values, and each record one: a choice, yes or no, or a link to one kind of record."""
    if field.system or type_of(field).member_column(field) is not None:
        return False
    return field.choices is not None or len(field.targets) == 1 or shown_type(field).cell == "boolean"


def groups_of(
    asked: Asked, address: Address, field: Field, query: Query, table: Table, columns: Sequence[Any]
) -> tuple[Group, ...]:
    """Give the groups in the order of the options, else the largest first."""
    counts = _counts(asked, field, query)
    totals = {key_of(value): found for value, found in totals_by(asked, columns, query, (field.name,)).items()}
    named = Named(asked, field, titles_of(asked, field, counts))
    opened = [key for key in (address.get("opened") or "").split(",") if key in counts][:_MOST_OPEN]
    order = list(field.choices.options) if field.choices else []
    keys = sorted(counts, key=lambda key: (order.index(key) if key in order else len(order), -counts[key], key))
    groups = []
    for key in keys:
        rows = _rows(asked, field, query, key) if key in opened else ()
        groups.append(
            Group(
                key,
                named.label(key),
                named.tag(key),
                asked.text(nmsg("%(count)s record", "%(count)s records", counts[key])),
                totals.get(key, ()),
                str(address.anew("opened", ",".join(_turned(opened, key)) or None)),
                key in opened,
                table.body(rows) if rows else None,
                str(alone(address, field, key)) if key in opened and counts[key] > len(rows) else "",
            )
        )
    return tuple(groups)


def _counts(asked: Asked, field: Field, query: Query) -> dict[str, int]:
    wanted = AggregateQuery(query.entity, (field.name,), ("count()",), query.filter, query.search)
    rows = services().door.aggregate(asked.context, wanted)
    return {key_of(row[field.name]): row["count()"] for row in rows}


def _rows(asked: Asked, field: Field, query: Query, key: str) -> Sequence[Record]:
    parts = [part for part in (query.filter, condition_of_key(field, key)) if part is not None]
    inside = replace(query, filter=logic("and", parts), limit=_MOST_ROWS, after=None, count=Count.NONE)
    return services().door.find(asked.context, inside).records


def _turned(opened: list[str], key: str) -> list[str]:
    return [one for one in opened if one != key] if key in opened else [*opened, key]
