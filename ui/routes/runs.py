"""The addresses at which actions are done with a record: what is asked for, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ArmatureError, ClashError, ForbiddenError, InvalidError, NotFoundError
from framework.extension import context, services
from framework.records.parse import closed
from framework.records.runs import require_action
from ui.forms.acting import Around, action_view, given_inputs, inputs_of_action, suggestions
from ui.forms.controls import typed_texts
from ui.forms.picks import picks
from ui.page.addresses import action_url, own_path, record_url
from ui.page.asked import ABSENT, ask, screen_of
from ui.page.reader import reader
from ui.page.render import answer, fragment, htmx, is_fragment, redirect
from ui.page.toasts import done_undoable
from ui.routes.screens import list_left, present_name
from ui.screens.list import answer_row
from ui.values.titles import title_of

if TYPE_CHECKING:
    from flask import Response

    from framework.records.ran import Ran
    from metadata.snapshot import Action
    from ui.forms.acting import ActionView
    from ui.page.asked import Asked

blueprint = Blueprint("runs", __name__)
blueprint.before_request(present_name)

_SHEETS = ("1", "2")
_ROW = "row-acts"
"""The id of the form that the buttons of rows belong to."""
_CONFLICT = 409


@blueprint.get("/records/<entity>/<ident>/actions/<name>")
def show(entity: str, ident: str, name: str) -> Response:
    """Show what an action asks for, with what is suggested for the record."""
    asked, action = _asked(entity, name)
    given = closed(request.args.items(multi=True), frozenset({"sheet"}))
    values = services().door.suggested(asked.context, entity, ident, name)
    texts = suggestions(asked, action, values)
    sheet = int(given["sheet"]) if given.get("sheet") in _SHEETS else 0
    about = title_of(asked.context, entity, ident) or ""
    around = Around(action_url(entity, ident, name), record_url(entity, ident), about, sheet=sheet)
    return _answer(action_view(asked, action, texts, around))


@blueprint.post("/records/<entity>/<ident>/actions/<name>")
def run(entity: str, ident: str, name: str) -> Response:
    """Do an action with a record; show what it asks for again, if it was refused."""
    asked, action = _asked(entity, name)
    texts = typed_texts(request.form)
    values, faults = given_inputs(asked, action, texts)
    error: InvalidError | ClashError | ForbiddenError | None = None
    if not faults:
        try:
            ran = services().door.run(asked.context, entity, ident, name, values, texts.get("_key") or None)
        except (InvalidError, ClashError, ForbiddenError) as refused:
            error, faults = refused, list(refused.faults)
        else:
            if is_fragment(_ROW):
                return answer_row(*list_left(entity), ident, asked.text(action.label), ran.op_id)
            return redirect(_opened(asked, ran, texts.get("next", "")))
    if is_fragment(_ROW):
        return _refused_in_row(action_url(entity, ident, name), error)
    status = _CONFLICT if isinstance(error, ClashError) else error.status if error else InvalidError.status
    about = title_of(asked.context, entity, ident)
    if about is None:
        raise NotFoundError(ABSENT)
    sheet = int(texts["_sheet"]) if texts.get("_sheet") in _SHEETS else 0
    kept = (("next", texts["next"]),) if texts.get("next") else ()
    around = Around(action_url(entity, ident, name), record_url(entity, ident), about, kept, sheet)
    return _answer(action_view(asked, action, texts, around, faults, error), status)


@blueprint.get("/records/<entity>/actions/<name>/options/<field>")
def options(entity: str, name: str, field: str) -> Response:
    """Answer the records that an input may lead to: a list for the picker, a plain page without scripts."""
    asked, action = _asked(entity, name)
    found = action.inputs.fields.get(field)
    if found is None or not found.targets:
        raise NotFoundError(ABSENT)
    sought = (request.args.get("q") or request.args.get(f"{field}.text") or "").strip()[:200]
    hits = picks(inputs_of_action(asked, action), found, sought)
    if htmx:
        list_id = f"{(htmx.target or '').removesuffix('-list')}-list"
        return fragment("screens/options.html", hits=hits, creations=(), list_id=list_id)
    return answer("page/options.html", title=asked.text(found.label), heading=asked.text(found.label), hits=hits)


def _asked(entity: str, name: str) -> tuple[Asked, Action]:
    asked = ask(reader(), context(), screen_of(context(), entity, "record"))
    return asked, require_action(asked.context, entity, name)[1]


def _refused_in_row(url: str, error: ArmatureError | None) -> Response:
    """Say beside the list why it was not done; lead to the form of what needs inputs since the list was drawn."""
    if error is None:
        return redirect(url)
    # The first reason says it best; the rest follows once that is mended.
    raise type(error)(error.faults[0].message if error.faults else error.detail, error.faults)


def _opened(asked: Asked, ran: Ran, wanted: str) -> str:
    """Give the page that shows what came of it: where one was, else the record that the action opens."""
    back = own_path(wanted)
    seen = title_of(asked.context, ran.open_entity, ran.open_id) is not None
    url = back or (record_url(ran.open_entity, ran.open_id) if seen else record_url(asked.entity.name, ran.open_id))
    return done_undoable(url, "action_done", asked.context, ran.op_id)


def _answer(view: ActionView, status: int = 200) -> Response:
    if view.around.sheet and htmx:
        return fragment("screens/action_sheet.html", status=status, form=view)
    return answer("screens/action.html", title=view.heading, status=status, form=view)
