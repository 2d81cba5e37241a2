"""Records over HTTP: thin routes that turn a request into a call of the door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from framework.api.bodies import batch_of, etag, expected_version, json_object
from framework.api.old_names import deprecate_old_names
from framework.api.problems import problem, problem_response
from framework.errors import ConflictError, Fault, InvalidError
from framework.extension import context, services
from framework.plans import Count
from framework.records.names import present_entity
from framework.records.parse import aggregate_query, closed, list_query, names_of, page_of
from framework.records.ran import answer_of
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.context import Context
    from framework.plans import Query
    from framework.records.batch import Outcome

routes = Blueprint("api_records", __name__, url_prefix="/api/v1/records")
_JSON = "application/json"
_ONE = frozenset({"fields", "expand"})
deprecate_old_names(routes)


@routes.get("/<entity>")
def list_records(entity: str) -> Response:
    """A page of records."""
    return _page(context(), list_query(entity, request.args.items(multi=True)))


def _page(known: Context, query: Query) -> Response:
    door = services().door
    rows = door.rows(known, query)
    body: dict[str, Any] = {"items": rows.wire(), "next": rows.next}
    if query.count is not Count.NONE:
        counted = door.count(known, query)
        body |= {"count": counted.count, "count_exact": counted.exact}
    return answer(known, msgspec.json.encode(body))


@routes.post("/<entity>")
def create_record(entity: str) -> Response:
    """A new record."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    ident, body = services().door.create_json(known, entity, json_object(), request.headers.get("Idempotency-Key"))
    response = answer(known, body, 201)
    response.headers["Location"] = f"/api/v1/records/{present_entity(known.snapshot, entity)}/{ident}"
    response.headers["ETag"] = etag(version_of(body))
    return response


@routes.get("/<entity>/aggregate")
def aggregate_records(entity: str) -> Response:
    """Figures over records."""
    known = context()
    query = aggregate_query(entity, list(request.args.items(multi=True)))
    return answer(known, msgspec.json.encode({"items": services().door.aggregate(known, query)}))


@routes.put("/<entity>/by/<field>/<path:value>")
def upsert_record(entity: str, field: str, value: str) -> Response:
    """The record that a unique value names, changed or new."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    created, body = services().door.upsert_json(known, entity, field, value, json_object())
    response = answer(known, body, 201 if created else 200)
    response.headers["ETag"] = etag(version_of(body))
    return response


@routes.post("/<entity>/batch")
def write_batch(entity: str) -> Response:
    """Many writes at once."""
    known = context()
    if "Idempotency-Key" in request.headers:  # who sends one believes that it may be sent again
        message = msg("A batch keeps no idempotency key")
        hint = msg("Leave it out, and write by “upsert”, “version” or “delete”, which may be sent again")
        raise InvalidError(message, [Fault("", "idempotency_key", message, hint)], code="idempotency_key")
    closed(request.args.items(multi=True), frozenset())
    atomic, items = batch_of(json_object())
    outcomes = services().door.batch(known, entity, items, atomic=atomic)
    failed = any(outcome.error for outcome in outcomes)
    body = msgspec.json.encode({"items": [_outcome(outcome) for outcome in outcomes]})
    return answer(known, body, 422 if atomic and failed else 200)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    if outcome.error is not None:
        return {"status": outcome.error.status, "problem": problem(outcome.error)}
    rows = outcome.written.rows if outcome.written else None
    if rows is None:
        return {"status": 204}
    return {"status": 201 if outcome.created else 200, "record": rows.wire()[0]}


@routes.get("/<entity>/<ident>/<links>")
def list_linked(entity: str, ident: str, links: str) -> Response:
    """A page of the records that a field of links names."""
    known = context()
    far = services().door.linked(known, entity, ident, links)
    return _page(known, replace(list_query(far.entity, request.args.items(multi=True)), among=far.ids))


@routes.get("/<entity>/<ident>/history")
def record_history(entity: str, ident: str) -> Response:
    """What happened to one record."""
    known = context()
    after, limit = page_of(closed(request.args.items(multi=True), frozenset({"after", "limit"})))
    found = services().door.history(known, entity, ident, after, limit)
    return answer(known, msgspec.json.encode({"items": found.items, "next": found.next}))


@routes.get("/<entity>/<ident>")
def get_record(entity: str, ident: str) -> Response:
    """One record."""
    return _one(context(), entity, ident)


@routes.patch("/<entity>/<ident>")
def update_record(entity: str, ident: str) -> Response:
    """Changed fields of one record."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    version, values = expected_version(), json_object()
    try:
        body = services().door.update_json(known, entity, ident, values, version)
    except ConflictError as error:
        return _conflict(known, entity, ident, error)
    response = answer(known, body)
    response.headers["ETag"] = etag(version_of(body))
    return response


@routes.delete("/<entity>/<ident>")
def delete_record(entity: str, ident: str) -> Response:
    """One record moved to the recycle bin."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    try:
        services().door.delete(known, entity, ident, expected_version())
    except ConflictError as error:
        return _conflict(known, entity, ident, error)
    return answer(known, b"", 204)


@routes.post("/<entity>/<ident>/restore")
def restore_record(entity: str, ident: str) -> Response:
    """One record taken back from the recycle bin."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    body = services().door.restore_json(known, entity, ident)
    response = answer(known, body)
    response.headers["ETag"] = etag(version_of(body))
    return response


@routes.post("/<entity>/<ident>/actions/<name>")
def run_action(entity: str, ident: str, name: str) -> Response:
    """One of the entity's actions, done with one record."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    inputs = json_object() if request.get_data() else {}
    ran = services().door.run(known, entity, ident, name, inputs, request.headers.get("Idempotency-Key"))
    return answer(known, answer_of(ran))


def answer(known: Context, body: bytes, status: int = 200) -> Response:
    """An answer in JSON with the revision that gave it."""
    response = Response(body, status=status, content_type=_JSON)
    response.headers["Armature-Revision"] = str(known.revision)
    return response


def version_of(body: bytes) -> int:
    """The record version that stands in a record's JSON."""
    return msgspec.json.decode(body, type=_Versioned).version


class _Versioned(msgspec.Struct):
    version: int


def _one(known: Context, entity: str, ident: str) -> Response:
    given = closed(request.args.items(multi=True), _ONE)
    fields = names_of(given["fields"], "fields") if "fields" in given else None
    expand = names_of(given["expand"], "expand") if given.get("expand") else ()
    rows = services().door.row(known, entity, ident, fields, expand)
    response = answer(known, msgspec.json.encode(rows.wire()[0]))
    response.headers["ETag"] = etag(rows.version)
    return response


def _conflict(known: Context, entity: str, ident: str, error: ConflictError) -> Response:
    """412 with the record as it is now, so that the caller can merge without asking again."""
    rows = services().door.row(known, entity, ident)
    response = problem_response(error, record=rows.wire()[0])
    response.headers["ETag"] = etag(rows.version)
    return response
