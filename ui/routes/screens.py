"""The few addresses of pages; what they show comes from the metadata. Each asks the door and draws."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from flask import Blueprint, request

from framework.errors import (
    ArmatureError,
    ClashError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    MalformedError,
    NotFoundError,
)
from framework.extension import context, public, services, takes_files
from framework.fields.base import type_of
from framework.fields.link import several
from framework.permissions import policy_for
from framework.records.duplicates import DuplicateError
from framework.records.parse import closed
from i18n.lazy import msg
from ui.forms.aside import MOST_DEEP, carried_in, carrying, creations
from ui.forms.conflict import answer_conflict
from ui.forms.controls import inputs_of, typed_texts
from ui.forms.filled import Filled, blank, filled, followed, picked
from ui.forms.fitting import around, lacks
from ui.forms.languages import in_present_language
from ui.forms.layout import covers
from ui.forms.lines import as_new_lines, with_row_act
from ui.forms.picks import offering
from ui.forms.reading import read_for_form, read_for_page
from ui.forms.similar import similar_in, unheeded
from ui.forms.uploads import with_uploads
from ui.forms.whole import all_values_of, blank_with_lines
from ui.lists.export import answer_export
from ui.page.addresses import Address, list_url, new_url, record_url
from ui.page.asked import ABSENT, Asked, ask, screen_of
from ui.page.assets import send_asset
from ui.page.frame import every_entity, menu
from ui.page.reader import reader
from ui.page.render import answer, fragment, htmx, moved, redirect
from ui.page.toasts import done, done_undoable
from ui.pages.history import answer_history, restore_field
from ui.record.tabs import PARAMETERS
from ui.screens.base import OpenedKind
from ui.screens.form import answer_created, answer_form, answer_resolved
from ui.screens.list import answer_count, answer_list
from ui.screens.record import answer_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from framework.records import Record
    from metadata.snapshot import Screen
    from ui.forms.aside import Carried

blueprint = Blueprint("pages", __name__)

_REFUSED = (InvalidError, ClashError)
_CONFLICT = 409
_GONE = msg("This record is no longer there. What you typed is still here and can be saved as a new one.")


@blueprint.before_request
def present_name() -> Response | None:
    """Lead from the address with an entity's old name to the present one, with whatever was sent."""
    name = (request.view_args or {}).get("entity")
    if name is None:
        return None
    known = context()
    present = known.snapshot.aliases.get(name)
    if present is None or not policy_for(known.snapshot, known.actor).entity(present).visible:
        return None
    path = quote(request.path.replace(f"/records/{name}", f"/records/{present}", 1))
    return moved(str(Address(path, tuple(request.args.items(multi=True)))))


@blueprint.get("/")
def home() -> Response:
    """Lead to the first page of the person's menu."""
    return redirect(menu(context(), reader().words).first)


@blueprint.get("/records")
def entities() -> Response:
    """List every entity that the person may read."""
    heading = reader().words.text(msg("All entities"))
    return answer("page/entities.html", title=heading, heading=heading, items=every_entity(context(), reader().words))


@blueprint.get("/screens/<name>")
def screen(name: str) -> Response:
    """Answer a screen by its name."""
    found, kind = opened_screen(name)
    return kind.answer(reader(), context(), found, _address())


@blueprint.get("/screens/<name>/count")
def screen_count(name: str) -> Response:
    """Answer how many records a list has."""
    return answer_count(_ask(list_screen(name)), _address())


@blueprint.get("/records/<entity>")
def records(entity: str) -> Response:
    """Answer the list of an entity."""
    return answer_list(_ask(screen_of(context(), entity, "list")), _address())


@blueprint.get("/records/<entity>/count")
def records_count(entity: str) -> Response:
    """Answer how many records the list has."""
    return answer_count(_ask(screen_of(context(), entity, "list")), _address())


@blueprint.get("/screens/<name>/export")
def screen_export(name: str) -> Response:
    """Answer the records of a list as a file."""
    return answer_export(_ask(list_screen(name)), _address())


@blueprint.get("/records/<entity>/export")
def export(entity: str) -> Response:
    """Answer the records of the list as a file: its filter, and the fields that the actor reads."""
    asked = _ask(screen_of(context(), entity, "list"))
    return answer_export(asked, _address())


