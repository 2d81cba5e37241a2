"""Pictures: files that every browser draws and of which there is a small one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.file import FileField
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from i18n.lazy import Message
    from metadata.snapshot import Field

# A drawing in SVG is a program, so it is no picture here.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")


@dataclass(frozen=True)
class ImageField(FileField):
    """One picture."""

    name = "image"
    label = msg("Image")
    options_schema: ClassVar[Mapping[str, Any]] = {
        **FileField.options_schema,
        "accept": {
            **FileField.options_schema["accept"],
            "description": f"Media types that are taken, out of {', '.join(f'`{one}`' for one in PICTURES)}.",
        },
    }

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """Types that browsers draw."""
        for one in field.options.get("accept", ()):
            if one not in PICTURES:
                yield "accept", msg("“%(type)s” is no picture; use %(known)s.", type=one, known=", ".join(PICTURES))

    def accepted(self, field: Field) -> Sequence[str]:
        """The pictures that are taken."""
        return super().accepted(field) or PICTURES
