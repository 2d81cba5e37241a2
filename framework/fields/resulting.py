"""What types have in common whose values the product makes: they are read like values of their result's type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import Column, FieldType, ValueRefusedError
from framework.fields.boolean import Boolean
from framework.fields.date import Date
from framework.fields.datetime import Datetime
from framework.fields.decimal import Decimal
from framework.fields.duration import Duration
from framework.fields.integer import Integer
from framework.fields.money import MoneyField
from framework.fields.percent import Percent
from framework.fields.text import Text
from framework.fields.time import Time
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.expressions.types import Type
    from metadata.snapshot import Field

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
class Resulting(FieldType):
    """Base of types with the option `result`. Their values are filtered and sorted like the result's, never given."""

    control = "read_only"

    def as_shown(self, field: Field) -> FieldType:
        """The type of the result."""
        return RESULTS[field.options["result"]]

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """As the result's type has it."""
        return self.as_shown(field).check_options(field)

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