@blueprint.get("/records/<entity>/new")
def new(entity: str) -> Response:
    """Show the form that creates a record; the address may fill writable fields."""
    asked = _ask(screen_of(context(), entity, "form"))
    _require_creating(asked)
    fields = {one for name in asked.rights.creatable for one in inputs_of(asked.entity.fields[name])}
    given = closed(request.args.items(multi=True), frozenset(fields | {"from", "full", "sheet", "done"}))
    like, sheet = given.pop("from", None), _sheet(given.pop("sheet", ""))
    source = read_for_page(_ask(screen_of(context(), entity, "record")), like) if like else None
    # What is filled in must be seen, so the short form serves only where it has a place for all of it.
    short = source is None and "full" not in given and covers(asked, given)
    return answer_form(asked, blank_with_lines(asked, given, source, full=not short, sheet=sheet))


@blueprint.post("/records/<entity>/resolve")
@takes_files
def resolve(entity: str) -> Response:
    """Show the form as its conditions have it under what is typed so far; nothing is stored."""
    asked = _ask(screen_of(context(), entity, "form"))
    texts = with_row_act(asked, _typed(asked))
    ident = texts.get("_record")
    record = read_for_form(asked, ident) if ident else None
    texts, _ = with_uploads(asked, texts, creating=record is None)
    form = followed(asked, posted(texts, record))
    return answer_resolved(asked, form, frozenset(name.partition(".")[0] for name in texts))


@blueprint.post("/records/<entity>")
@takes_files
def create(entity: str) -> Response:
    """Create a record, or show the form again with what is to be mended."""
    asked = _ask(screen_of(context(), entity, "form"))
    _require_creating(asked)
    texts, refused = with_uploads(asked, _for_copy(asked, _typed(asked)), creating=True)
    form = replace(posted(texts, None), refused=refused)
    if form.carried:
        _require_waiting(form.carried)
        if "_back" in texts:
            return _answer_carried(form.carried, dict(form.carried.texts))
    values, faults = all_values_of(asked, form)
    if faults:
        return _refused(asked, form, InvalidError(msg("Some values are not valid"), faults))
    if (alike := _unheeded(asked, form, values)) is not None:
        return alike
    try:
        record = services().door.create(asked.context, entity, values, form.key)
    except _REFUSED as error:
        return _refused(asked, form, error)
    return _created(form, record)


@blueprint.post("/records/<entity>/aside")
@takes_files
def aside(entity: str) -> Response:
    """Show the form of a record that a link lacks, while the form with the link travels along."""
    asked = _ask(screen_of(context(), entity, "form"))
    texts, _ = with_uploads(asked, _typed(asked), creating="_record" not in request.form)
    name, _, target = texts.get("_aside", "").partition(":")
    field = asked.entity.fields.get(name)
    if field is None or name not in asked.rights.readable or target not in field.targets:
        raise NotFoundError(ABSENT)
    there = _ask(screen_of(context(), target, "form"))
    _require_creating(there)
    form = blank(there, {there.entity.title: texts.get(f"{name}.text", "")}, None)
    return answer_form(there, replace(form, carried=carrying(entity, name, texts)))


@blueprint.get("/records/<entity>/<ident>")
def record(entity: str, ident: str) -> Response:
    """Show one record."""
    given = closed(request.args.items(multi=True), PARAMETERS | {"done"})
    return answer_record(_ask(screen_of(context(), entity, "record")), ident, given)


@blueprint.get("/records/<entity>/<ident>/edit")
def edit(entity: str, ident: str) -> Response:
    """Show the form of one record."""
    asked = _ask(screen_of(context(), entity, "form"))
    return answer_form(asked, filled(asked, read_for_form(asked, ident)))


@blueprint.post("/records/<entity>/<ident>")
@takes_files
def update(entity: str, ident: str) -> Response:
    """Change a record; show the form again, or the conflict, if it was refused."""
    asked = _ask(screen_of(context(), entity, "form"))
    texts = _typed(asked)
    version = version_of(texts)
    try:
        present = read_for_form(asked, ident)
    except NotFoundError:
        return _gone(asked, texts)
    texts, refused = with_uploads(asked, texts, creating=False)
    form = picked(Filled(present, texts, texts.get("_seen", ""), version, None, refused=refused))
    values, faults = all_values_of(asked, form)
    if faults:
        return _refused(asked, form, InvalidError(msg("Some values are not valid"), faults))
    if (alike := _unheeded(asked, form, values)) is not None:
        return alike
    saved = present
    try:
        if values:
            saved = services().door.update(asked.context, entity, ident, values, version)
    except ConflictError as error:
        return answer_conflict(asked, form, read_for_page(asked, ident), error)
    except _REFUSED as error:
        return _refused(asked, form, error)
    here = record_url(entity, present.id)
    changed = saved.version != present.version
    return redirect(done_undoable(here, "saved", asked.context) if changed else done(here, "saved"))


