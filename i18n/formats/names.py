"""Names of months and weekdays, and the locale whose habits stand behind a locale's name."""

from dataclasses import dataclass
from typing import Literal, cast

from i18n.cldr import SOURCE, SeparateLocale, locale_data

Width = Literal["wide", "abbreviated", "narrow"]
INTERNATIONAL = "en_GB"
Weekday = Literal[0, 1, 2, 3, 4, 5, 6]


def habits(locale: str) -> SeparateLocale:
    """Give the data for writing dates and numbers in `locale`.

    CLDR's plain English is that of the United States; ours is read everywhere, so it writes the
    day before the month, 24 hours, and begins weeks on Monday. `en_US` is there to be chosen.
    """
    found = locale_data(locale)
    return locale_data(INTERNATIONAL) if str(found) == SOURCE else found


@dataclass(frozen=True, slots=True)
class Names:
    """Months and weekdays of one locale as they stand alone (in a heading, not in a date)."""

    first_weekday: Weekday
    _months: dict[Width, dict[int, str]]
    _weekdays: dict[Width, dict[int, str]]

    @classmethod
    def of(cls, locale: str) -> "Names":
        """Look the names up once."""
        data = habits(locale)
        widths: tuple[Width, ...] = ("wide", "abbreviated", "narrow")
        return cls(
            cast("Weekday", data.first_week_day),
            {width: dict(data.months["stand-alone"][width]) for width in widths},
            {width: dict(data.days["stand-alone"][width]) for width in widths},
        )

    def month(self, number: int, width: Width) -> str:
        """Give the name of month 1 to 12."""
        return self._months[width][number]

    def weekday(self, number: int, width: Width) -> str:
        """Give the name of weekday 0 (Monday) to 6."""
        return self._weekdays[width][number]
