"""Numbers, percentages and money as text.

Babel interprets a pattern at each call, which a list of 50 rows feels; here the pattern is taken
apart once per locale and Python's own formatting does the work.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from babel.core import Locale
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol

from i18n.formats.names import habits

# Wide enough for any number that a database holds, and rounding as all of the product does.
_ROUNDING = Context(prec=1_000, rounding=ROUND_HALF_UP)
_MOST_DECIMALS = 20
_QUANTA = tuple(Decimal(1).scaleb(-scale) for scale in range(_MOST_DECIMALS + 1))
_THOUSANDS = 3


class Money(NamedTuple):
    """An amount in two pieces, and whether the sign stands before the amount."""

    sign: str
    amount: str
    sign_first: bool


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How one locale writes numbers. `group_size` is that of the groups above the thousands."""

    group: str
    decimal: str
    minus: str
    group_size: int
    sign_first: bool
    percent_before: str
    percent_after: str
    _separators: dict[int, str]
    _locale: Locale

    @classmethod
    def of(cls, locale: str) -> "NumberFormat":
        """Take the locale's patterns apart."""
        data = habits(locale)
        symbols = data.number_symbols["latn"]
        percent = data.percent_formats[None]
        sign = symbols["percentSign"]
        return cls(
            symbols["group"],
            symbols["decimal"],
            symbols["minusSign"],
            data.decimal_formats[None].grouping[1],
            _sign_first(data.currency_formats["standard"]),
            percent.prefix[0].replace("%", sign),
            percent.suffix[0].replace("%", sign),
            str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": symbols["minusSign"]}),
            data,
        )

    def integer(self, value: int) -> str:
        """Write a whole number."""
        return self._grouped(f"{value:,}")

    def number(self, value: Decimal | int, scale: int | None, *, grouped: bool = True) -> str:
        """Write a number with `scale` decimals, or all that it has (20 at most); years are not `grouped`."""
        exact = value if isinstance(value, Decimal) else Decimal(value)
        places = decimals(exact) if scale is None else scale
        rounded = _ROUNDING.quantize(exact, _QUANTA[min(places, _MOST_DECIMALS)])
        return self._grouped(f"{rounded:,f}" if grouped else f"{rounded:f}")

    def percent(self, value: Decimal | int, scale: int | None) -> str:
        """Write a percentage."""
        return f"{self.percent_before}{self.number(value, scale)}{self.percent_after}"

    def money(self, amount: Decimal, currency: str, scale: int | None) -> Money:
        """Give sign and amount apart."""
        places = _money_decimals(amount, currency) if scale is None else scale
        sign = _currency_sign(currency, self._locale)
        return Money(sign, self.number(amount, places), self.sign_first)

    def money_text(self, amount: Decimal, currency: str, scale: int | None) -> str:
        """Give sign and amount in the locale's order, a no-break space between them."""
        sign, digits, sign_first = self.money(amount, currency, scale)
        return f"{sign}\u00a0{digits}" if sign_first else f"{digits}\u00a0{sign}"

    def _grouped(self, plain: str) -> str:
        """Give `plain`, which is grouped by thousands in the English way, the locale's signs."""
        if self.group_size == _THOUSANDS or plain.count(",") < _GROUPS_THAT_DIFFER:
            return plain.translate(self._separators)
        whole, point, fraction = plain.partition(".")
        *upper, thousands = whole.split(",")
        digits = "".join(upper)
        minus = "-" if digits.startswith("-") else ""
        groups = ",".join(_from_the_end(digits.removeprefix("-"), self.group_size))
        return f"{minus}{groups},{thousands}{point}{fraction}".translate(self._separators)


# From two separators on, groups of two (12,34,567) look other than groups of three.
_GROUPS_THAT_DIFFER = 2


def decimals(value: Decimal) -> int:
    """Give the number of decimals that `value` is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _money_decimals(amount: Decimal, currency: str) -> int:
    if amount == amount.to_integral_value():
        return 0
    # A unit price may be finer than its currency; what is known is shown.
    return max(get_currency_precision(currency), decimals(amount.normalize()))


@lru_cache(2_000)
def _currency_sign(currency: str, locale: Locale) -> str:
    return get_currency_symbol(currency, locale)


def _sign_first(pattern: NumberPattern) -> bool:
    return "¤" in pattern.prefix[0]


def _from_the_end(digits: str, size: int) -> list[str]:
    first = len(digits) % size
    rest = [digits[start : start + size] for start in range(first, len(digits), size)]
    return [digits[:first], *rest] if first else rest
