"""What kinds of value expressions know, and what a function says of its arguments and result.

A type is what is known before any record is looked at; field types give theirs, `check` derives the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of value. Their form in Python is given here, each may also be None.

    TEXT, CHOICE (the option's key), LINK and KEY (record ids): str. INTEGER: int. DECIMAL, MONEY
    (the amount): Decimal. BOOLEAN: bool. DATE: date. DATETIME: aware datetime. TIME: naive time.
    DURATION: timedelta of whole seconds. JSON: its canonical text, of which only being blank can be told.
    NULL: the literal null, always None.
    """

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    CHOICE = "choice"
    LINK = "link"
    KEY = "key"
    JSON = "json"
    NULL = "null"


NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
TEXTS = frozenset({Kind.TEXT, Kind.CHOICE})
KEYS = frozenset({Kind.LINK, Kind.KEY})
ALIKE_BY = frozenset({Kind.TEXT, Kind.CHOICE, Kind.LINK, Kind.DATE, Kind.INTEGER})
"""What records can be told to be duplicates by."""
ORDERED = NUMBERS | {Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.DURATION}
ANY = frozenset(Kind)

MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Type:
    """A kind and what narrows it; use the constants and functions below to make one.

    `scale` is the number of decimal places, None for as many as arise; `digits` the digits in all
    that a decimal field holds. `currency` is the fixed currency of money, None for each record's
    own. `options` are the keys of a choice, None for any. `entities` are those that a link or key
    may name, empty for any. `many` marks a set of such values, null where it is empty: `in` looks into it, and a
    function takes it only where its parameter says so.
    """

    kind: Kind
    scale: int | None = None
    digits: int = MAX_DIGITS
    currency: str | None = None
    options: frozenset[str] | None = None
    entities: tuple[str, ...] = ()
    many: bool = False

    @property
    def rounds(self) -> bool:
        """Whether a field of this type rounds what it is given."""
        return self.kind in NUMBERS and self.scale is not None

    @property
    def limit(self) -> int:
        """What a number of a field of this type stays below, whatever its sign."""
        return 2**63 if self.kind is Kind.INTEGER else 10 ** (self.digits - (self.scale or 0))


TEXT = Type(Kind.TEXT)
INTEGER = Type(Kind.INTEGER, scale=0)
BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
TIME = Type(Kind.TIME)
DURATION = Type(Kind.DURATION)
JSON = Type(Kind.JSON)
NULL = Type(Kind.NULL)


def decimal(scale: int | None = None, digits: int = MAX_DIGITS) -> Type:
    """A decimal with so many places; percent is one too."""
    return Type(Kind.DECIMAL, scale=scale, digits=digits)


def money(currency: str | None = None, scale: int | None = None, digits: int = MAX_DIGITS) -> Type:
    """An amount in a fixed currency, or in each record's own (None)."""
    return Type(Kind.MONEY, scale=scale, digits=digits, currency=currency)


def choice(options: frozenset[str] | None) -> Type:
    """The key of one of these options."""
    return Type(Kind.CHOICE, options=options)


def link(*entities: str) -> Type:
    """A link to a record of one of these entities."""
    return Type(Kind.LINK, entities=entities)


def set_of(member: Type) -> Type:
    """A set of values of a type."""
    return replace(member, many=True)


def key(entity: str) -> Type:
    """The id of a record of this entity."""
    return Type(Kind.KEY, entities=(entity,))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function.

    `joined` parameters must agree on one type, as the branches of `if` do. `path` takes a field
    only, since its former value is meant; `literal` takes a written text only; `many` takes a field that is
    a set as well.
    """

    name: str
    accepts: frozenset[Kind] = ANY
    joined: bool = False
    path: bool = False
    literal: bool = False
    many: bool = False


Result = Type | Callable[[tuple[Type, ...]], Type]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives.

    The last `optional` parameters may be left out; with `repeated` the last one may occur again and
    again. `result` is a type, or makes one from the argument types, in which joined ones have their common
    type. `symbolic` functions stand for
    something that only the request knows; `writes_only` ones for what only a write knows;
    `one_currency` gives null where amounts of unlike currencies meet.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    result: Result = TEXT
    optional: int = 0
    repeated: bool = False
    symbolic: bool = False
    writes_only: bool = False
    one_currency: bool = False
