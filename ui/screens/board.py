"""The board: records as cards in lanes, one lane for each value of a choice or of a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from framework.extension import services
from framework.plans.predicates import NOTHING
from i18n.lazy import msg, nmsg
from metadata.expressions import logic
from ui.boards.cards import MOST_FIELDS, drawer_of, fields_of, in_order, query_fields
from ui.boards.checks import complaints
from ui.boards.lanes import (
    MOST_LANES,
    Figures,
    among,
    figures_of,
    keys_of,
    lane_field,
    limit_of,
    total_field,
)
from ui.boards.moves import outcome_of, targets_of
from ui.boards.order import may_order
from ui.lists.bar import bar_of
from ui.lists.empty import empty_of
from ui.lists.group_values import BLANK, Named, alone, key_of, titles_of
from ui.lists.request import query_of
from ui.lists.state import state_of
from ui.page.addresses import Address, list_url, new_url
from ui.page.asked import ask
from ui.page.render import answer, fragment, is_fragment
from ui.page.toasts import undoable
from ui.screens.base import NAME, NAMES, OpenedKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Response

    from framework.context import Context
    from framework.plans import Query
    from framework.records import Record
    from i18n.formats import Money
    from metadata.catalogue import Complaint, FindEntity
    from metadata.snapshot import Field, Screen
    from ui.boards.cards import Card
    from ui.boards.lanes import Limit
    from ui.lists.bar import Bar
    from ui.lists.empty import Empty
    from ui.lists.state import ListState
    from ui.page.asked import Asked
    from ui.page.reader import Reader

PAGE, MOST_CARDS = 25, 200
_OWN = frozenset({"lane"})


@dataclass(frozen=True)
class BoardKind(OpenedKind):
    """Records of one entity as cards in lanes."""

    name = "board"
    label = msg("Board")
    filtered = True
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "lanes": {
                "type": "object",
                "properties": {
                    "field": {**NAME, "description": "The choice, or the link to one entity, whose values are lanes."},
                    "order": {**NAMES, "description": "Keys of options that come first; without it the list's order."},
                    "hidden": {**NAMES, "description": "Keys of options that have no lane; cards can be moved there."},
                    "none": {"type": "boolean", "description": "A lane for records without a value: always or never."},
                    "limits": {
                        "type": "object",
                        "additionalProperties": {"type": "integer", "minimum": 1},
                        "description": "By option: how many cards the lane should have at most.",
                    },
                },
                "required": ["field"],
                "additionalProperties": False,
            },
            "total": {**NAME, "description": "A number or amount that is added up in the head of each lane."},
            "card": {**NAMES, "maxItems": MOST_FIELDS, "description": "What a card shows below its title."},
            "due": {
                "type": "object",
                "description": "A day that a card calls late once it is over, and what should have been done by then.",
                "properties": {"field": NAME, "text": NAME},
                "required": ["field"],
                "additionalProperties": False,
            },
            "age": {
                "type": "integer",
                "minimum": 1,
                "description": "After so many days a card tells how long it stays.",
            },
            "filter": {"type": "string", "maxLength": 4_000, "description": "Shown are only records that meet this."},
            "position": {
                **NAME,
                "description": "A number that keeps the order in which people put the cards of a lane.",
            },
            "sort": {"type": "array", "items": {"type": "string"}, "description": "The order within each lane."},
            "quick_filters": NAMES,
        },
        "required": ["lanes"],
        "additionalProperties": False,
    }
    field_places: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lanes", "field"),
        ("total",),
        ("card", "*"),
        ("due", "field"),
        ("due", "text"),
        ("position",),
        ("sort", "*"),
        ("quick_filters", "*"),
    )
    expression_places: ClassVar[tuple[tuple[str, ...], ...]] = (("filter",),)

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
        """Give what is wrong with lanes, total and due date."""
        return complaints(body, entity(body.get("entity", "")))

    def answer(self, reader: Reader, context: Context, screen: Screen, address: Address) -> Response:
        """Answer the board: page, board region, or one lane."""
        return answer_board(ask(reader, context, screen), address)


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane with its head and the first of its cards."""

    key: str
    id: str
    label: str
    tag: tuple[str, object, str] | None
    count: str
    amounts: tuple[Money, ...]
    totalled: bool
    limit: Limit | None
    cards: tuple[Card, ...]
    here: bool
    pick_url: str
    more_url: str | None
    all_url: str | None
    new_url: str | None


