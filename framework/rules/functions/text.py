"""Functions of texts. Positions and lengths count code points; comparison is exact, case included."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Text, literal

from framework.rules import exact
from framework.rules.fragment import sql
from framework.rules.functions.base import (
    MAX_COUNT,
    MAX_TEXT,
    Builder,
    Function,
    Vector,
    count,
    number,
    numeric,
    textual,
)
from i18n.plain import DOUBLE, SIGNS, SINGLE, plain
from metadata.expressions.types import BOOLEAN, INTEGER, NUMBERS, TEXT, TEXTS, Kind, Parameter, Signature

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from framework.rules.operand import Operand

_MOST_ARGUMENTS = 100  # that PostgreSQL passes to a function
_SPACES = " \t\n\r\f\v\u00a0\u2007\u202f\u3000\ufeff"
_TEXT = Parameter("text", TEXTS)
_COUNT = Parameter("count", frozenset({Kind.INTEGER}))


def _left(text: str, length: int) -> str | None:
    return text[:length] if abs(length) <= MAX_COUNT else None


def _right(text: str, length: int) -> str | None:
    if abs(length) > MAX_COUNT:
        return None
    return text[-length:] if length else ""


def _concat(*texts: str | None) -> str:
    return "".join(text for text in texts if text is not None)[:MAX_TEXT]


def _as_text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return exact.canonical(value)
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def _as_text_sql(value: Operand) -> ColumnElement[Any]:
    if value.kind in NUMBERS:
        return textual("CAST(trim_scale({}) AS text)", number(value))
    if value.kind is Kind.DATE:
        # A cast would follow the session's date style.
        return textual("to_char({}, 'YYYY-MM-DD')", value.sql)
    return textual("CAST({} AS text)", value.sql)


def _concat_sql(*texts: Operand) -> ColumnElement[Any]:
    starts = range(0, len(texts), _MOST_ARGUMENTS)
    joined = [_concat_some(*texts[start : start + _MOST_ARGUMENTS]) for start in starts]
    return textual(f"left({' || '.join('{}' for _ in joined)}, {MAX_TEXT})", *joined)


def _concat_some(*texts: Operand) -> ColumnElement[Any]:
    return textual(f"concat({', '.join('{}' for _ in texts)})", *(text.sql for text in texts))


def _cased(function: str) -> Builder:
    # Back to the order of code points at once: two collations that are said cannot meet in one comparison.
    template = f'({function}(({{}}) COLLATE "und-x-icu") COLLATE "C")'
    return lambda text: textual(template, text.sql)


def _plain_sql(text: Operand) -> ColumnElement[Any]:
    bare = textual(f"regexp_replace(normalize({{}}, NFKD), '[{SIGNS}]', '', 'g')", text.sql)
    lowered = textual('(lower(({}) COLLATE "und-x-icu") COLLATE "C")', bare)
    found = textual(f"translate({{}}, '{SINGLE[0]}', '{SINGLE[1]}')", lowered)
    for one, other in DOUBLE:
        found = textual(f"replace({{}}, '{one}', '{other}')", found)
    return found


def _boolean(template: str) -> Builder:
    return lambda *operands: sql(template, *(operand.sql for operand in operands), type_=Boolean())


FUNCTIONS = (
    Function(
        Signature("text", (Parameter("value", NUMBERS | TEXTS | {Kind.BOOLEAN, Kind.DATE}),), TEXT),
        _as_text,
        _as_text_sql,
        vectors=(
            Vector("text(12.50)", "12.5"),
            Vector("text('2026-03-01' = 'x')", "false"),
            Vector("text(100)", "100"),
        ),
    ),
    Function(
        Signature("upper", (_TEXT,), TEXT),
        str.upper,
        _cased("upper"),
        vectors=(Vector("upper('straße é')", "STRASSE É"), Vector("upper('')", "")),
    ),
    Function(
        Signature("lower", (_TEXT,), TEXT),
        str.lower,
        _cased("lower"),
        vectors=(Vector("lower('ÀÉ Q1')", "àé q1"),),
    ),
    Function(
        Signature("plain", (_TEXT,), TEXT),
        plain,
        _plain_sql,
        vectors=(
            Vector("plain('Æneas Müller-Straße')", "aeneas muller-strasse"),
            Vector("plain('ΟΔΟΣ Łukasz')", "οδοσ lukasz"),
            Vector("plain('مُحَمَّد')", "محمد"),
        ),
    ),
    Function(
        Signature("trim", (_TEXT,), TEXT),
        lambda text: text.strip(_SPACES),
        lambda text: textual("btrim({}, {})", text.sql, literal(_SPACES, Text())),
        vectors=(Vector("trim('  a b ')", "a b"), Vector("trim('   ')", "")),
    ),
    Function(
        Signature("len", (_TEXT,), INTEGER),
        len,
        lambda text: numeric("CAST(char_length({}) AS numeric)", text.sql),
        vectors=(Vector("len('añb')", 3), Vector("len('')", 0)),
    ),
    Function(
        Signature("left", (_TEXT, _COUNT), TEXT),
        _left,
        lambda text, length: textual("left({}, {})", text.sql, count(length)),
        vectors=(
            Vector("left('abcd', 2)", "ab"),
            Vector("left('ab', 9)", "ab"),
            Vector("left('abcd', -1)", "abc"),
            Vector("left('abcd', 2000000000)", None),
        ),
    ),
    Function(
        Signature("right", (_TEXT, _COUNT), TEXT),
        _right,
        lambda text, length: textual("right({}, {})", text.sql, count(length)),
        vectors=(Vector("right('abcd', 2)", "cd"), Vector("right('abcd', 0)", ""), Vector("right('abcd', -1)", "bcd")),
    ),
    Function(
        Signature("contains", (_TEXT, Parameter("part", TEXTS)), BOOLEAN),
        lambda text, part: part in text,
        _boolean("(strpos({}, {}) > 0)"),
        vectors=(Vector("contains('Acme Ltd', 'me L')", result=True), Vector("contains('Acme', 'acme')", result=False)),
    ),
    Function(
        Signature("starts_with", (_TEXT, Parameter("part", TEXTS)), BOOLEAN),
        str.startswith,
        _boolean('starts_with(({}) COLLATE "C", {})'),
        vectors=(Vector("starts_with('Acme', 'Ac')", result=True), Vector("starts_with('Acme', 'ac')", result=False)),
    ),
    Function(
        Signature("concat", (Parameter("text", TEXTS),), TEXT, repeated=True),
        _concat,
        _concat_sql,
        strict=False,
        vectors=(Vector("concat('a', null, 'b')", "ab"), Vector("concat(null)", "")),
    ),
)
