"""Values of several members, such as tags: a tuple without twins, kept in a table of the field's own."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import Column, ColumnKind, FieldType, ValueRefusedError
from i18n.lazy import msg, nmsg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.expressions.types import Type
    from metadata.snapshot import Field

MOST_MEMBERS = 200
MAX_OPTION = {
    "type": "integer",
    "minimum": 1,
    "maximum": MOST_MEMBERS,
    "default": MOST_MEMBERS,
    "description": "How many of them a record may have.",
}
SEPARATOR = ","


@dataclass(frozen=True)
class Several(FieldType):
    """Base of types whose stored value is a tuple of members in the order in which they were given; none is null.

    A change gives all members anew. In texts they stand with the joint between them, mostly a comma, so that no
    member may hold one.
    """

    options_schema: ClassVar[Mapping[str, Any]] = {"max": MAX_OPTION}
    joint: ClassVar[str] = f"{SEPARATOR} "
    operators: ClassVar[tuple[str, ...]] = ("contains", "in", "blank")
    sortable = False
    aggregates: ClassVar[tuple[str, ...]] = ()
    telling = False

    @abstractmethod
    def load_member(self, field: Field, value: Any) -> Any:  # noqa: ANN401
        """One member, not null; null where that is what it means. Raises ValueRefusedError."""

    @abstractmethod
    def member_schema(self, field: Field) -> dict[str, Any]:
        """JSON Schema of a member."""

    @abstractmethod
    def member_type(self, field: Field) -> Type:
        """The type of a member in expressions."""

    def most(self, field: Field) -> int:
        """How many members a value may have."""
        return int(field.options.get("max", MOST_MEMBERS))

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """None: the members stand elsewhere."""
        return ()

    def member_column(self, field: Field) -> Column:  # noqa: ARG002
        """Text."""
        return Column(ColumnKind.TEXT)

    def main_column(self, field: Field) -> Column:
        """As a single member would be kept."""
        return self.member_column(field)

    def expression_type(self, field: Field) -> Type:
        """A set of members."""
        return types.set_of(self.member_type(field))

    def load(self, field: Field, value: Any) -> tuple[Any, ...] | None:  # noqa: ANN401
        """The members without twins; an empty list is no value."""
        if not isinstance(value, list | tuple):
            raise ValueRefusedError(msg("Give a list, also for a single one"))
        if len(value) > 2 * MOST_MEMBERS:
            raise _too_many(MOST_MEMBERS)
        loaded = (self._member(field, one) for one in value)
        found = self.distinct(tuple(one for one in loaded if one is not None))
        if len(found) > self.most(field):
            raise _too_many(self.most(field))
        return found or None

    def distinct(self, members: tuple[Any, ...]) -> tuple[Any, ...]:
        """The members without twins."""
        return tuple(dict.fromkeys(members))

    def _member(self, field: Field, value: Any) -> Any:  # noqa: ANN401
        if value is None:
            raise ValueRefusedError(msg("A list cannot hold null"))
        return self.load_member(field, value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        """An array of members."""
        items, most = self.member_schema(field), self.most(field)
        return {"type": ["array", "null"], "items": items, "maxItems": most, "uniqueItems": True}

    def wire(self, field: Field) -> Callable[[Any], Any]:  # noqa: ARG002
        """A list."""
        return list

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The members with commas between them."""
        return self.joint.join(value or ())

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:
        """As `to_text` writes them; blank is none."""
        words = (word.strip() for word in text.split(SEPARATOR))
        return [self.member_from_text(field, word, context, formats) for word in words if word] or None

    def member_from_text(self, field: Field, word: str, context: Context, formats: Formats) -> str:  # noqa: ARG002
        """What one typed word means, as a wire value."""
        return word


def _too_many(most: int) -> ValueRefusedError:
    return ValueRefusedError(nmsg("At most 1 of them", "At most %(count)s of them", most), "max")