@dataclass(frozen=True, slots=True)
class BoardView:
    """All that the templates of a board print."""

    heading: str
    caption: str
    spoken: str
    bar: Bar
    move_url: str
    ordered: bool
    lanes: tuple[Lane, ...]
    empty: Empty | None
    icon: str
    new_url: str | None
    new_label: str
    list_url: str


@dataclass(frozen=True, slots=True)
class _Board:
    """What is asked of a board: the query of all its cards, and the field that parts them."""

    asked: Asked
    address: Address
    state: ListState
    lane: Field
    query: Query


def answer_board(asked: Asked, address: Address) -> Response:
    """Answer the board at this address. Raises MalformedError for what the address has wrong."""
    lane = lane_field(asked)
    if lane is None:
        return answer(
            "screens/board_none.html", title=asked.text(asked.screen.label), list_url=list_url(asked.entity.name)
        )
    board = _board_of(asked, address, lane)
    key = address.get("lane")
    if key is not None and is_fragment(_lane_id(key)):
        return fragment("screens/board_lane.html", lanes=_lanes(board, (key,)))
    view = _view(board)
    if is_fragment("list"):
        return fragment("screens/board_region.html", list=view)
    return answer("screens/board.html", title=view.heading, list=view)


def answer_moved(asked: Asked, address: Address, lane: Field, before: Record, after: Record) -> Response:
    """Answer the two lanes that a move changed, with what it did in words."""
    board = _board_of(asked, address.without({"lane"}), lane)
    keys = [key_of(record.values.get(lane.name)) for record in (before, after)]
    named = Named(asked, lane, titles_of(asked, lane, keys))
    values = {"title": after.title or after.id, "lane": named.label(keys[1])}
    there = msg("“%(title)s” is in %(lane)s now", **values)
    said = asked.text(there if keys[0] != keys[1] else msg("“%(title)s” has another place in %(lane)s now", **values))
    made = fragment(
        "screens/board_moved.html",
        lanes=_lanes(board, keys),
        said=said,
        card=after.id,
        toast=undoable(said, asked.context),
    )
    # The sheet that asked for what was lacking would take it for its own.
    made.headers["HX-Retarget"], made.headers["HX-Reswap"] = "#moved", "innerHTML"
    return made


def _board_of(asked: Asked, address: Address, lane: Field) -> _Board:
    state = state_of(asked, address)
    # Of other links the ids suffice: each that is shown is one statement more.
    links = tuple(field.name for field in fields_of(asked, lane) if field.targets)
    query = query_of(asked, address, state, query_fields(asked, lane), links, PAGE, _OWN)
    return _Board(asked, address, state, lane, replace(query, after=None, per=lane.name))


def _view(board: _Board) -> BoardView:
    asked, address, query = board.asked, board.address, board.query
    bar = bar_of(asked, address, board.state, query)
    lanes = _lanes(board, None)
    shown = sum(len(lane.cards) for lane in lanes)
    name = asked.text(asked.screen.label)
    return BoardView(
        heading=name,
        caption=name,
        spoken=asked.text(nmsg("1 card shown", "%(count)s cards shown", shown)),
        bar=bar,
        move_url=str(address.below("move")),
        ordered=may_order(asked, board.state.sort),
        lanes=lanes,
        empty=None if shown else empty_of(asked, narrowed=bar.narrows, in_bin=False),
        icon=asked.entity.icon,
        new_url=None if asked.rights.create == NOTHING else new_url(asked.entity.name),
        new_label=asked.new_label(),
        list_url=list_url(asked.entity.name),
    )


