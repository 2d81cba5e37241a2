"""Definitions and revisions over HTTP. Whoever designs or publishes sees all; others what their rights reach.

For the others expressions are left out: they may name what one may not know of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from framework.api.bodies import json_object
from framework.api.old_names import deprecate_old_names
from framework.api.records import answer
from framework.errors import Fault, ForbiddenError, InvalidError, MalformedError, NotFoundError
from framework.extension import context, services
from framework.fields.words import is_clean
from framework.permissions import policy_for
from framework.publishing import LONGEST_MESSAGE, Refused, require_publish
from framework.records.names import present_entity
from framework.records.parse import closed
from i18n.lazy import msg
from metadata.diff import difference
from metadata.kinds import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.context import Context
    from framework.permissions import Policy
    from metadata.layers import Effective
    from metadata.problems import Problem

routes = Blueprint("api_metadata", __name__, url_prefix="/api/v1/metadata")
deprecate_old_names(routes)
_DESIGNERS = frozenset({"design", "publish"})
# Keys of fields that say nothing beyond the field itself; all others may hold expressions or names.
_PLAIN = frozenset({
    "type", "label", "help", "required", "unique", "searchable", "read_only", "read_only_after_create", "choices",
    "options", "option_order", "min", "max", "min_length", "max_length", "pattern", "case", "precision", "scale",
    "currency", "unit", "grouping", "step", "rows", "multiple", "result",
})  # fmt: skip


@routes.get("/<any(entities, choices, screens, views, roles, navigation, imports):folder>")
def list_definitions(folder: str) -> Response:
    """The names and labels of the definitions of a kind that the caller may see."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    items = [{"name": one.name, "label": _told(one)} for one, _ in _seen(known, FOLDERS[folder])]
    return answer(known, msgspec.json.encode({"items": items}))


@routes.get("/<any(entities, choices, screens, views, roles, navigation, imports):folder>/<name>")
def get_definition(folder: str, name: str) -> Response:
    """One definition as it holds, all layers over each other."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    present = present_entity(known.snapshot, name) if folder == "entities" else name
    body = next((body for one, body in _seen(known, FOLDERS[folder]) if one.name == present), None)
    if body is None:
        raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=name[:60]))
    return answer(known, msgspec.json.encode(body))


@routes.get("/revisions")
def list_revisions() -> Response:
    """All revisions, newest first."""
    known = _designer()
    closed(request.args.items(multi=True), frozenset())
    items = [one.told(known.revision) for one in services().publisher.revisions()]
    return answer(known, msgspec.json.encode({"items": items}))


@routes.get("/revisions/<int:number>")
def get_revision(number: int) -> Response:
    """One revision with what it changed."""
    known = _designer()
    closed(request.args.items(multi=True), frozenset())
    publisher = services().publisher
    one = publisher.revision(number)
    changes = difference(publisher.layers(one.base or 0), publisher.layers(number))
    body = {**one.told(known.revision), "changes": [change.as_json() for change in changes]}
    return answer(known, msgspec.json.encode(body))


@routes.post("/rollback")
def roll_back() -> Response:
    """The definitions of an earlier revision made live again, as a new revision."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    require_publish(known.snapshot, known.actor)
    number, message = _rollback_of(json_object())
    publisher = services().publisher
    plan = publisher.plan_rollback(number, known.revision)
    found = publisher.carry_out(plan.target, message, known.actor)
    if isinstance(found, Refused):
        raise InvalidError(
            msg("Revision %(number)s cannot be published as it is", number=number),
            [_fault(problem) for problem in found.problems],
        )
    return answer(known, msgspec.json.encode({**plan.as_json(), "revision": found.revision}))


def _designer() -> Context:
    known = context()
    if not _abilities(known) & _DESIGNERS:
        raise ForbiddenError(msg("Revisions are for those who design or publish"))
    return known


def _abilities(known: Context) -> frozenset[str]:
    return policy_for(known.snapshot, known.actor).abilities()


def _seen(known: Context, kind: str) -> Iterator[tuple[Effective, Any]]:
    """The definitions of a kind with as much of their body as the caller may see."""
    found = services().runtime.definitions(known.revision).merged.of_kind(kind)
    if _abilities(known) & _DESIGNERS:
        yield from ((one, one.body) for one in found)
        return
    policy = policy_for(known.snapshot, known.actor)
    if kind == "entity":
        yield from ((one, _entity(one.body, one.name, policy)) for one in found if policy.entity(one.name).visible)
    elif kind == "choices":
        lists = set(_lists(policy))
        yield from ((one, one.body) for one in found if one.name in lists)


def _entity(body: dict[str, Any], name: str, policy: Policy) -> dict[str, Any]:
    readable = policy.entity(name).readable
    visible = {entity.name for entity in policy.visible_entities()}
    kept: dict[str, Any] = {
        key: body[key]
        for key in ("label", "label_plural", "icon", "help", "traits", "follows", "notifies")
        if key in body
    }
    if body.get("title") in readable:
        kept["title"] = body["title"]
    live = policy.snapshot.entities[name].fields
    kept["fields"] = {
        field: _field(body["fields"][field], visible) for field in live if field in readable and field in body["fields"]
    }
    return kept


def _field(body: dict[str, Any], visible: set[str]) -> dict[str, Any]:
    kept = {key: value for key, value in body.items() if key in _PLAIN}
    to = body.get("to", [])
    if isinstance(to, dict):
        return {**kept, "to": to}
    seen = [name for name in ([to] if isinstance(to, str) else to) if name in visible]
    if seen:
        kept["to"] = seen[0] if isinstance(to, str) else seen
    return kept


def _lists(policy: Policy) -> Iterator[str]:
    """The choice lists of the fields that may be read."""
    for entity in policy.visible_entities():
        for name in policy.entity(entity.name).readable:
            choices = entity.fields[name].choices
            if choices is not None:
                yield choices.name


def _told(one: Effective) -> str:
    return str(one.body.get("label", one.name))


def _rollback_of(body: dict[str, Any]) -> tuple[int, str]:
    number, message = body.get("revision"), body.get("message")
    wrong = body.keys() - {"revision", "message"}
    fits = isinstance(number, int) and not isinstance(number, bool) and number > 0
    if wrong or not fits or not isinstance(message, str) or not _is_message(message):
        text = msg('A roll-back is {"revision": number, "message": text}')
        raise MalformedError(text, [Fault(f"/{min(wrong)[:60]}" if wrong else "", "rollback", text)])
    return int(number or 0), message


def _is_message(text: str) -> bool:
    return 0 < len(text) <= LONGEST_MESSAGE and is_clean(text)


def _fault(problem: Problem) -> Fault:
    return Fault(f"/{problem.file}{problem.pointer}", problem.code, problem.message, problem.hint)
