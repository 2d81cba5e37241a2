"""What types have in common whose values are codes of a standard, with names in every language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg
from i18n.order import order_key
from metadata.expressions import types
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

    Names = Callable[[str], Mapping[str, str]]

_LONGEST = 60


@dataclass(frozen=True)
class Coded(FieldType):
    """A code of a standard. Subclasses say what its codes are called in the language of a locale.

    Codes are given in any letter case; `aliases` are former codes that still mean one of today's.
    """

    names: ClassVar[Names]
    aliases: ClassVar[Mapping[str, str]] = {}
    refusal: ClassVar[str]
    example: ClassVar[str]
    operators = ("eq", "ne", "in", "blank")
    control = "choice"
    cell = "coded"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """Codes that exist."""
        known = _by_any_case(type(self).names)
        for code in field.options.get("only", ()):
            if known.get(code.casefold()) != code:
                yield "only", msg("There is no “%(code)s” among them.", code=code)

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Choice among all codes, since records may keep one that `only` left out later."""
        return types.choice(_codes(type(self).names))

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401, ARG002
        """The code as its standard writes it; a blank text is no value."""
        text = clean_text(value).strip()
        if not text:
            return None
        known = _by_any_case(type(self).names)
        code = known.get(self.aliases.get(text, text).casefold())
        if code is None:
            hint = nearest_hint(text[:_LONGEST], known.values()) or msg("Such as %(code)s", code=self.example)
            raise ValueRefusedError(msg(self.refusal, text=text[:_LONGEST]), "code", hint)
        return code

    def settle(self, field: Field, old: Any, value: Any, context: Context) -> Any:  # noqa: ANN401, ARG002
        """A code that the field no longer offers may stay, but not be chosen anew."""
        only = field.options.get("only")
        if only and value not in only and value != old:
            raise ValueRefusedError(
                msg("“%(value)s” is not offered here", value=value),
                "only",
                msg("The options are %(names)s", names=", ".join(only[:20])),
            )
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """Text; more forms are accepted than leave."""
        return {"type": ["string", "null"], "maxLength": _LONGEST, "examples": [self.example]}

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """A code, or its name in the reader's language or in English, in any letter case."""
        word = text.strip()
        names = type(self).names
        if not word or word.casefold() in _by_any_case(names):
            return word or None
        return _by_name(names, formats.locale).get(word.casefold()) or _by_name(names, "en").get(word.casefold(), word)

    def named_values(self, field: Field, formats: Formats) -> tuple[tuple[str, str], ...]:
        """The codes that may be chosen, in the order of their names."""
        everything, only = _in_order(type(self).names, formats.locale), field.options.get("only")
        return tuple(one for one in everything if one[0] in only) if only else everything

    def shown(self, field: Field, value: Any, formats: Formats) -> str:  # noqa: ANN401, ARG002
        """The name of a code."""
        return "" if value is None else type(self).names(formats.locale).get(value, value)


def only_option(example: str) -> dict[str, Any]:
    """The option that narrows what is offered; `example` is a short list of codes."""
    return {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
        "minItems": 1,
        "uniqueItems": True,
        "description": f"The only ones that are offered and accepted, such as {example}. Without it all of them.",
    }


@lru_cache(maxsize=64)
def _codes(names: Names) -> frozenset[str]:
    return frozenset(names("en"))


@lru_cache(maxsize=64)
def _by_any_case(names: Names) -> Mapping[str, str]:
    return {code.casefold(): code for code in names("en")}


@lru_cache(maxsize=256)
def _in_order(names: Names, locale: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names(locale).items(), key=lambda one: (order_key(one[1]), one)))


@lru_cache(maxsize=256)
def _by_name(names: Names, locale: str) -> Mapping[str, str]:
    """The code of each name in any letter case, but of none that means several."""
    found: dict[str, str] = {}
    for code, name in names(locale).items():
        word = name.casefold()
        found[word] = "" if word in found else code
    return found
