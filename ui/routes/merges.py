"""The addresses of duplicates: what a form's record is alike, records beside each other, and merging them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import (
    ArmatureError,
    ClashError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    MalformedError,
)
from framework.extension import context, services, takes_files
from framework.records.changes import known_id
from framework.records.merging import MOST_MERGED, Merging, require_merging
from i18n.lazy import msg
from ui.forms.controls import typed_texts
from ui.forms.reading import read_for_form
from ui.forms.similar import similar_in, why_of
from ui.forms.uploads import with_uploads
from ui.page.addresses import job_url, record_url
from ui.page.asked import ask, screen_of
from ui.page.reader import reader
from ui.page.render import answer, redirect
from ui.page.toasts import done_undoable
from ui.record.comparing import TAKE, Refusal, Wanted, address_of_merge, comparison_of, read_compared, values_taken
from ui.routes.screens import posted, present_name
from ui.screens.form import answer_similar
from ui.values.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from framework.errors import Fault
    from framework.records import Record
    from ui.page.asked import Asked

blueprint = Blueprint("merging", __name__)
blueprint.before_request(present_name)

_FEW = msg("Tick two to %(most)s rows to merge them", most=MOST_MERGED)
_CHANGED = msg("One of the records was changed meanwhile. Look once more, then merge.")


@blueprint.post("/records/<entity>/similar")
@takes_files
def similar(entity: str) -> Response:
    """Show what is alike the record as a form has it; nothing is stored."""
    asked = _asked(entity, "form")
    texts = typed_texts(request.form, asked.entity)
    ident = texts.get("_record")
    record = read_for_form(asked, ident) if ident else None
    texts, _ = with_uploads(asked, texts, creating=record is None)
    form = posted(texts, record)
    return answer_similar(replace(form, alike=similar_in(asked, form)))


@blueprint.get("/records/<entity>/<ident>/merge")
def compare(entity: str, ident: str) -> Response:
    """Show a record beside those that the address names, else beside those that are alike."""
    asked = _asked(entity, "record")
    named = request.args.getlist("with")
    if set(request.args) - {"with"} or len(named) >= MOST_MERGED:
        raise MalformedError(_FEW)
    found = services().door.similar(asked.context, entity, ident)
    why = {one.ident: why_of(asked, one.rules) for one in found}
    records = read_compared(asked, [ident, *(named or why)])
    return _answer(asked, records, why, Wanted())


@blueprint.post("/records/<entity>/<ident>/merge")
def merge(entity: str, ident: str) -> Response:
    """Merge records as chosen; show them again with what is in the way."""
    asked, given = _asked(entity, "record"), request.form
    require_merging(asked.context, entity)
    versions = dict(_known(one) for one in given.getlist("record"))
    keep, chosen = given.get("_keep", ident), set(given.getlist("merge")) or set(versions)
    take = {name.removeprefix(TAKE): given[name] for name in given if name.startswith(TAKE)}
    others = tuple((one, version) for one, version in versions.items() if one in chosen and one != keep)
    if keep not in versions or not others:
        raise MalformedError(_FEW)
    records = read_compared(asked, [ident, *(one for one in versions if one != ident)])
    some = [one for one in records if one.id == keep or one.id in chosen]
    wanted = Wanted(keep, frozenset(chosen | {keep}), take)
    try:
        values = values_taken(asked, some, keep, take)
        merged = services().jobs.merge(asked.context, Merging(entity, keep, versions[keep], others, values))
    except (ConflictError, ClashError, InvalidError, ForbiddenError) as error:
        return _refused(asked, records, wanted, error)
    if isinstance(merged, str):
        return redirect(job_url(merged))
    return redirect(done_undoable(record_url(asked.entity.name, merged.id), "merged", asked.context))


@blueprint.post("/records/<entity>/selected/merge")
def merge_selected(entity: str) -> Response:
    """Lead on from the ticked rows of a list to the page that compares them."""
    asked = _asked(entity, "record")
    idents = list(dict.fromkeys(known_id(one) for one in request.form.getlist("id")))
    if not 1 < len(idents) <= MOST_MERGED or "all" in request.form:
        raise MalformedError(_FEW)
    return redirect(address_of_merge(asked.entity.name, idents))


def _asked(entity: str, kind: str) -> Asked:
    known = context()
    return ask(reader(), known, screen_of(known, entity, kind))


def _known(text: str) -> tuple[str, int]:
    """Give a record and the version that its reader knew. Raises MalformedError."""
    ident, _, version = text.partition(":")
    if not (version.isascii() and version.isdigit() and len(version) < len("1000000000")):
        raise MalformedError(msg("The record version in this form is not a number"))
    return ident, int(version)


def _refused(asked: Asked, records: Sequence[Record], wanted: Wanted, error: ArmatureError) -> Response:
    conflict = isinstance(error, ConflictError)
    problem = asked.text(_CHANGED if conflict else error.detail)
    refusals = () if conflict else tuple(_refusal(asked, fault) for fault in error.faults)
    status = ClashError.status if conflict else error.status
    return _answer(asked, records, {}, wanted, problem, refusals, status)


def _refusal(asked: Asked, fault: Fault) -> Refusal:
    """Give why a record may not be moved, or which field is at fault."""
    entity, _, ident = fault.pointer.lstrip("/").partition("/")
    text = asked.text(fault.message)
    if ident:
        return Refusal(text, title_of(asked.context, entity, ident) or ident, record_url(entity, ident))
    field = asked.entity.fields.get(entity)
    return Refusal(text, asked.text(field.label) if field else "")


def _answer(
    asked: Asked,
    records: Sequence[Record],
    why: dict[str, str],
    wanted: Wanted,
    problem: str = "",
    refusals: tuple[Refusal, ...] = (),
    status: int = 200,
) -> Response:
    here = record_url(asked.entity.name, records[0].id)
    view = comparison_of(asked, here, records, why, wanted, problem, refusals)
    return answer("screens/compare.html", title=view.heading, status=status, compared=view)
