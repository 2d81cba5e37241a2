"""Dates and times in the letters of Unicode (CLDR): `MM/dd/yyyy` becomes what reads `3/1/2017`.

Only digits are read (y M d H m s): names of months differ by language, and files do not say theirs.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from framework.errors import CommandError
from i18n.lazy import msg

_UNITS = {"y": "year", "M": "month", "d": "day", "H": "hour", "m": "minute", "s": "second"}
_NEEDED = frozenset("yMd")
# How often a letter may stand; more would be names (MMM), or nothing at all.
_COUNTS = {"y": frozenset({1, 2, 4})}
_ONE_OR_TWO = frozenset({1, 2})
_TWO_DIGITS = 2
# CLDR: a year of two digits lies within 80 years before and 20 years after today.
_YEARS_AHEAD = 20
_PIECE = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z]+)|([^a-zA-Z']+)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    text: str
    _form: re.Pattern[str]
    _short_year: bool

    def read(self, text: str, today: dt.date) -> dt.datetime | None:
        """The naive moment that the text says; None where it does not have this form or is no day."""
        found = self._form.fullmatch(text)
        if found is None:
            return None
        numbers = {unit: int(digits) for unit, digits in found.groupdict().items()}
        if self._short_year and len(found["year"]) == _TWO_DIGITS:
            numbers["year"] = _full_year(numbers["year"], today)
        try:
            return dt.datetime(**numbers)  # type: ignore[arg-type]  # noqa: DTZ001  (the zone is the caller's business)
        except ValueError:
            return None


@lru_cache(maxsize=256)
def pattern_of(text: str) -> Pattern:
    """The compiled pattern. Raises CommandError for letters that are not read, doubled or missing."""
    parts: list[str] = []
    letters: list[str] = []
    pieces = _pieces(text)
    for place, (letter, piece) in enumerate(pieces):
        if not letter:
            parts.append(re.escape(piece))
            continue
        if letter not in _UNITS or letter in letters or len(piece) not in _COUNTS.get(letter, _ONE_OR_TWO):
            raise CommandError(
                msg(
                    "The date format “%(text)s” cannot be read; it takes y M d H m s, each once, and no names",
                    text=text,
                )
            )
        letters.append(letter)
        # Digits that directly follow others can only be told apart by their count: yyyyMMdd.
        beside = any(0 <= near < len(pieces) and pieces[near][0] for near in (place - 1, place + 1))
        parts.append(f"(?P<{_UNITS[letter]}>{_digits(letter, len(piece), fixed=beside)})")
    if not letters or set(letters) < _NEEDED or not set(letters) >= _NEEDED:
        raise CommandError(msg("The date format “%(text)s” lacks a year (y), month (M) or day (d)", text=text))
    short = any(letter == "y" and len(piece) == _TWO_DIGITS for letter, piece in pieces)
    return Pattern(text, re.compile("".join(parts), re.ASCII), short)


def _pieces(text: str) -> list[tuple[str, str]]:
    """(letter, run of it), or ("", text that stands there as it is)."""
    found: list[tuple[str, str]] = []
    end = 0
    for piece in _PIECE.finditer(text):
        if piece.start() != end:
            break
        end = piece.end()
        if piece[2]:
            found += [(letter, "".join(run)) for letter, run in groupby(piece[2])]
        else:
            quoted = piece[1]
            found.append(("", piece[3] if quoted is None else quoted.replace("''", "'") or "'"))
    if end != len(text):
        raise CommandError(msg("The date format “%(text)s” has a quote that is not closed", text=text))
    return found


def _digits(letter: str, count: int, *, fixed: bool) -> str:
    if fixed:
        return rf"\d{{{count}}}"
    if letter == "y":
        return r"\d{2}|\d{4}" if count == _TWO_DIGITS else r"\d{4}"
    return r"\d{1,2}"


def _full_year(short: int, today: dt.date) -> int:
    year = today.year // 100 * 100 + short
    if year > today.year + _YEARS_AHEAD:
        return year - 100
    return year + 100 if year <= today.year - 100 + _YEARS_AHEAD else year
