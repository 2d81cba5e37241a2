"""Amounts of money: a number and its currency, in two columns unless the currency is fixed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from babel.numbers import list_currencies

from framework.fields.base import Column, ColumnKind, FieldType, ValueRefusedError
from framework.fields.numeric import (
    MAX_OPTION,
    MIN_OPTION,
    SCALE_OPTION,
    WIRE_PATTERN,
    decimal_column,
    digits_of,
    load_decimal,
    plain,
    typed_number,
)
from i18n.formats.read import tidy
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

CURRENCY = r"^[A-Z]{3}$"
CURRENCY_OPTION = {
    "type": "string",
    "pattern": CURRENCY,
    "description": "The currency (ISO 4217) of all amounts. Without it each record has its own.",
}
_CODE = re.compile(r"[A-Za-z]{3}", re.ASCII)
_DIGIT = re.compile(r"\d")
_AROUND_NUMBERS = " \u00a0\u202f+-\u2212.,'\u2019"
_WIDESPREAD = ("EUR", "USD", "GBP", "CHF", "JPY", "CNY")
_PARTS = frozenset({"amount", "currency"})


class Money(NamedTuple):
    """An amount in a currency (ISO 4217): the stored value of a money field."""

    amount: Decimal
    currency: str


class GivenMoney(NamedTuple):
    """What a caller gave of an amount; parts that are None come from the record or the site (`settle`)."""

    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True)
class MoneyField(FieldType):
    """An amount of money. Amounts of unlike currencies are never added or compared."""

    name = "money"
    label = msg("Money")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "min": MIN_OPTION,
        "max": MAX_OPTION,
        "scale": SCALE_OPTION,
        "currency": CURRENCY_OPTION,
    }
    column_kind = ColumnKind.DECIMAL
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "sum", "avg", "min", "max")
    control = "money"
    cell = "money"
    part_labels: ClassVar[Mapping[str, Message]] = {"amount": msg("Amount"), "currency": msg("Currency")}

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """A currency that exists."""
        fixed = field.options.get("currency")
        if fixed is not None and fixed not in currencies():
            yield "currency", msg("There is no currency “%(code)s”.", code=fixed)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """The amount, and the currency where each record has its own."""
        amount = decimal_column(field)
        return (amount,) if "currency" in field.options else (amount, Column(ColumnKind.TEXT, "__currency"))

    def named_parts(self, field: Field) -> Mapping[str, str | None]:
        """The currency."""
        return {"currency": field.options.get("currency")}

    def part_types(self, field: Field) -> Mapping[str, types.Type]:
        """The bare amount, and the currency."""
        precision, scale = digits_of(field)
        return {"amount": types.decimal(scale, precision), "currency": types.TEXT}

    def main_value(self, field: Field, value: Any) -> Decimal:  # noqa: ANN401, ARG002
        """The amount."""
        found: Decimal = value.amount
        return found

    def expression_type(self, field: Field) -> types.Type:
        """Money of the fixed currency, or of each record's own."""
        precision, scale = digits_of(field)
        return types.money(field.options.get("currency"), scale, precision)

    def load(self, field: Field, value: Any) -> Money | GivenMoney | None:  # noqa: ANN401
        """The amount and its currency, as far as they are given; an amount that is null is no value."""
        if not isinstance(value, dict):
            return _whole(field, load_decimal(field, value), None)
        strange = [name for name in value if name not in _PARTS]
        if strange:
            raise ValueRefusedError(
                msg("Money has no part “%(name)s”", name=str(strange[0])[:60]),
                "unknown_part",
                msg("Its parts are amount and currency"),
            )
        if not value or ("amount" in value and value["amount"] is None):
            return None
        amount = load_decimal(field, value["amount"]) if "amount" in value else None
        given = value.get("currency")
        return _whole(field, amount, None if given is None else _currency(field, given))

    def check_value(self, field: Field, value: object) -> Message | None:
        """As for every type; a currency alone is no amount."""
        if isinstance(value, dict) and value and "amount" not in value:
            return msg("Give the amount too")
        return super().check_value(field, value)

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401, ARG002
        """Parts that were not given from the old value; a currency from the site where there was none."""
        amount, currency = value
        if amount is None:
            if old is None:
                raise ValueRefusedError(msg("Give the amount too"), "required")
            amount = old.amount
        return Money(amount, currency or (old.currency if old else None) or context.snapshot.site.currency)

    def parts(self, field: Field, value: Any) -> tuple[Any, ...]:  # noqa: ANN401
        """The amount, and the currency where it has a column."""
        return (value.amount,) if "currency" in field.options else (value.amount, value.currency)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any]:
        """Amount and currency as one value."""
        fixed = field.options.get("currency")
        if fixed is not None:
            return lambda columns: Money(columns[0], fixed)
        return lambda columns: Money(columns[0], columns[1])

    def json_schema(self, field: Field) -> dict[str, Any]:
        """The object, or the bare amount where the currency is known otherwise."""
        amount = {"type": ["string", "number"], "pattern": WIRE_PATTERN}
        fixed = field.options.get("currency")
        currency = {"const": fixed} if fixed else {"type": "string", "pattern": CURRENCY}
        properties = {"amount": amount, "currency": currency}
        return {
            "anyOf": [
                {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1},
                amount,
                {"type": "null"},
            ]
        }

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """The amount as text with all places, and the currency."""
        return lambda value: {"amount": plain(value.amount), "currency": value.currency}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """The amount with all places and the currency's code, which no two currencies share."""
        if value is None:
            return ""
        amount = formats.number(value.amount, digits_of(field)[1])
        return amount if value.currency == field.options.get("currency") else f"{amount} {value.currency}"

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:
        """An amount, with a currency before or behind it: `12.50`, `12.50 EUR`, `€ 12.50`; blank is none."""
        number, unit = _apart(tidy(text))
        if not unit:
            return typed_number(text, formats)
        likely = (field.options.get("currency"), context.snapshot.site.currency, "EUR", "GBP")
        amount = typed_number(number, formats)
        return {"amount": None if amount is None else plain(amount), "currency": _code_of(unit, likely, formats)}

    def inputs(self, field: Field) -> tuple[str, ...]:
        """Both parts; a fixed currency stands beside the amount and is not sent."""
        return ("amount",) if "currency" in field.options else ("amount", "currency")

    def typed(self, field: Field, value: Any, formats: Formats) -> Mapping[str, str]:  # noqa: ANN401
        """The amount with the places that it has, and its currency."""
        if value is None:
            return {"amount": "", "currency": field.options.get("currency", "")}
        return {"amount": formats.number(value.amount), "currency": value.currency}

    def offered_parts(self, field: Field, context: Context) -> Mapping[str, str]:
        """The fixed currency, or the site's."""
        return {"currency": field.options.get("currency") or context.snapshot.site.currency}

    def part_choices(
        self,
        field: Field,
        part: str,
        typed: str,
        context: Context,
        formats: Formats,  # noqa: ARG002
    ) -> Mapping[str, str]:
        """The likely currencies where each record has its own; any other may be typed with the amount."""
        if part != "currency" or "currency" in field.options:
            return {}
        return {code: code for code in (typed, context.snapshot.site.currency, *_WIDESPREAD) if code}

    def from_typed(self, field: Field, texts: Mapping[str, str], context: Context, formats: Formats) -> object:
        """The amount in the currency beside it, unless one was typed with the amount; either may come alone."""
        if "amount" not in texts:
            return {"currency": texts["currency"]}
        amount = self.from_text(field, texts["amount"], context, formats)
        if amount is None or isinstance(amount, dict):
            return amount
        return {"amount": str(amount), "currency": texts.get("currency") or field.options.get("currency")}


