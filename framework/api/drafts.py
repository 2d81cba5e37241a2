"""Drafts over HTTP: kept, checked, planned and published by name, as `armature` does with folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from framework.api.bodies import json_object
from framework.api.records import answer
from framework.errors import Fault, ForbiddenError, InvalidError, MalformedError, NotFoundError
from framework.extension import context, services
from framework.permissions import policy_for
from framework.publishing import LONGEST_MESSAGE, Refused, require_publish
from framework.records.parse import closed
from i18n.lazy import msg
from metadata.documents import canonical
from metadata.kinds import NAME

if TYPE_CHECKING:
    from framework.context import Context
    from framework.publishing import Draft
    from metadata.problems import Problem

routes = Blueprint("api_drafts", __name__, url_prefix="/api/v1/metadata/drafts")
_NOTE = msg("Sent through the API")


@routes.get("")
def list_drafts() -> Response:
    """Every draft, those changed last first."""
    known, head = _designer(), services().publisher.head_number()
    return answer(known, msgspec.json.encode({"items": [_told(one, head) for one in services().drafts.all()]}))


@routes.get("/<name>")
def get_draft(name: str) -> Response:
    """A draft with its documents."""
    known, found = _designer(), services().drafts.get(name)
    return answer(
        known, msgspec.json.encode({**_told(found, services().publisher.head_number()), "files": dict(found.files)})
    )


@routes.put("/<name>")
def put_draft(name: str) -> Response:
    """Make these the documents of a draft of one's own, which begins where there is none."""
    known, drafts = _designer(), services().drafts
    json_object()
    files = _files(json.loads(request.get_data()))
    if not NAME.fullmatch(name):
        raise _malformed("/name")
    try:
        draft = drafts.get(name)
    except NotFoundError:
        draft = drafts.begin(known.snapshot, known.actor, name)
    found = drafts.change(draft, files, _NOTE, known.snapshot, known.actor)
    return answer(
        known, msgspec.json.encode({**_told(found, services().publisher.head_number()), "files": dict(found.files)})
    )


@routes.delete("/<name>")
def delete_draft(name: str) -> Response:
    """Forget a draft of one's own."""
    known = _designer()
    services().drafts.discard(services().drafts.get(name), known.snapshot, known.actor)
    return Response(status=204, headers={"Armature-Revision": str(known.revision)})


@routes.post("/<name>/check")
def check_draft(name: str) -> Response:
    """The problems of a draft, as `armature check` tells them."""
    known, draft = _designer(), services().drafts.get(name)
    problems = services().drafts.target(draft.base, draft.files).problems
    return answer(known, msgspec.json.encode({"problems": [one.as_json() for one in problems]}))


@routes.post("/<name>/plan")
def plan_draft(name: str) -> Response:
    """What publishing a draft would do."""
    known, draft = _designer(), services().drafts.get(name)
    return answer(known, msgspec.json.encode(services().drafts.plan(draft).as_json()))


@routes.post("/<name>/publish")
def publish_draft(name: str) -> Response:
    """Publish a draft; `confirm` names what the plan wants confirmed."""
    known, drafts = _designer(), services().drafts
    require_publish(known.snapshot, known.actor)
    message, confirm = _publish_of(json_object())
    draft = drafts.get(name)
    plan = drafts.plan(draft)
    found = drafts.publish(draft, message, confirm, known.actor)
    if isinstance(found, Refused):
        faults = [_fault(problem) for problem in found.problems]
        raise InvalidError(msg("The draft cannot be published as it is"), faults)
    return answer(known, msgspec.json.encode({**plan.as_json(), "revision": found.revision}))


def _designer() -> Context:
    known = context()
    closed(request.args.items(multi=True), frozenset())
    if not policy_for(known.snapshot, known.actor).abilities() & {"design", "publish"}:
        raise ForbiddenError(msg("Drafts are for those who design or publish"))
    return known


def _whole(known: Context, draft: Draft) -> Response:
    """A draft with its documents."""
    told = _told(draft, services().publisher.head_number())
    return answer(known, msgspec.json.encode({**told, "files": dict(draft.files)}))


def _told(draft: Draft, head: int) -> dict[str, Any]:
    return {
        "name": draft.name,
        "owner": draft.owner_name,
        "base": draft.base,
        "step": draft.step,
        "at": draft.at,
        "moved_on": draft.base != head,
    }


def _files(body: dict[str, Any]) -> dict[str, str]:
    """The files of a draft; a document may be given as JSON, or as the text that is to be kept."""
    files = body.get("files")
    if body.keys() - {"files"} or not isinstance(files, dict):
        raise _malformed("/files")
    return {path: one if isinstance(one, str) else canonical(one) for path, one in files.items()}


def _publish_of(body: dict[str, Any]) -> tuple[str, list[str]]:
    message, confirm = body.get("message"), body.get("confirm", [])
    fits = isinstance(message, str) and 0 < len(message) <= LONGEST_MESSAGE
    if body.keys() - {"message", "confirm"} or not fits or not isinstance(confirm, list):
        raise _malformed("/message")
    return str(message), [str(one) for one in confirm]


def _malformed(pointer: str) -> MalformedError:
    text = msg("A draft is {“files”: {path: document}}, publishing one {“message”: text, “confirm”: [names]}")
    return MalformedError(text, [Fault(pointer, "draft", text)])


def _fault(problem: Problem) -> Fault:
    return Fault(f"/{problem.file}{problem.pointer}", problem.code, problem.message, problem.hint)
