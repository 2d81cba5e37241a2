"""The tiles of a dashboard: what each is about, and what period and person make of its condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import MalformedError
from framework.permissions import policy_for
from framework.plans.predicates import EVERYTHING
from framework.records.planner import plan_filter
from i18n.lazy import Label, msg
from metadata.expressions import logic, parse
from metadata.expressions.tree import Binary, Call, In, Literal, Path
from metadata.layers import ordered
from ui.dashboards.measures import measure_of
from ui.lists.days import between
from ui.page.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.context import Context
    from metadata.expressions import Node
    from metadata.snapshot import Field, Screen
    from ui.dashboards.periods import Period
    from ui.page.reader import Reader

ME, MY_TEAMS = "me", "my_teams"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a dashboard shows: a period, and whose records (blank: everybody's)."""

    period: Period
    person: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile as it is written, with the rights of its reader; `asked` is None for one that is mere text.

    `placed` is how wide its reader has it, 0 where that is as written.
    """

    screen: str
    name: str
    body: Mapping[str, Any]
    label: str
    asked: Asked | None
    placed: int = 0

    @property
    def key(self) -> str:
        """How dashboards of people's own name it."""
        return f"{self.screen}.{self.name}"

    @property
    def kind(self) -> str:
        """What is drawn."""
        return str(self.body["kind"])

    @property
    def width(self) -> int:
        """How many of the twelve columns of the page it takes."""
        return self.placed or int(self.body.get("width", _WIDTHS[self.kind]))

    @property
    def cut(self) -> bool:
        """Whether its reader sees only some of the records, so that its figures count no others."""
        return self.asked is not None and self.asked.rights.read != EVERYTHING


_WIDTHS = {"number": 3, "text": 3, "table": 6, "bar": 6, "line": 6, "pie": 4, "funnel": 4}


def tiles_of(reader: Reader, context: Context, screen: Screen) -> tuple[Tile, ...]:
    """Give the tiles that are there for the reader: none of an entity that they do not see."""
    written = ordered(screen.options.get("tiles", {}), screen.options.get("tile_order"))
    found = (_tile(reader, context, screen, name, body) for name, body in written.items())
    return tuple(one for one in found if one is not None)


def _tile(reader: Reader, context: Context, screen: Screen, name: str, body: Mapping[str, Any]) -> Tile | None:
    label = reader.words.text(Label(f"screen/{screen.name}/tiles/{name}/label", body.get("label", name)))
    if "entity" not in body:
        return Tile(screen.name, name, body, label, None)
    policy, entity = policy_for(context.snapshot, context.actor), context.snapshot.entities.get(body["entity"])
    if entity is None or not policy.entity(entity.name).visible:
        return None
    return Tile(screen.name, name, body, label, Asked(reader, context, screen, entity, policy.entity(entity.name)))


def period_field(tile: Tile) -> Field | None:
    """Give the day by which the tile's records belong to a period; None where it shows all of them."""
    return _readable(tile, tile.body.get("period"))


def person_field(tile: Tile) -> Field | None:
    """Give the link by which the tile's records belong to somebody."""
    return _readable(tile, tile.body.get("person", "owner"))


def _readable(tile: Tile, name: str | None) -> Field | None:
    return next(iter(tile.asked.readable([name])), None) if tile.asked and name else None


def condition_of(tile: Tile, seen: Seen, *more: Node | None, period: Period | None = None) -> Node | None:
    """Give the condition of a tile's records: its own filter, the period (another one if given), and the person."""
    written = tile.body.get("filter")
    parts = [parse(written) if written else None, in_period(tile, period or seen.period), _of_person(tile, seen), *more]
    kept = [part for part in parts if part is not None]
    return logic("and", kept) if kept else None


def in_period(tile: Tile, period: Period) -> Node | None:
    """Give the condition that a record belongs to the period."""
    field = period_field(tile)
    if field is None or tile.asked is None:
        return None
    return between(field, period.start, period.after, tile.asked.reader.formats.zone)


def _of_person(tile: Tile, seen: Seen) -> Node | None:
    field = person_field(tile)
    if field is None or not seen.person or tile.asked is None:
        return None
    if seen.person == MY_TEAMS:
        return In(Path(("team",)), (Call(MY_TEAMS, ()),)) if "team" in tile.asked.rights.readable else None
    value: Node = Call(ME, ()) if seen.person == ME else Literal(seen.person)
    return Binary("=", Path((field.name,)), value)


def hidden_from(tile: Tile) -> bool:
    """Whether the reader may not read something that the tile is made of, so that it has nothing to show."""
    asked, body = tile.asked, tile.body
    if asked is None:
        return False
    names: Iterable[str] = filter(None, (_group_name(body.get("group")), body.get("period")))
    if "measure" in body and measure_of(asked, body["measure"]) is None:
        return True
    return any(name not in asked.rights.readable for name in names) or not _means_something(asked, body.get("filter"))


def _means_something(asked: Asked, condition: str | None) -> bool:
    """Whether the reader may read all that the tile's own filter names."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    try:
        plan_filter(policy, asked.entity, parse(condition) if condition else None, None)
    except MalformedError:
        return False
    return True


def _group_name(group: Any) -> str | None:  # noqa: ANN401 - JSON
    return group if isinstance(group, str) or group is None else group["field"]


RESTRICTED = msg("You may not read what this is made of.")
CUT = msg("Counts only the records that you may read.")
