"""The addresses beside a record's page: what is noted and done, and its fields one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ClashError, InvalidError
from framework.extension import context, services
from framework.records.parse import closed
from ui.forms.controls import typed_texts
from ui.forms.reading import read_for_page
from ui.page.addresses import Address, record_url
from ui.page.asked import ask, screen_of
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done_undoable
from ui.record.composer import refused, write
from ui.record.people import answer_people
from ui.record.tabs import ACTIVITY
from ui.routes import present_name
from ui.screens.record import answer_record

if TYPE_CHECKING:
    from flask import Response

    from ui.page.asked import Asked

blueprint = Blueprint("record", __name__)
blueprint.before_request(present_name)


@blueprint.post("/records/<entity>/<ident>/timeline")
def note(entity: str, ident: str) -> Response:
    """Note, log or plan something on a record; show the composer again with what is to be mended."""
    asked = _asked(entity)
    present = read_for_page(asked, ident)
    texts = typed_texts(request.form)
    here = record_url(asked.entity.name, present.id)
    try:
        what = write(asked, present, texts)
    except (InvalidError, ClashError) as error:
        composer = refused(asked, present, here, texts, error)
        return answer_record(asked, ident, {"tab": ACTIVITY}, composer, error.status)
    return redirect(done_undoable(_timeline(here), what, asked.context))


@blueprint.get("/records/<entity>/<ident>/people")
def people(entity: str, ident: str) -> Response:
    """Answer people whom a text about the record may name."""
    asked = _asked(entity)
    given = closed(request.args.items(multi=True), frozenset({"q"}))
    services().door.get(asked.context, entity, ident, ("id",))
    return answer_people(asked, given.get("q", ""))


@blueprint.post("/records/<entity>/<ident>/timeline/<activity>")
def tick(entity: str, ident: str, activity: str) -> Response:
    """Say that something is done, or not done after all: whatever else was changed of it meanwhile stays."""
    asked = _asked(entity)
    present = read_for_page(asked, ident)
    texts = typed_texts(request.form)
    opened = texts.get("done") == "false"
    values = {"done_at": None if opened else asked.context.now.isoformat()}
    services().door.update(asked.context, "activity", activity, values, None)
    here = record_url(asked.entity.name, present.id)
    return redirect(done_undoable(_timeline(here), "task_open" if opened else "task_done", asked.context))


def _timeline(here: str) -> str:
    return str(Address(here, (("tab", ACTIVITY),)))


def _asked(entity: str) -> Asked:
    return ask(reader(), context(), screen_of(context(), entity, "record"))
