"""The addresses beside a record's page: what is noted and done, and its fields one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, request

from framework.errors import ClashError, ConflictError, InvalidError, NotFoundError
from framework.extension import context, services, takes_files
from framework.records.parse import closed
from i18n.lazy import msg
from ui.boards.moves import FIRST, lacking
from ui.forms.conflict import answer_conflict
from ui.forms.controls import typed_texts
from ui.forms.filled import Filled, filled, writable
from ui.forms.reading import read_for_form, read_for_page
from ui.forms.uploads import with_uploads
from ui.forms.whole import all_values_of
from ui.lists.ticks import may_be_ticked, ticked_value
from ui.page.addresses import Address, own_path, record_url
from ui.page.asked import ABSENT, ask, screen_of
from ui.page.people import face
from ui.page.reader import reader
from ui.page.render import answer, fragment, htmx, is_fragment, redirect
from ui.page.toasts import DONE_WORDS, done_undoable
from ui.record import access as access_pages
from ui.record.composer import refused, write
from ui.record.people import answer_people
from ui.record.stages import stage_field
from ui.record.tabs import ACTIVITY, PARAMETERS
from ui.routes.screens import list_left, present_name, version_of
from ui.screens.form import Change, answer_asking, answer_field, answer_form
from ui.screens.list import answer_row
from ui.screens.record import answer_record

if TYPE_CHECKING:
    from flask import Response

    from metadata.snapshot import Field
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


@blueprint.get("/records/<entity>/<ident>/fields/<field>")
def field(entity: str, ident: str, field: str) -> Response:
    """Show the control of just one field of a record."""
    asked = _form(entity)
    name = _writable(asked, field)
    form = replace(filled(asked, read_for_form(asked, ident)), only=(name,))
    return answer_field(asked, form, _place(name, htmx.target or ""), record_url(asked.entity.name, ident))


@blueprint.post("/records/<entity>/<ident>/fields/<field>")
@takes_files
def change_field(entity: str, ident: str, field: str) -> Response:
    """Change one field of a record; show its control again, or the conflict, if that was refused."""
    asked = _form(entity)
    name = _writable(asked, field)
    texts = typed_texts(request.form, asked.entity)
    present = read_for_form(asked, ident)
    texts, sent = with_uploads(asked, texts, creating=False)
    here, place = record_url(asked.entity.name, present.id), _place(name, texts.get("_place", ""))
    form = Filled(present, texts, texts.get("_seen", ""), version_of(texts), None, only=(name,), refused=sent)
    try:
        values = _values(asked, form)
        saved = services().door.update(asked.context, entity, ident, values, form.version) if values else present
    except ConflictError as error:
        return answer_conflict(asked, replace(form, only=()), read_for_page(asked, ident), error)
    except (InvalidError, ClashError) as error:
        return answer_field(asked, form, place, here, error)
    changed = saved.version != present.version
    if place.startswith("cell-") and htmx:
        return answer_row(*list_left(entity), ident, asked.text(msg("Saved")) if changed else "")
    url = str(_where(here))
    return redirect(f"{done_undoable(url, 'saved', asked.context) if changed else url}#{place}")


@blueprint.post("/records/<entity>/<ident>/ticks/<field>")
def tick_row(entity: str, ident: str, field: str) -> Response:
    """Tick a field of a record in its row, or clear it: whatever else was changed of it meanwhile stays."""
    asked, texts = _form(entity), typed_texts(request.form)
    found, on = asked.entity.fields[_writable(asked, field)], texts.get("on") != "false"
    if not may_be_ticked(found):
        raise NotFoundError(ABSENT)
    values = {found.name: ticked_value(asked, found, on=on)}
    services().door.update(asked.context, entity, ident, values, None)
    what = "task_done" if on else "task_open"
    if is_fragment("row-acts"):
        return answer_row(*list_left(entity), ident, asked.text(DONE_WORDS[what]))
    url = own_path(texts.get("next", "")) or record_url(asked.entity.name, ident)
    return redirect(done_undoable(url, what, asked.context))


@blueprint.post("/records/<entity>/<ident>/stage")
@takes_files
def move(entity: str, ident: str) -> Response:
    """Move a record to another stage; ask for what that lacks, or show the form with what is in the way."""
    asked, page = _form(entity), _asked(entity)
    stage = stage_field(page)
    if stage is None or stage.name not in asked.rights.writable:
        raise NotFoundError(ABSENT)
    texts = typed_texts(request.form, asked.entity)
    to, asked_before = texts.get("_to", ""), tuple(name for name in texts.get("_only", "").split(",") if name)
    before = read_for_form(asked, ident)
    texts, sent = with_uploads(asked, texts, creating=False)
    typed = {name: text for name, text in texts.items() if name.partition(".")[0] in asked_before}
    form = Filled(before, typed, "", version_of(texts), None, sheet=1, only=asked_before, refused=sent)
    here = record_url(asked.entity.name, before.id)
    try:
        values = {**_values(asked, form), stage.name: to}
        services().door.update(asked.context, entity, ident, values, form.version)
    except ConflictError as error:
        whole = Filled(before, {**typed, stage.name: to}, "", form.version, None)
        return answer_conflict(asked, whole, read_for_page(asked, ident), error)
    except InvalidError as error:
        return _lacking(asked, stage, to, form, error)
    return redirect(done_undoable(str(_where(here)), "moved", asked.context))


def _lacking(asked: Asked, stage: Field, to: str, form: Filled, error: InvalidError) -> Response:
    """Ask in a sheet for what a move lacks; where something else stands in its way, show the whole form with it."""
    assert form.record is not None  # noqa: S101  (a move is of a record)
    only = lacking(asked, stage, error, form.only)
    if not only:
        whole = filled(asked, form.record)
        texts = {**whole.texts, **form.texts, stage.name: to}
        return answer_form(asked, replace(whole, texts=texts), status=error.status, error=error)
    here = record_url(asked.entity.name, form.record.id)
    option = stage.choices.options.get(to) if stage.choices else None
    change = Change(
        heading=asked.text(msg("Move to %(stage)s", stage=option.label if option else to)),
        url=f"{here}/stage",
        back_url=here,
        inputs=(("_version", str(form.version)), ("_to", to), ("_only", ",".join(only))),
        hint=asked.text(FIRST),
    )
    # The conditions of the fields are judged as if the record had moved already.
    under = replace(form, texts={**form.texts, stage.name: to}, only=only, lacks=True)
    return answer_asking(asked, under, change, error)


def _values(asked: Asked, form: Filled) -> dict[str, Any]:
    values, faults = all_values_of(asked, form)
    if faults:
        raise InvalidError(InvalidError.title, faults)
    return {name: value for name, value in values.items() if name in form.only}


def _writable(asked: Asked, name: str) -> str:
    """Give the name of a field that the actor may write by itself. Raises NotFoundError for any other."""
    if name not in {one.name for one in writable(asked, creating=False) if one.lines is None}:
        raise NotFoundError(ABSENT)
    return name


def _place(name: str, wanted: str) -> str:
    """Give the id of the place on the page where the field stands."""
    return wanted if wanted == f"key-{name}" or wanted.startswith(f"cell-{name}-") else f"fact-{name}"


def _where(here: str) -> Address:
    """Give the address of the record's page as the person has it open, with its tab."""
    parts = urlsplit(htmx.current_url or "")
    known = [pair for pair in parse_qsl(parts.query) if pair[0] in PARAMETERS - {"after"}]
    return Address(here, tuple(known) if parts.path == here else ())


