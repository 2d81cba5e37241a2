"""From the figures of a tile to what its template prints. One function for each kind of tile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from framework.extension import services
from framework.plans import Query
from i18n.lazy import msg
from metadata.expressions import logic, to_text
from ui.dashboards.charts import bars, height, points, scale_of, slices
from ui.dashboards.measures import Measure, figures_of, in_words, measure_of, text_of
from ui.dashboards.tiles import condition_of, period_field
from ui.lists.columns import table_of
from ui.lists.days import between, month_label, shifted
from ui.lists.group_values import BLANK, Named, condition_of_key, key_of, titles_of
from ui.page.addresses import Address, list_url
from ui.values.cells import text_of as text_of_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.records import Record
    from i18n.formats import Money
    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.dashboards.charts import Bar, Point, Slice
    from ui.dashboards.measures import Figures
    from ui.dashboards.tiles import Seen, Tile
    from ui.lists.columns import Column, Table
    from ui.page.asked import Asked
    from ui.page.render import Html

MOST_GROUPS, MOST_ROWS = 8, 10
_MONTHS = 12
_HUNDRED = 100
_OTHERS = msg("Others, %(count)s")
_PLACES = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One group of a chart: its figure in words, where its records are, and how it is drawn."""

    label: str
    value: Decimal
    text: str
    url: str
    size: float = 0.0
    color: str = ""
    now: bool = False
    before: str = ""
    share: str = ""
    short: str = ""
    bar: Bar | None = None
    point: Point | None = None
    slice: Slice | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure beside that of the period before: an icon, words, and whether it is a good sign."""

    icon: str
    text: str
    good: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that the template of a tile prints, whichever it is; `head` names the groups of its table."""

    items: tuple[Item, ...] = ()
    head: str = ""
    measured: str = ""
    currency: str = ""
    ticks: tuple[str, ...] = ()
    lines: tuple[float, ...] = ()
    figure: Money | None = None
    change: Change | None = None
    others: tuple[Money, ...] = ()
    earlier: bool = False
    columns: tuple[Column, ...] = ()
    title: str = ""
    rows: Html | None = None
    list_url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Work:
    """A tile with what drawing it needs."""

    tile: Tile
    asked: Asked
    measure: Measure
    seen: Seen

    def words(self, value: Decimal, currency: str) -> str:
        """Write a figure."""
        return text_of(in_words(self.asked, self.measure, value, currency))

    def link(self, condition: Node | None) -> str:
        """Give the list of the records that meet a condition."""
        parameters = (("filter", to_text(condition)),) if condition is not None else ()
        return str(Address(list_url(self.asked.entity.name), parameters))

    def others(self, figures: Figures) -> tuple[Money, ...]:
        """Give what lies in further currencies."""
        return tuple(in_words(self.asked, self.measure, value, one) for one, value in figures.others)


def draw(tile: Tile, seen: Seen) -> Drawn:
    """Draw a tile. Raises MalformedError for figures that cannot be told, such as of too many groups."""
    return _KINDS[tile.kind](tile, seen)


def _work(tile: Tile, seen: Seen) -> _Work:
    assert tile.asked is not None  # noqa: S101  (only text has none)
    measure = measure_of(tile.asked, tile.body.get("measure", "count()"))
    assert measure is not None  # noqa: S101  (callers look whether it is hidden)
    return _Work(tile, tile.asked, measure, seen)


def _text(tile: Tile, seen: Seen) -> Drawn:  # noqa: ARG001
    return Drawn(text=tile.body.get("message", ""))


def _number(tile: Tile, seen: Seen) -> Drawn:
    work = _work(tile, seen)
    condition = condition_of(tile, seen)
    figures = figures_of(work.asked, work.measure, (), condition)
    value = figures.values.get((), Decimal())
    compares = period_field(tile) is not None and tile.body.get("compare", True)
    return Drawn(
        figure=in_words(work.asked, work.measure, value, figures.currency),
        others=work.others(figures),
        change=_change(work, value, figures.currency) if compares else None,
        list_url=work.link(condition),
    )


def _change(work: _Work, value: Decimal, currency: str) -> Change:
    text, period = work.asked.text, work.seen.period.moved(-1)
    earlier = figures_of(work.asked, work.measure, (), condition_of(work.tile, work.seen, period=period))
    name = period.label(work.asked.reader)
    before = earlier.values.get((), Decimal()) if earlier.currency == currency or not currency else Decimal()
    if not before:
        return Change("minus", text(msg("none in %(period)s", period=name)), good=True)
    share = abs(value - before) / abs(before) * 100
    percent = work.asked.reader.formats.percent(round(share, _PLACES) if share < _HUNDRED else round(share))
    if value == before:
        return Change("minus", text(msg("as in %(period)s", period=name)), good=True)
    grew = value > before
    words = msg("%(percent)s over %(period)s", percent=percent, period=name)
    if not grew:
        words = msg("%(percent)s under %(period)s", percent=percent, period=name)
    good = grew != (work.tile.body.get("better") == "lower")
    return Change("trending-up" if grew else "trending-down", text(words), good)


