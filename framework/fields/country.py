"""Countries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.coded import Coded, only_option
from i18n.lazy import msg
from i18n.standards import countries

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Country(Coded):
    """A country or territory by its code of two letters (ISO 3166-1): `CH`."""

    name = "country"
    label = msg("Country")
    options_schema: ClassVar[Mapping[str, Any]] = {"only": only_option('`["AT", "CH", "DE"]`')}
    names = staticmethod(countries)
    refusal = msg("“%(text)s” is no country").msgid
    example = "CH"
