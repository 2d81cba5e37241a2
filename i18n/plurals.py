"""Which form of a word a language takes for a number, as gettext numbers the forms."""

from collections.abc import Callable
from functools import lru_cache
from gettext import c2py

from babel.messages.plurals import get_plural

from i18n.cldr import locale_data

# Numbers that show the forms apart: enough for every rule that gettext knows.
_EXAMPLES = (*range(22), 100, 101, 102, 103, 111)


@lru_cache(500)
def _rule(locale: str) -> tuple[int, Callable[[int], int]]:
    count, expression = get_plural(locale_data(locale))
    return count, c2py(expression)


def plural_count(locale: str) -> int:
    """How many forms the language has: 2 in German, 3 in Russian, 6 in Arabic."""
    return _rule(locale)[0]


def plural_form(locale: str, count: int) -> int:
    """Number of the form that stands beside `count`."""
    return _rule(locale)[1](abs(count))


def numbers_of(locale: str, form: int) -> tuple[int, ...]:
    """Some numbers beside which this form stands, for people who translate: at most four."""
    return tuple(number for number in _EXAMPLES if plural_form(locale, number) == form)[:4]
