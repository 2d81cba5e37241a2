"""What may stand at a place of a document that somebody is writing: keys and values of its JSON Schema, and names.

The text before the cursor is read as far as it goes, since a document that is being written is seldom whole. Pure.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from metadata.documents import pointer, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|"(?:[^"\\]|\\.)*\Z')
_CLOSED = re.compile(r'"(?:[^"\\]|\\.)*"')
_REFERENCE = "#/$defs/"


@dataclass(slots=True)
class _Open:
    """An object or array that is not closed yet: the key or number that one is at, and what was said before."""

    is_object: bool
    said: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    count: int = 0
    at_value: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where in a document one writes: the steps to it, whether a key is wanted, what of it is typed already.

    `said` are the members of the object around it that come before; `replaces` is how many characters before the
    cursor make what is typed.
    """

    steps: tuple[str, ...]
    wants_key: bool
    typed: str
    replaces: int
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may stand there: its words, the text that is put in for what is typed, what it is."""

    name: str
    text: str
    told: str = ""


def cursor_of(before: str) -> Cursor:
    """Give where one writes after a text, which need not be whole."""
    stack, tokens, typed = list[_Open](), list(_TOKEN.finditer(before)), ""
    if tokens and tokens[-1].end() == len(before) and _is_begun(tokens[-1][0]):
        typed = tokens.pop()[0]
    for one in tokens:
        _read(stack, one[0])
    replaces, typed = len(typed), typed.lstrip('"')
    if not stack:
        return Cursor((), wants_key=False, typed=typed, replaces=replaces, said={})
    here = stack[-1]
    steps = [one.key if one.is_object else str(one.count) for one in stack]
    wants_key = here.is_object and not here.at_value
    return Cursor(tuple(steps[:-1] if wants_key else steps), wants_key, typed, replaces, here.said)


def offers(
    cursor: Cursor,
    schema: Mapping[str, Any],
    holds: Any,  # noqa: ANN401 - any JSON
    names: Callable[[tuple[str, ...]], Sequence[str]],
) -> list[Offer]:
    """Give what may stand at the cursor and begins as what is typed there.

    `holds` is the definition as all layers have it now, which a patch need not repeat; `names` gives what may be
    named at a place, by its steps: that of a key is the place of its object and `*`.
    """
    here = list(_at(schema, schema, cursor.steps, (), holds, cursor.said))
    if cursor.wants_key:
        known = value_at(holds, pointer(*cursor.steps))
        said = {key: _told(schema, one) for part in here for key, one in part.get("properties", {}).items()}
        others = [*names((*cursor.steps, "*")), *(known if isinstance(known, dict) else ())]
        found = {**said, **{name: "" for name in others if name not in said}}
        made = [Offer(name, f"{_json(name)}: ", told) for name, told in found.items() if name not in cursor.said]
    else:
        values = [value for part in here for value in _values(part)]
        made = [Offer(_plain(value), _json(value)) for value in [*values, *names(cursor.steps)]]
    return [one for one in dict.fromkeys(made) if one.name.startswith(cursor.typed)]


def _read(stack: list[_Open], piece: str) -> None:
    """Take one more piece into what is open."""
    if piece in {"{", "["}:
        stack.append(_Open(piece == "{"))
    elif not stack:
        return
    elif piece in {"}", "]"}:
        stack.pop()
    elif piece == ":":
        stack[-1].at_value = True
    elif piece == ",":
        stack[-1].at_value, stack[-1].count = False, stack[-1].count + 1
    elif stack[-1].is_object and not stack[-1].at_value:
        stack[-1].key = str(_value(piece))
        stack[-1].said[stack[-1].key] = None
    elif stack[-1].is_object:
        stack[-1].said[stack[-1].key] = _value(piece)


def _at(
    whole: Mapping[str, Any],
    schema: Mapping[str, Any],
    steps: Sequence[str],
    passed: tuple[str, ...],
    holds: Any,  # noqa: ANN401 - any JSON
    said: Mapping[str, Any],
) -> Iterator[Mapping[str, Any]]:
    """Give the schemas that hold at these steps below one, as far as what is known of the document tells."""
    reference = schema.get("$ref", "")
    if reference.startswith(_REFERENCE):
        yield from _at(whole, whole["$defs"][reference.removeprefix(_REFERENCE)], steps, passed, holds, said)
    for key in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(key, ()):
            yield from _at(whole, part, steps, passed, holds, said)
    if "if" in schema:
        body = value_at(holds, pointer(*passed))
        known = {**(body if isinstance(body, dict) else {}), **({} if steps else said)}
        if all(known.get(key) == one.get("const") for key, one in schema["if"].get("properties", {}).items()):
            yield from _at(whole, schema.get("then", {}), steps, passed, holds, said)
    if not steps:
        yield schema
        return
    step, *rest = steps
    below = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    below = schema.get("items") if below is None and step.isdecimal() else below
    if isinstance(below, dict):
        yield from _at(whole, below, rest, (*passed, step), holds, said)


def _values(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("enum", ())
    if "const" in schema:
        yield schema["const"]
    if schema.get("type") == "boolean":
        yield from (True, False)


def _told(whole: Mapping[str, Any], schema: Any) -> str:  # noqa: ANN401 - a schema, or true
    if not isinstance(schema, dict):
        return ""
    reference = str(schema.get("$ref", "")).removeprefix(_REFERENCE)
    return str(schema.get("description") or whole["$defs"].get(reference, {}).get("description", ""))


def _is_begun(piece: str) -> bool:
    """Whether a piece at the end may go on: a text without its second quote, a word or a number."""
    if piece.startswith('"'):
        return _CLOSED.fullmatch(piece) is None
    return piece not in set("{}[],:")


def _value(piece: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(piece)
    except ValueError:
        return piece.strip('"')


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else _json(value)
