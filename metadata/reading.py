"""From bytes to a JSON value, or to problems that say where: nothing here raises.

The standard parser decides fast; only a text that it refuses or that smells is scanned again to
word every fault with its line and column.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.documents import address_of, pointer
from metadata.kinds import MAX_DEPTH, MAX_DOCUMENT_BYTES
from metadata.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from i18n.lazy import Message

_SMELLS = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|[0-9]{16}|[0-9]\.[0-9]{15}|[0-9][eE]")
_TOKEN = re.compile(r"""\s*(?:([{}\[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|([^\s{}\[\],:"]+))""", re.DOTALL)
_LONE = re.compile(r"[\ud800-\udfff]")
_MAX_INTEGER = 2**63


@dataclass(frozen=True, slots=True)
class Source:
    """Which definition a text belongs to, for its problems."""

    kind: str
    name: str
    file: str

    def problem(self, code: str, message: Message, *, place: str = "", hint: Message | None = None) -> Problem:
        """A finding of severity error in this text; half characters are written out."""
        place = shown(place)
        return Problem(code, Severity.ERROR, address_of(self.kind, self.name) + place, self.file, place, message, hint)


def shown(text: str) -> str:
    """The text with half characters (lone surrogates) written out, so that it can be printed."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def read_json(data: bytes, source: Source) -> tuple[str, Any, list[Problem]]:
    """The text of a file, its JSON value, and what is wrong; with problems the value is None."""
    text, problems = read_text(data, source)
    if problems:
        return text, None, problems
    try:
        body = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return text, None, [_syntax(error, source)]
    except (ValueError, RecursionError):
        return text, None, list(_faults(text, source))
    if _SMELLS.search(text) or _deeper(body, MAX_DEPTH):
        problems = list(_faults(text, source))
    return text, None if problems else body, problems


def read_text(data: bytes, source: Source) -> tuple[str, list[Problem]]:
    """The text of a file; a problem where it is too large or no UTF-8."""
    if len(data) > MAX_DOCUMENT_BYTES:
        message = msg(
            "The file has %(size)s bytes; at most %(most)s are read.", size=len(data), most=MAX_DOCUMENT_BYTES
        )
        return "", [source.problem("M001", message)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        hint = msg("Save the file as UTF-8.")
        return "", [source.problem("M002", msg("Byte %(at)s is not UTF-8 text.", at=error.start + 1), hint=hint)]
    if text.startswith("\ufeff"):
        message = msg("The file starts with a byte order mark.")
        return text, [source.problem("M003", message, hint=msg("Save the file as UTF-8 without a byte order mark."))]
    return text, []


class _SuspectError(ValueError):
    """Something valid for the parser that the language refuses; the scanner will word it."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _SuspectError
    return found


def _refuse(_constant: str) -> None:
    raise _SuspectError


def _deeper(value: object, room: int) -> bool:
    """Whether containers lie inside each other more than `room` levels."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        return False
    return room == 0 or any(_deeper(part, room - 1) for part in inner if isinstance(part, dict | list))


def _syntax(error: json.JSONDecodeError, source: Source) -> Problem:
    message = msg(
        "This is not JSON: %(why)s at line %(line)s, column %(column)s.",
        why=error.msg,
        line=error.lineno,
        column=error.colno,
    )
    return source.problem("M004", message, hint=msg("Look at that place and just before it."))


@dataclass(slots=True)
class _Frame:
    """An open object or array of the scanner: where it is in its parent and which keys it had."""

    place: str
    keys: set[str] | None
    step: str | int = 0
    expects_key: bool = True


def _faults(text: str, source: Source) -> Iterator[Problem]:
    """Walk the tokens of a text of valid JSON syntax and yield what the language refuses."""
    stack: list[_Frame] = []
    for match in _TOKEN.finditer(text):
        mark, string, word = match.groups()
        at = match.end() - len(match[match.lastindex or 0])
        if mark is not None:
            if mark in "{[":
                stack.append(_Frame(_place(stack), set() if mark == "{" else None))
                if len(stack) > MAX_DEPTH:
                    yield _too_deep(source, _at(text, at))
                    return
            elif mark in "}]":
                stack.pop()
            elif mark == ",":
                _next(stack[-1])
            continue
        frame = stack[-1] if stack else None
        if frame is not None and frame.keys is not None and frame.expects_key:
            yield from _key(frame, string, source, _at(text, at))
        elif string is not None:
            yield from _string(string, _place(stack), source, _at(text, at))
        else:
            yield from _number(word, _place(stack), source, _at(text, at))


def _place(stack: list[_Frame]) -> str:
    return stack[-1].place + pointer(stack[-1].step) if stack else ""


def _next(frame: _Frame) -> None:
    frame.expects_key = True
    if isinstance(frame.step, int):
        frame.step += 1


def _at(text: str, offset: int) -> dict[str, int]:
    return {"line": text.count("\n", 0, offset) + 1, "column": offset - text.rfind("\n", 0, offset)}


def _too_deep(source: Source, at: dict[str, int]) -> Problem:
    message = msg(
        "More than %(most)s levels inside each other at line %(line)s, column %(column)s.",
        most=MAX_DEPTH,
        **at,
    )
    return source.problem("M007", message)


def _key(frame: _Frame, string: str, source: Source, at: dict[str, int]) -> Iterator[Problem]:
    key = json.loads(string)
    frame.step, frame.expects_key = key, False
    place = frame.place + pointer(key)
    yield from _string(string, place, source, at)
    if frame.keys is not None and key in frame.keys:
        message = msg(
            "The key “%(key)s” stands here for the second time, at line %(line)s, column %(column)s.",
            key=shown(key),
            **at,
        )
        yield source.problem("M005", message, place=place, hint=msg("Remove one of the two."))
    elif frame.keys is not None:
        frame.keys.add(key)


def _string(string: str, place: str, source: Source, at: dict[str, int]) -> Iterator[Problem]:
    text = json.loads(string)
    if "\0" in text or _LONE.search(text):
        message = msg(
            "A character here cannot be stored (NUL or half a character), at line %(line)s, column %(column)s.",
            **at,
        )
        yield source.problem("M006", message, place=place)


def _number(word: str, place: str, source: Source, at: dict[str, int]) -> Iterator[Problem]:
    if word in ("true", "false", "null") or _exact(word):
        return
    message = msg(
        "The number %(number)s cannot be kept exactly, at line %(line)s, column %(column)s.",
        number=word[:40],
        **at,
    )
    hint = msg("Numbers have up to 15 digits; write a longer one as text, in quotes.")
    yield source.problem("M008", message, place=place, hint=hint)


def _exact(word: str) -> bool:
    try:
        number = json.loads(word)
    except ValueError:  # thousands of digits
        return False
    if isinstance(number, int):
        return -_MAX_INTEGER <= number < _MAX_INTEGER
    digits = re.sub(r"[eE].*|[-.]", "", word).strip("0")
    return math.isfinite(number) and len(digits) <= 15  # noqa: PLR2004 - what a double always keeps
