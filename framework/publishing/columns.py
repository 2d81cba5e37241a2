"""Which physical column each field has. A column that was retired is never taken by another field.

A field that comes back under the same name gets `<column>__2`; a roll-back takes the very columns of its revision.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.fields.base import type_of
from metadata.compile.freeze import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from framework.fields.base import Column
    from metadata.layers import Merged
    from metadata.snapshot import Field, Snapshot

Stems = "Mapping[str, Mapping[str, str]]"
"""Table → identity of a field → stem of its physical columns."""


@dataclass(frozen=True, slots=True)
class Made:
    """The newest of the columns that revisions ever had for one identity, and how values lie in it."""

    generation: int
    shape: str


@dataclass(frozen=True, slots=True)
class Written:
    """A field of a document under its identity."""

    table: str
    column: str
    entity: str
    field: str


def written(merged: Merged) -> Iterator[Written]:
    """Every field that sound documents declare; those of the server need no identity."""
    for found in merged.of_kind("entity"):
        table = found.body.get("table", found.name)
        for name, body in found.body["fields"].items():
            yield Written(table, body.get("column", name), found.name, name)


def kept(merged: Merged, stems: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The stem of every field of a revision, by table and identity."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in written(merged):
        found[one.table][one.column] = stems.get(one.table, NOTHING).get(one.column, one.column)
    return dict(found)


def assigned(
    merged: Merged,
    snapshot: Snapshot,
    live: Mapping[str, Mapping[str, str]],
    made: Mapping[str, Mapping[str, Made]],
) -> dict[str, dict[str, str]]:
    """The stems that differ from the identity, for definitions that are to become live.

    `snapshot` is theirs, compiled without stems; `live` gives the stems that are to stay (see `kept`);
    `made` all columns that revisions ever had.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in written(merged):
        stays = live.get(one.table)
        known = made.get(one.table, NOTHING).get(one.column)
        if stays is not None and one.column in stays:
            stem = stays[one.column]
        elif known is None:
            stem = one.column
        elif stays is None and known.shape == shape_of(snapshot, one):
            stem = _stem(one.column, known.generation)  # the whole table comes back, with what lies in it
        else:
            stem = _stem(one.column, known.generation + 1)
        if stem != one.column:
            found[one.table][one.column] = stem
    return dict(found)


def shapes(
    merged: Merged, snapshot: Snapshot, stems: Mapping[str, Mapping[str, str]]
) -> dict[tuple[str, str, int], str]:
    """(Table, identity, generation) → shape of every column that these definitions store values in."""
    found = {}
    for one in written(merged):
        shape = shape_of(snapshot, one)
        if shape:
            stem = stems.get(one.table, NOTHING).get(one.column, one.column)
            found[one.table, one.column, _generation(one.column, stem)] = shape
    return found


def shape_of(snapshot: Snapshot, one: Written) -> str:
    """How the values of a field lie in its columns; empty where it has none."""
    entity = snapshot.entities[one.entity]
    field = entity.fields.get(one.field) or entity.retired_fields.get(one.field)
    return "" if field is None or field.computed else _shape(field, snapshot)


def _shape(field: Field, snapshot: Snapshot) -> str:
    kind = type_of(field)
    member = kind.member_column(field)
    shape = [_column(snapshot, column) for column in kind.columns(field)]
    if member is None:
        return json.dumps(shape)
    more = [_column(snapshot, column) for column in kind.member_more(field)]
    return json.dumps({"members": _column(snapshot, member), **({"more": more} if more else {})})


def _column(snapshot: Snapshot, column: Column) -> list[object]:
    return [column.kind.value, column.suffix, column.precision, column.scale, _table(snapshot, column.references)]


def _table(snapshot: Snapshot, entity: str | None) -> str | None:
    found = snapshot.entities.get(entity) if entity else None
    return found.table if found else None


def _stem(column: str, generation: int) -> str:
    # Names hold no double underscore, so that no field can be called like this.
    return column if generation == 1 else f"{column}__{generation}"


def _generation(column: str, stem: str) -> int:
    return 1 if stem == column else int(stem.removeprefix(f"{column}__"))
