"""Several options of a list of choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import ValueRefusedError
from framework.fields.members import Several
from framework.fields.options import keys_of, load_option, option_named
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field


@dataclass(frozen=True)
class MultiChoice(Several):
    """Options, kept by their keys in the order in which the list has them."""

    name = "multi_choice"
    label = msg("Several choices")
    has_choices = True
    control = "multi_choice"
    cell = "choices"

    def member_type(self, field: Field) -> types.Type:
        """Choice among the option keys."""
        return types.choice(keys_of(field))

    def load(self, field: Field, value: Any) -> tuple[str, ...] | None:  # noqa: ANN401
        """The keys in the order of the list: which was ticked first says nothing."""
        found = super().load(field, value)
        order = list(field.choices.options) if field.choices else []
        return None if found is None else tuple(sorted(found, key=order.index))

    def load_member(self, field: Field, value: Any) -> str:  # noqa: ANN401
        """The key of an option."""
        return load_option(field, value)

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401, ARG002
        """Options that are retired may stay, but not be chosen anew."""
        options = field.choices.options if field.choices else {}
        retired = [key for key in value if options[key].retired and key not in (old or ())]
        if retired:
            raise ValueRefusedError(msg("“%(value)s” is no longer offered", value=retired[0]), "option")
        return value

    def member_schema(self, field: Field) -> dict[str, Any]:
        """One of the keys."""
        return {"enum": list(field.choices.options if field.choices else ())}

    def member_from_text(self, field: Field, word: str, context: Context, formats: Formats) -> str:  # noqa: ARG002
        """A key, or a label in the bundle's language in any letter case."""
        return option_named(field, word)
