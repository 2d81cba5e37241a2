"""Values that are found nowhere but in their own field: where one is read, that field was read."""

from __future__ import annotations

import base64
import binascii
import html
import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.door.oracle import computed
from tests.door.sales import ENTITIES, Row, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.door.oracle import Oracle
    from tests.support.clients import Answer

MARK = "zq"
_PLAIN = frozenset({"stage", "tier", "company", "deal", "owner", "team"})  # values that many records share
_MARKS = re.compile("</?mark>")
_CODED = re.compile(rb"[\w-]{16,}")


@dataclass(frozen=True, slots=True)
class Former:
    """A value that a field had before its present one."""

    ident: str
    field: str
    value: Any


def marked_records() -> tuple[dict[str, Row], list[Former]]:
    """The office's records with a canary in every field that can hold one, and with what stood there before."""
    draw = random.Random("canaries")  # noqa: S311  (sample data)
    rows = {ident: replace(row, values=dict(row.values)) for ident, row in records().items()}
    for row in rows.values():
        for name in row.values:
            if name not in _PLAIN:
                row.values[name] = _canary(draw, row.entity, name)
    changed = [row for number, row in enumerate(rows.values()) if number % 3 == 0 and row.live]
    former = [
        Former(row.id, name, _canary(draw, row.entity, name))
        for row in changed
        for name in row.values
        if name not in _PLAIN
    ]
    return rows, former


def _canary(draw: random.Random, entity: str, name: str) -> Any:
    number = draw.randrange(10**8, 10**9)
    return number if ENTITIES[entity]["fields"][name]["type"] == "integer" else f"{MARK}{name}{number}"


@dataclass(frozen=True, slots=True)
class Canaries:
    """For one person: what must never be read, and what of a record may be."""

    judge: Oracle
    rows: Mapping[str, Row]
    former: tuple[Former, ...]

    def forbidden(self) -> frozenset[str]:
        """How everything would be spelled that the person may not read, ids of records out of sight too."""
        hidden = [
            canary
            for row in self.rows.values()
            for name in _marked(row)
            if not self.judge.reads(replace(row, live=True), name)
            for canary in spelled(computed(row, name))
        ]
        before = [
            canary
            for one in self.former
            if not self.judge.reads(self.rows[one.ident], one.field)
            for canary in spelled(one.value)
        ]
        named = {
            self.judge.value(row, link)
            for row in self.rows.values()
            for link in ("company", "deal")
            if link in row.values
        }
        unseen = [row.id for row in self.rows.values() if not self.judge.sees(replace(row, live=True))]
        return frozenset([*hidden, *before, *(ident for ident in unseen if ident not in named)])

    def readable(self, row: Row) -> Iterator[str]:
        """The canaries of a record that the person may read, as a page spells them."""
        for name in _marked(row):
            if self.judge.reads(row, name):
                yield spelled(computed(row, name))[-1]


def _marked(row: Row) -> list[str]:
    formulas = [name for name, body in ENTITIES[row.entity]["fields"].items() if body["type"] == "formula"]
    return [*(name for name in row.values if name not in _PLAIN), *formulas]


def spelled(value: Any) -> tuple[str, ...]:
    """The spellings of a value: as it is, and as pages write numbers."""
    return (value,) if isinstance(value, str) else (str(value), f"{value:,}")


def everything(answer: Answer) -> str:
    """All that an answer says: headers and body, marked or not, and what is coded in them."""
    raw = b"\n".join([answer.body, *(f"{name}: {value}".encode() for name, value in answer.headers.items())])
    text = raw.decode(errors="replace")
    return "\n".join([text, html.unescape(_MARKS.sub("", text)), unquote(text), *_decoded(raw)])


def _decoded(raw: bytes) -> Iterator[str]:
    for word in _CODED.findall(raw):
        try:
            yield base64.urlsafe_b64decode(word + b"=" * (-len(word) % 4)).decode(errors="replace")
        except binascii.Error:
            continue
