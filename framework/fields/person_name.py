"""Names of people, in the parts by which they are sorted, searched and addressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import Column, ColumnKind
from framework.fields.composite import TypedInParts
from i18n.formats.person_names import family_first, in_full
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field


class PersonName(NamedTuple):
    """The parts of a name: the stored value of a person_name field."""

    prefix: str | None = None
    first: str | None = None
    middle: str | None = None
    last: str | None = None
    suffix: str | None = None


_LABELS: Mapping[str, Message] = {
    "prefix": msg("Form of address"),
    "first": msg("First name"),
    "middle": msg("Middle name"),
    "last": msg("Last name"),
    "suffix": msg("Suffix"),
}


@dataclass(frozen=True)
class PersonNameField(TypedInParts):
    """The name of a person. Its order is that of the name's script and of the reader's language."""

    name = "person_name"
    label = msg("Name of a person")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "parts": {
            "type": "array",
            "items": {"enum": list(_LABELS)},
            "minItems": 1,
            "uniqueItems": True,
            "default": ["first", "last"],
            "description": "The parts that are asked for and shown.",
        }
    }
    value_class = PersonName
    part_labels = _LABELS
    searchable = True
    cell = "person_name"
    sorted_by = -1

    def own_parts(self, field: Field) -> tuple[str, ...]:
        """The chosen ones, in the order of the language."""
        chosen = field.options.get("parts", ("first", "last"))
        return tuple(name for name in self.part_labels if name in chosen)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """Behind the parts what lists sort by, since the whole may begin with a form of address."""
        return (*super().columns(field), Column(ColumnKind.TEXT, "__sorted"))

    def parts(self, field: Field, value: PersonName) -> tuple[Any, ...]:
        """The last name leads in the order of lists, in every language."""
        key = " ".join(part for part in (value.last, value.first, value.middle, value.suffix, value.prefix) if part)
        return (*super().parts(field, value), key)

    def whole(self, value: PersonName) -> str:
        """The name in the order of its own script."""
        return in_full(value._asdict())

    def split(self, text: str) -> Sequence[tuple[str, str | None]]:
        """`Jane Smith` or `Smith, Jane`; a single word is a first name."""
        if "," in text:
            last, _, first = text.partition(",")
        elif family_first(text):
            last, _, first = text.rpartition(" ") if " " not in text else text.partition(" ")
        else:
            first, _, last = text.rpartition(" ") if " " in text else text.partition(" ")
        return (("first", first.strip() or None), ("last", last.strip() or None))

    def shown(self, field: Field, value: PersonName | None, formats: Formats) -> str:  # noqa: ARG002
        """The name in the order of the reader's language, where that writes names of this script."""
        name = self.filled(value)
        return "" if name is None else in_full(name._asdict(), formats.locale)

    def arranged(self, field: Field, typed: Mapping[str, str], formats: Formats) -> tuple[str, ...]:
        """The last name before the first where the reader's language has it so."""
        names = self.own_parts(field)
        if not family_first("".join(typed.values()), formats.locale):
            return names
        return tuple(sorted(names, key=("prefix", "last", "first", "middle", "suffix").index))