def _lanes(board: _Board, only: Sequence[str] | None) -> tuple[Lane, ...]:
    """Give the lanes with their cards: as many statements for one lane as for all of them."""
    asked, lane = board.asked, board.lane
    figures = figures_of(asked, lane, board.query)
    named = Named(asked, lane, titles_of(asked, lane, figures))
    keys = keys_of(asked, lane, figures, named.titles)
    drawn = keys if only is None else [key for key in keys if key in only]
    wanted = _loaded(board.address)
    records = _records(
        board, [key for key in drawn if key in figures], max([PAGE, *map(wanted.get, drawn, [PAGE] * len(drawn))])
    )
    drawer = drawer_of(asked, lane, records)
    cards: dict[str, list[Card]] = {key: [] for key in drawn}
    for record in records:
        key = key_of(record.values.get(lane.name))
        if len(cards[key]) < wanted.get(key, PAGE):
            targets = targets_of(lane, key, keys, named)
            cards[key].append(drawer.card(record, targets, running=outcome_of(lane, key) is None))
    if may_order(asked, board.state.sort):
        cards = {key: in_order(some, key) for key, some in cards.items()}
    here = _here(board.address, keys, figures)
    return tuple(_lane(board, key, figures.get(key, Figures()), named, cards[key], here == key) for key in drawn)


def _records(board: _Board, keys: Sequence[str], most: int) -> Sequence[Record]:
    if not keys:
        return ()
    parts = [part for part in (board.query.filter, among(board.lane, keys)) if part is not None]
    query = replace(board.query, filter=logic("and", parts), limit=most)
    return services().door.find(board.asked.context, query).records


def _lane(board: _Board, key: str, figures: Figures, named: Named, cards: list[Card], here: bool) -> Lane:  # noqa: FBT001
    asked, address, lane = board.asked, board.address, board.lane
    shown, more = len(cards), len(cards) < figures.count
    following = _with_loaded(address, key, shown + PAGE) if more and shown < MOST_CARDS else None
    rest = alone(replace(address, path=list_url(asked.entity.name)), lane, key) if more and not following else None
    filled = () if key == BLANK else ((lane.name, key),)
    return Lane(
        key=key,
        id=_lane_id(key),
        label=named.label(key),
        tag=named.tag(key),
        count=asked.reader.formats.integer(figures.count),
        amounts=tuple(figures.amounts),
        totalled=total_field(asked) is not None,
        limit=limit_of(asked, key, figures.count),
        cards=tuple(cards),
        here=here,
        pick_url=str(address.having("lane", key)),
        more_url=str(following.having("lane", key)) if following else None,
        all_url=str(rest) if rest else None,
        new_url=str(Address(new_url(asked.entity.name), filled)) if _may_create(asked, lane) else None,
    )


def _may_create(asked: Asked, lane: Field) -> bool:
    return asked.rights.create != NOTHING and lane.name in asked.rights.creatable


def _lane_id(key: str) -> str:
    """Give the id of a lane in the page; no key begins with an underscore."""
    return f"lane-{'_none' if key == BLANK else key}"


def _here(address: Address, keys: Sequence[str], figures: Mapping[str, Figures]) -> str:
    """Give the lane that a phone shows: the one asked for, else the first with cards."""
    asked_for = address.get("lane")
    if asked_for in keys:
        return str(asked_for)
    return next((key for key in keys if key in figures), next(iter(keys), ""))


def _loaded(address: Address) -> dict[str, int]:
    """Give how many cards were loaded in which lane when the address was left: `won:50,new:75`."""
    found: dict[str, int] = {}
    for part in (address.get("loaded") or "").split(",")[:MOST_LANES]:
        key, _, count = part.rpartition(":")
        if count.isascii() and count.isdigit() and len(count) < len("10000"):
            found[key] = max(PAGE, min(int(count), MOST_CARDS))
    return found


def _with_loaded(address: Address, key: str, count: int) -> Address:
    found = {**_loaded(address), key: min(count, MOST_CARDS)}
    return address.having("loaded", ",".join(f"{one}:{most}" for one, most in found.items()))
