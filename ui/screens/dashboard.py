"""The dashboard: tiles with figures, charts and short lists, all of one period and of one person or everybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from framework.errors import MalformedError, NotFoundError
from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.records.parse import closed
from i18n.lazy import msg
from ui.dashboards.checks import complaints
from ui.dashboards.copies import WIDTHS, copy_of, layout_of, may_have, offered, placed_by, tiles_in
from ui.dashboards.drawing import draw
from ui.dashboards.measures import PATTERN
from ui.dashboards.periods import MONTHS, WORDS, period_in, period_of
from ui.dashboards.tiles import CUT, ME, MY_TEAMS, RESTRICTED, Seen, hidden_from, person_field, tiles_of
from ui.page.asked import ABSENT
from ui.page.render import answer, fragment
from ui.screens.base import COLUMN, LABEL, NAME, NAMES, OpenedKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Response

    from framework.context import Context
    from framework.records import Record
    from metadata.catalogue import Complaint, FindEntity
    from metadata.snapshot import Screen
    from ui.dashboards.copies import Placed
    from ui.dashboards.drawing import Drawn
    from ui.dashboards.periods import Period
    from ui.dashboards.tiles import Tile
    from ui.page.addresses import Address
    from ui.page.reader import Reader

ARRANGE = "arrange"
"""What an address has where somebody arranges a dashboard of their own."""
_PARAMETERS = frozenset({"period", "from", "person", "drawn", "done", ARRANGE})
_MOST_PEOPLE = 100
_GROUP = {
    "oneOf": [
        NAME,
        {
            "type": "object",
            "properties": {"field": NAME, "by": {"enum": ["month"]}},
            "required": ["field", "by"],
            "additionalProperties": False,
        },
    ]
}


@dataclass(frozen=True)
class DashboardKind(OpenedKind):
    """Tiles of figures and charts."""

    name = "dashboard"
    label = msg("Dashboard")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "period": {"enum": sorted(MONTHS), "description": "The period that it opens with; a quarter if absent."},
            "tiles": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "kind": {"enum": ["number", "bar", "line", "pie", "funnel", "table", "text"]},
                        "label": LABEL,
                        "message": {"type": "string", "maxLength": 2_000, "description": "What a text says."},
                        "entity": {**NAME, "description": "The entity whose records are counted or shown."},
                        "measure": {
                            "type": "string",
                            "pattern": PATTERN,
                            "description": "count(), or sum, avg, min or max of a field: sum(amount).",
                        },
                        "group": {**_GROUP, "description": "The field of whose values there is a bar or a part each."},
                        "filter": {"type": "string", "maxLength": 4_000},
                        "period": {**NAME, "description": "The day that must lie in the period."},
                        "person": {**NAME, "description": "The link that the person filter is about; else owner."},
                        "compare": {"type": "boolean", "description": "Beside the period before; if absent it is."},
                        "better": {"enum": ["higher", "lower"]},
                        "columns": {"type": "array", "items": COLUMN, "maxItems": 6},
                        "sort": {"type": "array", "items": {"type": "string"}},
                        "limit": {"type": "integer", "minimum": 1, "maximum": 10},
                        "width": {"enum": [3, 4, 6, 8, 12], "description": "Of the twelve columns of the page."},
                    },
                    "required": ["kind"],
                    "additionalProperties": False,
                },
            },
            "tile_order": NAMES,
        },
        "required": ["tiles"],
        "additionalProperties": False,
    }
    field_places: ClassVar[tuple[tuple[str, ...], ...]] = ()
    part_places: ClassVar[tuple[tuple[str, ...], ...]] = (("tiles", "*"),)
    part_field_places: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("group",), ("group", "field"), ("period",), ("person",), ("columns", "*"), ("columns", "*", "field"),
        ("sort", "*"),
    )  # fmt: skip
    part_expression_places: ClassVar[tuple[tuple[str, ...], ...]] = (("filter",),)

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
        """Give what is wrong with the tiles: what they measure, and by what they are grouped."""
        return complaints(body, entity)

    def answer(self, reader: Reader, context: Context, screen: Screen, address: Address) -> Response:
        """Answer the dashboard; each tile loads by itself, or all are drawn at once where the address asks for it."""
        return answer_dashboard(reader, context, screen, address)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter of the whole dashboard, and where it leads."""

    label: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class TileView:
    """One tile with its frame; without `drawn` it is still to be loaded from `url`."""

    name: str
    label: str
    kind: str
    width: int
    url: str
    csv_url: str
    drawn: Drawn | None
    problem: str
    cut: str
    timed: bool
    key: str
    narrowest: bool
    widest: bool


