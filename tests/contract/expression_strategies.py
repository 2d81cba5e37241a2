"""Expressions of every type and rows with every kind of value, blank ones too, for Hypothesis."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from metadata.expressions.tree import Binary, Call, In, Literal, Node, Path, Unary, logic
from metadata.expressions.types import Kind, Type
from tests.unit.metadata.expressions.deal import FIELDS, PEOPLE, STAGES, TEAMS

# Letters whose upper or lower form is longer or depends on their neighbours, and what quoting may trip over.
_LETTERS = "aAbzZ09 éßİıøÆΣσςأُ\u0301\u00a0\u3000😀%_'\"\\:-.\t\n"
TEXTS = st.text(_LETTERS, max_size=6) | st.sampled_from(["", "Acme", "acme", "A", " "])
INTEGERS = (
    st.integers(-20, 20)
    | st.sampled_from([0, 1, -1, 100, 2**31, -(2**31), 2**63 - 1, -(2**63), 10**17])
    | st.integers(-(2**63), 2**63 - 1)
)
DATES = st.dates() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)) | st.sampled_from([dt.date.min, dt.date.max])
MOMENTS = st.datetimes(timezones=st.just(dt.UTC)) | st.integers(-(10**12), 10**12).map(
    lambda microseconds: dt.datetime(2026, 11, 25, tzinfo=dt.UTC) + dt.timedelta(microseconds=microseconds)
)
TIMES = st.times() | st.sampled_from([dt.time(0), dt.time(9, 30), dt.time(23, 59, 59, 999999)])
SPANS = st.integers(-(10**6), 10**6).map(lambda seconds: dt.timedelta(seconds=seconds)) | st.sampled_from(
    [dt.timedelta(0), dt.timedelta(days=999_999_999), dt.timedelta(days=-999_999_999)]
)


def numbers(scale: int) -> st.SearchStrategy[Decimal]:
    """Decimals of so many places, up to the 18 digits that a field holds."""
    whole = st.integers(-3000, 3000) | st.integers(-(10**18) + 1, 10**18 - 1) | st.sampled_from([0, 10**18 - 1])
    return whole.map(lambda digits: Decimal(digits).scaleb(-scale))


def cell(found: Type) -> st.SearchStrategy[Any]:
    """A value of a field, or None."""
    return st.none() | _cells(found)


def _cells(found: Type) -> st.SearchStrategy[Any]:
    match found.kind:
        case Kind.DECIMAL | Kind.MONEY:
            return numbers(found.scale or 0)
        case Kind.CHOICE:
            return st.sampled_from(sorted(found.options or STAGES))
        case Kind.LINK | Kind.KEY:
            return st.sampled_from(TEAMS if found.entities == ("team",) else PEOPLE)
        case kind:
            return _PLAIN_CELLS[kind]


_PLAIN_CELLS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXTS,
    Kind.INTEGER: INTEGERS,
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: DATES,
    Kind.DATETIME: MOMENTS,
    Kind.TIME: TIMES,
    Kind.DURATION: SPANS,
}

ROWS = st.fixed_dictionaries(
    {
        name: st.sampled_from([None, "EUR", "USD"]) if name.endswith("currency") else cell(found)
        for name, found in FIELDS.items()
    }
)


Rows = list[dict[str, Any]]


def mixed(drawn: st.SearchStrategy[Rows], factor: int = 3) -> st.SearchStrategy[Rows]:
    """So many times the rows, the others with the same values in new company: drawing them all takes long."""

    def mix(rows: Rows, seed: int) -> Rows:
        columns = {name: [row[name] for row in rows] * factor for name in FIELDS}
        shuffle = Random(seed).shuffle  # noqa: S311  # no secret
        for column in columns.values():
            shuffle(column)
        return [{name: column[at] for name, column in columns.items()} for at in range(len(rows) * factor)]

    return st.builds(mix, drawn, st.integers(0, 2**32))


DEEPEST = 3
_NUMBERS = ("integer", "decimal", "money")
_ORDERED = (*_NUMBERS, "text", "date", "datetime", "time", "duration")
_USERS, _TEAMS = "user", "team"
KINDS = (*_ORDERED, "boolean", "choice", _USERS, _TEAMS)


def _kind_of(found: Type) -> str:
    return found.entities[0] if found.kind is Kind.LINK else found.kind.value


_PATHS = {
    kind: [Path(tuple(name.split("."))) for name, found in FIELDS.items() if _kind_of(found) == kind] for kind in KINDS
}


@cache
def expressions(kind: str, deepest: int = DEEPEST) -> st.SearchStrategy[Node]:
    """Trees whose value is of this kind; `check` accepts every one of them."""
    leaves = st.sampled_from(_PATHS[kind]) | _SYMBOLS.get(kind, st.nothing())
    if kind in _SELF_EVIDENT:
        leaves |= _LITERALS[kind]
    if not deepest:
        return leaves
    made = st.one_of(*(make(deepest - 1) for make in (*_MADE[kind], lambda below: _choosing(kind, below))))
    # Mostly compound: what one_of would make of both is a leaf nearly every time.
    return st.sampled_from([made, made, made, leaves]).flatmap(lambda chosen: chosen)


def _other(kind: str, deepest: int) -> st.SearchStrategy[Node]:
    """What may stand beside a value of this kind: another one, or a literal that takes the type."""
    return expressions(kind, deepest) | _LITERALS[kind]


def _call(name: str, *arguments: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.tuples(*arguments).map(lambda found: Call(name, found))


def _calls(name: str, *kinds: str) -> Callable[[int], st.SearchStrategy[Node]]:
    return lambda below: _call(name, *(expressions(kind, below) for kind in kinds))


def _binary(signs: str, left: str, right: str | None = None) -> Callable[[int], st.SearchStrategy[Node]]:
    return lambda below: st.builds(
        Binary, st.sampled_from(signs.split()), expressions(left, below), expressions(right or left, below)
    )


def _unary(sign: str, kind: str) -> Callable[[int], st.SearchStrategy[Node]]:
    return lambda below: expressions(kind, below).map(lambda operand: Unary(sign, operand))


def _choosing(kind: str, below: int) -> st.SearchStrategy[Node]:
    """A call that gives one of its arguments."""
    first, other = expressions(kind, below), _other(kind, below) | st.just(Literal(None))
    several = st.tuples(first, st.lists(other, max_size=3)).map(lambda found: (found[0], *found[1]))
    names = ["coalesce", "min", "max"] if kind in _ORDERED else ["coalesce"]
    return _call("if", expressions("boolean", below), first, other) | st.builds(Call, st.sampled_from(names), several)


def _comparison(below: int) -> st.SearchStrategy[Node]:
    def of(signs: list[str], kind: str, other: str) -> st.SearchStrategy[Node]:
        sides = st.tuples(expressions(kind, below), _other(other, below))
        return st.builds(
            lambda sign, pair, swap: Binary(sign, *(reversed(pair) if swap else pair)),
            st.sampled_from(signs),
            sides,
            st.booleans(),
        )

    ordered = [of(["=", "!=", "<", "<=", ">", ">="], kind, kind) for kind in _ORDERED]
    mixed = [of(["=", "<", ">="], one, other) for one in _NUMBERS for other in _NUMBERS if one != other]
    equal = [of(["=", "!="], kind, kind) for kind in ("boolean", "choice", _USERS, _TEAMS)]
    return st.one_of(*ordered, *mixed, *equal)


def _membership(below: int) -> st.SearchStrategy[Node]:
    def of(kind: str) -> st.SearchStrategy[Node]:
        options = st.lists(_other(kind, below), min_size=1, max_size=4).map(tuple)
        return st.builds(In, expressions(kind, below), options, st.booleans())

    teams = st.lists(_other(_TEAMS, below), max_size=1).map(lambda more: (Call("my_teams", ()), *more))
    return st.one_of(*map(of, KINDS)) | st.builds(In, expressions(_TEAMS, below), teams, st.booleans())


def _blank(below: int) -> st.SearchStrategy[Node]:
    return (
        st.sampled_from(KINDS)
        .flatmap(lambda kind: expressions(kind, below))
        .map(lambda node: Call("is_blank", (node,)))
    )


def _logic(below: int) -> st.SearchStrategy[Node]:
    parts = st.lists(expressions("boolean", below), min_size=2, max_size=4)
    return st.builds(logic, st.sampled_from(["and", "or"]), parts)


def _number(value: Decimal) -> Node:
    return Unary("-", Literal(-value)) if value < 0 else Literal(value)


def _text_literals(values: st.SearchStrategy[Any], written: Callable[[Any], str]) -> st.SearchStrategy[Node]:
    return values.map(lambda value: Literal(written(value)))


_SYMBOLS: dict[str, st.SearchStrategy[Node]] = {
    "date": st.just(Call("today", ())),
    "datetime": st.just(Call("now", ())),
    _USERS: st.just(Call("me", ())),
    _TEAMS: st.just(Call("my_team", ())),
    "boolean": st.sampled_from(["rep", "boss"]).map(lambda role: Call("has_role", (Literal(role),))),
}
# Literals of these kinds need no neighbour to be understood.
_SELF_EVIDENT = ("integer", "decimal", "text", "boolean")
_WHOLE = INTEGERS.map(Decimal).map(_number)
_PLACES = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-3000, 3000), st.integers(1, 12)
)
_LITERALS: dict[str, st.SearchStrategy[Node]] = {
    "integer": _WHOLE,
    "decimal": (_PLACES | numbers(3) | st.sampled_from([Decimal("1E+20"), Decimal("0.0000000001")])).map(_number),
    "money": _WHOLE | _PLACES.map(_number),
    "text": TEXTS.map(Literal),
    "boolean": st.booleans().map(Literal),
    "date": _text_literals(DATES, dt.date.isoformat),
    "datetime": _text_literals(MOMENTS, dt.datetime.isoformat),
    "time": _text_literals(TIMES, dt.time.isoformat),
    "duration": st.sampled_from(["P1D", "PT90M", "P0D", "P2W", "PT1S"]).map(Literal),
    "choice": st.sampled_from(sorted(STAGES)).map(Literal),
    _USERS: st.sampled_from(PEOPLE).map(Literal),
    _TEAMS: st.sampled_from(TEAMS).map(Literal),
}
_MADE: dict[str, tuple[Callable[[int], st.SearchStrategy[Node]], ...]] = {
    "integer": (
        _binary("+ - * %", "integer"),
        _unary("-", "integer"),
        _calls("abs", "integer"),
        _calls("len", "text"),
        _calls("floor", "decimal"),
        *(_calls(part, "date") for part in ("year", "month", "day")),
        _calls("days_between", "date", "date"),
        _calls("business_days", "date", "date"),
    ),
    "decimal": (
        *(_binary("+ - * / %", one, other) for one, other in (("decimal", "decimal"), ("integer", "decimal"))),
        _binary("/", "integer"),
        _binary("/", "money"),
        _unary("-", "decimal"),
        _calls("abs", "decimal"),
        _calls("round", "decimal"),
        _calls("round", "decimal", "integer"),
    ),
    "money": (
        _binary("+ -", "money"),
        *(_binary("* / %", "money", other) for other in ("integer", "decimal")),
        _unary("-", "money"),
        _calls("abs", "money"),
        _calls("round", "money", "integer"),
    ),
    "text": (
        _binary("&", "text"),
        *(_calls(name, "text") for name in ("upper", "lower", "plain", "trim")),
        *(_calls(name, "text", "integer") for name in ("left", "right")),
        *(_calls("text", kind) for kind in (*_NUMBERS, "boolean", "date", "choice")),
        _calls("concat", "text", "choice", "text"),
    ),
    "boolean": (
        _comparison,
        _membership,
        _blank,
        _logic,
        _unary("not", "boolean"),
        *(_calls(name, "text", "text") for name in ("contains", "starts_with")),
    ),
    "date": (_calls("add_days", "date", "integer"), _calls("add_months", "date", "integer")),
    "datetime": (_calls("add_days", "datetime", "integer"),),
    "time": (),
    "duration": (_binary("+ -", "duration"), _unary("-", "duration")),
    "choice": (),
    _USERS: (),
    _TEAMS: (),
}
