"""What a tile measures, `sum(amount)`: read, asked for, and written in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.plans import AggregateQuery
from i18n.formats import Money
from ui.lists.totals import amounts_of, is_mixed
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.page.asked import Asked

PATTERN = r"^(count\(\)|(sum|avg|min|max)\([a-z][a-z0-9_]*\))$"
_PARTS = re.compile(r"(count|sum|avg|min|max)\(([a-z0-9_]*)\)")
_ROUND = 1_000
_NUMBERS = frozenset({"number", "percent", "money", "rating"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over records: `field` is None for their count. `mixed` says that each record has its own currency."""

    function: str
    field: Field | None

    @property
    def text(self) -> str:
        """The measure as the door takes it."""
        return f"{self.function}({self.field.name if self.field else ''})"

    @property
    def mixed(self) -> bool:
        """Whether the records have currencies of their own, so that amounts are kept apart by them."""
        return self.field is not None and is_mixed(self.field)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures per group, in one currency where they are amounts.

    `values` maps the groups' wire values to numbers; `others` are sums in further currencies, which no chart can add.
    """

    currency: str
    values: Mapping[tuple[Any, ...], Decimal]
    others: tuple[tuple[str, Decimal], ...] = ()


def measure_of(asked: Asked, text: str) -> Measure | None:
    """Give the measure; None where the reader may not read what it is made of."""
    function, name = parts_of(text)
    if not name:
        return Measure(function, None)
    return next((Measure(function, field) for field in asked.readable([name])), None)


def parts_of(text: str) -> tuple[str, str]:
    """Give function and name of the field, blank for a count."""
    found = _PARTS.fullmatch(text)
    return (found[1], found[2]) if found else ("count", "")


def is_measurable(field: Field, function: str) -> bool:
    """Whether a function makes a number of the field's values."""
    kind = shown_type(field)
    return function in kind.aggregates and kind.cell in _NUMBERS


def figures_of(asked: Asked, measure: Measure, groups: tuple[str, ...], condition: Node | None) -> Figures:
    """Ask for the figures of each group; one statement. Raises MalformedError for more groups than can be told."""
    wanted = (*groups, f"{measure.field.name}.currency") if measure.mixed and measure.field else groups
    query = AggregateQuery(asked.entity.name, wanted, (measure.text,), condition)
    rows = services().door.aggregate(asked.context, query)
    found: dict[str, dict[tuple[Any, ...], Decimal]] = {}
    for row in rows:
        value = _number(row[measure.text])
        currency = (row[wanted[-1]] or "") if measure.mixed else _fixed(row[measure.text])
        if value is not None:
            found.setdefault(currency, {})[tuple(row[one] for one in groups)] = value
    # The currency in which most lies; others are told beside it.
    order = sorted(found, key=lambda one: (-sum(map(abs, found[one].values())), one))
    main = next((one for one in order if one), "") if measure.mixed else next(iter(order), "")
    others = tuple((one, sum(found[one].values(), Decimal())) for one in order if one not in {main, ""})
    return Figures(main, found.get(main, {}), others)


def _number(value: Any) -> Decimal | None:  # noqa: ANN401 - a wire value
    if isinstance(value, dict):
        value = value["amount"]
    if value is None:
        return None
    return Decimal(value)


def _fixed(value: Any) -> str:  # noqa: ANN401 - a wire value
    return str(value["currency"]) if isinstance(value, dict) else ""


def in_words(asked: Asked, measure: Measure, value: Decimal, currency: str) -> Money:
    """Give a figure as people read it, sign and number apart."""
    formats = asked.reader.formats
    whole = round(value) if abs(value) >= _ROUND or value == round(value) else round(value, 2)
    if measure.field is None or measure.function == "count":
        return _plain(formats.integer(int(value)))
    if currency:
        return formats.money(Decimal(whole), currency)
    return next(iter(amounts_of(asked, measure.field, measure.function, [str(whole)])), _plain(""))


def text_of(money: Money) -> str:
    """Give sign and number as one text."""
    pair = (money.sign, money.amount) if money.sign_first else (money.amount, money.sign)
    return "\u00a0".join(part for part in pair if part)


def _plain(text: str) -> Money:
    return Money("", text, sign_first=False)
