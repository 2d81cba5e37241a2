"""Field types, screen kinds and functions for tests of the language, without the engine above it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from i18n.lazy import Message, msg
from metadata.catalogue import Catalogue, Complaint
from metadata.expressions import types
from metadata.expressions.types import Kind, Parameter, Signature, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metadata.catalogue import FindEntity
    from metadata.snapshot import Field


@dataclass(frozen=True)
class FakeType:
    """A field type that knows its values by one function, which raises ValueError for a wrong one."""

    name: str
    label: Message
    kind: Callable[[Field], Type]
    load: Callable[[Field, Any], object]
    options_schema: Mapping[str, Any] = field(default_factory=dict)
    relation: bool = False
    has_choices: bool = False
    computed: bool = False
    many: bool = False

    def expression_type(self, field: Field) -> Type:
        """The type of the field's value in expressions."""
        return self.kind(field)

    def part_types(self, field: Field) -> Mapping[str, Type]:
        """Money has an amount and a currency."""
        kind = self.kind(field)
        return (
            {"amount": types.decimal(kind.scale, kind.digits), "currency": types.TEXT}
            if kind.kind is Kind.MONEY
            else {}
        )

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """A decimal has no more places than digits."""
        if field.options.get("scale", 0) > field.options.get("precision", 18):
            yield "scale", msg("too many")

    def check_value(self, field: Field, value: object) -> Message | None:
        """What is wrong with a value."""
        try:
            self.load(field, value)
        except (ValueError, TypeError, InvalidOperation):
            return msg("not a value of type %(type)s", type=self.name)
        return None


@dataclass(frozen=True)
class FakeKind:
    """A screen kind: its keys, and where they name fields and conditions."""

    name: str
    label: Message
    options_schema: Mapping[str, Any]
    field_places: tuple[tuple[str, ...], ...] = ()
    expression_places: tuple[tuple[str, ...], ...] = ()
    few: tuple[str, ...] = ()

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
        """Complain about fields at the key `few` that have no options."""
        fields = found.fields if (found := entity(body.get("entity", ""))) else {}
        for name in self.few:
            if body.get(name) in fields and fields[body[name]].choices is None:
                yield Complaint((name,), msg("“%(name)s” has no options", name=body[name]), value=body[name])


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str) or len(value) > field.options.get("max_length", len(value)):
        raise ValueError
    return value


