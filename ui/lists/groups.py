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
from ui.lists.days import UNITS
from ui.lists.group_values import key_of
from ui.lists.grouping import Grouping, has_days
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
    """A field by which the list may be grouped; a day or a moment by each of `units` instead."""

    name: str
    label: str
    url: str
    chosen: bool
    units: tuple[GroupChoice, ...] = ()


def is_groupable(asked: Asked) -> bool:
    """Whether the reader has a field by which the list may be grouped."""
    return any(map(_groups, asked.readable(asked.entity.fields)))


def choices_of(asked: Asked, address: Address) -> tuple[GroupChoice, ...]:
    """Give the fields by which a list may be grouped; choosing the present one again ends it."""
    now = address.get("group")

    def choice(name: str, label: str, units: tuple[GroupChoice, ...] = ()) -> GroupChoice:
        url = str(address.without({"opened"}).anew("group", None if name == now else name))
        return GroupChoice(name, label, url, name == now or any(one.chosen for one in units), units)

    def choice_of(field: Field) -> GroupChoice:
        label = asked.text(field.label)
        if not has_days(field):
            return choice(field.name, label)
        units = tuple(choice(f"{field.name}.{unit}", asked.text(words)) for unit, words in UNITS.items())
        return choice(field.name, label, units)

    return tuple(choice_of(field) for field in asked.readable(asked.entity.fields) if _groups(field))


def grouped_by(asked: Asked, address: Address) -> Grouping | None:
    """Give what an address groups by. Raises MalformedError for a field or part that cannot group."""
    written = address.get("group")
    if not written:
        return None
    name, _, unit = written.partition(".")
    present = present_field(asked.entity, name)
    if present not in asked.rights.readable:
        fault = unknown_name(name, asked.rights.readable, "group")
        raise MalformedError(fault.message, [fault], code=fault.code)
    field = asked.entity.fields[present]
    if not _groups(field) or (unit in UNITS) != has_days(field) or (unit and unit not in UNITS):
        message = msg("Lists cannot be grouped by “%(name)s”", name=written)
        raise MalformedError(message, [Fault("group", "not_groupable", message)])
    return Grouping(asked, field, unit)


def _groups(field: Field) -> bool:
    """Whether each record has one value of few: a choice, yes or no, a link to one kind of record, or a day."""
    if type_of(field).member_column(field) is not None or field.name.startswith("deleted_"):
        return False
    if has_days(field):
        return True
    if field.system:
        return False
    return field.choices is not None or len(field.targets) == 1 or shown_type(field).cell == "boolean"


def groups_of(
    asked: Asked, address: Address, by: Grouping, query: Query, table: Table, columns: Sequence[Any]
) -> tuple[Group, ...]:
    """Give the groups in the order of the options or days, else the largest first."""
    counts = _counts(asked, by, query)
    totals = {key_of(value): found for value, found in totals_by(asked, columns, query, (by.text,)).items()}
    named = by.named(counts)
    opened = [key for key in (address.get("opened") or "").split(",") if key in counts][:_MOST_OPEN]
    number, groups = asked.reader.formats.integer, []
    for key in by.ordered(counts, query.sort):
        rows = _rows(asked, by, query, key) if key in opened else ()
        groups.append(
            Group(
                key,
                named.label(key),
                named.tag(key),
                asked.text(nmsg("%(count)s record", "%(count)s records", counts[key], count=number(counts[key]))),
                totals.get(key, ()),
                str(address.anew("opened", ",".join(_turned(opened, key)) or None)),
                key in opened,
                table.body(rows) if rows else None,
                str(by.alone(address, key)) if key in opened and counts[key] > len(rows) else "",
            )
        )
    return tuple(groups)


def _counts(asked: Asked, by: Grouping, query: Query) -> dict[str, int]:
    wanted = AggregateQuery(query.entity, (by.text,), ("count()",), query.filter, query.search)
    rows = services().door.aggregate(asked.context, wanted)
    return {key_of(row[by.text]): row["count()"] for row in rows}


def _rows(asked: Asked, by: Grouping, query: Query, key: str) -> Sequence[Record]:
    parts = [part for part in (query.filter, by.condition(key)) if part is not None]
    inside = replace(query, filter=logic("and", parts), limit=_MOST_ROWS, after=None, count=Count.NONE)
    return services().door.find(asked.context, inside).records


def _turned(opened: list[str], key: str) -> list[str]:
    return [one for one in opened if one != key] if key in opened else [*opened, key]
