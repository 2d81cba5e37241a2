"""The order of cards within a lane: a number of each card's own, which a move sets between those of its neighbours.

Where there is no number left between them, or a card above has none yet, the cards of the lane are numbered anew, with
the rights of whoever moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from framework.errors import InvalidError, MalformedError
from framework.extension import services
from framework.fields.base import type_of
from framework.fields.key import record_id
from framework.fields.numeric import digits_of
from framework.plans import Query
from i18n.lazy import msg
from metadata.expressions import logic, parse
from metadata.expressions.tree import Binary, Literal, Path
from ui.lists.group_values import condition_of_key
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.records import Record
    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.page.asked import Asked

STEP = Decimal(1_024)
MOST_NUMBERED = 150
"""How many cards a lane may have that is numbered anew while somebody waits."""
_LONG = msg("This lane has too many cards for an order of their own. Filter by it in the list instead.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a lane a card goes: below one card and above another; blank at its ends."""

    above: str
    below: str


def place_in(text: str) -> Place | None:
    """Read a place as a form sends it, `above|below`; None where there is none. Raises MalformedError."""
    if not text:
        return None
    try:
        above, below = (record_id(one) if one else "" for one in text.split("|"))
    except ValueError:
        raise MalformedError(msg("“%(value)s” is no move of a card", value=text[:80])) from None
    return Place(above, below)


def is_position(field: Field) -> bool:
    """Whether a field can keep the order of cards: a number that people may write and that lists sort by."""
    return shown_type(field).cell == "number" and type_of(field).sortable and not field.computed


def position_field(asked: Asked) -> Field | None:
    """Give the field that keeps the order; None where the reader may not read it, or there is none."""
    name = asked.screen.options.get("position")
    return next((one for one in asked.readable([name]) if is_position(one)), None) if name else None


def may_order(asked: Asked, sort: Sequence[str]) -> bool:
    """Whether cards can be moved within their lanes: in the board's own order, by who may write it."""
    field = position_field(asked)
    return field is not None and sort[:1] == (field.name,) and field.name in asked.rights.writable


@dataclass(frozen=True, slots=True)
class Ordering:
    """The cards of one lane in the order of the board, whatever filter its reader has on."""

    asked: Asked
    lane: Field
    position: Field
    key: str

    def numbers(self, ident: str, place: Place | None) -> dict[str, str]:
        """Give the numbers of the moved card, and of those that must be numbered with it; without a place on top.

        Raises InvalidError where the lane is too long to be numbered.
        """
        known = self._known(place) if place else {}
        above, below = (known.get(one) for one in (place.above, place.below)) if place else (None, None)
        high = self._number(below) if below else None
        if above is not None:
            low = self._number(above)
            high = None if low is None else self._next(low, ident)
        elif high is not None:
            low = self._before(high, ident)
        else:
            low, high = Decimal(), self._next(None, ident)
        number = None if low is None else self._between(low, high)
        return self._anew(ident, above, below) if number is None else {ident: str(number)}

    def _between(self, low: Decimal, high: Decimal | None) -> Decimal | None:
        """Give a number between two of the field's own places; None where there is none left."""
        unit = Decimal(1).scaleb(-self._scale())
        found = low + STEP if high is None else ((low + high) / 2).quantize(unit)
        return found if low < found and (high is None or found < high) else None

    def _anew(self, ident: str, above: Record | None, below: Record | None) -> dict[str, str]:
        """Number the lane from its first card to the moved one and to all that have a number already."""
        sort = (self.position.name, *self.asked.screen.options.get("sort", ()))
        cards = [one for one in self._find(None, sort, MOST_NUMBERED + 1) if one.id != ident]
        if len(cards) > MOST_NUMBERED:
            raise InvalidError(_LONG)
        idents = [one.id for one in cards]
        at = idents.index(above.id) + 1 if above else idents.index(below.id) if below else 0
        numbered = sum(1 for one in cards if self._number(one) is not None)
        order = [*idents[:at], ident, *idents[at : max(at, numbered)]]
        before = {one.id: self._number(one) for one in cards}
        found = {one: STEP * number for number, one in enumerate(order, start=1)}
        return {one: str(number) for one, number in found.items() if before.get(one) != number}

    def _known(self, place: Place) -> Mapping[str, Record]:
        """Give the neighbours that are in the lane still."""
        idents = frozenset(one for one in (place.above, place.below) if one)
        return {one.id: one for one in self._find(None, (), 2, idents)} if idents else {}

    def _next(self, low: Decimal | None, ident: str) -> Decimal | None:
        """Give the least number beyond another, of a card that is not the moved one."""
        beyond = None if low is None else Binary(">", Path((self.position.name,)), Literal(low))
        return self._nearest(beyond, self.position.name, ident)

    def _before(self, high: Decimal, ident: str) -> Decimal:
        """Give the greatest number before another, or nothing."""
        condition = Binary("<", Path((self.position.name,)), Literal(high))
        return self._nearest(condition, f"-{self.position.name}", ident) or Decimal()

    def _nearest(self, condition: Node | None, sort: str, ident: str) -> Decimal | None:
        found = self._find(condition, (sort,), 2)
        return next((self._number(one) for one in found if one.id != ident), None)

    def _find(
        self, condition: Node | None, sort: tuple[str, ...], limit: int, among: frozenset[str] | None = None
    ) -> Sequence[Record]:
        always = self.asked.screen.options.get("filter")
        parts = [condition_of_key(self.lane, self.key), condition, parse(always) if always else None]
        kept = logic("and", [part for part in parts if part is not None])
        fields = (self.position.name, self.lane.name)
        query = Query(self.asked.entity.name, fields, kept, sort=sort, limit=limit, among=among)
        return services().door.find(self.asked.context, query).records

    def _number(self, record: Record) -> Decimal | None:
        value = record.values.get(self.position.name)
        return None if value is None else Decimal(value)

    def _scale(self) -> int:
        return 0 if type_of(self.position).name == "integer" else digits_of(self.position)[1]
