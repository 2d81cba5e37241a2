"""Files that were sent along with a form: kept at once, so that a form which is shown again still has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import request

from framework.errors import InvalidError
from framework.extension import services
from framework.fields.files import FilesField
from framework.fields.uploaded import TakesFiles, written
from framework.files import clean_name
from i18n.lazy import msg
from ui.forms.controls import CHOSEN, input_name
from ui.forms.filled import writable

if TYPE_CHECKING:
    from framework.context import Context
    from framework.errors import Fault
    from metadata.snapshot import Field
    from ui.page.asked import Asked


def with_uploads(asked: Asked, texts: dict[str, str], *, creating: bool) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """Give what was typed with the files that were chosen and without those that go, and what is wrong with them.

    What the form had before stays where a new one is refused.
    """
    found = dict(texts)
    faults: list[Fault] = []
    for field in writable(asked, creating=creating):
        if not isinstance(field.type, TakesFiles):
            continue
        if texts.get(input_name(field, "remove")):
            found[field.name] = ""
        lines, refused = received(asked.context, asked.entity.name, field)
        faults += refused
        if lines and isinstance(field.type, FilesField):
            found[field.name] = field.type.joint.join(filter(None, (found.get(field.name), *lines)))
        elif lines:
            found[field.name] = lines[-1]
    return found, tuple(faults)


def received(known: Context, entity: str, field: Field) -> tuple[list[str], list[Fault]]:
    """Keep what was chosen in a control; give how a form names each, and what is wrong with the rest."""
    lines: list[str] = []
    faults: list[Fault] = []
    for sent in request.files.getlist(input_name(field, CHOSEN)):
        if not sent.filename:
            continue
        try:
            file = services().door.receive(known, entity, field.name, sent.stream, sent.filename)
        except InvalidError as error:
            faults += [_naming(fault, sent.filename) for fault in error.faults]
        else:
            lines.append(written(file))
    return lines, faults


def _naming(fault: Fault, name: str) -> Fault:
    """Give the fault with the name of the file that it is about: several may have been chosen at once."""
    return replace(fault, message=msg("%(file)s: %(why)s", file=clean_name(name), why=fault.message))
