"""Which fields stand in a form, under which headings: as its metadata has it, or all that may be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.layers import ordered
from ui.forms.filled import writable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.snapshot import Field
    from ui.page.asked import Asked

_MORE = "more"


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the form as written: its fields in order."""

    name: str
    label: str
    fields: tuple[Field, ...]


def short_form(asked: Asked) -> tuple[str, ...]:
    """Give the names of the fields of the short form that creates a record; none where there is no such form."""
    return tuple(asked.screen.options.get("quick_create", ()))


def covers(asked: Asked, given: Iterable[str]) -> bool:
    """Whether the form that creates a record has a place for these inputs without being asked for all fields."""
    short = short_form(asked)
    return not short or all(name.partition(".")[0] in short for name in given if name != "done")


def parts_of(asked: Asked, *, creating: bool, full: bool = False) -> Iterable[Part]:
    """Give the sections as written; required fields that they leave out join at the end.

    A new record has the short form, if there is one, unless `full` asks for all.
    """
    written = list(_written(asked, short=creating and not full))
    if not written:
        yield _default_part(asked, creating=creating)
        return
    yield from written
    named = {field.name for part in written for field in part.fields}
    missing = [
        field
        for field in writable(asked, creating=creating)
        if field.required and field.name not in named and field.default is None and field.default_expression is None
    ]
    if creating and missing:
        yield Part(_MORE, asked.text(msg("Required")), tuple(missing))


def _written(asked: Asked, *, short: bool) -> Iterable[Part]:
    options = asked.screen.options
    if short and short_form(asked):
        yield Part("new", "", tuple(_known(asked, short_form(asked))))
        return
    for tab, body in ordered(options.get("tabs", {}), options.get("tab_order")).items():
        for name, section in ordered(body["sections"], body.get("section_order")).items():
            label = asked.own_label(section, "tabs", tab, "sections", name)
            yield Part(f"{tab}-{name}", label, tuple(_known(asked, section["fields"])))
    for name, section in ordered(options.get("sections", {}), options.get("section_order")).items():
        yield Part(name, asked.own_label(section, "sections", name), tuple(_known(asked, section["fields"])))


def _known(asked: Asked, names: Iterable[str]) -> list[Field]:
    return [asked.entity.fields[name] for name in names if name in asked.entity.fields]


def _default_part(asked: Asked, *, creating: bool) -> Part:
    """Give all writable fields, those required first, otherwise in the order of the metadata."""
    fields = sorted(writable(asked, creating=creating), key=lambda field: not field.required)
    return Part(_MORE, "", tuple(field for field in fields if field.name != "team"))
