"""One option of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.options import keys_of, load_option, option_named
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field


@dataclass(frozen=True)
class Choice(FieldType):
    """One option, kept by its key."""

    name = "choice"
    label = msg("Choice")
    has_choices = True
    operators = ("eq", "ne", "in", "blank")
    control = "choice"
    cell = "choice"

    def expression_type(self, field: Field) -> types.Type:
        """Choice among the option keys."""
        return types.choice(keys_of(field))

    def load(self, field: Field, value: Any) -> str:  # noqa: ANN401
        """The key of an option."""
        return load_option(field, value)

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401, ARG002
        """An option that is retired may stay, but not be chosen anew."""
        if field.choices and value != old and field.choices.options[value].retired:
            raise ValueRefusedError(msg("“%(value)s” is no longer offered", value=value), "option")
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:
        """One of the keys."""
        return {"enum": [*(field.choices.options if field.choices else ()), None]}

    def to_text(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The key: labels differ by language, and files travel."""
        return value or ""

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """A key, or a label in the bundle's language in any letter case."""
        return option_named(field, text.strip()) or None
