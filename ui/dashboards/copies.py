"""A dashboard as somebody has it for themselves: which tiles of which dashboards, in which order and how wide.

It is a record of its owner's that names tiles; what they show stays in the metadata, with the rights of whoever looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.errors import ForbiddenError, MalformedError
from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.plans.predicates import NOTHING
from i18n.lazy import msg
from metadata.expressions import logic
from metadata.expressions.tree import Binary, Literal, Path
from ui.dashboards.tiles import tiles_of
from ui.lists.conditions import ME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from framework.context import Context
    from framework.records import Record
    from metadata.snapshot import Screen
    from ui.dashboards.tiles import Tile
    from ui.page.reader import Reader

ENTITY = "dashboard_copy"
WIDTHS = (3, 4, 6, 8, 12)
MOST_TILES = 40
_PLACED = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*):(\d{1,2})", re.ASCII)
_FIXED = msg("You may not have dashboards of your own")
_MANY = msg("A dashboard has at most %(most)s tiles")


@dataclass(frozen=True, slots=True)
class Placed:
    """One tile of a dashboard, and how many of the twelve columns it takes."""

    screen: str
    tile: str
    width: int

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.screen}.{self.tile}"

    def __str__(self) -> str:
        """Give it as it is stored."""
        return f"{self.key}:{self.width}"


def may_have(context: Context) -> bool:
    """Whether somebody may have dashboards of their own."""
    rights = policy_for(context.snapshot, context.actor).entity(ENTITY)
    return bool(rights.creatable) and rights.update != NOTHING


def copy_of(context: Context, screen: str) -> Record | None:
    """Give somebody's own dashboard in place of a screen; the newest, should there be two."""
    if not policy_for(context.snapshot, context.actor).entity(ENTITY).readable.issuperset({"screen", "tiles", "owner"}):
        return None
    mine = logic("and", [Binary("=", Path(("screen",)), Literal(screen)), Binary("=", Path(("owner",)), ME)])
    query = Query(ENTITY, ("screen", "tiles"), mine, sort=("-updated_at",), limit=1)
    return next(iter(services().door.find(context, query).records), None)


def layout_of(record: Record) -> tuple[Placed, ...]:
    """Give what a record says; what is nonsense in it is passed over."""
    found: dict[str, Placed] = {}
    for part in (record.values.get("tiles") or "").split(","):
        match = _PLACED.fullmatch(part)
        if match and int(match[3]) in WIDTHS:
            placed = Placed(match[1], match[2], int(match[3]))
            found.setdefault(placed.key, placed)
    return tuple(found.values())[:MOST_TILES]


def placed_by(tiles: Sequence[Tile]) -> tuple[Placed, ...]:
    """Give the layout that tiles have by themselves."""
    return tuple(Placed(tile.screen, tile.name, tile.width) for tile in tiles)


def tiles_in(reader: Reader, context: Context, layout: Sequence[Placed]) -> tuple[Tile, ...]:
    """Give the tiles of a layout that are there for the reader, each as wide as the layout says."""
    known = {tile.key: tile for name in {one.screen for one in layout} for tile in _of_screen(reader, context, name)}
    return tuple(replace(known[one.key], placed=one.width) for one in layout if one.key in known)


def offered(reader: Reader, context: Context, layout: Sequence[Placed]) -> tuple[tuple[str, tuple[Tile, ...]], ...]:
    """Give the tiles that may be added: of each dashboard that the reader may open, under its name."""
    taken = {one.key for one in layout}
    found = []
    for screen in context.snapshot.screens.values():
        tiles = tuple(tile for tile in _of_screen(reader, context, screen.name) if tile.key not in taken)
        if tiles:
            found.append((reader.words.text(screen.label), tiles))
    return tuple(found)


def _of_screen(reader: Reader, context: Context, name: str) -> tuple[Tile, ...]:
    screen = context.snapshot.screens.get(name)
    if screen is None or screen.kind != "dashboard" or not _is_open(context, screen):
        return ()
    return tiles_of(reader, context, screen)


def _is_open(context: Context, screen: Screen) -> bool:
    return not screen.roles or bool(policy_for(context.snapshot, context.actor).roles.intersection(screen.roles))


def changed(layout: Sequence[Placed], do: str, known: Sequence[Tile]) -> tuple[Placed, ...]:
    """Give the layout after one step, `verb:tile`; `known` are the tiles that may be added.

    Raises MalformedError for what is no step.
    """
    verb, _, what = do.partition(":")
    if verb == "order":
        return _ordered(layout, what.split(","))
    if verb == "add":
        added = next((tile for tile in known if tile.key == what), None)
        if added is None:
            raise _no_step(do)
        if len(layout) >= MOST_TILES:
            raise MalformedError(msg(_MANY.msgid, most=MOST_TILES))
        return (*layout, *placed_by([added]))
    at = next((place for place, one in enumerate(layout) if one.key == what), None)
    if at is None or verb not in _STEPS:
        raise _no_step(do)
    return tuple(_STEPS[verb](list(layout), at))


def _ordered(layout: Sequence[Placed], keys: list[str]) -> tuple[Placed, ...]:
    """Give the tiles in the order of their keys; what is not named keeps its place behind them."""
    order = {key: place for place, key in enumerate(keys)}
    return tuple(sorted(layout, key=lambda one: order.get(one.key, len(order))))


def _swapped(layout: list[Placed], one: int, other: int) -> list[Placed]:
    if 0 <= other < len(layout):
        layout[one], layout[other] = layout[other], layout[one]
    return layout


def _resized(layout: list[Placed], at: int, step: int) -> list[Placed]:
    place = max(0, min(WIDTHS.index(layout[at].width) + step, len(WIDTHS) - 1))
    layout[at] = replace(layout[at], width=WIDTHS[place])
    return layout


_STEPS: dict[str, Callable[[list[Placed], int], list[Placed]]] = {
    "earlier": lambda layout, at: _swapped(layout, at, at - 1),
    "later": lambda layout, at: _swapped(layout, at, at + 1),
    "wider": lambda layout, at: _resized(layout, at, 1),
    "narrower": lambda layout, at: _resized(layout, at, -1),
    "drop": lambda layout, at: [*layout[:at], *layout[at + 1 :]],
}


def _no_step(do: str) -> MalformedError:
    return MalformedError(msg("“%(value)s” is none of the choices", value=do[:60]))


def store(context: Context, screen: str, record: Record | None, layout: Sequence[Placed]) -> None:
    """Keep a layout as somebody's own. Raises ForbiddenError for whom nothing may be kept."""
    if not may_have(context):
        raise ForbiddenError(_FIXED)
    text = ",".join(map(str, layout)) or None
    if record is None:
        services().door.create(context, ENTITY, {"screen": screen, "tiles": text})
    else:
        services().door.update(context, ENTITY, record.id, {"tiles": text}, None)


def forget(context: Context, screen: str) -> None:
    """Let the screen be again as it is for everybody."""
    while (record := copy_of(context, screen)) is not None:
        services().door.delete(context, ENTITY, record.id, None)