@blueprint.get("/records/<entity>/<ident>/editing")
def editing(entity: str, ident: str) -> Response:
    """Tell who else edits a record just now."""
    return _answer_editing(_asked(entity), ident)


@blueprint.post("/records/<entity>/<ident>/editing")
def announce(entity: str, ident: str) -> Response:
    """Tell others that one edits a record, and be told who else does."""
    asked = _asked(entity)
    services().door.announce(asked.context, entity, ident)
    return _answer_editing(asked, ident)


def _answer_editing(asked: Asked, ident: str) -> Response:
    found = services().door.editing(asked.context, asked.entity.name, ident)
    people = tuple(face(one.id, one.title) for one in found if one.title)
    return fragment("screens/editing.html", people=people, unnamed=len(found) - len(people))


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


@blueprint.get("/records/<entity>/<ident>/access")
def access(entity: str, ident: str) -> Response:
    """Explain who may do what with a record: oneself, or whom those who manage people ask about."""
    asked = _asked(entity)
    given = closed(request.args.items(multi=True), access_pages.PARAMETERS)
    known = asked.readable(("id", "owner", "created_by", "updated_by"))
    links = tuple(one.name for one in known if one.leads_to)
    found = services().door.get(asked.context, entity, ident, tuple(one.name for one in known), links)
    view = access_pages.access_of(asked, found, given)
    heading = asked.text(msg("Who can see this") if view.manages else msg("What you may do here"))
    return answer("screens/access.html", title=f"{heading}: {view.title}", heading=heading, access=view)


@blueprint.get("/records/<entity>/<ident>/access/people")
def access_people(entity: str, ident: str) -> Response:
    """Answer people whom one may ask about, for the picker."""
    asked = _asked(entity)
    services().door.get(asked.context, entity, ident, ("id",))
    given = closed(request.args.items(multi=True), frozenset({"person.text", "q"}))
    hits = access_pages.people_found(asked, (given.get("person.text") or given.get("q") or "").strip())
    return fragment("screens/options.html", hits=hits, creations=(), list_id="f-person-list")


def _timeline(here: str) -> str:
    return str(_where(here).having("tab", ACTIVITY))


def _form(entity: str) -> Asked:
    return ask(reader(), context(), screen_of(context(), entity, "form"))


def _asked(entity: str) -> Asked:
    return ask(reader(), context(), screen_of(context(), entity, "record"))
