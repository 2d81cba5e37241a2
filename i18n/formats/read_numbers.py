"""Typed numbers: separators of the locale, digits of any script, and a reason when it is none."""

import re
from dataclasses import dataclass
from decimal import Decimal

from i18n.formats.numbers import NumberFormat
from i18n.formats.read import NotUnderstood, tidy
from i18n.lazy import Message, msg

_LONGEST = 60
# Blanks that part thousands, and the apostrophes that Swiss keyboards and texts have.
_GROUPING_BLANKS = re.compile(r"(?<=\d)[\s'\u2019](?=\d)")
_DECIMAL_SIGNS = ".,\u066b"
_ARABIC_GROUP = "\u066c"
# Stands for whatever parts groups while a number is read; nobody types it.
_PARTED = "\x1e"
_MEANT = f"{_PARTED}.-+"
_THOUSANDS = 3


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Reads numbers of one locale. `_example` is a number as the locale writes it."""

    _format: NumberFormat
    _example: str
    _whole: re.Pattern[str]

    @classmethod
    def of(cls, locale: str) -> "NumberReader":
        """Build the pattern of a whole number with its groups."""
        written = NumberFormat.of(locale)
        upper = r"\d{3}" if written.group_size == _THOUSANDS else r"\d{2,3}"
        return cls(
            written,
            written.number(Decimal("96750.00"), 2),
            re.compile(rf"\d*|\d{{1,3}}(?:{_PARTED}{upper})*{_PARTED}\d{{3}}"),
        )

    def number(self, text: str) -> Decimal:
        """Read a number. Raises NotUnderstood."""
        plain = tidy(text)
        if not plain or len(plain) > _LONGEST:
            raise NotUnderstood(msg("Give a number. Example: %(example)s", example=self._example))
        sign = "-" if plain.startswith("-") else ""
        digits = plain[1:].lstrip() if plain[0] in "-+" else plain
        whole, fraction = self._halves(self._with_marks(digits), text.strip())
        return Decimal(f"{sign}{whole or 0}.{fraction}" if fraction else sign + whole)

    def _with_marks(self, digits: str) -> str:
        """Write _PARTED for each sign that parts groups, and a point for each decimal sign."""
        marked = _GROUPING_BLANKS.sub(_PARTED, digits)
        marked = marked.replace(self._format.group, _PARTED)
        marked = marked.replace(_ARABIC_GROUP, _PARTED)
        for sign in _DECIMAL_SIGNS:
            # A sign that parts no groups here can only mean decimals, so 12.5 is read everywhere.
            marked = marked.replace(sign, ".")
        return marked

    def _halves(self, marked: str, text: str) -> tuple[str, str]:
        whole, _, fraction = marked.partition(".")
        fits = self._whole.fullmatch(whole) and (fraction.isdecimal() or not fraction)
        if not fits or not (whole or fraction):
            raise NotUnderstood(self._reason(marked, text))
        return whole.replace(_PARTED, ""), fraction

    def _reason(self, marked: str, text: str) -> Message:
        strange = next(
            (sign for sign in marked if not sign.isdecimal() and not sign.isspace() and sign not in _MEANT),
            None,
        )
        if strange is not None and strange.isalpha():
            return msg(
                "There is a letter %(letter)s in the number. Example: %(example)s",
                letter=strange,
                example=self._example,
            )
        if strange is not None:
            return msg(
                "There is a sign %(sign)s in the number. Example: %(example)s",
                sign=strange,
                example=self._example,
            )
        if marked.count(".") > 1:
            return msg("There are two decimal signs. Example: %(example)s", example=self._example)
        return msg(
            "“%(text)s” cannot be read: thousands or decimals are parted in another way here. Example: %(example)s",
            text=text,
            example=self._example,
        )
