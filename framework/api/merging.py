"""Duplicates over HTTP: what is alike, and making one record of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from framework.api.bodies import etag, expected_version, json_object
from framework.api.jobs import begun
from framework.api.old_names import deprecate_old_names
from framework.api.problems import problem_response
from framework.api.records import answer
from framework.errors import ConflictError, Fault, MalformedError
from framework.extension import context, services
from framework.records.merging import Merging
from framework.records.parse import closed
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.context import Context
    from framework.records.duplicates import Similar

routes = Blueprint("api_merging", __name__, url_prefix="/api/v1/records")
deprecate_old_names(routes)
_BODY = msg('A merge is {"records": [{"id": …, "version": …}], "values": {…}}')


@routes.get("/<entity>/<ident>/duplicates")
def list_duplicates(entity: str, ident: str) -> Response:
    """The first records that are alike one."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    return _listed(known, entity, services().door.similar(known, entity, ident))


@routes.post("/<entity>/duplicates")
def find_duplicates(entity: str) -> Response:
    """The first records that are alike one with these values, which need not be there; nothing is written."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    return _listed(known, entity, services().door.similar_values(known, entity, json_object()))


@routes.post("/<entity>/<ident>/merge")
def merge_records(entity: str, ident: str) -> Response:
    """Other records made part of one."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    version, body = expected_version(), json_object()
    try:
        merged = services().jobs.merge(known, _asked(entity, ident, version, body))
    except ConflictError as error:
        return problem_response(error)
    if isinstance(merged, str):
        return begun(known, merged)
    told = {"op_id": merged.op_id, "merged": merged.others, "moved": merged.moved, "record": merged.rows.wire()[0]}
    response = answer(known, msgspec.json.encode(told))
    response.headers["ETag"] = etag(merged.rows.version)
    return response


def _listed(known: Context, entity: str, found: tuple[Similar, ...]) -> Response:
    titles = services().door.titles(known, entity, [one.ident for one in found])
    items = [
        {"id": one.ident, "title": titles.get(one.ident), "rules": [rule.name for rule in one.rules]} for one in found
    ]
    return answer(known, msgspec.json.encode({"items": items}))


def _asked(entity: str, ident: str, version: int | None, body: dict[str, Any]) -> Merging:
    """What the body asks for. Raises MalformedError."""
    records, values = body.get("records"), body.get("values", {})
    if body.keys() - {"records", "values"} or not isinstance(records, list) or not isinstance(values, dict):
        raise MalformedError(_BODY, [Fault("", "merge", _BODY)])
    return Merging(entity, ident, version, tuple(_record(one, index) for index, one in enumerate(records)), values)


def _record(given: object, index: int) -> tuple[str, int | None]:
    if isinstance(given, dict) and given.keys() <= {"id", "version"} and isinstance(given.get("id"), str):
        version = given.get("version")
        if version is None or type(version) is int:
            return given["id"], version
    raise MalformedError(_BODY, [Fault(f"/records/{index}", "merge", _BODY)])
