"""The addresses beside a list: its filter builder, and its saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ForbiddenError, MalformedError, NotFoundError
from framework.extension import context, services
from framework.records.names import present_entity
from framework.records.parse import closed, list_query
from i18n.lazy import msg
from ui.lists.builder_view import answer_builder
from ui.lists.state import OWN_PARAMETERS
from ui.lists.views import ENTITY, OF_SCREENS
from ui.lists.written import asked_columns
from ui.page.addresses import Address, address_of, list_url, own_path
from ui.page.asked import ABSENT, ask, screen_of
from ui.page.reader import reader
from ui.page.render import redirect
from ui.routes.screens import opened_screen, present_name

if TYPE_CHECKING:
    from flask import Response

    from framework.records import Record
    from ui.page.asked import Asked

blueprint = Blueprint("lists", __name__)
blueprint.before_request(present_name)

_STATE = frozenset({"filter", "columns", "sort"})
_KNOWN = frozenset({"name", "shared", "pinned", "list", "_csrf"}) | _STATE
_NOT_YOURS = msg("Only its owner changes a shared view; save it under a name of your own")


@blueprint.get("/records/<entity>/filter")
def entity_filter(entity: str) -> Response:
    """Show the filter builder of an entity's list."""
    return answer_builder(_list_of(entity), _address())


@blueprint.get("/screens/<name>/filter")
def screen_filter(name: str) -> Response:
    """Show the filter builder of a screen that is filtered as a list is."""
    found, kind = opened_screen(name)
    if not kind.filtered:
        raise NotFoundError(ABSENT)
    return answer_builder(ask(reader(), context(), found), _address())


@blueprint.post("/records/<entity>/views")
def create(entity: str) -> Response:
    """Save the state of a list as a new view of the person's own, and open it."""
    asked = _list_of(entity)
    given = closed(request.form.items(multi=True), _KNOWN)
    made = services().door.create(asked.context, ENTITY, {**_values(asked, given), "entity": asked.entity.name})
    return _opened(asked, given, made.id)


@blueprint.post("/records/<entity>/views/<ident>")
def change(entity: str, ident: str) -> Response:
    """Save the state of a list, or a name and a place, into a view of the person's own."""
    asked = _list_of(entity)
    given = closed(request.form.items(multi=True), _KNOWN)
    found = _own(asked, ident)
    services().door.update(asked.context, ENTITY, found.id, _values(asked, given), None)
    return _opened(asked, given, found.id)


@blueprint.post("/records/<entity>/views/<ident>/delete")
def delete(entity: str, ident: str) -> Response:
    """Delete a view of the person's own; the list stays."""
    asked = _list_of(entity)
    given = closed(request.form.items(multi=True), frozenset({"list", "_csrf"}))
    services().door.delete(asked.context, ENTITY, _own(asked, ident).id, None)
    return redirect(str(_back(asked, given).having("done", "view_deleted")))


def _list_of(entity: str) -> Asked:
    return ask(reader(), context(), screen_of(context(), entity, "list"))


def _address() -> Address:
    return Address(request.path.removesuffix("/filter"), tuple(request.args.items(multi=True)))


def _own(asked: Asked, ident: str) -> Record:
    """Give a view of this list that is the person's. Raises NotFoundError, and ForbiddenError for another's."""
    found = services().door.get(asked.context, ENTITY, ident, ("owner", "entity"))
    if present_entity(asked.context.snapshot, found.values["entity"]) != asked.entity.name:
        raise NotFoundError(ABSENT)
    if found.values["owner"] != asked.context.actor.id:
        raise ForbiddenError(_NOT_YOURS)
    return found


def _values(asked: Asked, given: dict[str, str]) -> dict[str, object]:
    """Give what was posted as values of a view. Raises MalformedError for a state that no list could have."""
    state = [(name, given[name]) for name in ("filter", "sort") if given.get(name)]
    list_query(asked.entity.name, state, OWN_PARAMETERS)
    asked_columns(asked, given.get("columns", ""))
    values: dict[str, object] = {name: given[name] or None for name in _STATE & given.keys()}
    if "name" in given:
        # A box that is not ticked is not sent, so both travel with the name.
        ticked = {name: given.get(name) == "true" for name in ("shared", "pinned")}
        values |= {"name": given["name"].strip(), **ticked}
    if not values:
        raise MalformedError(msg("There is nothing to save in this form"))
    return values


def _opened(asked: Asked, given: dict[str, str], ident: str) -> Response:
    return redirect(str(_back(asked, given).having("view", ident).having("done", "view_saved")))


def _back(asked: Asked, given: dict[str, str]) -> Address:
    """Give the address of the list that the form was on, without what a view holds."""
    back = address_of(own_path(given.get("list", "")) or list_url(asked.entity.name))
    return Address(back.path, tuple(pair for pair in back.parameters if pair[0] in OF_SCREENS))
