"""The list: records of one entity in a table, whose filter, order and search are its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from framework.errors import NotFoundError
from framework.extension import services
from framework.plans import Count
from framework.plans.predicates import NOTHING
from i18n.lazy import msg, nmsg
from metadata.catalogue import Complaint
from metadata.expressions import logic
from metadata.expressions.tree import Binary, Literal, Path
from metadata.nearest import nearest_hint
from ui.lists.bar import bar_of
from ui.lists.column_panel import PANEL as COLUMNS
from ui.lists.column_panel import panel_of
from ui.lists.columns import Column, table_of
from ui.lists.empty import empty_of
from ui.lists.export import READ, export_url
from ui.lists.foot import figures_of, foot_of
from ui.lists.groups import PANEL as GROUPING
from ui.lists.groups import choices_of, grouped_by, groups_of, is_groupable
from ui.lists.request import query_of
from ui.lists.selection import may_select, selection_of
from ui.lists.state import state_of
from ui.lists.ticks import may_be_ticked, tick_place
from ui.lists.ways import COLOURS, NONE, unknown_actions, ways_of
from ui.page.addresses import new_url
from ui.page.asked import ask
from ui.page.desk import screen_design_url
from ui.page.render import answer, fragment, is_fragment
from ui.page.toasts import undoable
from ui.screens.base import COLUMN, LABEL, NAME, NAMES, OpenedKind
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Response

    from framework.context import Context
    from framework.plans import Query
    from framework.records import Record
    from metadata.catalogue import FindEntity
    from metadata.snapshot import Field, Screen
    from ui.lists.bar import Bar
    from ui.lists.column_panel import Panel
    from ui.lists.columns import Table
    from ui.lists.empty import Empty
    from ui.lists.foot import Foot
    from ui.lists.groups import Group, GroupChoice
    from ui.lists.selection import Selection
    from ui.lists.state import ListState
    from ui.page.addresses import Address
    from ui.page.asked import Asked
    from ui.page.reader import Reader
    from ui.page.render import Html

PAGE, MOST_LOADED, _MOST_A_QUERY = 50, 500, 200
_DESCENDING_FIRST = frozenset({"date", "datetime", "money", "number", "percent"})


@dataclass(frozen=True)
class ListKind(OpenedKind):
    """Records of one entity as rows."""

    name = "list"
    label = msg("List")
    filtered = True
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "columns": {"type": "array", "items": COLUMN, "maxItems": 40},
            "filter": {"type": "string", "maxLength": 4_000, "description": "Shown are only records that meet this."},
            "sort": {"type": "array", "items": {"type": "string"}, "description": "Fields, with `-` for descending."},
            "quick_filters": NAMES,
            "inline_edit": {**NAMES, "description": "Fields whose cells are edited where they stand."},
            "row_actions": {
                **NAMES,
                "maxItems": 3,
                "description": "Actions of the entity that stand at the end of each row, where they can be done.",
            },
            "tick": {
                "description": "What each row shows as done by a tick that sets or clears it: a boolean, or a day or "
                "moment that is blank until then; `label` says what the tick means.",
                "oneOf": [
                    NAME,
                    {
                        "type": "object",
                        "properties": {"field": NAME, "label": LABEL},
                        "required": ["field"],
                        "additionalProperties": False,
                    },
                ],
            },
            "row_color": {
                "description": "What marks rows: a choice whose options have colours, or conditions by colour, of "
                "which the first that holds counts.",
                "anyOf": [
                    NAME,
                    {
                        "type": "object",
                        "propertyNames": {"enum": list(COLOURS)},
                        "additionalProperties": {"type": "string", "maxLength": 4_000},
                    },
                ],
            },
            "card": {
                "type": "object",
                "description": "What a phone shows of a record.",
                "properties": {"title": NAME, "lines": NAMES},
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    }
    field_places: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("columns", "*"),
        ("columns", "*", "field"),
        ("sort", "*"),
        ("quick_filters", "*"),
        ("tick",),
        ("tick", "field"),
        ("row_color",),
        ("inline_edit", "*"),
        ("card", "title"),
        ("card", "lines", "*"),
    )
    expression_places: ClassVar[tuple[tuple[str, ...], ...]] = (("filter",), ("row_color", "*"))

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
        """Give the row actions that the entity does not have, and what can be no tick."""
        found = entity(body.get("entity", ""))
        if found is None:
            return
        for place, name in unknown_actions(found, body.get("row_actions", [])):
            message = msg("The entity has no action “%(name)s”.", name=name)
            yield Complaint(("row_actions", place), message, nearest_hint(name, found.actions), name)
        steps, name = tick_place(body)
        if name in found.fields and not may_be_ticked(found.fields[name]):
            message = msg("“%(name)s” cannot be ticked.", name=name)
            yield Complaint(steps, message, msg("Name a field of the type boolean, date or datetime."), name)

    def answer(self, reader: Reader, context: Context, screen: Screen, address: Address) -> Response:
        """Answer the list."""
        return answer_list(ask(reader, context, screen), address)


@dataclass(frozen=True, slots=True)
class Head:
    """One head of the table: its words, and where sorting by it leads."""

    name: str
    label: str
    width: str
    place: str
    sorted: str | None
    sort_url: str | None


@dataclass(frozen=True, slots=True)
class ListView:
    """All that the templates of a list print."""

    heading: str
    caption: str
    spoken: str
    bar: Bar
    heads: tuple[Head, ...]
    table_classes: str
    body: Html | None
    shown: int
    foot: Foot
    panel: Panel | None
    panel_url: str
    group_choices: tuple[GroupChoice, ...] | None
    grouping_url: str | None
    groups: tuple[Group, ...]
    empty: Empty | None
    icon: str
    new_url: str | None
    new_label: str
    bin_url: str | None
    export_url: str | None
    workbook_url: str | None
    read_url: str | None
    arrange_url: str
    selection: Selection | None
    acts_back: str | None
    """Where the buttons of rows lead back to; None where there are none."""


def answer_list(asked: Asked, address: Address) -> Response:
    """Answer the list at this address: page, list region, only further rows, or one of its menus."""
    state = state_of(asked, address)
    table = _table(asked, address, state)
    if is_fragment(COLUMNS):
        return fragment("screens/list_columns.html", panel=panel_of(asked, address, table, state.columns))
    if is_fragment(GROUPING):
        return fragment("screens/list_grouping.html", choices=choices_of(asked, address))
    query = list_request(asked, address, table, state)
    if is_fragment("rows"):
        return _more_rows(asked, address, table, query, state)
    view = _view(asked, address, table, query, state)
    if is_fragment("list"):
        return fragment("screens/list_region.html", list=view)
    return answer("screens/list.html", title=view.heading, list=view)


def _table(asked: Asked, address: Address, state: ListState) -> Table:
    """Give the table of the list; its rows can be picked by who may do something with many, but not in the bin."""
    picks = address.get("deleted") is None and may_select(asked)
    ways = ways_of(asked) if address.get("deleted") is None else NONE
    # Rows under group heads stand in an order that only the groups know.
    origin = "" if address.get("group") or address.get("deleted") else address.left()
    return replace(table_of(asked, state.columns), picks=picks, ways=ways, origin=origin)


def answer_row(asked: Asked, address: Address, ident: str, said: str, op_id: str | None = None) -> Response:
    """Answer a row anew after something in it was done, in its place in the list at this address.

    A record that the list would not show any more keeps its place and says so, until the list is drawn anew.
    """
    state = state_of(asked, address)
    table = _table(asked, address, state)
    query = list_request(asked, address.without({"after"}), table, state)
    same = logic("and", [*([query.filter] if query.filter else []), Binary("=", Path(("id",)), Literal(ident))])
    shown = services().door.find(asked.context, replace(query, filter=same, sort=(), limit=1, count=Count.NONE)).records
    records = shown or _left(asked, ident, query)
    words = said if shown else asked.text(msg("%(said)s: not in this list any more", said=said))
    told = undoable(words, asked.context, str(address.without({"done", "panel"})), op_id) if said else None
    row = table.body(records, left=not shown) if records else ""
    made = fragment("screens/list_row.html", row=row, toast=told)
    made.headers["HX-Retarget"], made.headers["HX-Reswap"] = f"#row-{ident}", "outerHTML"
    return made


def _left(asked: Asked, ident: str, query: Query) -> Sequence[Record]:
    """Give a record that the list does not show any more; nothing where the reader does not see it either."""
    try:
        return [services().door.get(asked.context, asked.entity.name, ident, query.fields, query.expand)]
    except NotFoundError:
        return []


def answer_count(asked: Asked, address: Address) -> Response:
    """Answer how many records the list at this address has, exactly up to a thousand, and their totals."""
    state = state_of(asked, address)
    figures = figures_of(asked, list_request(asked, address, table_of(asked, ()), state), state.columns)
    exact_url = None if figures.exact else str(address.having("count", "exact"))
    return fragment("screens/list_count.html", total=figures.total, totals=figures.totals, exact_url=exact_url)


def list_request(asked: Asked, address: Address, table: Table, state: ListState) -> Query:
    """Give the query of a list's address: the screen's own condition always holds."""
    return query_of(asked, address, state, table.fields, table.links, PAGE)


def _read(asked: Asked, address: Address, query: Query) -> tuple[list[Record], str | None]:
    """Read the rows that were loaded when the address was left, so that Back finds its row again."""
    door = services().door
    wanted = max(_loaded(address), query.limit)
    records: list[Record] = []
    after = query.after
    while True:
        part = min(wanted - len(records), _MOST_A_QUERY)
        page = door.find(asked.context, replace(query, limit=part, after=after, count=Count.NONE))
        records.extend(page.records)
        after = page.next
        if after is None or len(records) >= wanted:
            return records, after


def _loaded(address: Address) -> int:
    text = address.get("loaded") or ""
    return min(int(text), MOST_LOADED) if text.isascii() and text.isdigit() and len(text) < len("10000") else 0


def _more_rows(asked: Asked, address: Address, table: Table, query: Query, state: ListState) -> Response:
    """Answer the next rows and the foot that now belongs below them."""
    page = services().door.find(asked.context, replace(query, count=Count.NONE))
    shown = (_loaded(address) or query.limit) + len(page.records)
    query = replace(query, count=Count.NONE)
    foot = foot_of(asked, address.without({"after"}), shown, page.next, query, state.columns)
    made = fragment(
        "screens/list_more.html", body=_body(table, page.records, in_bin=query.bin), foot=foot, swapped=True
    )
    made.headers["HX-Replace-Url"] = str(address.without({"after"}).having("loaded", str(shown)))
    return made


def _view(asked: Asked, address: Address, table: Table, query: Query, state: ListState) -> ListView:
    entity, panel = asked.entity, address.get("panel")
    grouping = None if query.bin else grouped_by(asked, address)
    groups = groups_of(asked, address, grouping, query, table, state.columns) if grouping else ()
    records, following = ([], None) if grouping else _read(asked, address, query)
    bar = bar_of(asked, address, state, query)
    name = asked.text(asked.screen.label)
    filled = bool(records or groups)
    return ListView(
        heading=asked.text(msg("%(name)s: recycle bin", name=name)) if query.bin else name,
        caption=name,
        spoken=_spoken(asked, len(records), len(groups)),
        bar=bar,
        heads=_heads(asked, address, table, query),
        table_classes=table.classes,
        body=_body(table, records, in_bin=query.bin),
        shown=len(records),
        foot=foot_of(asked, address, len(records), following, query, state.columns),
        panel=panel_of(asked, address, table, state.columns) if panel == COLUMNS else None,
        panel_url=str(address.having("panel", COLUMNS)),
        group_choices=choices_of(asked, address) if panel == GROUPING else None,
        grouping_url=str(address.having("panel", GROUPING)) if is_groupable(asked) else None,
        groups=groups,
        empty=None if filled else empty_of(asked, narrowed=bar.narrows, in_bin=query.bin),
        icon=entity.icon,
        new_url=None if asked.rights.create == NOTHING or query.bin else new_url(entity.name),
        new_label=asked.new_label(),
        bin_url=_bin_url(asked, address, in_bin=query.bin),
        export_url=export_url(asked, address, query, "csv"),
        workbook_url=export_url(asked, address, query, "xlsx"),
        read_url=export_url(asked, address, query, READ),
        arrange_url=screen_design_url(asked.context, asked.screen.name),
        selection=selection_of(asked, address) if table.picks else None,
        acts_back=str(address.without({"done", "panel"})) if table.ways.acts else None,
    )


def _body(table: Table, records: Sequence[Record], *, in_bin: bool) -> Html | None:
    if not records:
        return None
    return table.bin_body(records) if in_bin else table.body(records)


def _heads(asked: Asked, address: Address, table: Table, query: Query) -> tuple[Head, ...]:
    title = asked.entity.fields[table.title]
    first = Head(title.name, asked.text(title.label), "w-title", "p-title", *_sorting(title, address, query))
    heads = [first, *(_head(column, address, query) for column in table.columns)]
    if table.ways.acts is not None:
        heads.append(Head("acts", asked.text(msg("Actions")), "w-acts", "act", None, None))
    if query.bin:
        heads.append(Head("restore", asked.text(msg("Way back")), "w-act", "act", None, None))
    return tuple(heads)


def _head(column: Column, address: Address, query: Query) -> Head:
    sorting = _sorting(column.field, address, query, column.part)
    return Head(column.name, column.label, column.width, column.place, *sorting)


def _sorting(field: Field, address: Address, query: Query, part: str = "") -> tuple[str | None, str | None]:
    """Give the present order by this field or its part, and the address of the next one."""
    kind, name = shown_type(field), f"{field.name}.{part}" if part else field.name
    # A link sorts by its id, which nobody would understand.
    if (not kind.sortable and not part) or kind.relation:
        return None, None
    first = query.sort[0] if query.sort else ""
    falling = kind.cell in _DESCENDING_FIRST
    if first.removeprefix("-") == name:
        now = "descending" if first.startswith("-") else "ascending"
        return now, str(address.anew("sort", name if now == "descending" else f"-{name}"))
    return None, str(address.anew("sort", f"-{name}" if falling else name))


def _spoken(asked: Asked, shown: int, groups: int) -> str:
    if groups:
        return asked.text(nmsg("1 group shown", "%(count)s groups shown", groups))
    if not shown:
        return asked.text(msg("Nothing is shown"))
    return asked.text(nmsg("1 row shown", "%(count)s rows shown", shown))


def _bin_url(asked: Asked, address: Address, *, in_bin: bool) -> str | None:
    if asked.rights.delete == NOTHING:
        return None
    return address.path if in_bin else str(replace(address, parameters=(("deleted", "only"),)))
