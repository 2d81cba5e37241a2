"""Who am I, what is there, and is the server well: the calls that are not about records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from framework.api.old_names import deprecate_old_names
from framework.api.openapi import document
from framework.api.problems import problem_response
from framework.api.records import answer
from framework.errors import (
    ArmatureError,
    Fault,
    ForbiddenError,
    MalformedError,
    SignInRequiredError,
    UnavailableError,
)
from framework.extension import context, public, services
from framework.permissions import policy_for
from framework.records.parse import closed, page_of
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.context import Actor, Context

_A_GROUP = 5

routes = Blueprint("api_system", __name__)
deprecate_old_names(routes)


@routes.get("/api/v1/me")
def me() -> Response:
    """The caller."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    return answer(known, msgspec.json.encode(_me(known)))


@routes.get("/api/v1/search")
def search() -> Response:
    """Records of all entities that hold the text `q`, up to `limit` of each, best first."""
    known = context()
    given = closed(request.args.items(multi=True), frozenset({"q", "limit"}))
    _, limit = page_of({"limit": str(_A_GROUP), **given})
    found = services().door.search(known, given.get("q", ""), limit)
    items = [
        {"entity": one.entity.name, "id": record.id, "title": record.title} for one in found for record in one.records
    ]
    more = [one.entity.name for one in found if one.more]
    return answer(known, msgspec.json.encode({"items": items, "more": more}))


@routes.get("/api/v1/explain")
def explain() -> Response:
    """Why somebody may or may not do something: `user` (else the caller), `action`, `entity`, `id`, `field`."""
    known = context()
    given = closed(request.args.items(multi=True), frozenset({"user", "action", "entity", "id", "field"}))
    about = known if "user" not in given else replace(known, actor=_person(known, given["user"]))
    found = services().door.explain(
        known, about, given.get("action", ""), given.get("entity", ""), given.get("id"), given.get("field")
    )
    return answer(known, msgspec.json.encode(found))


def _person(known: Context, email: str) -> Actor:
    """The person asked about; who may not ask learns nothing of who there is."""
    if "manage_people" not in policy_for(known.snapshot, known.actor).abilities() and email != known.actor.email:
        raise ForbiddenError(msg("Only those who manage people may ask about others"))
    try:
        return services().auth.by_email(email.lower()).actor
    except SignInRequiredError as error:
        raise MalformedError(error.detail, [Fault("user", "unknown_person", error.detail)]) from None


@routes.get("/api/v1/changes")
def changes() -> Response:
    """The ordered feed of what the caller may see."""
    known = context()
    given = closed(request.args.items(multi=True), frozenset({"after", "entity", "limit"}))
    after, limit = page_of(given)
    found = services().door.changes(known, after, given.get("entity"), limit)
    return answer(known, msgspec.json.encode({"items": found.items, "next": found.next}))


@routes.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The API as far as the caller's rights reach, as OpenAPI 3.1."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    return answer(known, document(policy_for(known.snapshot, known.actor), known.revision))


@routes.get("/health")
@public
def health() -> Response:
    """Alive: the process answers."""
    return Response('{"status": "alive"}', content_type="application/json")


@routes.get("/ready")
@public
def ready() -> Response:
    """Ready: the database answers and the live snapshot is loaded."""
    known = services()
    try:
        known.runtime.snapshot(known.publisher.head_number())
    except (ArmatureError, SQLAlchemyError):
        return problem_response(UnavailableError(msg("The database cannot be reached just now")))
    return Response('{"status": "ready"}', content_type="application/json")


def _me(known: Context) -> dict[str, object]:
    actor = known.actor
    policy = policy_for(known.snapshot, actor)
    return {
        "id": actor.id,
        "email": actor.email,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "abilities": sorted(policy.abilities()),
        "locale": known.locale,
        "zone": known.zone,
        "revision": known.revision,
        **({} if actor.scope is None else {"scope": [str(one) for one in actor.scope]}),
    }
