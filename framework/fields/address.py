"""Postal addresses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import ValueRefusedError
from framework.fields.composite import MOST_IN_PART, TypedInParts
from framework.fields.words import clean_text
from i18n.cldr import SOURCE, locale_data
from i18n.formats.addresses import address_lines, address_order
from i18n.lazy import msg
from i18n.order import order_key
from i18n.standards import countries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

_MOST_LINES = 2


class Address(NamedTuple):
    """The parts of an address, the country by its code: the stored value of an address field."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class AddressField(TypedInParts):
    """Where somebody gets letters. It is written in the order of its country."""

    name = "address"
    label = msg("Address")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "country": {
            "type": "string",
            "pattern": "^[A-Z]{2}$",
            "description": "The country (ISO 3166) that forms offer first, such as `AT`.",
        }
    }
    value_class = Address
    part_labels: ClassVar[Mapping[str, Message]] = {
        "street": msg("Street and number"),
        "postal_code": msg("Postal code"),
        "city": msg("City"),
        "region": msg("Region"),
        "country": msg("Country"),
    }
    searchable = True
    sortable = False
    cell = "address"

    def check_options(self, field: Field) -> Iterator[tuple[str, Message]]:
        """A country that exists."""
        country = field.options.get("country")
        if country is not None and country not in countries(SOURCE):
            yield "country", msg("There is no country “%(code)s”.", code=country)

    def load_part(self, name: str, value: Any) -> str | None:  # noqa: ANN401
        """A street of two lines at most, a country by its code, one line of anything else."""
        if name == "country":
            return _country(value)
        if name != "street":
            found: str | None = super().load_part(name, value)
            return found
        lines = [line.strip() for line in clean_text(value).splitlines() if line.strip()]
        if len(lines) > _MOST_LINES:
            raise ValueRefusedError(msg("A street has two lines at most"), "text")
        loaded = [line for line in (super(AddressField, self).load_part(name, line) for line in lines) if line]
        return "\n".join(loaded) or None

    def part_schema(self, name: str) -> dict[str, Any]:
        """The country has a form; what is accepted is wider than the capitals that leave."""
        if name == "country":
            return {"type": ["string", "null"], "pattern": "^[A-Za-z]{2}$"}
        return {"type": ["string", "null"], "maxLength": (2 if name == "street" else 1) * MOST_IN_PART + 1}

    def whole(self, value: Address) -> str:
        """The lines in one, the country by its code."""
        parts = value._asdict()
        return ", ".join((*address_lines(parts, value.country), *filter(None, (value.country,))))

    def split(self, text: str) -> Sequence[tuple[str, str | None]]:
        """Nothing is guessed of an address in one text: it is the street until somebody parts it."""
        return (("street", text),)

    def shown(self, field: Field, value: Address | None, formats: Formats) -> str:  # noqa: ARG002
        """The lines in one, the country by its name."""
        address = self.filled(value)
        return "" if address is None else ", ".join(self.lines(address, formats))

    def part_shown(self, field: Field, value: Address, part: str, formats: Formats) -> str:
        """The country by its name."""
        if part == "country" and value.country:
            return countries(formats.locale).get(value.country, value.country)
        return super().part_shown(field, value, part, formats)

    def lines(self, value: Address, formats: Formats) -> tuple[str, ...]:
        """As it stands on a letter, the country by its name in the reader's language."""
        country = countries(formats.locale).get(value.country or "", value.country)
        return (*address_lines(value._asdict(), value.country), *filter(None, (country,)))

    def arranged(self, field: Field, typed: Mapping[str, str], formats: Formats) -> tuple[str, ...]:
        """As in addresses of its country, of the field's, or of the reader's."""
        country = typed.get("country") or field.options.get("country") or locale_data(formats.locale).territory
        return (*address_order(country), "country")

    def offered_parts(self, field: Field, context: Context) -> Mapping[str, str]:  # noqa: ARG002
        """The field's country."""
        return {"country": field.options.get("country", "")}

    def part_choices(
        self,
        field: Field,  # noqa: ARG002
        part: str,
        typed: str,  # noqa: ARG002
        context: Context,  # noqa: ARG002
        formats: Formats,
    ) -> Mapping[str, str]:
        """The countries, sorted by their names."""
        return _by_name(formats.locale) if part == "country" else {}

    def from_typed(self, field: Field, texts: Mapping[str, str], context: Context, formats: Formats) -> object:
        """As for all; the country that a form offers makes no address by itself."""
        if len(texts) > 1 and not any(text.strip() for part, text in texts.items() if part != "country"):
            texts = {**texts, "country": ""}
        return super().from_typed(field, texts, context, formats)


@lru_cache(maxsize=100)
def _by_name(locale: str) -> Mapping[str, str]:
    return dict(sorted(countries(locale).items(), key=lambda one: order_key(one[1])))


def _country(value: object) -> str | None:
    text = clean_text(value).strip().upper()
    if text and text not in countries(SOURCE):
        raise ValueRefusedError(
            msg("“%(code)s” is no country", code=text[:20]), "country", msg("Give its two letters, such as AT")
        )
    return text or None