def _over_time(tile: Tile, seen: Seen) -> Drawn:
    """Draw a bar or a line by month: the twelve up to the end of the period, with the year before."""
    work, field = _work(tile, seen), _day_of(tile)
    months = [shifted(seen.period.after, number - _MONTHS) for number in range(_MONTHS)]
    first = shifted(months[0], -_MONTHS)
    zone = work.asked.reader.formats.zone
    # The months are its own period, so that of the tile does not narrow it.
    base = condition_of(_without_period(tile), seen)
    whole = between(field, first, seen.period.after, zone)
    groups = (f"year({field.name})", f"month({field.name})")
    figures = figures_of(work.asked, work.measure, groups, _and(base, whole))
    ticks = scale_of(list(figures.values.values()))
    values = [figures.values.get((day.year, day.month), Decimal()) for day in months]
    before = [figures.values.get((day.year - 1, day.month)) for day in months]
    mirrored = work.asked.reader.words.direction == "rtl"
    drawn = bars(values, before, ticks[-1], mirrored=mirrored)
    line = points(values, ticks[-1], mirrored=mirrored)
    formats = work.asked.reader.formats
    items = tuple(
        Item(
            label=month_label(day, formats, "wide"),
            short=month_label(day, formats, "short"),
            value=value,
            text=work.words(value, figures.currency),
            url=work.link(_and(base, between(field, day, shifted(day, 1), zone))),
            now=seen.period.start <= day < seen.period.after,
            before="" if earlier is None else work.words(earlier, figures.currency),
            bar=bar,
            point=point,
        )
        for day, value, earlier, bar, point in zip(months, values, before, drawn, line, strict=True)
    )
    return Drawn(
        items,
        head=work.asked.text(msg("Month")),
        measured=_measured(work),
        currency=figures.currency,
        ticks=_tick_words(work, ticks, figures.currency),
        lines=tuple(100 - height(tick, ticks[-1]) for tick in ticks),
        others=work.others(figures),
        earlier=any(one is not None for one in before),
    )


def _tick_words(work: _Work, ticks: Sequence[Decimal], currency: str) -> tuple[str, ...]:
    return tuple(work.words(tick, currency) for tick in reversed(ticks))


def _day_of(tile: Tile) -> Field:
    assert tile.asked is not None  # noqa: S101  (only text has none)
    return tile.asked.entity.fields[tile.body["group"]["field"]]


def _without_period(tile: Tile) -> Tile:
    body = {key: value for key, value in tile.body.items() if key != "period"}
    return replace(tile, body=body)


def _by_value(tile: Tile, seen: Seen) -> Drawn:
    """Draw a bar for each value of a field, the longest first where the values have no order of their own."""
    return _grouped(tile, seen, _group_field(tile))


def _bar(tile: Tile, seen: Seen) -> Drawn:
    return _by_value(tile, seen) if isinstance(tile.body["group"], str) else _over_time(tile, seen)


def _pie(tile: Tile, seen: Seen) -> Drawn:
    return _grouped(tile, seen, _group_field(tile))


def _group_field(tile: Tile) -> Field:
    assert tile.asked is not None  # noqa: S101  (only text has none)
    return tile.asked.entity.fields[tile.body["group"]]


def _grouped(tile: Tile, seen: Seen, field: Field) -> Drawn:
    work, condition = _work(tile, seen), condition_of(tile, seen)
    figures = figures_of(work.asked, work.measure, (field.name,), condition)
    found = {key_of(group[0]): value for group, value in figures.values.items()}
    named = Named(work.asked, field, titles_of(work.asked, field, found))
    keys = sorted(found, key=lambda key: (-found[key], key))
    if field.choices is not None and field.choices.ordered:
        keys = [key for key in field.choices.options if key in found] + [key for key in (BLANK,) if key in found]
    shown, rest = keys[:MOST_GROUPS], keys[MOST_GROUPS:]
    values = [found[key] for key in shown]
    items = [
        (named.label(key), found[key], work.link(_and(condition, condition_of_key(field, key))), _color(field, key, at))
        for at, key in enumerate(shown)
    ]
    if rest:
        left = sum((found[key] for key in rest), Decimal())
        words = work.asked.text(msg(_OTHERS.msgid, count=len(rest)))
        items.append((words, left, work.link(condition), "k-rest"))
        values.append(left)
    most, whole = max([*values, Decimal(0)]), sum(values, Decimal())
    return Drawn(
        tuple(
            Item(
                label,
                value,
                work.words(value, figures.currency),
                url,
                size=height(value, most),
                color=color,
                share=work.asked.reader.formats.percent(round(value / whole * 100)) if whole > 0 else "",
                slice=part,
            )
            for (label, value, url, color), part in zip(items, slices(values), strict=True)
        ),
        head=work.asked.text(field.label),
        measured=_measured(work),
        currency=figures.currency,
        figure=in_words(work.asked, work.measure, whole, figures.currency) if work.measure.function != "avg" else None,
        others=work.others(figures),
        list_url=work.link(condition),
    )


