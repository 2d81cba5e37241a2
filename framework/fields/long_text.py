"""Text of several lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.text import Text
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metadata.snapshot import Field


@dataclass(frozen=True)
class LongText(Text):
    """Several lines; line ends are kept as line feeds."""

    name = "long_text"
    label = msg("Long text")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "max_length": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "Characters at most."},
        "rows": {"type": "integer", "minimum": 2, "maximum": 40, "description": "Height of the control in lines."},
    }
    operators = ("contains", "starts_with", "blank")
    sortable = False
    control = "long_text"
    cell = "long_text"
    telling = False
    multiline = True

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401
        """The text with one kind of line end."""
        return super().load(field, value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value)
