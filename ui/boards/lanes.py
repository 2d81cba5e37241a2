"""The lanes of a board: which there are, what they are called, and their figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from framework.extension import services
from framework.fields.base import type_of
from framework.plans import AggregateQuery
from i18n.lazy import msg
from metadata.expressions import logic
from metadata.expressions.tree import In, Literal, Path
from ui.lists.group_values import BLANK, condition_of_key, key_of
from ui.lists.totals import amounts_of, is_mixed
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.plans import Query
    from i18n.formats import Money
    from metadata.expressions import Node
    from metadata.snapshot import Field, Option
    from ui.page.asked import Asked

MOST_LANES = 24
_OVER = msg("%(count)s of at most %(limit)s: too many")
_OF = msg("%(count)s of at most %(limit)s")


@dataclass(slots=True)
class Figures:
    """How many records a lane has, and their total, in each currency where the amounts have several."""

    count: int = 0
    amounts: list[Money] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many records a lane should have at most, and whether it has more."""

    most: int
    words: str
    exceeded: bool


def lane_field(asked: Asked) -> Field | None:
    """Give the field whose values are the lanes; None where the reader may not read it or it is gone."""
    return next((one for one in asked.readable([asked.screen.options["lanes"]["field"]]) if makes_lanes(one)), None)


def makes_lanes(one: Field) -> bool:
    """Whether a field has few values, and each record one: a choice, or a link to one kind of record."""
    return type_of(one).member_column(one) is None and (one.choices is not None or len(one.targets) == 1)


def figures_of(asked: Asked, lane: Field, query: Query) -> Mapping[str, Figures]:
    """Give the figures of every lane that has records, by its key; one statement."""
    total = total_field(asked)
    mixed = total is not None and is_mixed(total)
    groups = (lane.name, f"{total.name}.currency") if total and mixed else (lane.name,)
    measures = ("count()", f"sum({total.name})") if total else ("count()",)
    wanted = AggregateQuery(query.entity, groups, measures, query.filter, query.search)
    found: dict[str, Figures] = defaultdict(Figures)
    for row in services().door.aggregate(asked.context, wanted):
        figures = found[key_of(row[lane.name])]
        figures.count += row["count()"]
        if total is not None:
            value = _with_currency(row[measures[-1]], row[groups[-1]]) if mixed else row[measures[-1]]
            figures.amounts += amounts_of(asked, total, "sum", [value])
    return found


def total_field(asked: Asked) -> Field | None:
    """Give the number or amount that the lanes add up; None where there is none for the reader."""
    names = asked.readable([asked.screen.options["total"]] if "total" in asked.screen.options else [])
    return next((one for one in names if "sum" in shown_type(one).aggregates), None)


def _with_currency(amount: str | None, currency: str | None) -> dict[str, str] | None:
    return None if amount is None or currency is None else {"amount": amount, "currency": currency}


def keys_of(asked: Asked, lane: Field, found: Iterable[str], titles: Mapping[str, str]) -> list[str]:
    """Give the keys of the lanes in their order: as the metadata has it, of links by their titles."""
    written = asked.screen.options["lanes"]
    present, hidden = set(found), set(written.get("hidden", ()))
    if lane.choices is not None:
        options = lane.choices.options
        order = [key for key in written.get("order", ()) if key in options]
        named = [key for key in dict.fromkeys((*order, *options)) if key in present or not options[key].retired]
        # What is stored but no option any more is not lost out of sight.
        named += sorted(present - set(options) - {BLANK})
    else:
        me = asked.context.actor.id
        named = sorted(present - {BLANK}, key=lambda key: (key != me, titles.get(key, "").casefold(), key))
    keys = [key for key in named if key not in hidden][:MOST_LANES]
    has_none = written.get("none", BLANK in present)
    return [BLANK, *keys] if has_none else keys


def among(lane: Field, keys: Iterable[str]) -> Node:
    """Give the condition under which a record is in one of these lanes."""
    plain = tuple(Literal(key) for key in keys if key != BLANK)
    parts = [In(Path((lane.name,)), plain)] if plain else []
    blank = [condition_of_key(lane, BLANK)] if BLANK in keys else []
    return logic("or", [*parts, *blank])


def limit_of(asked: Asked, key: str, count: int) -> Limit | None:
    """Give the limit of a lane, in words that say how it stands."""
    most = asked.screen.options["lanes"].get("limits", {}).get(key)
    if most is None:
        return None
    words = msg((_OVER if count > most else _OF).msgid, count=asked.reader.formats.integer(count), limit=most)
    return Limit(most, asked.text(words), count > most)


def option_of(lane: Field, key: str) -> Option | None:
    """Give the option that a lane stands for; None for other lanes."""
    return lane.choices.options.get(key) if lane.choices is not None else None
