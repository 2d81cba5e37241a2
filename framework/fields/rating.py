"""Ratings in stars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import ColumnKind, FieldType
from framework.fields.integer import whole_number
from framework.fields.numeric import check_limits, typed_number
from i18n.lazy import msg, nmsg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

MOST = 10
_USUAL = 5


@dataclass(frozen=True)
class Rating(FieldType):
    """Stars from one to `max`. No star at all is no rating."""

    name = "rating"
    label = msg("Rating")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "max": {
            "type": "integer",
            "minimum": 2,
            "maximum": MOST,
            "default": _USUAL,
            "description": "The number of stars that the best has.",
        },
    }
    column_kind = ColumnKind.INTEGER
    operators = ("eq", "ne", "lt", "le", "gt", "ge", "in", "blank")
    aggregates = ("count", "avg", "min", "max")
    control = "rating"
    cell = "rating"

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Integer."""
        return types.INTEGER

    def load(self, field: Field, value: Any) -> int:  # noqa: ANN401
        """A number of stars."""
        stars = whole_number(value)
        check_limits(stars, 1, stars_of(field))
        return stars

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An integer with its limits."""
        return {"type": ["integer", "null"], "minimum": 1, "maximum": stars_of(field)}

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The number of stars."""
        return typed_number(text, formats)

    def named_values(self, field: Field, formats: Formats) -> tuple[tuple[str, Message], ...]:  # noqa: ARG002
        """One star, two stars, to the most."""
        most = stars_of(field)
        return tuple((str(stars), rating_words(stars, most)) for stars in range(1, most + 1))


def stars_of(field: Field) -> int:
    """The number of stars that the best has."""
    most: int = field.options.get("max", _USUAL)
    return most


def rating_words(stars: int, most: int) -> Message:
    """A rating in words, for those who do not see the stars."""
    return nmsg("1 of %(most)s stars", "%(count)s of %(most)s stars", stars, most=most)
