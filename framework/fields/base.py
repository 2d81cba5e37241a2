"""What every field type says of itself. A type is one frozen class in one file beside this one.

A type knows values, never SQL or HTML: columns are described by kind, controls and cells by the
name of a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import marshmallow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
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
    TIME = "time"
    DURATION = "duration"
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


class ValueRefusedError(ValueError):
    """A value that a field does not take: `code` for programs, `message` and `hint` for people."""

    def __init__(self, message: Message, code: str = "type", hint: Message | None = None) -> None:
        """Keep what is wrong and how to mend it."""
        super().__init__(str(message))
        self.message, self.code, self.hint = message, code, hint


@dataclass(frozen=True)
class FieldType:
    """Base of all field types. Subclasses set the class attributes and override what differs.

    A value has three forms: *typed* (text of a person), *wire* (JSON of the API) and *stored* (what
    the door and expressions work with). `operators` are the shorthand operators that make sense;
    `control` and `cell` name templates in `ui/templates/controls` and `cells`; `aggregates` are the
    measures a footer may show; `telling` says that a default list may show the field; `server_set`
    that the door makes the value and nobody gives it; `uploaded` that content is sent before the value is;
    `sorted_by` which of the columns lists sort by;
    `part_labels` how people name the parts that have an input each.
    """

    name: ClassVar[str]
    label: ClassVar[Message]
    options_schema: ClassVar[Mapping[str, Any]] = {}
    relation: ClassVar[bool] = False
    many: ClassVar[bool] = False
    has_choices: ClassVar[bool] = False
    computed: ClassVar[bool] = False
    server_set: ClassVar[bool] = False
    uploaded: ClassVar[bool] = False
    column_kind: ClassVar[ColumnKind] = ColumnKind.TEXT
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "blank")
    sortable: ClassVar[bool] = True
    searchable: ClassVar[bool] = False
    aggregates: ClassVar[tuple[str, ...]] = ("count",)
    control: ClassVar[str] = "text"
    cell: ClassVar[str] = "text"
    telling: ClassVar[bool] = True
    listed_by_default: ClassVar[bool] = True
    sorted_by: ClassVar[int] = 0
    part_labels: ClassVar[Mapping[str, Message]] = {}

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:  # noqa: ARG002
        """What is wrong with the field's options, as (option, message), beyond what the schema can say."""
        return iter(())

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """Physical columns of the field, the main one first; it is blank where the value is."""
        return (Column(self.column_kind),)

    def member_column(self, field: Field) -> Column | None:  # noqa: ARG002
        """What each member of a value is kept in, in a table of the field's own; None where a record has one value.

        Such a type has no `columns`; its stored value is a tuple of members, null where there are none.
        """
        return None

    def member_more(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """Further columns of a member, beside the one that is the member itself: their suffixes tell them apart.

        Where there are any, `stored` makes the value of rows with all of them.
        """
        return ()

    def member_parts(self, field: Field, member: Any) -> tuple[Any, ...]:  # noqa: ANN401, ARG002
        """What the column of a member and the further ones hold of it."""
        return (member,)

    def main_column(self, field: Field) -> Column:
        """The column that lists sort by, as if it were stored where the value is computed."""
        return self.columns(field)[0]

    def parts(self, field: Field, value: Any) -> tuple[Any, ...]:  # noqa: ANN401, ARG002
        """What each of the columns holds of a stored value that is not null."""
        return (value,)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any] | None:  # noqa: ARG002
        """How the columns of a row, the main one not null, become the stored value.

        None where there is one column and it is the value. A computed field has the main one, and
        one for each named part without a fixed value.
        """
        return None

    def named_parts(self, field: Field) -> Mapping[str, str | None]:  # noqa: ARG002
        """Parts that expressions may name beside the main one (`amount.currency`).

        Each with its value where all records have the same; None where it stands in a column of
        its own, in the order of the columns behind the main one.
        """
        return {}

    def part_types(self, field: Field) -> Mapping[str, Type]:  # noqa: ARG002
        """All parts that expressions, filters and sorting may name (`address.city`), each with its type."""
        return {}

    def main_value(self, field: Field, value: Any) -> Any:  # noqa: ANN401, ARG002
        """What the main column holds of a stored value that is not null: expressions see that of it."""
        return value

    def part_value(self, field: Field, value: Any, part: str) -> Any:  # noqa: ANN401, ARG002
        """What expressions see of a part of a value that is not null."""
        return getattr(value, part)

    def as_shown(self, field: Field) -> FieldType:  # noqa: ARG002
        """The type whose cell, operators, order and aggregates fit the value; a formula has its result's."""
        return self

    def expression_type(self, field: Field) -> Type:
        """The type of the field's value in expressions."""
        raise NotImplementedError

    def load(self, field: Field, value: Any) -> Any:  # noqa: ANN401
        """The stored value of a wire value that is not null, or null where that is what it means.

        Takes any JSON value, decimals for its numbers included. Raises ValueRefusedError.
        """
        raise NotImplementedError

    def at_first(self, field: Field) -> Any:  # noqa: ANN401, ARG002
        """The stored value of a new record where neither its maker nor a default gives one; null for most types."""
        return None

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401, ARG002
        """A loaded value, not null, made whole by what only a write knows.

        That is the `old` value (None for a new record), the day and the site: object parts that
        were not given are taken over, limits such as `today` are judged. Raises ValueRefusedError.
        """
        return value

    def load_field(self, field: Field) -> marshmallow.fields.Field[Any]:
        """A marshmallow field that loads wire values by `load`; null is the schema's business."""
        return PassingOn(self, field)

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

        Raises ValueRefusedError where the text is no value of this type.
        """
        return text.strip() or None

    def shown(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """The value in plain words for those who only read it; they need not be readable back."""
        return self.to_text(field, value, formats)

    def part_shown(self, field: Field, value: Any, part: str, formats: Formats) -> str:  # noqa: ANN401
        """A part of a value that is not null in plain words; blank where the part is."""
        found = self.part_value(field, value, part)
        return formats.number(found) if isinstance(found, Decimal) else str(found or "")

    def inputs(self, field: Field) -> tuple[str, ...]:  # noqa: ARG002
        """What a control sends: parts, each as `<field>.<part>`, and for `""` the value as one text."""
        return ("",)

    def typed(self, field: Field, value: Any, formats: Formats) -> Mapping[str, str]:  # noqa: ANN401
        """A stored value as it stands in the inputs of a control, by `inputs`; more may stand there unsent."""
        return {"": self.to_text(field, value, formats)}

    def from_typed(self, field: Field, texts: Mapping[str, str], context: Context, formats: Formats) -> object:
        """What a person typed into those of these inputs that were sent, as a wire value; all blank is None.

        Raises ValueRefusedError where the texts are no value of this type.
        """
        return self.from_text(field, texts[""], context, formats)

    def arranged(self, field: Field, typed: Mapping[str, str], formats: Formats) -> tuple[str, ...]:  # noqa: ARG002
        """The inputs in the order in which a reader expects them to stand."""
        return self.inputs(field)

    def offered_parts(self, field: Field, context: Context) -> Mapping[str, str]:  # noqa: ARG002
        """What inputs of parts hold where there is no value yet."""
        return {}

    def part_choices(
        self,
        field: Field,  # noqa: ARG002
        part: str,  # noqa: ARG002
        typed: str,  # noqa: ARG002
        context: Context,  # noqa: ARG002
        formats: Formats,  # noqa: ARG002
    ) -> Mapping[str, str]:
        """The texts, with names, from which a part is chosen; none where it is typed."""
        return {}

    def named_values(self, field: Field, formats: Formats) -> Sequence[tuple[str, str | Message]]:  # noqa: ARG002
        """The texts, with names, that a person chooses from where they are no options of metadata; in their order."""
        return ()

    def suggestions(self, field: Field, formats: Formats) -> Sequence[str]:  # noqa: ARG002
        """Texts that a control offers beside all others that may be typed."""
        return ()

    def check_value(self, field: Field, value: object) -> Message | None:
        """What is wrong with a JSON value, such as a default; None if nothing.

        Options that make no sense are told by `check_options`, and by them no value can be judged.
        """
        if any(self.check_options(field)):
            return None
        try:
            self.load(field, value)
        except ValueRefusedError as error:
            return error.message
        return None


class PassingOn(marshmallow.fields.Field[Any]):
    """The bridge to marshmallow: one field class for all types, which keeps our coded refusals."""

    def __init__(self, kind: FieldType, field: Field) -> None:
        """Load values of the field by its type."""
        super().__init__(allow_none=True, data_key=field.name)
        self.kind, self.described = kind, field

    def load_value(self, value: Any) -> Any:  # noqa: ANN401
        """The stored value, not null. Raises ValueRefusedError."""
        return self.kind.load(self.described, value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:  # noqa: ANN401, ARG002
        try:
            return self.load_value(value)
        except ValueRefusedError as error:
            raise marshmallow.ValidationError([error]) from error


def type_of(field: Field) -> FieldType:
    """The field's type as this room knows it; the language knows it by its protocol only."""
    found = field.type
    assert isinstance(found, FieldType)  # noqa: S101  (the catalogue holds no others)
    return found
