"""Any JSON, for what other programs keep beside a record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

_USUAL_SIZE, _MOST_SIZE = 65_536, 1_000_000
_DEEPEST = 64
# What all programs read as the same number: 64 bits, or the digits of a binary float.
_WHOLE = range(-(2**63), 2**63)
_LONGEST_WHOLE = 20


@dataclass(frozen=True)
class Json(FieldType):
    """One JSON value, kept as text in one written form: keys in order, no blanks. The value null is no value."""

    name = "json"
    label = msg("JSON")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "max_size": {
            "type": "integer",
            "minimum": 2,
            "maximum": _MOST_SIZE,
            "default": _USUAL_SIZE,
            "description": "Bytes of the written form at most.",
        },
        "rows": {"type": "integer", "minimum": 1, "maximum": 50, "description": "Height of the control in lines."},
    }
    operators = ("blank",)
    sortable = False
    control = "json"
    cell = "json"
    telling = False

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """JSON, of which expressions can only ask whether it is there."""
        return types.JSON

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401
        """The value in its written form."""
        if value is None:
            return None
        written = json.dumps(_kept(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        size, most = len(written.encode()), field.options.get("max_size", _USUAL_SIZE)
        if size > most:
            raise ValueRefusedError(
                msg("At most %(most)s bytes of JSON", most=most), "max_size", msg("It has %(length)s", length=size)
            )
        return written

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Anything."""
        return {"description": "Any JSON value."}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """The value itself."""
        return json.loads

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The value with its structure in lines."""
        return "" if value is None else json.dumps(json.loads(value), ensure_ascii=False, indent=2)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The value that JSON text means; blank is none. A refusal says line and column."""
        if not text.strip():
            return None
        try:
            return _reader.decode(text.strip())
        except json.JSONDecodeError as error:
            raise _not_read(error, text) from None
        except RecursionError:
            raise _too_deep() from None


def _kept(value: object, depth: int = 1) -> object:
    """The value with what JSON of every program can hold; numbers as Python writes them. Raises ValueRefusedError."""
    if depth > _DEEPEST:
        raise _too_deep()
    match value:
        case None | bool():
            return value
        case str():
            return clean_text(value)
        case int() | float() | Decimal():
            return _number(value)
        case list() | tuple():
            return [_kept(member, depth + 1) for member in value]
        case dict():
            return {clean_text(key): _kept(member, depth + 1) for key, member in value.items()}
        case _:
            raise ValueRefusedError(msg("Give a JSON value"))


def _number(value: float | Decimal) -> int | float:
    """The number as one that every program reads alike; others are refused rather than rounded."""
    if isinstance(value, int) and value in _WHOLE:
        return value
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(exact, Decimal) and exact.is_finite():
        found = float(exact)
        if Decimal(repr(found)) == exact and abs(found) != float("inf"):
            return found
    raise ValueRefusedError(
        msg("A number has more digits than all programs read alike"), "number", msg("Give it as a text, in quotes")
    )


def _whole(digits: str) -> int | Decimal:
    """A number without a point; one that would be refused anyway is not worked out, which takes its time."""
    return int(digits) if len(digits) <= _LONGEST_WHOLE else Decimal(digits)


def _no_constant(name: str) -> None:
    raise ValueRefusedError(msg("JSON has no number “%(name)s”", name=name), "json")


def _without_doubled_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueRefusedError(msg("The key “%(name)s” stands twice in one object", name=doubled[:60]), "json")
    return found


def _too_deep() -> ValueRefusedError:
    return ValueRefusedError(msg("The JSON is nested more than %(most)s levels deep", most=_DEEPEST), "depth")


def _not_read(error: json.JSONDecodeError, text: str) -> ValueRefusedError:
    """What Python's reader says, in words that can be translated; lines and columns are those of the whole text."""
    at = error.pos + len(text) - len(text.lstrip())
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    why = next((words for start, words in _REASONS.items() if error.msg.startswith(start)), msg("this is no JSON"))
    return ValueRefusedError(
        msg("Line %(line)s, column %(column)s: %(why)s", line=line, column=column, why=why), "json"
    )


_REASONS: Mapping[str, Message] = {
    "Expecting ',' delimiter": msg("a comma or a closing bracket is missing"),
    "Expecting ':' delimiter": msg("a colon is missing behind the key"),
    "Expecting property name": msg("a key in double quotes is missing"),
    "Illegal trailing comma": msg("nothing follows the comma"),
    "Expecting value": msg("a value is missing, or a text stands without double quotes"),
    "Unterminated string": msg("the closing double quote of a text is missing"),
    "Invalid control character": msg("a text holds a line break or tab; write \\n or \\t"),
    "Invalid \\": msg("there is no such sign behind a backslash; write \\\\ for a backslash"),
    "Extra data": msg("something follows the end of the JSON"),
}

_reader = json.JSONDecoder(
    parse_float=Decimal, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_without_doubled_keys
)
