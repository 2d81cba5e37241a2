"""What a record's page says of its fields: key facts, details in sections, who made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.fields.base import type_of
from i18n.lazy import msg
from metadata.layers import ordered
from ui.forms.filled import writable
from ui.page.addresses import record_url
from ui.page.offered import is_open
from ui.record.lines import lines_shown
from ui.values.cells import cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from framework.records import Record
    from metadata.snapshot import Field
    from ui.page.asked import Asked

MOST_FACTS = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """A field with its value, ready for the cell's template."""

    name: str
    label: str
    cell: str
    value: object
    edit_url: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a heading."""

    label: str
    facts: tuple[Fact, ...]

    @property
    def single(self) -> bool:
        """Whether the heading says already what its only field is."""
        return len(self.facts) == 1 and self.facts[0].label == self.label


@dataclass(frozen=True, slots=True)
class Line:
    """Who made or changed the record, and when."""

    text: str
    iso: str
    when: str
    exact: str


def header(asked: Asked, stage: Field | None) -> list[Field]:
    """Give the key facts as written, else the most telling fields and the owner."""
    written = asked.screen.options.get("header")
    if written is not None:
        fields = (field for field in asked.readable(written) if field.name != asked.entity.title)
        return [field for field in fields if field.lines is None]
    telling = [
        field
        for field in asked.readable(asked.entity.fields)
        if not field.system
        and field.name not in {asked.entity.title, "team"}
        and field is not stage
        and type_of(field).telling
    ]
    # The owner comes last but always: who answers for a record is asked first of all.
    owner = [field for field in telling if field.name == "owner"]
    return [*[field for field in telling if field.name != "owner"][: MOST_FACTS - len(owner)], *owner]


def fact(asked: Asked, field: Field, record: Record, edits: frozenset[str] = frozenset()) -> Fact:
    """Give a field with its value; `edits` are the fields that this actor may change on the page."""
    if field.lines is not None:
        return Fact(field.name, asked.text(field.label), "lines", lines_shown(asked, field, record))
    cell = cell_of(field, asked.reader, exact=True)
    url = f"{record_url(asked.entity.name, record.id)}/fields/{field.name}" if field.name in edits else None
    return Fact(field.name, asked.text(field.label), cell.template, cell.write(record), url)


def editable(asked: Asked, record: Record) -> frozenset[str]:
    """Give the fields that this actor may change on the page, as far as one can see."""
    if not is_open(asked.rights.update, record, asked.context):
        return frozenset()
    return frozenset(field.name for field in writable(asked, creating=False) if field.lines is None)


def sections(asked: Asked, record: Record, shown: set[str], edits: frozenset[str]) -> Iterable[Section]:
    """Give the sections as written; fields that no part of the page mentions follow under "Details"."""
    written = ordered(asked.screen.options.get("sections", {}), asked.screen.options.get("section_order")).items()
    for name, body in written:
        fields = [field for field in asked.readable(body["fields"]) if _applies(field, record)]
        label = asked.own_label(body, "sections", name, default=asked.text(msg("Details")))
        if fields:
            yield Section(label, tuple(fact(asked, field, record, edits) for field in fields))
    if not written:
        readable = [field for field in asked.readable(asked.entity.fields) if not field.system]
        rest = [field for field in readable if field.name not in shown and _applies(field, record)]
        if rest:
            yield Section(asked.text(msg("Details")), tuple(fact(asked, field, record, edits) for field in rest))


def _applies(field: Field, record: Record) -> bool:
    """Whether a field has a place on the page: one that is shown under a condition and blank has none."""
    return field.visible_when is None or record.values.get(field.name) is not None


def made(asked: Asked, record: Record) -> Iterable[Line]:
    """Say who made the record and who changed it last."""
    for moment, person, by, alone in (
        ("created_at", "created_by", msg("Created by %(name)s"), msg("Created")),
        ("updated_at", "updated_by", msg("Changed by %(name)s"), msg("Changed")),
    ):
        at = record.values.get(moment)
        if at is None or (moment == "updated_at" and record.version == 1):
            continue
        end = record.links.get(person)
        text = msg(by.msgid, name=end.title) if end and end.title else alone
        formats = asked.reader.formats
        yield Line(asked.text(text), at.isoformat(), formats.relative(at, asked.context.now), formats.exact(at))
