"""Long work over HTTP: how far it is, what came of it, and cancelling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from framework.api.records import answer
from framework.extension import context, services
from framework.fields.datetime import moment_text
from framework.records.parse import closed

if TYPE_CHECKING:
    from framework.context import Context
    from framework.jobs import Job

routes = Blueprint("api_jobs", __name__, url_prefix="/api/v1/jobs")


@routes.get("/<ident>")
def get_job(ident: str) -> Response:
    """How far a job is, and what came of it."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    return answer(known, msgspec.json.encode(_job(known, services().jobs.get(known, ident))))


@routes.post("/<ident>/cancel")
def cancel_job(ident: str) -> Response:
    """Have a job end where it is; what it did stays done."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    services().jobs.stop(known, ident)
    return answer(known, msgspec.json.encode(_job(known, services().jobs.get(known, ident))))


def begun(known: Context, ident: str) -> Response:
    """The answer to what became a job: where it can be watched."""
    made = answer(known, msgspec.json.encode(_job(known, services().jobs.get(known, ident))), 202)
    made.headers["Location"] = f"/api/v1/jobs/{ident}"
    return made


def _job(known: Context, one: Job) -> dict[str, Any]:
    words = services().runtime.words(known.snapshot).translator(known.locale)
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title(words),
        "state": one.state,
        "asked_at": moment_text(one.asked_at),
        "finished_at": moment_text(one.finished_at) if one.finished_at else None,
        "done": one.done,
        "failed": one.failed,
        "total": one.total,
        "counts": one.counts,
        "refused": [
            {"entity": line.entity, "id": line.ident, "code": line.code, "message": line.message}
            for line in one.refused
        ],
        "undoable": one.undoable,
    }