@dataclass(frozen=True, slots=True)
class Arranging:
    """What the templates print while somebody arranges a dashboard of their own; `own` says that there is one."""

    url: str
    done_url: str
    reset_url: str
    offered: tuple[tuple[str, tuple[Tile, ...]], ...]


@dataclass(frozen=True, slots=True)
class DashboardView:
    """All that the templates of a dashboard print."""

    heading: str
    own: bool
    arrange_url: str
    arranging: Arranging | None
    kinds: tuple[Choice, ...]
    period: str
    earlier_url: str
    later_url: str
    now_url: str
    people: tuple[Choice, ...]
    person: str
    tiles: tuple[TileView, ...]
    drawn_url: str
    drawn: bool


def answer_dashboard(reader: Reader, context: Context, screen: Screen, address: Address) -> Response:
    """Answer the page. Raises NotFoundError where the reader may not see it, MalformedError for its parameters."""
    record, layout = layout_for(reader, context, screen)
    tiles = seen_tiles(reader, context, screen) if record is None else tiles_in(reader, context, layout)
    seen = seen_at(context, screen, address)
    at_once = address.get("drawn") == "all"
    here = address.without({"drawn", "done", ARRANGE})
    arranges = address.get(ARRANGE) is not None and may_have(context)
    persons = _people(reader, context, here, seen) if any(person_field(tile) for tile in tiles) else ()
    period = seen.period
    view = DashboardView(
        heading=reader.words.text(screen.label),
        own=record is not None,
        arrange_url=str(here.having(ARRANGE, "1")) if may_have(context) else "",
        arranging=_arranging(reader, context, here, record, layout) if arranges else None,
        kinds=tuple(
            Choice(
                reader.words.text(WORDS[kind]),
                str(_at(here, period_of(kind, _within(period, context)))),
                kind == period.kind,
            )
            for kind in MONTHS
        ),
        period=period.label(reader),
        earlier_url=str(_at(here, period.moved(-1))),
        later_url=str(_at(here, period.moved(1))),
        now_url=str(_at(here, period_of(period.kind, context.today))),
        people=persons,
        person=next((one.label for one in persons if one.chosen), ""),
        tiles=tuple(
            _view(tile, _where(tile, screen, here, seen), seen, draws=at_once or tile.asked is None) for tile in tiles
        ),
        drawn_url=str(address.having("drawn", "all")),
        drawn=at_once,
    )
    return answer("screens/dashboard.html", title=view.heading, board=view)


def layout_for(reader: Reader, context: Context, screen: Screen) -> tuple[Record | None, tuple[Placed, ...]]:
    """Give somebody's own dashboard and its layout, else that of the screen. Raises NotFoundError as `seen_tiles`."""
    tiles = seen_tiles(reader, context, screen)
    record = copy_of(context, screen.name)
    return record, placed_by(tiles) if record is None else layout_of(record)


def _arranging(
    reader: Reader, context: Context, here: Address, record: Record | None, layout: Sequence[Placed]
) -> Arranging:
    below = here.below("copy")
    return Arranging(
        url=str(below),
        done_url=str(here),
        reset_url=str(below.below("reset")) if record is not None else "",
        offered=offered(reader, context, layout),
    )


def _where(tile: Tile, screen: Screen, here: Address, seen: Seen) -> Address:
    """Give where a tile is: at its own dashboard, which may open with another period."""
    at = here if tile.screen == screen.name else _at(here, seen.period)
    return replace(at, path=f"/screens/{tile.screen}/tiles/{tile.name}")


def answer_tile(reader: Reader, context: Context, screen: Screen, name: str, address: Address) -> Response:
    """Answer one tile with its figures. Raises NotFoundError where it is not there for the reader."""
    tile = _tile(reader, context, screen, name)
    seen = seen_at(context, screen, address)
    return fragment("screens/dashboard_tile.html", tile=_view(tile, address, seen, draws=True))


