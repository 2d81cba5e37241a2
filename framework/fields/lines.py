"""Rows of another entity that are part of a record: written, checked and versioned with it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import Column, ColumnKind, ValueRefusedError
from framework.fields.key import record_id
from framework.fields.members import MAX_OPTION, Several
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from i18n.formats import Formats
    from metadata.snapshot import Field

_UUID = {"type": "string", "format": "uuid"}
_NAME = {"$ref": "common.json#/$defs/name"}


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line as its writer gives it: with an id one that is there, without a new one; values in the form of the API."""

    ident: str | None
    values: Mapping[str, Any] = attribute(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Lines(Several):
    """Records of an entity that lead here by a link. The stored value is their ids; the door writes the records."""

    name = "lines"
    label = msg("Lines")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "entity": {**_NAME, "description": "The entity whose records are the lines."},
            "link": {**_NAME, "description": "Its link to here: required, with `on_delete` cascade."},
            "order": {
                **_NAME,
                "description": "A whole number of theirs that keeps the order which people give them. Without it they "
                "stand as they were made.",
            },
            "columns": {
                "type": "array",
                "items": _NAME,
                "uniqueItems": True,
                "minItems": 1,
                "maxItems": 20,
                "description": "The fields of a line that forms and pages show, in this order. Without it all of them.",
            },
            "max": MAX_OPTION,
        },
        "required": ["entity", "link"],
        "additionalProperties": False,
    }
    listed_by_default = False
    control = "lines"
    cell = "links"

    def member_column(self, field: Field) -> Column:
        """An id, with a foreign key."""
        return Column(ColumnKind.KEY, references=field.linked)

    def member_type(self, field: Field) -> types.Type:
        """A link to the entity."""
        return types.link(*([field.linked] if field.linked else []))

    def load(self, field: Field, value: Any) -> tuple[GivenLine, ...] | None:  # noqa: ANN401
        """The lines as they are given; what they hold is loaded by the door, as any record of theirs is."""
        found = super().load(field, value)
        idents = [one.ident for one in found or () if one.ident is not None]
        if len(idents) != len(set(idents)):
            raise ValueRefusedError(msg("One line is given twice"), "doubled")
        return found

    def distinct(self, members: tuple[Any, ...]) -> tuple[Any, ...]:
        """All of them: new lines may hold the same."""
        return members

    def load_member(self, field: Field, value: Any) -> GivenLine:  # noqa: ANN401, ARG002
        """An object of values, with the id of the line unless it is new; a bare id is a line that stays as it is."""
        if not isinstance(value, dict):
            return GivenLine(record_id(value))
        ident = value.get("id")
        values = {name: one for name, one in value.items() if name != "id"}
        return GivenLine(None if ident is None else record_id(ident), MappingProxyType(values))

    def member_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A UUID, or an object, of which the API tells what the lines themselves are."""
        return {"anyOf": [_UUID, {"type": "object", "properties": {"id": {"anyOf": [_UUID, {"type": "null"}]}}}]}

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An array of lines; new ones may be alike."""
        return {**super().json_schema(field), "uniqueItems": False}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401
        """The ids of lines that are there, with commas between them."""
        idents = [one if isinstance(one, str) else one.ident for one in value or ()]
        return super().to_text(field, [one for one in idents if one is not None], formats)
