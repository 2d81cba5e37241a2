"""Files that were sent along with a form: kept at once, so that a form which is shown again still has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from framework.errors import InvalidError
from framework.extension import services
from framework.fields.file import FileField
from ui.forms.controls import CHOSEN, input_name, texts_of
from ui.forms.filled import writable

if TYPE_CHECKING:
    from framework.errors import Fault
    from ui.page.asked import Asked


def with_uploads(asked: Asked, texts: dict[str, str], *, creating: bool) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """Give what was typed with the files that were chosen and without those that go, and what is wrong with them.

    What the form had before stays where a new one is refused.
    """
    found = dict(texts)
    faults: list[Fault] = []
    for field in writable(asked, creating=creating):
        if not isinstance(field.type, FileField):
            continue
        if texts.get(input_name(field, "remove")):
            found[field.name] = ""
        sent = request.files.get(input_name(field, CHOSEN))
        if sent is None or not sent.filename:
            continue
        try:
            value = services().door.receive(asked.context, asked.entity.name, field.name, sent.stream, sent.filename)
        except InvalidError as error:
            faults += error.faults
        else:
            found |= texts_of([field], {field.name: value}, asked.reader)
    return found, tuple(faults)
