"""The form in which rows of one plan leave: built once per snapshot and plan, used for every row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from framework.fields.base import type_of
from framework.records.record import Linked, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.plans import ReadPlan
    from framework.storage.select import Prepared
    from metadata.snapshot import Field, Snapshot


@dataclass(frozen=True, slots=True)
class Shape:
    """How to read a row: one getter per field for stored values, one for wire values."""

    entity: str
    names: tuple[str, ...]
    stored: tuple[Callable[[Sequence[Any]], Any], ...]
    wire: tuple[Callable[[Sequence[Any]], Any], ...]
    struct: type[msgspec.Struct]
    title: int
    title_text: Callable[[Any], str | None]

    def version(self, row: Sequence[Any]) -> int:
        """The record version of a row."""
        found: int = self.stored[self.names.index("version")](row)
        return found

    def record(self, row: Sequence[Any], links: Mapping[str, Mapping[str, Linked]]) -> Record:
        """The row as a frozen record; `links` gives far ends by field and id."""
        values = {name: get(row) for name, get in zip(self.names, self.stored, strict=True)}
        found = [(name, values[name], ends) for name, ends in links.items() if values[name] is not None]
        one = {name: _end(value, ends) for name, value, ends in found if not isinstance(value, tuple)}
        several = {
            name: tuple(_end(each, ends) for each in value) for name, value, ends in found if isinstance(value, tuple)
        }
        title = self.title_text(row[self.title]) if self.title >= 0 else None
        return Record(self.entity, values["id"], values["version"], title, values, one, several)

    def wire_record(self, row: Sequence[Any], links: Mapping[str, Mapping[str, Linked]]) -> msgspec.Struct:
        """The row as a struct that encodes to the record's JSON."""
        made = self.struct(*[get(row) for get in self.wire])
        for name, ends in links.items():
            position = f"f{self.names.index(name)}"
            pointer = getattr(made, position)
            if isinstance(pointer, list):
                setattr(made, position, [_told(each, ends) for each in pointer])
            elif pointer is not None:
                setattr(made, position, _told(pointer, ends))
        return made


def _end(ident: str, ends: Mapping[str, Linked]) -> Linked:
    return ends.get(ident) or Linked("", ident, None)


def _told(pointer: Any, ends: Mapping[str, Linked]) -> dict[str, Any]:  # noqa: ANN401
    """The far end of a link, given as an id or as an object with it, in the form of the API."""
    named = pointer if isinstance(pointer, dict) else {"id": pointer}
    end = ends.get(named["id"])
    return {**named, "title": end.title if end else None, **(end.values if end else {})}


@lru_cache(maxsize=4096)
def shape_of(snapshot: Snapshot, plan: ReadPlan, prepared: Prepared) -> Shape:
    """The shape of a plan's rows."""
    entity = snapshot.entities[plan.entity]
    fields = [(entity.fields[name], first, end) for name, first, end in prepared.slots]
    names = tuple(field.name for field, _, _ in fields)
    # Field names may be words that Python keeps for itself, so members are numbered and renamed.
    members: list[tuple[str, Any]] = [(f"f{position}", Any) for position in range(len(names))]
    struct = msgspec.defstruct(
        f"{entity.name}_record", members, rename={f"f{p}": name for p, name in enumerate(names)}, gc=False
    )
    return Shape(
        entity.name,
        names,
        tuple(stored_getter(field, first, end) for field, first, end in fields),
        tuple(wire_getter(field, first, end) for field, first, end in fields),
        struct,
        prepared.title,
        title_writer(entity.fields[entity.title]),
    )


def title_writer(field: Field) -> Callable[[Any], str | None]:
    """How the value of a title field becomes the record's title."""
    convert = type_of(field).wire(field)

    def text(value: Any) -> str | None:  # noqa: ANN401
        if value is None or isinstance(value, str):
            return value
        return str(msgspec.to_builtins(convert(value) if convert else value))

    return text


def stored_getter(field: Field, first: int, end: int) -> Callable[[Sequence[Any]], Any]:
    """How a row gives the stored value of a field that stands in it from `first` to before `end`."""
    made_of = type_of(field).stored(field)
    if made_of is None:
        return itemgetter(first)
    return lambda row: None if row[first] is None else made_of(row[first:end])


def wire_getter(field: Field, first: int, end: int) -> Callable[[Sequence[Any]], Any]:
    """How a row gives the wire value of a field that stands in it from `first` to before `end`."""
    get, convert = stored_getter(field, first, end), type_of(field).wire(field)
    if convert is None:
        return get

    def converted(row: Sequence[Any]) -> Any:  # noqa: ANN401
        value = get(row)
        return None if value is None else convert(value)

    return converted
