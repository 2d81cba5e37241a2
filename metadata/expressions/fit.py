"""Which types go together, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.expressions.types import KEYS, NUMBERS, ORDERED, TEXT, TEXTS, Kind, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from i18n.lazy import Message

QUOTIENT_PLACES = 10

_GROUPS: tuple[tuple[frozenset[Kind], Message], ...] = (
    (NUMBERS, msg("a number")),
    (TEXTS, msg("a text")),
    (ORDERED, msg("a value that has an order")),
    (frozenset({Kind.DATE, Kind.DATETIME}), msg("a date")),
)
_WORDS: dict[Kind, Message] = {
    Kind.TEXT: msg("text"),
    Kind.INTEGER: msg("a whole number"),
    Kind.DECIMAL: msg("a number"),
    Kind.MONEY: msg("an amount of money"),
    Kind.BOOLEAN: msg("true or false"),
    Kind.DATE: msg("a date"),
    Kind.DATETIME: msg("a date with time"),
    Kind.TIME: msg("a time"),
    Kind.DURATION: msg("a duration"),
    Kind.CHOICE: msg("a choice"),
    Kind.LINK: msg("a link"),
    Kind.KEY: msg("a record's id"),
    Kind.JSON: msg("JSON"),
    Kind.NULL: msg("null"),
}


def join(left: Type, right: Type) -> Type | None:
    """The type that holds values of both, None if there is none.

    Money in two currencies joins to money in each record's own; `currencies` guards such pairs.
    """
    if left.kind is Kind.NULL or right.kind is Kind.NULL:
        return left if right.kind is Kind.NULL else right
    if left.kind in NUMBERS and right.kind in NUMBERS:
        return _join_numbers(left, right)
    if left.kind is right.kind is Kind.CHOICE:
        return _join_choices(left, right)
    if left.kind in TEXTS and right.kind in TEXTS:
        return TEXT
    if left.kind in KEYS and right.kind in KEYS:
        return _join_keys(left, right)
    return left if left.kind is right.kind else None


def _join_numbers(left: Type, right: Type) -> Type:
    scale = None if left.scale is None or right.scale is None else max(left.scale, right.scale)
    kinds = (left.kind, right.kind)
    if Kind.MONEY in kinds:
        units = {side.currency for side in (left, right) if side.kind is Kind.MONEY}
        return Type(Kind.MONEY, scale=scale, currency=units.pop() if len(units) == 1 else None)
    return Type(Kind.DECIMAL if Kind.DECIMAL in kinds else Kind.INTEGER, scale=scale)


def _join_choices(left: Type, right: Type) -> Type | None:
    if left.options is None or right.options is None:
        return replace(left, options=None)
    # Two lists without a common option can never be equal: surely not what was meant.
    return replace(left, options=left.options | right.options) if left.options & right.options else None


def _join_keys(left: Type, right: Type) -> Type | None:
    if left.entities and right.entities and not set(left.entities) & set(right.entities):
        return None
    entities = tuple(dict.fromkeys((*left.entities, *right.entities))) if left.entities and right.entities else ()
    return Type(Kind.LINK, entities=entities)


def arithmetic(operator: str, left: Type, right: Type) -> Type | None:
    """The type of `left operator right` for numbers and durations, None where it makes no sense."""
    if left.kind is right.kind is Kind.DURATION and operator in {"+", "-"}:
        return left
    if left.kind not in NUMBERS or right.kind not in NUMBERS:
        return None
    return _RESULTS[operator](left, right)


def _product(left: Type, right: Type) -> Type | None:
    if left.kind is right.kind is Kind.MONEY:
        return None
    known = left.scale is not None and right.scale is not None
    places = (left.scale or 0) + (right.scale or 0) if known else QUOTIENT_PLACES
    return replace(_join_numbers(left, right), scale=min(places, QUOTIENT_PLACES))


def _quotient(left: Type, right: Type) -> Type | None:
    if left.kind is Kind.MONEY and right.kind is not Kind.MONEY:
        return Type(Kind.MONEY, scale=QUOTIENT_PLACES, currency=left.currency)
    if right.kind is Kind.MONEY and left.kind is not Kind.MONEY:
        return None
    return Type(Kind.DECIMAL, scale=QUOTIENT_PLACES)


def _remainder(left: Type, right: Type) -> Type | None:
    return None if right.kind is Kind.MONEY else _join_numbers(left, right)


_RESULTS: dict[str, Callable[[Type, Type], Type | None]] = {
    "+": _join_numbers,
    "-": _join_numbers,
    "*": _product,
    "/": _quotient,
    "%": _remainder,
}


def assignable(found: Type, wanted: Type) -> bool:
    """Whether values of one type may be put into a field of the other."""
    if found.kind is Kind.NULL:
        return True
    if wanted.kind is Kind.MONEY and found.kind is Kind.MONEY and wanted.currency and found.currency:
        return wanted.currency == found.currency
    if wanted.kind in {Kind.DECIMAL, Kind.INTEGER} and found.kind is Kind.MONEY:
        return True
    return join(found, wanted) is not None


def described(kinds: frozenset[Kind]) -> Message:
    """Kinds in words, as what a place asks for or what was found there."""
    if len(kinds) == 1:
        return _WORDS[next(iter(kinds))]
    return next((words for group, words in _GROUPS if kinds == group), msg("another kind of value"))
