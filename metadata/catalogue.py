"""What the language must know of installed parts: field types, screen kinds and functions.

These are protocols, so that this floor imports nothing of the floors above it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from i18n.lazy import Message
    from metadata.expressions.types import Signature, Type
    from metadata.snapshot import Entity, Field

    FindEntity = Callable[[str], Entity | None]


class FieldType(Protocol):
    """The class of a field, as far as the language sees it.

    `options_schema` is a closed JSON Schema object of the type's own keys (properties only; keys
    of every field are added by the language). `relation` says that `to` names entities;
    `has_choices` that `choices` (a list's name) or `options` (written inline) is required.
    """

    @property
    def name(self) -> str:
        """How definitions name it."""

    @property
    def label(self) -> Message:
        """How people name it."""

    @property
    def options_schema(self) -> Mapping[str, Any]:
        """JSON Schema of its own keys."""

    @property
    def relation(self) -> bool:
        """Whether `to` names entities."""

    @property
    def many(self) -> bool:
        """Whether a relation names several records, of one entity."""

    @property
    def has_choices(self) -> bool:
        """Whether it has a list of options."""

    @property
    def computed(self) -> bool:
        """Whether values come from an expression, never from a caller."""

    def expression_type(self, field: Field) -> Type:
        """The type of the field's value in expressions."""

    def part_types(self, field: Field) -> Mapping[str, Type]:
        """The parts of the value that expressions may name, each with its type."""

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """What is wrong with the field's options, as (option, message), beyond what the schema can say."""

    def check_value(self, field: Field, value: object) -> Message | None:
        """What is wrong with a JSON value, such as a default, for this field; None if nothing."""


@dataclass(frozen=True)
class Complaint:
    """One thing that a kind finds wrong with a screen: `steps` lead to its place in the definition."""

    steps: tuple[str | int, ...]
    message: Message
    hint: Message | None = None
    value: object = None


class ScreenKind(Protocol):
    """The class of a screen, as far as the language sees it.

    `options_schema` is a closed JSON Schema of the kind's own keys; `field_places` lists where
    field names stand in its options, as JSON-path-like tuples with `*` for any key or index
    (`("columns", "*", "field")`), so that names are checked without knowing the kind; a name may
    have a leading `-` (sort). A kind with conditions or filters over its entity also lists where they
    stand, in the same form, as `expression_places`. A kind whose parts are about entities of their own, as the tiles
    of a dashboard are, lists as `part_places` where these stand, and within one of them `part_field_places` and
    `part_expression_places`.
    """

    @property
    def name(self) -> str:
        """How definitions name it."""

    @property
    def label(self) -> Message:
        """How people name it."""

    @property
    def options_schema(self) -> Mapping[str, Any]:
        """JSON Schema of its own keys."""

    @property
    def field_places(self) -> tuple[tuple[str, ...], ...]:
        """Where field names stand in its options."""

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
        """What is wrong with a screen's definition beyond what its schema and the places above can say.

        `entity` gives an entity by its name, None where it is unknown; names that do not exist are told elsewhere.
        """


@dataclass(frozen=True)
class Catalogue:
    """All installed field types, screen kinds and functions by name."""

    field_types: Mapping[str, FieldType]
    screen_kinds: Mapping[str, ScreenKind]
    functions: Mapping[str, Signature]

    @cached_property
    def digest(self) -> str:
        """A digest that changes when any part's contract with the language changes."""
        parts = [
            *([kind.name, _plain(kind.options_schema)] for kind in _by_name(self.field_types.values())),
            *([kind.name, _plain(kind.options_schema)] for kind in _by_name(self.screen_kinds.values())),
            sorted(self.functions),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


_Part = TypeVar("_Part", FieldType, ScreenKind)


def _by_name(parts: Iterable[_Part]) -> list[_Part]:
    return sorted(parts, key=lambda part: part.name)


def _plain(schema: Mapping[str, Any]) -> object:
    return json.loads(json.dumps(schema, default=dict))
