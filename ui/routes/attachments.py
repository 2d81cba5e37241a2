"""The addresses by which files come to a record and go from it; each is an attachment, fetched as any file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context, takes_files
from ui.forms.controls import typed_texts
from ui.forms.reading import read_for_page
from ui.page.addresses import Address, record_url
from ui.page.asked import ask, screen_of
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done_undoable
from ui.record.attachments import RefusedFilesError, attach, detach
from ui.record.tabs import FILES
from ui.routes.screens import present_name, version_of
from ui.screens.record import answer_record

if TYPE_CHECKING:
    from flask import Response

    from ui.page.asked import Asked

blueprint = Blueprint("attachments", __name__)
blueprint.before_request(present_name)


@blueprint.post("/records/<entity>/<ident>/attachments")
@takes_files
def add(entity: str, ident: str) -> Response:
    """Attach files to a record; show the tab again with what is to be mended."""
    asked = _asked(entity)
    present = read_for_page(asked, ident)
    try:
        attach(asked, present)
    except RefusedFilesError as refused:
        return answer_record(asked, ident, {"tab": FILES}, refused.sending, refused.status)
    return redirect(done_undoable(_tab(asked, present.id), "attached", asked.context))


@blueprint.post("/records/<entity>/<ident>/attachments/<attachment>/delete")
def remove(entity: str, ident: str, attachment: str) -> Response:
    """Move a file of a record to the recycle bin."""
    asked = _asked(entity)
    present = read_for_page(asked, ident)
    detach(asked, present, attachment, version_of(typed_texts(request.form)))
    return redirect(done_undoable(_tab(asked, present.id), "detached", asked.context))


def _tab(asked: Asked, ident: str) -> str:
    return str(Address(record_url(asked.entity.name, ident), (("tab", FILES),)))


def _asked(entity: str) -> Asked:
    return ask(reader(), context(), screen_of(context(), entity, "record"))