def tile_figures(reader: Reader, context: Context, screen: Screen, name: str, address: Address) -> tuple[Tile, Drawn]:
    """Give a tile and its figures, for a file. Raises NotFoundError as `answer_tile`, and for what is restricted."""
    tile = _tile(reader, context, screen, name)
    if hidden_from(tile) or tile.kind in {"text", "number"}:
        raise NotFoundError(ABSENT)
    return tile, draw(tile, seen_at(context, screen, address))


def seen_tiles(reader: Reader, context: Context, screen: Screen) -> tuple[Tile, ...]:
    """Give the tiles of a dashboard that is there for the reader. Raises NotFoundError for others."""
    if screen.roles and not policy_for(context.snapshot, context.actor).roles.intersection(screen.roles):
        raise NotFoundError(ABSENT)
    return tiles_of(reader, context, screen)


def _tile(reader: Reader, context: Context, screen: Screen, name: str) -> Tile:
    found = next((tile for tile in seen_tiles(reader, context, screen) if tile.name == name), None)
    if found is None:
        raise NotFoundError(ABSENT)
    return found


def seen_at(context: Context, screen: Screen, address: Address) -> Seen:
    """Give what an address asks for. Raises MalformedError for what there is not."""
    given = closed(address.parameters, _PARAMETERS)
    default = screen.options.get("period", "quarter")
    period = period_in(given.get("period"), given.get("from"), default, context.today)
    return Seen(period, given.get("person", ""))


def _view(tile: Tile, here: Address, seen: Seen, *, draws: bool) -> TileView:
    drawn, problem = (None, "")
    if draws and hidden_from(tile):
        problem = _text(tile, RESTRICTED)
    elif draws:
        try:
            drawn = draw(tile, seen)
        except MalformedError as error:
            problem = _text(tile, error.detail)
    filled = drawn is not None and bool(drawn.items or drawn.rows)
    return TileView(
        f"{tile.screen}-{tile.name}",
        tile.label,
        tile.kind,
        tile.width,
        str(here),
        str(here.below("csv")) if filled and _may_export(tile) else "",
        drawn,
        problem,
        _text(tile, CUT) if tile.cut and drawn is not None else "",
        timed=not isinstance(tile.body.get("group", ""), str),
        key=tile.key,
        narrowest=tile.width == WIDTHS[0],
        widest=tile.width == WIDTHS[-1],
    )


def _text(tile: Tile, words: Any) -> str:  # noqa: ANN401 - a message
    assert tile.asked is not None  # noqa: S101  (a text has no figures that could fail)
    return tile.asked.text(words)


def _may_export(tile: Tile) -> bool:
    context = tile.asked.context if tile.asked else None
    return context is not None and "export" in policy_for(context.snapshot, context.actor).abilities()


def _at(here: Address, period: Period) -> Address:
    return here.without({"period", "from"}).having("period", period.kind).having("from", period.start.isoformat())


def _within(period: Period, context: Context) -> Any:  # noqa: ANN401 - a day
    """Give a day of the period by which another kind of period is found: today, if it lies in it."""
    return context.today if period.start <= context.today < period.after else period.start


def _people(reader: Reader, context: Context, here: Address, seen: Seen) -> tuple[Choice, ...]:
    """Give whose records may be shown: everybody's, one's own, one's teams', or a person's."""
    text = reader.words.text
    fixed = [("", text(msg("Everybody"))), (ME, text(msg("Me"))), (MY_TEAMS, text(msg("My teams")))]
    readable = policy_for(context.snapshot, context.actor).entity("user").readable
    others = []
    if "name" in readable:
        found = services().door.find(context, Query("user", ("name",), sort=("name",), limit=_MOST_PEOPLE)).records
        others = [(one.id, one.title or one.id) for one in found if one.id != context.actor.id]
    known = {key for key, _ in (*fixed, *others)}
    if seen.person not in known:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=seen.person[:40]))
    return tuple(
        Choice(label, str(here.having("person", key or None)), key == seen.person) for key, label in (*fixed, *others)
    )
