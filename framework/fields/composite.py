"""Values with named parts, such as a name or an address: one text of the whole, and a column for each part.

The whole is what titles, searches and expressions about the bare field work with; parts are named behind
a dot (`address.city`). A caller may give some of the parts, the others come from the record.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import Column, ColumnKind, FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg, nmsg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.expressions.types import Type
    from metadata.snapshot import Field

MOST_IN_PART = 200


class Given(NamedTuple):
    """The parts that a caller gave, loaded; those that are absent come from the record (`settle`)."""

    parts: Mapping[str, Any]


@dataclass(frozen=True)
class Composite(FieldType):
    """Base of types whose stored value is a named tuple `value_class` of parts, each None where it is blank.

    `part_labels` names all parts, in the order of the tuple and of the columns.
    """

    value_class: ClassVar[type[Any]]
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "contains", "starts_with", "blank")

    def own_parts(self, field: Field) -> tuple[str, ...]:  # noqa: ARG002
        """The parts that the field takes and shows."""
        return tuple(self.part_labels)

    @abstractmethod
    def whole(self, value: Any) -> str:  # noqa: ANN401
        """The value as one text, the same for every reader, which is not blank."""

    def part_type(self, name: str) -> Type:  # noqa: ARG002
        """What expressions know a part as."""
        return types.TEXT

    def part_column(self, name: str) -> Column:
        """Where a part is kept."""
        return Column(ColumnKind.TEXT, f"__{name}")

    def load_part(self, name: str, value: Any) -> Any:  # noqa: ANN401, ARG002
        """A given part that is not null; blank is none. Raises ValueRefusedError."""
        text = clean_text(value).strip()
        if "\n" in text or "\r" in text:
            raise ValueRefusedError(msg("This is one line; it cannot hold a line break"), "text")
        if len(text) > MOST_IN_PART:
            raise ValueRefusedError(
                nmsg("At most 1 character", "At most %(count)s characters", MOST_IN_PART), "max_length"
            )
        return text or None

    def made(self, parts: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """The value of all its parts; None where all are blank. Raises ValueRefusedError."""
        return None if all(part is None for part in parts.values()) else self.value_class(**parts)

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """The whole, then the parts; those that are not offered keep their place."""
        return (Column(ColumnKind.TEXT), *(self.part_column(name) for name in self.part_labels))

    def parts(self, field: Field, value: Any) -> tuple[Any, ...]:  # noqa: ANN401, ARG002
        """The whole and each part."""
        return (self.whole(value), *value)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any]:  # noqa: ARG002
        """The value of its parts; a whole without any was made by an expression and is read as if typed."""
        end = 1 + len(self.part_labels)

        def value(columns: Sequence[Any]) -> Any:  # noqa: ANN401
            parts = columns[1:end]
            return self.of_text(columns[0]) if all(part is None for part in parts) else self.value_class(*parts)

        return value

    def of_text(self, text: str) -> Any:  # noqa: ANN401
        """The value that a text means; None where it means none."""
        try:
            parts = {name: None if part is None else self.load_part(name, part) for name, part in self.split(text)}
            return self.made({**dict.fromkeys(self.part_labels), **parts})
        except ValueRefusedError:
            return None

    @abstractmethod
    def split(self, text: str) -> Sequence[tuple[str, Any]]:
        """The wire values of the parts of a typed text that is not blank. Raises ValueRefusedError."""

    def named_parts(self, field: Field) -> Mapping[str, str | None]:  # noqa: ARG002
        """All parts, each in a column of its own."""
        return dict.fromkeys(self.part_labels)

    def part_types(self, field: Field) -> Mapping[str, Type]:
        """Those that are offered."""
        return {name: self.part_type(name) for name in self.own_parts(field)}

    def main_value(self, field: Field, value: Any) -> str | None:  # noqa: ANN401, ARG002
        """The whole."""
        seen = self._seen(value)
        return None if seen is None else self.whole(seen)

    def part_value(self, field: Field, value: Any, part: str) -> Any:  # noqa: ANN401, ARG002
        """The part; of what was given to a new record, as defaults of other fields see it, too."""
        return getattr(self._seen(value), part, None)

    def _seen(self, value: Any) -> Any:  # noqa: ANN401
        try:
            return self.filled(value)
        except ValueRefusedError:
            return None  # the write says what is wrong

    def expression_type(self, field: Field) -> Type:  # noqa: ARG002
        """Text: the whole."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> Any:  # noqa: ANN401
        """The value, or as much of it as was given."""
        if not isinstance(value, dict):
            raise ValueRefusedError(msg("Give an object with the parts"), "type", self._parts_hint(field))
        given: dict[str, Any] = {}
        for name, part in value.items():
            if name not in self.own_parts(field):
                raise ValueRefusedError(
                    msg("There is no part “%(name)s”", name=str(name)[:60]), "unknown_part", self._parts_hint(field)
                )
            given[name] = None if part is None else self.load_part(name, part)
        if not given:
            return None
        return self.made(given) if given.keys() == self.part_labels.keys() else Given(given)

    def _parts_hint(self, field: Field) -> Message:
        return msg("Its parts are %(names)s", names=", ".join(self.own_parts(field)))

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401, ARG002
        """Parts that were not given from the old value."""
        if not isinstance(value, Given):
            return value
        before = dict.fromkeys(self.part_labels) if old is None else old._asdict()
        return self.made({**before, **value.parts})

    def filled(self, value: Any) -> Any:  # noqa: ANN401
        """A value, given ones too, as it is in a new record."""
        return self.made({**dict.fromkeys(self.part_labels), **value.parts}) if isinstance(value, Given) else value

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An object with some of the parts."""
        return {
            "type": ["object", "null"],
            "properties": {name: self.part_schema(name) for name in self.own_parts(field)},
            "additionalProperties": False,
        }

    def part_schema(self, name: str) -> dict[str, Any]:  # noqa: ARG002
        """JSON Schema of a part."""
        return {"type": ["string", "null"], "maxLength": MOST_IN_PART}

    def wire(self, field: Field) -> Callable[[Any], Any]:
        """An object with all parts that are offered, null for those that are blank."""
        names = self.own_parts(field)
        return lambda value: {name: self.part_wire(name, getattr(value, name)) for name in names}

    def part_wire(self, name: str, part: Any) -> Any:  # noqa: ANN401, ARG002
        """How a part leaves."""
        return part

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The whole where it is read back as this value; else the object as JSON, which always is."""
        whole = self.filled(value)
        if whole is None:
            return ""
        text = self.whole(whole)
        if not text.startswith("{") and self.of_text(text) == whole:
            return text
        told = {name: self.part_wire(name, part) for name, part in whole._asdict().items() if part is not None}
        return json.dumps(told, ensure_ascii=False)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The parts of a text, or of an object written as JSON; blank is none."""
        typed = text.strip()
        if not typed:
            return None
        given = _object(typed) if typed.startswith("{") else dict(self.split(typed))
        told = {name: part for name, part in given.items() if part is not None}
        return {**dict.fromkeys(self.own_parts(field)), **told}


@dataclass(frozen=True)
class TypedInParts(Composite):
    """A composite whose control has an input for each part; the parts are text."""

    control = "parts"

    def inputs(self, field: Field) -> tuple[str, ...]:
        """One for each part."""
        return self.own_parts(field)

    def typed(self, field: Field, value: Any, formats: Formats) -> Mapping[str, str]:  # noqa: ANN401, ARG002
        """The parts as they are."""
        whole = self.filled(value)
        return {name: getattr(whole, name, None) or "" for name in self.own_parts(field)}

    def from_typed(self, field: Field, texts: Mapping[str, str], context: Context, formats: Formats) -> object:  # noqa: ARG002
        """An object of what was sent, null where that is blank; parts that were not sent stay as they are."""
        parts = {name: texts[name].strip() or None for name in self.own_parts(field) if name in texts}
        return parts if any(parts.values()) or parts.keys() != set(self.own_parts(field)) else None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueRefusedError(msg("This is no object in JSON"), "type") from None
    assert isinstance(found, dict)  # noqa: S101  (JSON that begins with a brace is one)
    return found
