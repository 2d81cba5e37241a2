"""What fields of one file and of several share: what a record keeps of a file, and which files a field takes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from framework.files import MOST_BYTES, clean_name
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


class TakesFiles(FieldType):
    """Base of types whose values are files. Each is uploaded first; a record then names it (see records.files)."""

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
    telling = False
    uploaded = True

    def files_in(self, value: Any) -> tuple[File, ...]:  # noqa: ANN401
        """The files of a stored value, or of none."""
        raise NotImplementedError

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

    def load_file(self, field: Field, value: Any) -> File:  # noqa: ANN401
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

    def file_schema(self, field: Field) -> dict[str, Any]:
        """JSON Schema of a file: an object with all that is known of it."""
        return {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "type": {"type": "string"},
                "size": {"type": "integer", "minimum": 0, "maximum": self.most_bytes(field)},
                "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
            "required": list(_PARTS),
            "additionalProperties": False,
        }


def written(file: File) -> str:
    """A file in one line: its name, and in parentheses what finds the content again."""
    return f"{file.name} ({file.type}, {file.size}, {file.hash})"


def written_in_lines(files: Iterable[File]) -> str:
    """Files, each in a line of its own."""
    return "\n".join(written(file) for file in files)


def file_from_text(text: str) -> object:
    """The wire value of a text as `written` makes it, or of the object as JSON. Raises ValueRefusedError."""
    found = _WRITTEN.fullmatch(text)
    if found is None and text.startswith("{"):
        return _json(text)
    if found is None:
        raise ValueRefusedError(
            msg("“%(text)s” is no file that was uploaded", text=text[:60]),
            "file",
            msg("Such as offer.pdf (application/pdf, 1200, and the SHA-256 of its content)"),
        )
    return {"name": found[1], "type": found[2], "size": int(found[3]), "hash": found[4]}


def files_from_text(text: str) -> object:
    """The wire value of lines as `written_in_lines` makes them, or of the array as JSON. Raises ValueRefusedError."""
    typed = text.strip()
    if typed.startswith("[") and _WRITTEN.fullmatch(typed.partition("\n")[0].strip()) is None:
        return _json(typed)
    return [file_from_text(line.strip()) for line in typed.splitlines() if line.strip()]


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueRefusedError(msg("This is no object in JSON"), "type") from None
