"""Options of a list of choices, as the types know them whose values they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.fields.base import ValueRefusedError
from i18n.lazy import msg
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from metadata.snapshot import Field

_LONGEST, _MOST_NAMED = 60, 20


def keys_of(field: Field) -> frozenset[str]:
    """The keys of all options."""
    return frozenset(field.choices.options) if field.choices else frozenset()


def load_option(field: Field, value: Any) -> str:  # noqa: ANN401
    """The key of an option. Raises ValueRefusedError."""
    if not isinstance(value, str):
        raise ValueRefusedError(msg("Give the key of an option"))
    option = field.choices.options.get(value) if field.choices else None
    if option is None:
        keys = keys_of(field)
        raise ValueRefusedError(
            msg("“%(value)s” is none of the options", value=value[:_LONGEST]),
            "option",
            nearest_hint(value[:_LONGEST], keys)
            or msg("The options are %(names)s", names=", ".join(sorted(keys)[:_MOST_NAMED])),
        )
    return option.key


def option_named(field: Field, word: str) -> str:
    """The key that a typed word means: a key, or a label in the bundle's language in any letter case; else the word."""
    options = field.choices.options if field.choices else {}
    if word in options:
        return word
    return next((one.key for one in options.values() if one.label.text.casefold() == word.casefold()), word)
