"""The addresses at which something is done with many rows of a list: those ticked, or all that match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, request

from framework.errors import InvalidError, MalformedError
from framework.extension import context, services
from framework.fields.base import ValueRefusedError
from framework.fields.key import record_id
from framework.jobs.many import CHANGE, DELETE, RUN, matching, require_change, require_removal, require_run
from framework.jobs.parts import MOST_AT_ONCE
from framework.jobs.payload import packed
from framework.plans import Count
from framework.transfer.exporting import Which
from i18n.lazy import msg
from metadata.expressions import to_text
from ui.forms.acting import Around, action_view, given_inputs
from ui.forms.controls import typed_texts
from ui.forms.many import Wanted, many_view, values_for
from ui.lists.columns import table_of
from ui.lists.export import answer_file, which_of
from ui.lists.state import state_of
from ui.page.addresses import address_of, job_url, list_url, own_path
from ui.page.asked import ask, screen_of
from ui.page.reader import reader
from ui.page.render import answer, redirect
from ui.page.toasts import done, done_undoable
from ui.routes.screens import list_screen, present_name
from ui.screens.list import MOST_LOADED, list_request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from framework.errors import Fault
    from framework.plans import Query
    from metadata.snapshot import Action
    from ui.page.asked import Asked

blueprint = Blueprint("selection", __name__)
blueprint.before_request(present_name)

_NOTHING_TICKED = msg("Tick at least one row first")
_KEPT = ("list", "all")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which records: these, or where `idents` is None all that match; and the list that one goes back to."""

    idents: tuple[str, ...] | None
    condition: str | None
    search: str | None
    count: int
    back: str

    @property
    def named(self) -> dict[str, Any]:
        """What a job is told of them."""
        if self.idents is not None:
            return {"ids": self.idents}
        return {"filter": self.condition, "search": self.search}


@blueprint.post("/records/<entity>/selected")
def form(entity: str) -> Response:
    """Show the form that changes the chosen records; `field` picks one of its fields already."""
    asked = _list_of(entity)
    chosen = _chosen(asked)
    return _answer_form(asked, chosen, Wanted(picked=tuple(request.form.getlist("field"))))


@blueprint.post("/records/<entity>/selected/change")
def change(entity: str) -> Response:
    """Change the chosen records; show the form again where the values themselves are at fault."""
    asked = _list_of(entity)
    chosen = _chosen(asked)
    given = request.form
    wanted = Wanted(tuple(given.getlist("field")), frozenset(given.getlist("clear")), typed_texts(given, asked.entity))
    values, faults = values_for(asked, wanted)
    if faults or not values:
        return _answer_form(asked, chosen, wanted, faults, 422)
    try:
        require_change(asked.context, entity, values)
    except InvalidError as error:
        return _answer_form(asked, chosen, wanted, error.faults, error.status)
    return _carried_out(asked, chosen, CHANGE.name, {"entity": asked.entity.name, "values": values}, "changed_many")


@blueprint.post("/records/<entity>/selected/delete")
def delete(entity: str) -> Response:
    """Move the chosen records to the recycle bin."""
    asked = _list_of(entity)
    chosen = _chosen(asked)
    require_removal(asked.context, asked.entity.name)
    return _carried_out(asked, chosen, DELETE.name, {"entity": asked.entity.name}, "deleted_many")


@blueprint.post("/records/<entity>/selected/do")
def do(entity: str) -> Response:
    """Do an action with each of the chosen records, after asking for its inputs; what is left blank is as suggested."""
    asked = _list_of(entity)
    chosen, texts = _chosen(asked), typed_texts(request.form)
    action = require_run(asked.context, asked.entity.name, texts.get("action", ""))
    if action.inputs.fields and "asked" not in texts:
        return _answer_action(asked, chosen, action, {})
    values, faults = given_inputs(asked, action, texts)
    if faults:
        return _answer_action(asked, chosen, action, texts, faults, 422)
    inputs = {name: value for name, value in values.items() if value is not None}
    payload = {"entity": asked.entity.name, "action": action.name, "inputs": inputs}
    return _carried_out(asked, chosen, RUN.name, payload, "action_done")


@blueprint.post("/records/<entity>/selected/export")
def export(entity: str) -> Response:
    """Answer the chosen records as a file. Raises ForbiddenError without the ability."""
    asked = _list_of(entity)
    which = which_of(_matching(asked)) if "all" in request.form else Which(idents=_ticked())
    return answer_file(asked, which, request.form.get("format"))


