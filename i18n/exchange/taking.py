"""Translations that came back, held against the texts as they are now: what is taken, and what not and why."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from i18n.exchange.entries import Entry, State, forms_of
from i18n.exchange.found import Found
from i18n.lazy import Message, msg

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# As long as the texts themselves may be (metadata/schemas/common.json), with room for languages that need more.
_LONGEST = {"label": 180, "label_plural": 180, "counted": 180, "help": 1_500, "message": 450}
_LONGEST_OTHER = 1_500


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a translation was not taken. Codes: unknown, conflict, placeholders, forms, characters, length, twice."""

    place: str
    key: str
    code: str
    message: Message
    hint: Message | None = None

    def as_json(self) -> dict[str, str | None]:
        """For programs, in English."""
        hint = str(self.hint) if self.hint else None
        return {"place": self.place, "key": self.key, "code": self.code, "message": str(self.message), "hint": hint}


@dataclass(frozen=True, slots=True)
class Taken:
    """The entries as they are afterwards; `new` and `replaced` are keys, `same` and `left` are how many.

    `left` are those without a translation, or with one that its author does not call finished.
    """

    entries: tuple[Entry, ...]
    new: tuple[str, ...]
    replaced: tuple[str, ...]
    same: int
    left: int
    findings: tuple[Finding, ...]


def take(entries: Sequence[Entry], found: Iterable[Found], locale: str, *, typed: bool = False) -> Taken:
    """Lay what came back over the entries. A refused one changes nothing and stops no other.

    `typed`: what was changed is finished whatever it is called, for in a sheet nobody minds the column of states.
    """
    known = {entry.text.key: entry for entry in entries}
    after = dict(known)
    new: list[str] = []
    replaced: list[str] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    same = left = 0
    for one in found:
        entry = known.get(one.key)
        finding = _unknown(one, known) if entry is None else _twice(one, seen)
        seen.add(one.key)
        if finding is None and entry is not None:
            if not one.target or not (one.finished or (typed and one.target != entry.target)):
                left += 1
                continue
            finding = next((fault for fault in _faults(one, entry, locale) if fault), None)
        if finding is not None or entry is None:
            findings += [finding] if finding else []
        elif entry.state is State.TRANSLATED and entry.target == one.target:
            same += 1
        else:
            (replaced if entry.state is State.TRANSLATED else new).append(one.key)
            after[one.key] = Entry(entry.text, one.target, State.TRANSLATED)
    return Taken(tuple(after.values()), tuple(new), tuple(replaced), same, left, tuple(findings))


def faults_of(text: str, target: str, key: str) -> Iterable[tuple[str, Message, Message | None]]:
    """Give what is wrong with one form of a translation: (code, message, hint)."""
    wanted, given = set(_PLACEHOLDER.findall(text)), set(_PLACEHOLDER.findall(target))
    if wanted != given:
        lacking, odd = sorted(wanted - given), sorted(given - wanted)
        message = (
            msg("The translation lacks %(names)s", names=", ".join(lacking))
            if lacking
            else msg("The text has no %(names)s", names=", ".join(odd))
        )
        yield "placeholders", message, msg("Keep what stands in braces or behind % as it is in “%(text)s”.", text=text)
    if _CONTROL.search(target):
        yield "characters", msg("The translation holds a character that cannot be shown"), msg("Type it anew.")
    longest = _LONGEST.get(key.rpartition("/")[2], _LONGEST_OTHER)
    if len(target) > longest:
        hint = msg("Write at most %(most)s characters.", most=longest)
        yield "length", msg("The translation has %(count)s characters", count=len(target)), hint


def _unknown(one: Found, known: Mapping[str, Entry]) -> Finding:
    near = get_close_matches(one.key, known, 1, 0.8)
    hint = msg("Did you mean %(name)s?", name=near[0]) if near else msg("Export the words anew.")
    return Finding(one.place, one.key, "unknown", msg("There is no text with this key"), hint)


def _twice(one: Found, seen: set[str]) -> Finding | None:
    if one.key not in seen:
        return None
    message, hint = msg("This key stands in the file twice"), msg("Keep one of the two.")
    return Finding(one.place, one.key, "twice", message, hint)


def _faults(one: Found, entry: Entry, locale: str) -> Iterable[Finding | None]:
    text = entry.text
    if not {one.text, one.plural or one.text} <= {text.text, text.plural}:
        message = msg("The text was “%(was)s” and is now “%(now)s”", was=one.text, now=text.text)
        yield Finding(
            one.place, one.key, "conflict", message, msg("Export the words anew and translate this one again.")
        )
        return
    forms = forms_of(text, locale)
    if len(one.target) != forms or not all(one.target):
        message = msg(
            "%(given)s forms are given, the language has %(forms)s", given=sum(map(bool, one.target)), forms=forms
        )
        yield Finding(one.place, one.key, "forms", message, msg("Give every form, even if two are alike."))
        return
    for form in one.target:
        for code, message, hint in faults_of(text.text, form, text.key):
            yield Finding(one.place, one.key, code, message, hint)
