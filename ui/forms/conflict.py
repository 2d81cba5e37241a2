"""Two people changed one record: what both changed, one choice each; what fits together is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import ConflictError
from framework.extension import services
from framework.fields.base import type_of
from i18n.lazy import msg, nmsg
from ui.forms.controls import read_values
from ui.forms.filled import writable
from ui.forms.lines import given_lines, lines_of
from ui.page.addresses import record_url
from ui.page.render import answer
from ui.values.cells import text_of
from ui.values.stored import stored_text
from ui.values.titles import title_of

if TYPE_CHECKING:
    from flask import Response

    from framework.errors import Fault
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.forms.filled import Filled
    from ui.page.asked import Asked


_MOVED_MEANWHILE = msg("Look at it as it is now, and move it again if you still want to.")


class ChangedSinceError(ConflictError):
    """What was moved is not what the page showed; as a page says it, not as the API does."""

    status = 409

    def __init__(self, version: int | None) -> None:
        """Say so, with the version that the record has now."""
        super().__init__(_MOVED_MEANWHILE, version=version)


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
    who: str
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
    values |= given_lines(asked, form)[0]
    mine = tuple(_mine(asked, fields[name], present, value) for name, value in values.items() if name not in both)
    theirs = tuple(_theirs(asked, fields[_name(fault)], fault) for fault in error.theirs if _shown(asked, fault))
    here = record_url(asked.entity.name, present.id)
    text = nmsg(
        "Nothing of yours is lost. One field was changed by both of you, so choose which holds.",
        "Nothing of yours is lost. %(count)s fields were changed by both of you, so choose once per field.",
        len(choices),
    )
    agree = msg("Nothing of yours is lost. Your changes and theirs fit beside each other; save again to keep both.")
    return ConflictView(
        heading=present.title or present.id,
        who=_who(asked, present),
        text=asked.text(text if choices else agree),
        url=here,
        back_url=here,
        version=error.version or present.version,
        seen=form.seen,
        kept=tuple((name, text) for name, text in form.texts.items() if not name.startswith("_")),
        choices=choices,
        merged=(*mine, *theirs),
    )


def _who(asked: Asked, present: Record) -> str:
    """Say who saved the record last and when, as far as the actor may know it."""
    end, at = present.links.get("updated_by"), present.values.get("updated_at")
    if at is None:
        return asked.text(msg("Somebody saved this record while you were editing it."))
    when = asked.reader.formats.relative(at, asked.context.now)
    if end is not None and end.id == asked.context.actor.id:
        return asked.text(msg("You saved this record in another window %(when)s.", when=when))
    if end is None or not end.title:
        return asked.text(msg("Somebody saved this record %(when)s.", when=when))
    return asked.text(msg("%(name)s saved this record %(when)s.", name=end.title, when=when))


def _name(fault: Fault) -> str:
    return fault.pointer.lstrip("/")


def _choice(asked: Asked, field: Field, fault: Fault) -> Choice:
    was, yours, theirs = (_wire_text(asked, field, value) for value in (fault.was, fault.yours, fault.theirs))
    return Choice(field.name, asked.text(field.label), was, yours, theirs)


def _mine(asked: Asked, field: Field, present: Record, value: Any) -> Merged:  # noqa: ANN401
    lines = field.lines is not None
    was = (
        ", ".join(one.title or "" for one in lines_of(asked, field, present))
        if lines
        else stored_text(asked, field, present)
    )
    return Merged(asked.text(field.label), was, _wire_text(asked, field, value), asked.text(msg("yours")))


def _shown(asked: Asked, fault: Fault) -> bool:
    """Whether what the others changed may be told: a field of the entity's own that this actor reads."""
    return any(not field.system for field in asked.readable([_name(fault)]))


def _theirs(asked: Asked, field: Field, fault: Fault) -> Merged:
    was, now = (_wire_text(asked, field, value) for value in (fault.was, fault.theirs))
    return Merged(asked.text(field.label), was, now, asked.text(msg("theirs")))


def _wire_text(asked: Asked, field: Field, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, dict) and "id" in value:
        return title_of(asked.context, value["entity"], value["id"]) or ""
    if field.targets:
        return title_of(asked.context, field.targets[0], str(value)) or ""
    if field.lines is not None:
        value = [one if isinstance(one, str) else one["id"] for one in value if isinstance(one, str) or "id" in one]
    if field.linked:
        titles = services().door.titles(asked.context, field.linked, value)
        return ", ".join(titles[ident] for ident in value if ident in titles)
    return text_of(field, type_of(field).load(field, value), asked.reader)