@blueprint.post("/records/<entity>/<ident>/delete")
def delete(entity: str, ident: str) -> Response:
    """Move a record to the recycle bin."""
    known = _ask(screen_of(context(), entity, "record")).context
    services().door.delete(known, entity, ident, version_of(typed_texts(request.form)))
    return redirect(done_undoable(list_url(entity), "deleted", known))


@blueprint.post("/records/<entity>/<ident>/restore")
def restore(entity: str, ident: str) -> Response:
    """Take a record back from the recycle bin."""
    known = _ask(screen_of(context(), entity, "record")).context
    found = services().door.restore(known, entity, ident)
    return redirect(done_undoable(record_url(entity, found.id), "restored", known))


@blueprint.get("/records/<entity>/<ident>/history")
def history(entity: str, ident: str) -> Response:
    """Show what happened to a record."""
    return answer_history(_ask(screen_of(context(), entity, "record")), ident)


@blueprint.post("/records/<entity>/<ident>/history")
def restore_from_history(entity: str, ident: str) -> Response:
    """Give one field of a record the value that it had before a change."""
    return restore_field(_ask(screen_of(context(), entity, "form")), ident)


@blueprint.get("/records/<entity>/options/<field>")
def options(entity: str, field: str) -> Response:
    """Answer what a control offers, records or words in use: a list for the picker, a plain page without scripts."""
    asked = _ask(screen_of(context(), entity, "form"))
    found = asked.entity.fields.get(field)
    offers = None if found is None or field not in asked.rights.readable else offering(found)
    if found is None or offers is None:
        raise NotFoundError(ABSENT)
    # htmx sends the control itself, under the control's own name.
    sought = (request.args.get("q") or request.args.get(htmx.trigger_name or f"{field}.text") or "").strip()
    row = _row_of(htmx.trigger_name or "", field)
    typed = {name.removeprefix(row): text for name, text in request.args.items() if name.startswith(row)}
    about = around(asked, found, typed, (typed.get("id") if row else request.args.get("record")) or None)
    hits, sheet = offers(asked, found, sought, about), _sheet(request.args.get("sheet", ""))
    first = "" if hits else lacks(asked, found, about)
    if htmx:
        offered = tuple(creations(asked, found, sought, sheet))
        # In a row of lines the list bears the name of the row as well.
        list_id = htmx.target or f"{f's{sheet}-' if sheet else ''}f-{field}-list"
        return fragment("screens/options.html", hits=hits, creations=offered, list_id=list_id, first=first)
    heading = asked.text(found.label)
    return answer("page/options.html", title=heading, heading=heading, hits=hits, first=first)


def _row_of(control: str, field: str) -> str:
    """Give what the names of all controls of a line begin with, where the control stands in one."""
    row, found, _ = control.rpartition(f"{field}.text")
    return row if found else ""


@blueprint.get("/static/<wanted>/<path:path>")
@public
def static(wanted: str, path: str) -> Response:
    """Answer a static file."""
    return send_asset(wanted, path)


def opened_screen(name: str) -> tuple[Screen, OpenedKind]:
    """Give a screen that has an address of its own, and its kind. Raises NotFoundError where there is none."""
    found = context().snapshot.screens.get(name)
    kind = services().catalogue.screen_kinds.get(found.kind) if found else None
    if found is None or not isinstance(kind, OpenedKind):
        raise NotFoundError(ABSENT)
    return found, kind


def list_screen(name: str) -> Screen:
    """Give a list screen by its name. Raises NotFoundError where there is none."""
    found = context().snapshot.screens.get(name)
    if found is None or found.kind != "list":
        raise NotFoundError(ABSENT)
    return found


def list_left(entity: str) -> tuple[Asked, Address]:
    """Give the list in whose row a script did something: the page that stands open."""
    parts = urlsplit(htmx.current_url or "")
    name = parts.path.removeprefix("/screens/")
    asked = _ask(list_screen(name) if name != parts.path else screen_of(context(), entity, "list"))
    if asked.entity.name != entity:
        raise NotFoundError(ABSENT)
    return asked, Address(parts.path, tuple(parse_qsl(parts.query, keep_blank_values=True)))