def _color(field: Field, key: str, at: int) -> str:
    """Give the class of a group's colour: that of its option, else one of a row of them."""
    option = field.choices.options.get(key) if field.choices is not None else None
    return f"c-{option.color}" if option is not None and option.color else f"k-{at}"


def _funnel(tile: Tile, seen: Seen) -> Drawn:
    """Draw how many came at least as far as each stage; what was lost on the way is in none."""
    work, field, condition = _work(tile, seen), _group_field(tile), condition_of(tile, seen)
    figures = figures_of(work.asked, work.measure, (field.name,), condition)
    options = field.choices.options if field.choices is not None else {}
    stages = [option for option in options.values() if option.outcome != "lost" and not option.retired]
    own = [figures.values.get((option.key,), Decimal()) for option in stages]
    reached = [sum(own[at:], Decimal()) for at in range(len(own))]
    most, formats = max([*reached, Decimal(0)]), work.asked.reader.formats
    items = []
    for at, (option, value) in enumerate(zip(stages, reached, strict=True)):
        part = round(value / reached[at - 1] * 100) if at and reached[at - 1] > 0 else None
        onward = logic("or", [condition_of_key(field, one.key) for one in stages[at:]])
        items.append(
            Item(
                work.asked.text(option.label),
                value,
                work.words(value, figures.currency),
                work.link(_and(condition, onward)),
                size=height(value, most),
                color=f"s{1 + round(at * 4 / max(len(stages) - 1, 1))}",
                share="" if part is None else formats.percent(part),
            )
        )
    head, measured = work.asked.text(field.label), _measured(work)
    others = work.others(figures)
    return Drawn(tuple(items), head=head, measured=measured, currency=figures.currency, others=others)


def _table(tile: Tile, seen: Seen) -> Drawn:
    work, condition = _work(tile, seen), condition_of(tile, seen)
    table, query = _table_of(work, condition)
    records = services().door.find(work.asked.context, query).records
    onward = f"&sort={','.join(query.sort)}" if query.sort and condition is not None else ""
    return Drawn(
        columns=table.columns,
        title=work.asked.text(work.asked.entity.fields[table.title].label),
        rows=table.body(records) if records else None,
        list_url=f"{work.link(condition)}{onward}",
    )


def _table_of(work: _Work, condition: Node | None) -> tuple[Table, Query]:
    body, asked = work.tile.body, work.asked
    table = table_of(asked, body.get("columns", ()))
    sort = tuple(name for name in body.get("sort", ()) if name.removeprefix("-") in asked.rights.readable)
    limit = body.get("limit", MOST_ROWS)
    return table, Query(asked.entity.name, table.fields, condition, sort=sort, limit=limit, expand=table.links)


def table_texts(tile: Tile, seen: Seen) -> list[list[str]]:
    """Give the rows of a table in words, for a file; the first has the heads."""
    work = _work(tile, seen)
    asked = work.asked
    table, query = _table_of(work, condition_of(tile, seen))
    heads = [asked.text(asked.entity.fields[table.title].label), *(column.label for column in table.columns)]
    rows = [
        [record.title or record.id, *(_text_in(column, record, asked) for column in table.columns)]
        for record in services().door.find(asked.context, query).records
    ]
    return [heads, *rows]


def _text_in(column: Column, record: Record, asked: Asked) -> str:
    value = record.values.get(column.field.name)
    if column.part:
        return str(getattr(value, column.part, None) or "")
    end = record.links.get(column.name)
    if column.field.targets:
        return (end.title or "") if end is not None else ""
    return text_of_value(column.field, value, asked.reader)


def _measured(work: _Work) -> str:
    """Give what the figures are, for the head of their table."""
    field = work.measure.field
    return work.asked.text(field.label) if field is not None else work.asked.text(work.asked.entity.label_plural)


def _and(*parts: Node | None) -> Node | None:
    kept = [part for part in parts if part is not None]
    return logic("and", kept) if kept else None


_KINDS: Mapping[str, Callable[[Tile, Seen], Drawn]] = {
    "number": _number,
    "bar": _bar,
    "line": _over_time,
    "pie": _pie,
    "funnel": _funnel,
    "table": _table,
    "text": _text,
}
