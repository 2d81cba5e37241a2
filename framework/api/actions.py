"""The caller's own operations, and taking them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request

from framework.api.jobs import begun
from framework.api.records import answer
from framework.extension import context, services
from framework.fields.datetime import moment_text
from framework.records.actions import in_words
from framework.records.parse import closed, page_of

if TYPE_CHECKING:
    from framework.context import Context
    from framework.records.actions import Action
    from framework.records.undo import Touched
    from i18n.catalog import Translator

routes = Blueprint("api_actions", __name__, url_prefix="/api/v1/me/actions")


@routes.get("")
def list_actions() -> Response:
    """A page of operations, newest first."""
    known = context()
    after, limit = page_of(closed(request.args.items(multi=True), frozenset({"after", "limit"})))
    found = services().door.actions(known, after, limit)
    words = _words(known)
    items = [_action(known, one, words) for one in found.items]
    return answer(known, msgspec.json.encode({"items": items, "next": found.next}))


@routes.post("/<op_id>/undo")
def undo_action(op_id: str) -> Response:
    """One operation taken back."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    found = services().jobs.undo(known, op_id)
    if isinstance(found, str):
        return begun(known, found)
    words = _words(known)
    body = {
        "op_id": found.op_id,
        "undone": [_touched(one) for one in found.undone],
        "skipped": [_skipped(one, words) for one in found.skipped],
    }
    return answer(known, msgspec.json.encode(body))


def _words(known: Context) -> Translator:
    return services().runtime.words(known.snapshot).translator(known.locale)


def _action(known: Context, one: Action, words: Translator) -> dict[str, Any]:
    return {
        "op_id": one.op_id,
        "at": moment_text(one.at),
        "door": one.door,
        "what": in_words(known.snapshot, one, words),
        "counts": one.counts,
        "state": one.state,
        "undo_until": moment_text(one.until),
        "undoes": one.undoes,
    }


def _touched(one: Touched) -> dict[str, Any]:
    return {"entity": one.entity, "id": one.ident, "title": one.title, "did": one.did}


def _skipped(one: Touched, words: Translator) -> dict[str, Any]:
    return {**_touched(one), "code": one.code, "message": words.text(one.why or "")}
