"""How far off a moment is, in words: "12 min ago", "yesterday", "in 23 days".

CLDR gives the numbers their words; Babel has no "yesterday", so such words are our own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import NullTranslations

from i18n.cldr import SeparateLocale
from i18n.formats.names import habits
from i18n.lazy import msg
from i18n.words import own_words

_NOW = msg("just now").msgid
_DAY_WORDS = {
    -1: msg("yesterday").msgid,
    0: msg("today").msgid,
    1: msg("tomorrow").msgid,
}
_SHORT = frozenset({"minute", "hour", "day"})
_MINUTE, _HOUR = 60, 3_600
# Days are counted up to here, then months: "in 23 days" tells more than "in 3 weeks".
_MOST_DAYS, _MOST_DAYS_IN_MONTHS = 60, 720
_DAYS_A_MONTH, _DAYS_A_YEAR = 30.44, 365.25


@dataclass(frozen=True, slots=True)
class RelativeFormat:
    """How one locale tells distance in time; every value is taken as local.

    `_counted` gives the words for (unit, signed count); it remembers them.
    """

    _words: NullTranslations
    _counted: Callable[[str, int], str]

    @classmethod
    def of(cls, locale: str) -> "RelativeFormat":
        """Look the words up once."""
        data = habits(locale)
        units = {unit: _unit(data, unit) for unit in ("minute", "hour", "day", "month", "year")}

        def counted(unit: str, count: int) -> str:
            patterns = units[unit]["past" if count < 0 else "future"]
            pattern = patterns.get(data.plural_form(abs(count))) or patterns["other"]
            return pattern.replace("{0}", str(abs(count)))

        return cls(own_words(locale), lru_cache(1_000)(counted))

    def moment(self, value: datetime, now: datetime) -> str:
        """Tell minutes and hours within a day, else what `day` tells."""
        seconds = (value - now).total_seconds()
        days = (value.date() - now.date()).days
        if abs(seconds) < _MINUTE:
            return self._words.gettext(_NOW)
        if abs(seconds) < _HOUR:
            return self._counted("minute", int(seconds / _MINUTE))
        if not days:
            return self._counted("hour", int(seconds / _HOUR))
        return self._days(days)

    def day(self, value: date, today: date) -> str:
        """Tell days, months or years from `today`."""
        return self._days((value - today).days)

    def _days(self, days: int) -> str:
        if days in _DAY_WORDS:
            return self._words.gettext(_DAY_WORDS[days])
        if abs(days) <= _MOST_DAYS:
            return self._counted("day", days)
        if abs(days) <= _MOST_DAYS_IN_MONTHS:
            return self._counted("month", round(days / _DAYS_A_MONTH))
        return self._counted("year", round(days / _DAYS_A_YEAR))


def _unit(data: SeparateLocale, unit: str) -> Mapping[str, Mapping[str, str]]:
    """Give the words of a unit, the short ones for what stands in most cells, for both sides."""
    fields = data.cldr["date_fields"]
    short = f"{unit}-short"
    name = short if unit in _SHORT and {"past", "future"} <= set(fields.get(short, ())) else unit
    return {side: _tightened(data, dict(fields[name][side])) for side in ("past", "future")}


def _tightened(data: SeparateLocale, patterns: dict[str, str]) -> dict[str, str]:
    """Write English units by their signs: CLDR has "1 hr. ago" where "1 h ago" will do."""
    if data.language != "en":
        return patterns
    return {
        plural: pattern.replace("hr", "h").replace("h.", "h").replace("min.", "min")
        for plural, pattern in patterns.items()
    }