def _integer(_field: Field, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _boolean(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _option(field: Field, value: Any) -> str:
    if not isinstance(value, str) or field.choices is None or value not in field.choices.options:
        raise ValueError
    return value


def _any(_field: Field, value: Any) -> object:
    return value


def _keys(field: Field) -> frozenset[str] | None:
    return frozenset(field.choices.options) if field.choices else None


_RESULTS = {"integer": types.INTEGER, "text": types.TEXT, "decimal": types.decimal(2), "boolean": types.BOOLEAN}
_NUMBER = {"min": {"type": "number"}, "max": {"type": "number"}}

FIELD_TYPES = (
    FakeType("json", msg("JSON"), lambda _: types.JSON, _any),
    FakeType(
        "text",
        msg("Text"),
        lambda _: types.TEXT,
        _text,
        {
            "max_length": {"type": "integer", "minimum": 1},
            "min_length": {"type": "integer"},
            "pattern": {"type": "string"},
            "case": {"enum": ["upper", "lower"]},
        },
    ),
    FakeType("long_text", msg("Long text"), lambda _: types.TEXT, _text, {"rows": {"type": "integer"}}),
    FakeType("integer", msg("Whole number"), lambda _: types.INTEGER, _integer, _NUMBER),
    FakeType(
        "decimal",
        msg("Number"),
        lambda field: types.decimal(field.options.get("scale", 2)),
        lambda _, value: Decimal(value),
        {"scale": {"type": "integer"}, "precision": {"type": "integer"}, **_NUMBER},
    ),
    FakeType("money", msg("Money"), lambda _: types.money(None, 2), _any),
    FakeType("boolean", msg("Yes or no"), lambda _: types.BOOLEAN, _boolean),
    FakeType("date", msg("Date"), lambda _: types.DATE, lambda _, value: dt.date.fromisoformat(value)),
    FakeType(
        "datetime", msg("Date and time"), lambda _: types.DATETIME, lambda _, value: dt.datetime.fromisoformat(value)
    ),
    FakeType("file", msg("File"), lambda _: types.TEXT, _any, {"max_size": {"type": "integer"}}),
    FakeType("key", msg("Id"), lambda _: types.Type(Kind.KEY), _text),
    FakeType(
        "links", msg("Links"), lambda field: types.set_of(types.link(*field.leads_to)), _any, relation=True, many=True
    ),
    FakeType(
        "lines",
        msg("Lines"),
        lambda field: types.set_of(types.link(*field.leads_to)),
        _any,
        {
            "type": "object",
            "properties": {
                **{key: {"type": "string"} for key in ("entity", "link", "order")},
                "columns": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["entity", "link"],
        },
    ),
    FakeType(
        "rollup",
        msg("Figure"),
        lambda field: _RESULTS[field.options["result"]],
        _any,
        {
            "type": "object",
            "properties": {
                "result": {"enum": sorted(_RESULTS)},
                **{key: {"type": "string"} for key in ("of", "measure", "field", "filter")},
            },
            "required": ["result", "of", "measure"],
        },
    ),
    FakeType("tags", msg("Tags"), lambda _: types.set_of(types.TEXT), _any),
    FakeType("choice", msg("Choice"), lambda field: types.choice(_keys(field)), _option, has_choices=True),
    FakeType(
        "link",
        msg("Link"),
        lambda field: types.link(*field.targets),
        _text,
        {"on_delete": {"enum": ["restrict", "clear", "cascade"]}},
        relation=True,
    ),
    FakeType(
        "formula",
        msg("Formula"),
        lambda field: _RESULTS[field.options["result"]],
        _any,
        {
            "type": "object",
            "properties": {"result": {"enum": sorted(_RESULTS)}, "formula": {"type": "string"}},
            "required": ["result", "formula"],
        },
        computed=True,
    ),
)

_FIELDS = {"type": "array", "items": {"type": "string"}}
_SECTIONS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"label": {"type": "string"}, "fields": _FIELDS, "visible_when": {"type": "string"}},
        "required": ["fields"],
        "additionalProperties": False,
    },
}


def _closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


SCREEN_KINDS = (
    FakeKind(
        "list",
        msg("List"),
        _closed(columns=_FIELDS, sort=_FIELDS, filter={"type": "string"}),
        (("columns", "*"), ("sort", "*")),
        (("filter",),),
    ),
    FakeKind("form", msg("Form"), _closed(sections=_SECTIONS), (("sections", "*", "fields", "*"),)),
    FakeKind("record", msg("Record"), _closed(sections=_SECTIONS), (("sections", "*", "fields", "*"),)),
    FakeKind("welcome", msg("Welcome"), _closed()),
    FakeKind(
        "board",
        msg("Board"),
        {**_closed(lanes={"type": "string"}, split={"type": "string"}), "required": ["lanes"]},
        (("lanes",), ("split",)),
        few=("split",),
    ),
)

FUNCTIONS = (
    Signature("today", (), types.DATE, symbolic=True),
    Signature("me", (), types.link("user"), symbolic=True),
    Signature("is_blank", (Parameter("value"),), types.BOOLEAN),
    Signature("upper", (Parameter("text", frozenset({Kind.TEXT, Kind.CHOICE})),), types.TEXT),
    Signature(
        "add_days",
        (Parameter("date", frozenset({Kind.DATE})), Parameter("days", frozenset({Kind.INTEGER}))),
        types.DATE,
    ),
)

CATALOGUE = Catalogue(
    MappingProxyType({one.name: one for one in FIELD_TYPES}),
    MappingProxyType({one.name: one for one in SCREEN_KINDS}),
    MappingProxyType({one.name: one for one in FUNCTIONS}),
)
"""All of them."""
