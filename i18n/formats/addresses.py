"""The order of the lines of postal addresses, by country: that of the Universal Postal Union, which Babel lacks."""

import re
from collections.abc import Mapping

_CODE_BEFORE_CITY = ("{street}", "{postal_code} {city}", "{region}")
_PATTERNS: Mapping[tuple[str, ...], str] = {
    ("{street}", "{city}, {region} {postal_code}"): "US CA PR GU VI AS",
    ("{street}", "{city} {region} {postal_code}"): "AU NZ IN PK BD TH ID PH MY SG",
    ("{street}", "{city}", "{region}", "{postal_code}"): "GB IE GG IM JE GI FK UA ZA KE NG HK EG",
    ("{street}", "{city}, {region}", "{postal_code}"): "RU KZ BY UZ KG AE QA OM YE",
    ("{street}", "{postal_code} {city} {region}"): "IT SM VA",
    ("{street}", "{postal_code} {city}, {region}"): "MX ES AR CR CU",
    ("{street}", "{postal_code} {city}/{region}"): "TR",
    ("{street}", "{city} - {region}", "{postal_code}"): "BR",
    ("{street}", "{city} {postal_code}", "{region}"): "SA JO LB BH PE",
    ("{city}", "{street}", "{postal_code}", "{region}"): "HU",
    ("{postal_code}", "{region} {city}", "{street}"): "JP CN KR TW",
}
_BY_COUNTRY = {country: lines for lines, countries in _PATTERNS.items() for country in countries.split()}
_STEP = re.compile(r"([^{}]*)\{(\w+)\}")


def address_lines(parts: Mapping[str, str | None], country: str | None) -> tuple[str, ...]:
    """Write an address of the parts street, postal_code, city and region, in the order of its country.

    The street may have two lines; the country's own line is not among those.
    """
    lines = (_filled(line, parts) for line in _BY_COUNTRY.get(country or "", _CODE_BEFORE_CITY))
    return tuple(one for line in lines for one in line.split("\n") if one)


def address_order(country: str | None) -> tuple[str, ...]:
    """Give the parts in the order in which they stand in an address of that country."""
    lines = _BY_COUNTRY.get(country or "", _CODE_BEFORE_CITY)
    return tuple(part for line in lines for _, part in _STEP.findall(line))


def _filled(line: str, parts: Mapping[str, str | None]) -> str:
    """A line in which the marks between two parts stand only where both are there."""
    written = ""
    for mark, name in _STEP.findall(line):
        part = parts.get(name)
        if part:
            written += f"{mark}{part}" if written else part
    return written
