"""Files: what a record keeps of one. The content lies in the store under its hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import Column, ColumnKind
from framework.fields.uploaded import File, TakesFiles, file_from_text, written
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.expressions.types import Type
    from metadata.snapshot import Field


@dataclass(frozen=True)
class FileField(TakesFiles):
    """One file."""

    name = "file"
    label = msg("File")
    operators = ("eq", "ne", "in", "contains", "starts_with", "blank")
    searchable = True
    control = "file"
    cell = "file"

    def files_in(self, value: File | None) -> tuple[File, ...]:
        """The one file."""
        return () if value is None else (value,)

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """The name, by which lists sort, and what else is known."""
        return (
            Column(ColumnKind.TEXT),
            Column(ColumnKind.TEXT, "__type"),
            Column(ColumnKind.INTEGER, "__size"),
            Column(ColumnKind.TEXT, "__hash"),
        )

    def parts(self, field: Field, value: Any) -> tuple[Any, ...]:  # noqa: ANN401, ARG002
        """One for each column."""
        return tuple(value)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], Any]:  # noqa: ARG002
        """The columns as one value."""
        return lambda columns: File(*columns[:4])

    def named_parts(self, field: Field) -> Mapping[str, str | None]:  # noqa: ARG002
        """All but the name, which is the main one."""
        return {"type": None, "size": None, "hash": None}

    def part_types(self, field: Field) -> Mapping[str, Type]:  # noqa: ARG002
        """Media type, bytes and hash."""
        return {"type": types.TEXT, "size": types.INTEGER, "hash": types.TEXT}

    def main_value(self, field: Field, value: Any) -> Any:  # noqa: ANN401, ARG002
        """The name."""
        return value.name

    def expression_type(self, field: Field) -> Type:  # noqa: ARG002
        """Text: the name."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> File:  # noqa: ANN401
        """An upload, as it was answered."""
        return self.load_file(field, value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An object with all that is known."""
        return {**self.file_schema(field), "type": ["object", "null"]}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """The object."""
        return lambda value: value._asdict()

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The name, and in parentheses what finds the content again."""
        return "" if value is None else written(value)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """As `to_text` writes it, or the object as JSON; blank is none."""
        typed = text.strip()
        return file_from_text(typed) if typed else None

    def shown(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The name."""
        return "" if value is None else value.name