def _ask(screen: Screen) -> Asked:
    return ask(reader(), context(), screen)


def _address() -> Address:
    path = request.path.removesuffix("/count").removesuffix("/export")
    return Address(path, tuple(request.args.items(multi=True)))


def _require_creating(asked: Asked) -> None:
    if not asked.rights.creatable:
        raise ForbiddenError(msg("You may not create records here"))


def _typed(asked: Asked) -> dict[str, str]:
    return in_present_language(asked, typed_texts(request.form, asked.entity))


def _for_copy(asked: Asked, texts: dict[str, str]) -> dict[str, str]:
    """Give what was typed without what belongs to the record that the form is about, where there is one."""
    if "_record" not in texts:
        return texts
    files = {name for name, field in asked.entity.fields.items() if type_of(field).uploaded}
    gone = {"_record", "_version", "_seen", *files}
    return as_new_lines(asked, {name: text for name, text in texts.items() if name.partition(".")[0] not in gone})


def _created(form: Filled, record: Record) -> Response:
    """Lead on from a record that was created: to its page, a new form, or the form that it was created for."""
    if form.carried:
        link = context().snapshot.entities[form.carried.entity].fields[form.carried.field]
        value = f"{record.entity}/{record.id}" if several(link) else record.id
        return _answer_carried(form.carried, form.carried.with_link(value, record.title or record.id))
    if form.sheet and htmx:
        return answer_created(record)
    if form.texts.get("_then") == "new":
        return redirect(done(new_url(record.entity), "created"))
    return redirect(done(record_url(record.entity, record.id), "created"))


def posted(texts: dict[str, str], record: Record | None) -> Filled:
    """Give the form as it was posted, wherever it lies."""
    key, seen, version = texts.get("_key") or None, texts.get("_seen", ""), version_of(texts)
    return Filled(
        record, texts, seen, version, key, "_full" in texts, _sheet(texts.get("_sheet", "")), carried_in(texts)
    )


def _sheet(text: str) -> int:
    """Read how deep a sheet lies; nothing stands for a page. Raises MalformedError for a depth there is not."""
    if text not in {"", *map(str, range(MOST_DEEP + 1))}:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=text[:40]))
    return int(text or 0)


def _require_waiting(carried: Carried) -> None:
    """Raise before anything is written, if no form of ours waits for the record."""
    asked = _ask(screen_of(context(), carried.entity, "form"))
    field = asked.entity.fields.get(carried.field)
    if field is None or not field.targets:
        raise NotFoundError(ABSENT)
    posted(dict(carried.texts), None)


def _answer_carried(carried: Carried, texts: dict[str, str]) -> Response:
    """Show the form that travelled along, where it waited."""
    asked = _ask(screen_of(context(), carried.entity, "form"))
    ident = texts.get("_record")
    try:
        return answer_form(asked, posted(texts, read_for_form(asked, ident) if ident else None))
    except NotFoundError:
        return _gone(asked, texts)


def version_of(texts: dict[str, str]) -> int | None:
    """Give the record version of a form. Raises MalformedError for what is no number."""
    text = texts.get("_version")
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < len("1000000000"):
        return int(text)
    raise MalformedError(msg("The record version in this form is not a number"))


def _unheeded(asked: Asked, form: Filled, values: Mapping[str, object]) -> Response | None:
    """Show the form once more with what is alike, where its sender has no scripts that told of it."""
    found = () if htmx else unheeded(asked, form, values)
    if not found or (form.key and services().door.is_sent(asked.context, form.key)):
        return None  # what is alike may be what the same form made when it was sent before
    return answer_form(asked, replace(form, alike=found))


def _refused(asked: Asked, form: Filled, error: ArmatureError) -> Response:
    status = _CONFLICT if isinstance(error, ClashError) else error.status
    if isinstance(error, DuplicateError):
        form = replace(form, alike=similar_in(asked, form))
    return answer_form(asked, form, status=status, error=error)


def _gone(asked: Asked, texts: dict[str, str]) -> Response:
    """Keep what was typed into a record that somebody deleted meanwhile, to be created anew."""
    if not asked.rights.creatable:
        raise NotFoundError(ABSENT)
    texts, _ = with_uploads(asked, texts, creating=True)
    typed = {name: text for name, text in texts.items() if not name.startswith("_")}
    form = blank(asked, typed, None, full=True)
    return answer_form(asked, form, status=NotFoundError.status, error=NotFoundError(_GONE))
