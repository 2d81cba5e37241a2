"""Several files in one field, in the order in which they were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import Column, ColumnKind
from framework.fields.members import Several
from framework.fields.uploaded import File, TakesFiles, files_from_text, written_in_lines
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

MOST_FILES = 100
_USUAL = 20


@dataclass(frozen=True)
class FilesField(Several, TakesFiles):
    """Files. A member is known by its hash, so that a record has each content once, under the name given last."""

    name = "files"
    label = msg("Several files")
    options_schema: ClassVar[Mapping[str, Any]] = {
        **TakesFiles.options_schema,
        "max_count": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_FILES,
            "default": _USUAL,
            "description": f"How many files a record may have, at most {MOST_FILES}.",
        },
    }
    operators = ("blank",)
    joint = "\n"
    control = "files"
    cell = "files"

    def files_in(self, value: tuple[File, ...] | None) -> tuple[File, ...]:
        """All of them."""
        return value or ()

    def most(self, field: Field) -> int:
        """How many files a record may have."""
        return int(field.options.get("max_count", _USUAL))

    def member_more(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """What else is known; the member itself is the hash, by which records that have a content are found."""
        return (
            Column(ColumnKind.TEXT, "__name"),
            Column(ColumnKind.TEXT, "__type"),
            Column(ColumnKind.INTEGER, "__size"),
        )

    def member_parts(self, field: Field, member: File) -> tuple[Any, ...]:  # noqa: ARG002
        """The hash, and one for each further column."""
        return member.hash, member.name, member.type, member.size

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any]:  # noqa: ARG002
        """The members as files."""
        return lambda columns: tuple(File(name, kind, size, digest) for digest, name, kind, size in columns[0])

    def main_value(self, field: Field, value: tuple[File, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """The hashes."""
        return tuple(file.hash for file in value)

    def member_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text: the hash."""
        return types.TEXT

    def distinct(self, members: tuple[File, ...]) -> tuple[File, ...]:
        """Each content once, under the name that was given last."""
        return tuple({file.hash: file for file in members}.values())

    def load_member(self, field: Field, value: Any) -> File:  # noqa: ANN401
        """An upload, as it was answered."""
        return self.load_file(field, value)

    def member_schema(self, field: Field) -> dict[str, Any]:
        """An object with all that is known."""
        return self.file_schema(field)

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """The objects."""
        return lambda value: [file._asdict() for file in value]

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """Each in a line, as a field of one file writes it: names hold commas."""
        return written_in_lines(value or ())

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """As `to_text` writes them, or the array as JSON; blank is none."""
        return files_from_text(text) or None

    def shown(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The names."""
        return ", ".join(file.name for file in value or ())
