"""Lengths of time as text, "1h 30m", and typed ones as seconds: units in words, or hours with a colon."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from i18n.cldr import SOURCE
from i18n.formats.names import habits
from i18n.formats.read import NotUnderstood, tidy
from i18n.formats.read_numbers import NumberReader
from i18n.lazy import msg

SECONDS: Mapping[str, int] = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_LONGEST = 60
_MOST = 10**12
_SIGNS = {"d": "days", "h": "hours", "m": "minutes", "min": "minutes", "s": "seconds", "sec": "seconds"}
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_PART = re.compile(r"\s*(\d[\d.,\u066b]*)\s*([^\d\s.,]*[^\d\s,]*)[\s,]*")
_PLACE = "{0}"
_BEHIND = re.compile(r"\{0\}\s?[^\d\s,]+")
_WIDTHS = ("narrow", "short", "long")
_EXAMPLE = dt.timedelta(minutes=90)


def clock_parts(value: dt.timedelta, units: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Give the count of each unit, the coarsest first; units that are left out go into finer ones."""
    rest = value // dt.timedelta(seconds=1)
    for unit, length in SECONDS.items():
        if unit in units:
            count, rest = divmod(rest, length)
            yield unit, count


@dataclass(frozen=True, slots=True)
class DurationFormat:
    """How one locale writes and reads lengths of time.

    `_written` gives the words of a unit with its count; `_units` the unit that a word means.
    """

    _written: Mapping[str, Callable[[int], str]]
    _units: Mapping[str, str]
    _number: Callable[[str], Decimal]

    @classmethod
    def of(cls, locale: str) -> "DurationFormat":
        """Look the words up once.

        The shortest words of a unit are written, and mean that unit whatever else they may mean. Where they cannot be
        told apart, or stand before the number, the international signs take their place.
        """
        known = _patterns(locale)
        shortest = {unit: widths["narrow"] or widths["short"] for unit, widths in known.items()}
        if not _is_legible(shortest):
            shortest = {unit: {"other": f"{_PLACE}{unit[0]}"} for unit in SECONDS}
        units = {**_SIGNS, **_words(_every(_patterns(SOURCE))), **_words(_every(known)), **_words(_each(shortest))}
        written = {unit: _writer(patterns, habits(locale).plural_form) for unit, patterns in shortest.items()}
        return cls(written, units, NumberReader.of(locale).number)

    def write(self, value: dt.timedelta, units: Sequence[str]) -> str:
        """Write a length in these units, and in finer ones where it would not be whole."""
        shown = [*units, *(unit for unit in SECONDS if SECONDS[unit] < SECONDS[units[-1]])]
        parts = [(unit, count) for unit, count in clock_parts(abs(value), shown) if count]
        text = " ".join(self._written[unit](count) for unit, count in parts or [(units[-1], 0)])
        return f"\u2212{text}" if value < dt.timedelta() else text

    def read(self, text: str, unit: str) -> dt.timedelta:
        """Read "1h 30m", "90 min", "1:30"; a bare number is in `unit`. Raises NotUnderstood."""
        plain = tidy(text)
        clock = _CLOCK.fullmatch(plain)
        if clock:
            return dt.timedelta(hours=int(clock[1]), minutes=int(clock[2]), seconds=int(clock[3] or 0))
        seconds = self._sum(plain.casefold(), unit) if len(plain) <= _LONGEST else None
        if seconds is None or seconds > _MOST:
            raise self._not_understood()
        if seconds != int(seconds):
            raise NotUnderstood(msg("A duration is counted in whole seconds"))
        return dt.timedelta(seconds=int(seconds))

    def _sum(self, plain: str, unit: str) -> Decimal | None:
        """Add the parts up; each unit may stand once, and only a number that is alone may stand without."""
        total, at, found = Decimal(0), 0, set[str]()
        while at < len(plain):
            part = _PART.match(plain, at)
            if part is None:
                return None
            alone = part[0] == plain
            named = self._units.get(_bare(part[2])) if part[2] else unit if alone else None
            if named is None or named in found:
                return None
            found.add(named)
            total += self._number(part[1]) * SECONDS[named]
            at = part.end()
        return total if found else None

    def _not_understood(self) -> NotUnderstood:
        example = self.write(_EXAMPLE, ("hours", "minutes"))
        return NotUnderstood(msg("This is no duration. Examples: %(example)s, 1:30", example=example))


def _patterns(locale: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Give per unit and width the patterns per plural form, as far as CLDR has them."""
    known = habits(locale).cldr["unit_patterns"]
    return {unit: {width: _known(known[f"duration-{unit[:-1]}"], width) for width in _WIDTHS} for unit in SECONDS}


def _known(widths: Mapping[str, Any], width: str) -> Mapping[str, str]:
    return {plural: text for plural, text in widths.get(width, {}).items() if plural != "per"}


def _is_legible(shortest: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether each pattern is a number and one word behind it, which no other unit has."""
    patterns = [text for _, text in _each(shortest)]
    words = {unit: {_bare(text) for _, text in _each({unit: forms})} for unit, forms in shortest.items()}
    distinct = sum(map(len, words.values())) == len(set[str]().union(*words.values()))
    return distinct and all(_BEHIND.fullmatch(text) for text in patterns)


def _writer(patterns: Mapping[str, str], plural_form: Callable[[int], str]) -> Callable[[int], str]:
    def write(count: int) -> str:
        pattern = patterns.get(plural_form(count)) or patterns["other"]
        return pattern.replace(_PLACE, str(count)).replace(" ", "\u00a0")

    return write


def _every(patterns: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterator[tuple[str, str]]:
    return (one for unit, widths in patterns.items() for forms in widths.values() for one in _each({unit: forms}))


def _each(patterns: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    return ((unit, text) for unit, forms in patterns.items() for text in forms.values())


def _words(patterns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the unit of every word that stands behind a number."""
    return {_bare(text): unit for unit, text in patterns if _BEHIND.fullmatch(text)}


def _bare(text: str) -> str:
    """Give a word without the place of its number, blanks and the full stop of an abbreviation."""
    return text.replace(_PLACE, "").strip(" \u00a0.").casefold()
