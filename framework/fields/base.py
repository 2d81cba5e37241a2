"""What every field type says of itself. A type is one frozen class in one file beside this one.

A type knows values, never SQL or HTML: columns are described by kind, controls and cells by the
name of a template.
"""

from __future__ import annotations

from dataclasses import dataclass, field as attribute
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from i18n.lazy import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import marshmallow

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.expressions.types import Type
    from metadata.snapshot import Field


class ColumnKind(StrEnum):
    """The kinds of physical column that every storage engine offers."""

    KEY = "key"
    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True)
class Column:
    """One physical column: its name is the field's column plus `suffix`.

    `precision` and `scale` are digits in all and after the point, for decimals; `references`
    names the entity whose id a key points at.
    """

    kind: ColumnKind
    suffix: str = ""
    precision: int | None = None
    scale: int | None = None
    references: str | None = None


class NotUnderstoodError(ValueError):
    """A text that a person typed is not a value of this type; `message` says why."""

    def __init__(self, message: Message) -> None:
        """Keep the message for the control."""
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class FieldType:
    """Base of all field types. Subclasses set the class attributes and override what differs.

    `operators` are the shorthand operators that make sense; `control` and `cell` name templates in
    `ui/templates/controls` and `cells`; `aggregates` are the measures a footer may show;
    `telling` says that a default list may show the field.
    """

    name: ClassVar[str]
    label: ClassVar[Message]
    options_schema: ClassVar[Mapping[str, Any]] = {}
    relation: ClassVar[bool] = False
    has_choices: ClassVar[bool] = False
    computed: ClassVar[bool] = False
    column_kind: ClassVar[ColumnKind] = ColumnKind.TEXT
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "blank")
    sortable: ClassVar[bool] = True
    searchable: ClassVar[bool] = False
    aggregates: ClassVar[tuple[str, ...]] = ("count",)
    control: ClassVar[str] = "text"
    cell: ClassVar[str] = "text"
    telling: ClassVar[bool] = True
    listed_by_default: ClassVar[bool] = True

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """Physical columns of the field, the main one first."""
        return (Column(self.column_kind),)

    def expression_type(self, field: Field) -> Type:
        """The type of the field's value in expressions."""
        raise NotImplementedError

    def load_field(self, field: Field) -> marshmallow.fields.Field[Any]:
        """A marshmallow field that turns a wire value into the stored value, or says why not."""
        raise NotImplementedError

    def json_schema(self, field: Field) -> dict[str, Any]:
        """JSON Schema of the wire value, for OpenAPI."""
        raise NotImplementedError

    def wire(self, field: Field) -> Callable[[Any], Any] | None:  # noqa: ARG002
        """How a stored value leaves; None where the JSON encoder already does it right."""
        return None

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The value as a person reads and types it, and as it is exported."""
        return "" if value is None else str(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """What a person typed into a control, as a wire value; blank is None.

        Raises NotUnderstoodError where the text is no value of this type.
        """
        return text.strip() or None

    def check_value(self, field: Field, value: object) -> Message | None:
        """What is wrong with a JSON value, such as a default; None if nothing."""
        try:
            self.load_field(field).deserialize(value)
        except ValueError as error:  # marshmallow.ValidationError is one
            return _first_message(error)
        return None


def _first_message(error: ValueError) -> Message:
    found = getattr(error, "messages", None)
    first = found[0] if isinstance(found, list) and found else str(error)
    return first if isinstance(first, Message) else msg("%(text)s", text=str(first))


@dataclass(frozen=True, slots=True)
class Sample:
    """What the inherited contract suite needs to try a type: options and values.

    `valid` pairs a wire value with the same value as it comes back; `invalid` are refused wire
    values; `typed` pairs a text typed in English with the wire value it means.
    """

    options: Mapping[str, Any] = attribute(default_factory=dict)
    valid: tuple[tuple[object, object], ...] = ()
    invalid: tuple[object, ...] = ()
    typed: tuple[tuple[str, object], ...] = ()
