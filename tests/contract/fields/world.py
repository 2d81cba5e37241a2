"""One published world per engine with an entity for every sample; each test finds its records by a mark."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from framework.context import Context
from framework.extension import installed_catalogue
from framework.fields.base import FieldType, type_of
from framework.plans import Query
from framework.records import Door
from metadata.compile import compile_snapshot
from metadata.expressions import Kind, logic
from metadata.expressions.shorthand import from_shorthand
from metadata.expressions.tree import Node
from metadata.layers import in_order
from metadata.load import load_core
from metadata.snapshot import Field, Snapshot
from tests.contract.fields.sample import Sample, Value
from tests.contract.fields.samples import CONTENTS, OTHER_TARGET, SAMPLES, TARGETS, rows_of
from tests.support.bundles import World, context_on, layers_of, published
from tests.support.databases import database

# Asked for by name, since some types are left out where nobody says which fields are wanted.
_ASKED = ("value",)
BUNDLE = {
    "site.json": {"name": "Samples", "currency": "CHF"},
    "entities/sample_target.json": {"fields": {"name": {"type": "text"}}},
    "entities/sample_other_target.json": {"fields": {"name": {"type": "text"}}},
    "entities/sample_row.json": rows_of("sample_lines"),
    **{f"entities/{sample.entity}.json": sample.document for sample in SAMPLES},
}


@dataclass(frozen=True)
class Bound:
    """One sample with its field as compiled, for what needs no database."""

    sample: Sample
    context: Context

    @property
    def field(self) -> Field:
        """The field `value`."""
        return self.context.snapshot.entities[self.sample.entity].fields["value"]

    @property
    def kind(self) -> FieldType:
        """Its type, for a formula that of its result."""
        return type_of(self.field).as_shown(self.field)

    def main(self, value: Value) -> Any:
        """What filters compare and lists sort by: of money the amount, of a name the whole."""
        return self.kind.main_value(self.field, value.stored)

    def settled(self, wire: object) -> Any:
        """The stored value that a wire value becomes in a new record. Raises ValueRefusedError."""
        loaded = None if wire is None else self.kind.load(self.field, wire)
        return None if loaded is None else self.kind.settle(self.field, None, loaded, self.context)

    def as_json(self, stored: object) -> Any:
        """A stored value as it leaves."""
        convert = self.kind.wire(self.field)
        return None if stored is None else msgspec.to_builtins(convert(stored) if convert else stored)


def bound(sample: Sample) -> Bound:
    """The sample without a database."""
    return Bound(sample, context_on(_snapshot()))


@cache
def _snapshot() -> Snapshot:
    return compile_snapshot(in_order([load_core(), *layers_of(BUNDLE)]), installed_catalogue())


@dataclass(frozen=True)
class Trial(Bound):
    """One sample tried on one engine, on records that no other test sees."""

    door: Door
    run: str

    @classmethod
    def of(cls, world: World, sample: Sample) -> "Trial":
        """A new trial."""
        return cls(sample, world.context(), world.services.door, uuid4().hex)

    def create(self, given: object) -> str:
        """A record whose field has this value."""
        values = {"run": self.run} if given is None else {"run": self.run, str(self.sample.through): given}
        return self.door.create(self.context, self.sample.entity, values).id

    def stored(self, ident: str) -> Any:
        """The stored value of a record."""
        return self.door.get(self.context, self.sample.entity, ident, _ASKED).values["value"]

    def wire(self, ident: str) -> Any:
        """The value as it stands in the record's JSON."""
        (row,) = self.door.row(self.context, self.sample.entity, ident, _ASKED).wire()
        return json.loads(msgspec.json.encode(row))["value"]

    @property
    def compared(self) -> str:
        """What filters compare: the bare amount where amounts may be in several currencies."""
        found = self.kind.expression_type(self.field)
        return "value.amount" if found.kind is Kind.MONEY and found.currency is None else "value"

    def found(self, operator: str, text: str) -> list[Any]:
        """The stored values of this trial's records for which a shorthand filter holds."""
        return self.listed(from_shorthand(self.compared, operator, text))

    def listed(self, *conditions: Node, sort: str = "id") -> list[Any]:
        """The stored values of this trial's records in one page."""
        page = self.door.find(self.context, self._query(*conditions, sort=sort, limit=200))
        return [record.values["value"] for record in page.records]

    def paged(self, sort: str) -> list[Any]:
        """The same, in pages of two."""
        values: list[Any] = []
        after: str | None = None
        while True:
            page = self.door.find(self.context, self._query(sort=sort, limit=2, after=after))
            values += [record.values["value"] for record in page.records]
            after = page.next
            if after is None:
                return values

    def _query(self, *conditions: Node, sort: str, limit: int, after: str | None = None) -> Query:
        mine = from_shorthand("run", "eq", self.run)
        return Query(
            self.sample.entity,
            fields=_ASKED,
            filter=logic("and", [mine, *conditions]),
            sort=(sort,),
            limit=limit,
            after=after,
        )


def matching(trial: Bound, operator: str, one: Value) -> list[Any]:
    """What a shorthand filter with a value must find among the sample's values, in plain Python."""
    sought = trial.main(one)
    if trial.kind.member_column(trial.field) is not None:
        wanted = set(sought[:1] if operator == "contains" else sought)
        return [value.stored for value in trial.sample.values if wanted & set(trial.main(value))]
    holds = {
        "eq": lambda main: main == sought,
        "ne": lambda main: main != sought,
        "lt": lambda main: main < sought,
        "le": lambda main: main <= sought,
        "gt": lambda main: main > sought,
        "ge": lambda main: main >= sought,
        "in": lambda main: main == sought,
        "contains": lambda main: sought[1:3] in main,
        "starts_with": lambda main: main.startswith(sought[:2]),
    }[operator]
    return [value.stored for value in trial.sample.values if holds(trial.main(value))]


def operand(operator: str, one: Value) -> str:
    """What a shorthand filter with that operator and value is given."""
    if isinstance(one.stored, tuple) and type(one.stored) is tuple:
        return ",".join(one.stored[:1] if operator == "contains" else one.stored)
    if operator == "contains":
        return one.text[1:3]
    return one.text[:2] if operator == "starts_with" else one.text


@contextmanager
def published_samples(engine: str, folder: Path) -> Iterator[World]:
    """A database with the bundle of all samples and the records that their links point at."""
    with database(engine, folder) as url:
        world = published(url, folder, BUNDLE)
        for ident in TARGETS:
            world.services.door.create(world.context(), "sample_target", {"id": ident, "name": ident[-2:]})
        world.services.door.create(world.context(), "sample_other_target", {"id": OTHER_TARGET, "name": "Other"})
        for entity, contents in CONTENTS.items():
            for content in contents:
                world.services.door.receive(world.context(), entity, "value", BytesIO(content), "")
        yield world
        world.close()
