"""Files: what a record keeps of one. The content lies in the store under its hash."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import Column, ColumnKind, FieldType, ValueRefusedError
from framework.fields.words import clean_text
from framework.files import MOST_BYTES, clean_name
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.expressions.types import Type
    from metadata.snapshot import Field

MEGABYTE = 1_000_000
_MOST = MOST_BYTES // MEGABYTE
_USUAL = 25
_TYPE = r"[a-z]+/(?:\*|[a-z0-9][a-z0-9.+-]{0,99})"
_MEDIA_TYPE = re.compile(_TYPE.replace(r"\*|", ""), re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WRITTEN = re.compile(r"(.+) \(([a-z0-9.+/-]+), (\d{1,15}), ([0-9a-f]{64})\)", re.ASCII | re.DOTALL)
_PARTS = ("name", "type", "size", "hash")


class File(NamedTuple):
    """What a record knows of a file: the stored value. `size` is in bytes, `hash` the SHA-256 of the content."""

    name: str
    type: str
    size: int
    hash: str


@dataclass(frozen=True)
class FileField(FieldType):
    """One file. It is uploaded first; a record then names it as the upload was answered (see records.files)."""

    name = "file"
    label = msg("File")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "accept": {
            "type": "array",
            "items": {"type": "string", "pattern": f"^{_TYPE}$"},
            "minItems": 1,
            "maxItems": 40,
            "uniqueItems": True,
            "description": "Media types that are taken, such as `application/pdf` or `image/*`; all without it.",
        },
        "max_size": {
            "type": "integer",
            "minimum": 1,
            "maximum": _MOST,
            "default": _USUAL,
            "description": f"How many megabytes a file may have, at most {_MOST}.",
        },
    }
    operators = ("eq", "ne", "in", "contains", "starts_with", "blank")
    searchable = True
    control = "file"
    cell = "file"
    telling = False
    uploaded = True

    def accepted(self, field: Field) -> Sequence[str]:
        """The media types that are taken; none where all are."""
        return tuple(field.options.get("accept", ()))

    def most_bytes(self, field: Field) -> int:
        """How large a file may be."""
        return int(field.options.get("max_size", _USUAL)) * MEGABYTE

    def check(self, field: Field, kind: str, size: int) -> None:
        """Raise ValueRefusedError for a type or a size that the field does not take."""
        accepted = self.accepted(field)
        if accepted and not any(kind == one or (one[-1] == "*" and kind.startswith(one[:-1])) for one in accepted):
            raise ValueRefusedError(
                msg("A file of the type %(type)s is not taken here", type=kind),
                "file_type",
                msg("Taken are %(types)s; what a file is, its content says, not its name", types=", ".join(accepted)),
            )
        if size > self.most_bytes(field):
            most = self.most_bytes(field) // MEGABYTE
            raise ValueRefusedError(msg("A file of at most %(most)s MB", most=most), "file_size")

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
        """An upload, as it was answered; the writer proves that there was one. The name may be another."""
        if not isinstance(value, dict) or set(value) != set(_PARTS):
            raise ValueRefusedError(
                msg("Give the object that the upload was answered with"),
                "type",
                msg("Its parts are %(names)s", names=", ".join(_PARTS)),
            )
        kind, digest = clean_text(value["type"]), clean_text(value["hash"])
        size = value["size"]
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise ValueRefusedError(msg("The size is a number of bytes"), "file")
        if not _HASH.fullmatch(digest) or not _MEDIA_TYPE.fullmatch(kind):
            raise ValueRefusedError(msg("This is no file that was uploaded"), "file")
        self.check(field, kind, size)
        return File(clean_name(clean_text(value["name"])), kind, size, digest)

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An object with all that is known."""
        return {
            "type": ["object", "null"],
            "properties": {
                "name": {"type": "string"},
                "type": {"type": "string"},
                "size": {"type": "integer", "minimum": 0, "maximum": self.most_bytes(field)},
                "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
            "required": list(_PARTS),
            "additionalProperties": False,
        }

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """The object."""
        return lambda value: value._asdict()

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The name, and in parentheses what finds the content again."""
        return "" if value is None else f"{value.name} ({value.type}, {value.size}, {value.hash})"

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """As `to_text` writes it, or the object as JSON; blank is none."""
        typed = text.strip()
        if not typed:
            return None
        found = _WRITTEN.fullmatch(typed)
        if found is None and typed.startswith("{"):
            return _object(typed)
        if found is None:
            raise ValueRefusedError(
                msg("“%(text)s” is no file that was uploaded", text=typed[:60]),
                "file",
                msg("Such as offer.pdf (application/pdf, 1200, and the SHA-256 of its content)"),
            )
        return {"name": found[1], "type": found[2], "size": int(found[3]), "hash": found[4]}

    def shown(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The name."""
        return "" if value is None else value.name


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueRefusedError(msg("This is no object in JSON"), "type") from None