@cache
def currencies() -> frozenset[str]:
    """The codes of all currencies that are or were."""
    return frozenset(list_currencies())


def _whole(field: Field, amount: Decimal | None, currency: str | None) -> Money | GivenMoney:
    currency = field.options.get("currency") or currency
    return GivenMoney(amount, currency) if amount is None or currency is None else Money(amount, currency)


def _currency(field: Field, value: object) -> str:
    code = value.upper() if isinstance(value, str) and _CODE.fullmatch(value) else None
    if code is None or code not in currencies():
        raise ValueRefusedError(
            msg("“%(code)s” is no currency", code=str(value)[:20] if isinstance(value, str) else "…"),
            "currency",
            msg("Give three letters, such as EUR"),
        )
    fixed = field.options.get("currency")
    if fixed is not None and code != fixed:
        raise ValueRefusedError(msg("The currency of this field is always %(code)s", code=fixed), "currency")
    return code


def _apart(text: str) -> tuple[str, str]:
    """A typed amount without its currency, and the currency; blank where there is none."""
    places = [found.start() for found in _DIGIT.finditer(text)]
    if not places:
        return text, ""
    before, after = text[: places[0]], text[places[-1] + 1 :]
    front, back = before.strip(_AROUND_NUMBERS), after.lstrip(_AROUND_NUMBERS)
    if front and back:
        raise ValueRefusedError(msg("Give one currency"), "currency")
    number = text[places[0] : places[-1] + 1]
    return before.replace(front, "", 1) + number + (after.replace(back, "", 1) if back else after), front or back


def _code_of(unit: str, likely: Sequence[str | None], formats: Formats) -> str:
    """The code that a person's word or sign for a currency means: `$` may stand for US$ where that is likely."""
    if _CODE.fullmatch(unit):
        return unit.upper()
    for code in likely:
        if code and formats.money(Decimal(0), code).sign.endswith(unit):
            return code
    raise ValueRefusedError(
        msg("“%(unit)s” is no currency that is known here", unit=unit[:20]),
        "currency",
        msg("Write its code, such as EUR"),
    )
