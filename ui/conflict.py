"""Two people changed one record: what both changed, one choice each; what fits together is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import type_of
from i18n.lazy import msg, nmsg
from ui.addresses import record_url
from ui.cells import text_of
from ui.controls import read_values
from ui.filled import writable
from ui.render import answer
from ui.titles import title_of

if TYPE_CHECKING:
    from flask import Response

    from framework.errors import ConflictError, Fault
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.asked import Asked
    from ui.filled import Filled


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that both changed, to different values."""

    name: str
    label: str
    was: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A field that only one side changed."""

    label: str
    was: str
    now: str
    whose: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """All that the template of a conflict prints."""

    heading: str
    text: str
    url: str
    back_url: str
    version: int
    seen: str
    kept: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    merged: tuple[Merged, ...]


def answer_conflict(asked: Asked, form: Filled, present: Record, error: ConflictError) -> Response:
    """Answer 409: what both changed, one choice each; what fits together is listed and kept."""
    view = _conflict(asked, form, present, error)
    return answer("screens/conflict.html", title=view.heading, status=409, conflict=view)


def _conflict(asked: Asked, form: Filled, present: Record, error: ConflictError) -> ConflictView:
    fields = asked.entity.fields
    choices = tuple(_choice(asked, fields[_name(fault)], fault) for fault in error.faults if _name(fault) in fields)
    both = {choice.name for choice in choices}
    values, _ = read_values(asked, writable(asked, creating=False), form.texts, form.seen)
    merged = tuple(_merged(asked, fields[name], present, value) for name, value in values.items() if name not in both)
    here = record_url(asked.entity.name, present.id)
    text = nmsg(
        "Nothing of yours is lost. One field was changed by both of you, so choose which holds.",
        "Nothing of yours is lost. %(count)s fields were changed by both of you, so choose once per field.",
        len(choices),
    )
    agree = msg("Nothing of yours is lost. Your changes and theirs fit beside each other; save again to keep both.")
    return ConflictView(
        heading=present.title or present.id,
        text=asked.text(text if choices else agree),
        url=here,
        back_url=here,
        version=error.version or present.version,
        seen=form.seen,
        kept=tuple((name, text) for name, text in form.texts.items() if not name.startswith("_")),
        choices=choices,
        merged=merged,
    )


def _name(fault: Fault) -> str:
    return fault.pointer.lstrip("/")


def _choice(asked: Asked, field: Field, fault: Fault) -> Choice:
    was, yours, theirs = (_wire_text(asked, field, value) for value in (fault.was, fault.yours, fault.theirs))
    return Choice(field.name, asked.text(field.label), was, yours, theirs)


def _merged(asked: Asked, field: Field, present: Record, value: Any) -> Merged:  # noqa: ANN401
    was = _stored_text(asked, field, present)
    return Merged(asked.text(field.label), was, _wire_text(asked, field, value), asked.text(msg("yours")))


def _stored_text(asked: Asked, field: Field, present: Record) -> str:
    if field.targets:
        end = present.links.get(field.name)
        return (end.title or "") if end else ""
    return text_of(field, present.values.get(field.name), asked.reader)


def _wire_text(asked: Asked, field: Field, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, dict) and "id" in value:
        return title_of(asked.context, value["entity"], value["id"]) or ""
    if field.targets:
        return title_of(asked.context, field.targets[0], str(value)) or ""
    return text_of(field, type_of(field).load(field, value), asked.reader)
