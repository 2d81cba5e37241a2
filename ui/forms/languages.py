"""Input of a form that was drawn in another language than its reader has by now.

A form says in which language it was drawn. What was typed in that one is understood in it and goes on in the present
one, so that `1.234,50` stays what it was when somebody switches from German to English with a form open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.extension import services
from framework.fields.base import ValueRefusedError, type_of
from i18n.formats import formats
from ui.forms.controls import input_name, inputs_of, mark_of, marks_of
from ui.forms.lines import there_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from i18n.formats import Formats
    from metadata.snapshot import Entity, Field
    from ui.page.asked import Asked

LANGUAGE = "_language"
_SEEN = "_seen"


def in_present_language(asked: Asked, texts: Mapping[str, str]) -> dict[str, str]:
    """Give what was posted as the present reader would have typed it; what was not understood stays as it is.

    Marks of what the controls showed go along: what nobody touched stays untouched.
    """
    was, now = texts.get(LANGUAGE, ""), asked.reader.words.locale
    found = {**texts, LANGUAGE: now} if LANGUAGE in texts else dict(texts)
    if was == now or was.partition("_")[0] not in services().runtime.words(asked.context.snapshot).locales:
        return found
    former = formats(was, asked.context.zone)
    found |= _converted(asked, asked.entity, found, former)
    for owner in asked.entity.fields.values():
        if owner.lines is not None:
            found |= _rows(asked, owner, found, former)
    return found


def _rows(asked: Asked, owner: Field, texts: Mapping[str, str], former: Formats) -> dict[str, str]:
    there = there_of(asked, owner)
    rows: dict[str, dict[str, str]] = {}
    for name, text in texts.items():
        begin, _, rest = name.partition(".")
        key, _, inner = rest.partition(".")
        if begin == owner.name and inner:
            rows.setdefault(key, {})[inner] = text
    return {
        f"{owner.name}.{key}.{name}": text
        for key, row in rows.items()
        for name, text in _converted(there, there.entity, row, former).items()
    }


def _converted(asked: Asked, entity: Entity, texts: Mapping[str, str], former: Formats) -> dict[str, str]:
    """The texts of the fields that read otherwise now, and the marks."""
    marks, found = marks_of(texts.get(_SEEN, "")), dict[str, str]()
    for field in entity.fields.values():
        names = inputs_of(field)
        given = {name: texts[name] for name in names if name in texts}
        if not given or not any(given.values()) or field.lines is not None:
            continue
        changed = _of_field(asked, field, given, former)
        if changed != given:
            if marks.get(field.name) == mark_of(texts, names):
                marks[field.name] = mark_of({**texts, **changed}, names)
            found |= changed
    return {**found, _SEEN: " ".join(f"{name}:{mark}" for name, mark in marks.items())} if found and marks else found


def _of_field(asked: Asked, field: Field, given: Mapping[str, str], former: Formats) -> dict[str, str]:
    kind = type_of(field)
    typed = {part: given[name] for part in kind.inputs(field) if (name := input_name(field, part)) in given}
    try:
        value = kind.from_typed(field, typed, asked.context, former)
        stored = None if value is None else kind.load(field, value)
        shown = kind.typed(field, stored, asked.reader.formats)
    except ValueRefusedError:
        return dict(given)
    return {name: shown.get(part, given[name]) for part in typed if (name := input_name(field, part)) in given}
