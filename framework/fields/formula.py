"""Values that an expression makes of others. Nothing is stored: every statement computes them anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import Column, FieldType, ValueRefusedError
from framework.fields.boolean import Boolean
from framework.fields.date import Date
from framework.fields.datetime import Datetime
from framework.fields.decimal import Decimal
from framework.fields.duration import Duration
from framework.fields.integer import Integer
from framework.fields.money import CURRENCY, MoneyField
from framework.fields.numeric import PRECISION_OPTION, SCALE_OPTION
from framework.fields.percent import Percent
from framework.fields.text import Text
from framework.fields.time import Time
from i18n.lazy import msg
from metadata.expressions.currencies import currency_of
from metadata.expressions.scope import UnknownNameError
from metadata.expressions.typed import Apply, Const, Ref
from metadata.expressions.types import NULL, TEXT, Type
from metadata.scopes import EntityScope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.expressions.typed import TypedNode
    from metadata.snapshot import Field, Snapshot

RESULTS: Mapping[str, FieldType] = {
    kind.name: kind
    for kind in (
        Boolean(),
        Date(),
        Datetime(),
        Decimal(),
        Duration(),
        Integer(),
        MoneyField(),
        Percent(),
        Text(),
        Time(),
    )
}


@dataclass(frozen=True)
class Formula(FieldType):
    """A computed value. It is read, filtered and sorted like one of its result's type, and never written."""

    name = "formula"
    label = msg("Formula")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "result": {"enum": sorted(RESULTS), "description": "The type of the value; its options apply."},
            "formula": {
                "$ref": "common.json#/$defs/expression",
                "description": "What the value is, such as `amount * probability / 100`.",
            },
            "precision": PRECISION_OPTION,
            "scale": {**SCALE_OPTION, "description": "Digits after the decimal point, to which the result is rounded."},
            "currency": {
                "type": "string",
                "pattern": CURRENCY,
                "description": "The currency of money; without it that of the inputs, else the site's.",
            },
            "unit": {"type": "string", "maxLength": 20, "description": "Shown behind a number."},
        },
        "required": ["result", "formula"],
        "additionalProperties": False,
    }
    computed = True
    control = "read_only"

    def as_shown(self, field: Field) -> FieldType:
        """The type of the result."""
        return RESULTS[field.options["result"]]

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """As the result's type has it."""
        return self.as_shown(field).check_options(field)

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """None."""
        return ()

    def main_column(self, field: Field) -> Column:
        """As a field of the result's type would have."""
        return self.as_shown(field).main_column(field)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any] | None:
        """As for the result's type."""
        return self.as_shown(field).stored(field)

    def named_parts(self, field: Field) -> Mapping[str, str | None]:
        """As for the result's type."""
        return self.as_shown(field).named_parts(field)

    def part_types(self, field: Field) -> Mapping[str, Type]:
        """As for the result's type."""
        return self.as_shown(field).part_types(field)

    def main_value(self, field: Field, value: Any) -> Any:  # noqa: ANN401
        """As for the result's type."""
        return self.as_shown(field).main_value(field, value)

    def expression_type(self, field: Field) -> Type:
        """The type of the result."""
        return self.as_shown(field).expression_type(field)

    def load(self, field: Field, value: Any) -> Any:  # noqa: ANN401, ARG002
        """Nothing: nobody gives what is computed."""
        raise ValueRefusedError(msg("This is computed; leave it out"), "set_by_server")

    def json_schema(self, field: Field) -> dict[str, Any]:
        """As for the result's type, for reading only."""
        return {**self.as_shown(field).json_schema(field), "readOnly": True}

    def wire(self, field: Field) -> Callable[[Any], Any] | None:
        """As for the result's type."""
        return self.as_shown(field).wire(field)

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """As for the result's type."""
        return self.as_shown(field).to_text(field, value, formats)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:
        """As for the result's type, for filters that are typed."""
        return self.as_shown(field).from_text(field, text, context, formats)


@lru_cache(maxsize=4096)
def part_expression(snapshot: Snapshot, entity: str, node: TypedNode, part: str | None) -> TypedNode:
    """The expression of a part of a computed value: the currency of money, a part of the field that it names.

    Money that is made of no money is in the site's currency. A computed text has no parts; the type that is
    given it reads it.
    """
    if part is None:
        return node
    return part_within(EntityScope(snapshot.entities, entity), snapshot.site.currency, node, part)


def part_within(scope: EntityScope, currency: str, node: TypedNode, part: str) -> TypedNode:
    """The same for an expression in any scope; `currency` is the site's."""
    if part != "currency":
        return _part_of_field(scope, node, part)
    found, of_site = currency_of(node, scope), Const(currency, TEXT)
    if found is None or isinstance(found, Const):
        return found or of_site
    return Apply("coalesce", (found, of_site), TEXT)


def _part_of_field(scope: EntityScope, node: TypedNode, part: str) -> TypedNode:
    if isinstance(node, Ref) and node.part is None:
        with suppress(UnknownNameError):
            found = scope.resolve(node.root, (*(step.field for step in node.steps), part))
            if found.part == part:
                return Ref(node.root, node.steps, part, found.type)
    return Const(None, NULL)
