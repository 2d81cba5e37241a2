"""Entries as flat units, one for each form of a translation: what XLIFF and spreadsheets have room for."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from i18n.exchange.entries import Entry, State, forms_of
from i18n.exchange.found import Found
from i18n.plurals import numbers_of
from i18n.words import counted_key

_FORM = re.compile(r"(.+)\[(\d{1,2})\]")


@dataclass(frozen=True, slots=True)
class Unit:
    """One text and its translation; the key of a form of what is counted ends in its number: `…/counted[0]`.

    `place` says where in a file it stands, for reports.
    """

    key: str
    source: str
    target: str
    note: str = ""
    state: State = State.TRANSLATED
    place: str = ""


def units_of(entries: Iterable[Entry], locale: str) -> Iterator[Unit]:
    """Give the units of entries, in their order."""
    for entry in entries:
        text, note = entry.text, _note(entry)
        if text.plural is None:
            yield Unit(text.key, text.text, "".join(entry.target), note, entry.state)
            continue
        for form in range(forms_of(text, locale)):
            numbers = ", ".join(map(str, numbers_of(locale, form)))
            target = entry.target[form] if form < len(entry.target) else ""
            source = text.text if numbers == "1" else text.plural
            yield Unit(counted_key(text.key, form), source, target, f"{note}; here beside {numbers}", entry.state)


def found_of(units: Iterable[Unit]) -> Iterator[Found]:
    """Give the translations of units; those of what is counted last, their forms put together."""
    counted: dict[str, dict[int, Unit]] = {}
    for unit in units:
        form = _FORM.fullmatch(unit.key)
        if form:
            counted.setdefault(form[1], {})[int(form[2])] = unit
        elif unit.key:
            only = (unit.target,) if unit.target else ()
            yield Found(unit.key, unit.source, None, only, unit.state is not State.STALE, unit.place)
    for key, forms in counted.items():
        given = [forms[form] for form in sorted(forms)]
        # There are two source texts; which of them stands beside a form depends on the language.
        texts = list(dict.fromkeys(unit.source for unit in given))
        target = tuple(unit.target for unit in given)
        finished = all(unit.state is not State.STALE for unit in given)
        yield Found(key, texts[0], texts[-1], target if any(target) else (), finished, given[0].place)


def _note(entry: Entry) -> str:
    return f"{entry.text.note}; was “{entry.made_for}”" if entry.made_for else entry.text.note
