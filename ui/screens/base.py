"""What every screen kind is: a name, the keys of its metadata, and a page out of what was asked.

A kind asks the door through its context and draws by a template; it never touches SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Response

    from framework.context import Context
    from i18n.lazy import Message
    from metadata.catalogue import Complaint, FindEntity
    from metadata.snapshot import Screen
    from ui.page.addresses import Address
    from ui.page.reader import Reader

NAME = {"type": "string"}
NAMES = {"type": "array", "items": NAME, "uniqueItems": True}
LABEL = {"type": "string", "minLength": 1, "maxLength": 200}
WIDTH = {"enum": ["narrow", "normal", "wide"], "description": "Without it the width follows from the type."}
COLUMN = {
    "oneOf": [
        NAME,
        {
            "type": "object",
            "properties": {
                "field": NAME,
                "width": WIDTH,
                "frozen": {
                    "type": "boolean",
                    "description": "Whether it stays where it is, as the title does, while others are scrolled to; "
                    "of the first two.",
                },
                "footer": {
                    "enum": ["count", "sum", "avg", "min", "max"],
                    "description": "What the foot says of all matching records.",
                },
            },
            "required": ["field"],
            "additionalProperties": False,
        },
    ]
}
SECTIONS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "label": LABEL,
            "columns": {"enum": [1, 2], "description": "Fields beside each other on a wide screen."},
            "fields": NAMES,
        },
        "required": ["fields"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True)
class ScreenKind:
    """Base of all screen kinds. It satisfies `metadata.catalogue.ScreenKind`.

    `field_places` and `expression_places` tell the language where names of the screen's entity and
    conditions over it stand in the options; `part_places` where parts stand that name entities of their own, and the
    two after it the same for these.
    """

    name: ClassVar[str]
    label: ClassVar[Message]
    options_schema: ClassVar[Mapping[str, Any]]
    field_places: ClassVar[tuple[tuple[str, ...], ...]]
    expression_places: ClassVar[tuple[tuple[str, ...], ...]] = ()
    part_places: ClassVar[tuple[tuple[str, ...], ...]] = ()
    part_field_places: ClassVar[tuple[tuple[str, ...], ...]] = ()
    part_expression_places: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:  # noqa: ARG002
        """Give what is wrong with a definition of this kind, beyond its schema and its places; nothing for most."""
        yield from ()


@dataclass(frozen=True)
class OpenedKind(ScreenKind):
    """A kind whose screens have an address of their own, `/screens/<name>`.

    `filtered` says that its address holds filters and views as that of a list does, so that it has a filter builder.
    """

    filtered: ClassVar[bool] = False

    def answer(self, reader: Reader, context: Context, screen: Screen, address: Address) -> Response:
        """Answer the screen at this address. Raises NotFoundError where the reader may not see it."""
        raise NotImplementedError