def _list_of(entity: str) -> Asked:
    """Give the list that the form was on, which must be one of the entity's."""
    path = (own_path(request.form.get("list", "")) or "").partition("?")[0]
    name = path.removeprefix("/screens/")
    screen = list_screen(name) if name != path else screen_of(context(), entity, "list")
    asked = ask(reader(), context(), screen)
    if asked.entity.name != entity:
        raise MalformedError(msg("This list is one of other records"))
    return asked


def _chosen(asked: Asked) -> Chosen:
    """Give the records that were chosen. Raises MalformedError where there are none."""
    back = address_of(own_path(request.form.get("list", "")) or list_url(asked.entity.name))
    if "all" in request.form:
        query = _matching(asked)
        count = services().door.count(asked.context, replace(query, sort=(), count=Count.EXACT)).count
        condition = to_text(query.filter) if query.filter is not None else None
        found = Chosen(None, condition, query.search, count, str(back))
        return _few(asked, found) if 0 < count <= MOST_AT_ONCE else _some(found)
    idents = _ticked()
    return Chosen(idents, None, None, len(idents), str(back))


def _ticked() -> tuple[str, ...]:
    idents = tuple(dict.fromkeys(_ident(text) for text in request.form.getlist("id")))
    if len(idents) > MOST_LOADED:
        raise MalformedError(msg("At most %(most)s rows can be ticked", most=MOST_LOADED))
    if not idents:
        raise MalformedError(_NOTHING_TICKED)
    return idents


def _matching(asked: Asked) -> Query:
    """Give the query of all records that the list shows from its first row."""
    back = address_of(own_path(request.form.get("list", "")) or list_url(asked.entity.name))
    here = back.without({"after", "loaded", "count", "group", "opened"})
    return list_request(asked, here, table_of(asked, ()), state_of(asked, here))


def _some(chosen: Chosen) -> Chosen:
    if not chosen.count:
        raise MalformedError(_NOTHING_TICKED)
    return chosen


def _few(asked: Asked, chosen: Chosen) -> Chosen:
    """Name the records, where they are so few that they are written while somebody waits."""
    idents = matching(
        services().door, asked.context, asked.entity.name, chosen.condition, chosen.search, most=MOST_AT_ONCE
    )
    return _some(replace(chosen, idents=tuple(idents), count=len(idents)))


def _ident(text: str) -> str:
    try:
        return record_id(text)
    except ValueRefusedError:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=text[:40])) from None


def _answer_form(
    asked: Asked, chosen: Chosen, wanted: Wanted, faults: Sequence[Fault] = (), status: int = 200
) -> Response:
    require_change(asked.context, asked.entity.name, {})
    url = f"{list_url(asked.entity.name)}/selected/change"
    view = many_view(asked, url, chosen.back, chosen.count, _kept(chosen), wanted, faults)
    return answer("screens/many.html", title=view.heading, status=status, many=view)


def _answer_action(
    asked: Asked,
    chosen: Chosen,
    action: Action,
    texts: Mapping[str, str],
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> Response:
    number, count = asked.reader.formats.integer(chosen.count), chosen.count
    what = asked.counted(asked.entity, count)
    about = asked.text(msg("%(count)s %(what)s", count=number, what=what))
    url = f"{list_url(asked.entity.name)}/selected/do"
    kept = (*_kept(chosen), ("action", action.name), ("asked", "1"))
    view = action_view(asked, action, texts, Around(url, chosen.back, about, kept), faults)
    return answer("screens/action.html", title=view.heading, status=status, form=view)


def _kept(chosen: Chosen) -> list[tuple[str, str]]:
    """Give what says in the next form which records are meant."""
    kept = [(name, request.form[name]) for name in _KEPT if name in request.form]
    return kept if "all" in request.form else [*kept, *(("id", ident) for ident in chosen.idents or ())]


def _carried_out(asked: Asked, chosen: Chosen, kind: str, payload: Mapping[str, Any], what: str) -> Response:
    """Have it done, at once where the records are few; lead back to the list, or to what was left and why."""
    jobs, known, whole = services().jobs, asked.context, {**payload, **chosen.named}
    ident = _once(whole)
    if chosen.idents is None or chosen.count > MOST_AT_ONCE:
        return redirect(job_url(jobs.ask(known, kind, whole, chosen.count, ident)))
    job = jobs.do(known, kind, whole, chosen.count, ident)
    if job.failed:
        return redirect(job_url(job.id))
    if not job.undoable:
        return redirect(done(chosen.back, "changed_none"))
    return redirect(done_undoable(chosen.back, what, known, job.id))


def _once(payload: Mapping[str, Any]) -> str:
    """Give the id of the job: the same for the same request from the same page, so that it is carried out once."""
    try:
        page = UUID(request.form.get("_key", ""))
    except ValueError:
        page = uuid4()
    return str(uuid5(page, f"{context().actor.id} {request.path} {packed(payload)}"))
