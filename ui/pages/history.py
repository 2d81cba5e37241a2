"""The history of one record: who changed what and when, by which door, and the way back for each field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request

from framework.errors import ClashError, ConflictError, InvalidError, MalformedError, NotFoundError
from framework.extension import services
from framework.fields.base import ValueRefusedError
from framework.records.parse import closed
from i18n.lazy import msg
from ui.forms.conflict import answer_conflict
from ui.forms.controls import texts_of, typed_texts
from ui.forms.filled import filled, writable
from ui.forms.reading import read_for_form, read_for_page
from ui.page.addresses import record_url
from ui.page.asked import ABSENT
from ui.page.render import answer, fragment, is_fragment, redirect
from ui.page.toasts import done_undoable
from ui.record.changes import history_of, stored_value
from ui.screens.form import answer_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from framework.errors import ArmatureError
    from metadata.snapshot import Field
    from ui.page.asked import Asked

    Change = Mapping[str, Any]


def answer_history(asked: Asked, ident: str) -> Response:
    """Answer a page of the history, newest first.

    Raises NotFoundError where the actor does not see the record, ForbiddenError without the ability.
    """
    given = closed(request.args.items(multi=True), frozenset({"after"}))
    after = given.get("after") or None
    view = history_of(asked, read_for_page(asked, ident), after)
    if is_fragment("more"):
        return fragment("screens/history_folds.html", history=view)
    heading = asked.text(msg("History of %(title)s", title=view.title))
    return answer("screens/history.html", title=heading, history=view)


def restore_field(asked: Asked, ident: str) -> Response:
    """Give one field the value that it had before a change; the form or the conflict, where that is refused."""
    texts = typed_texts(request.form)
    field = next((one for one in writable(asked, creating=False) if one.name == texts.get("field")), None)
    if field is None:
        raise NotFoundError(ABSENT)
    change, version = _number(texts, "change"), _number(texts, "_version")
    former = services().door.change(asked.context, asked.entity.name, ident, change)["fields"].get(field.name)
    if former is None:
        raise NotFoundError(ABSENT)
    try:
        services().door.update(asked.context, asked.entity.name, ident, {field.name: former[0]}, version)
    except (ConflictError, InvalidError, ClashError) as error:
        return _refused(asked, ident, field, former[0], version, error)
    return redirect(done_undoable(record_url(asked.entity.name, ident), "saved", asked.context))


def _refused(asked: Asked, ident: str, field: Field, former: object, version: int, error: ArmatureError) -> Response:
    form = filled(asked, read_for_form(asked, ident))
    try:
        wanted = texts_of([field], {field.name: stored_value(field, former)}, asked.reader)
    except ValueRefusedError:
        wanted = {}
    form = replace(form, texts={**form.texts, **wanted}, version=version)
    if isinstance(error, ConflictError):
        return answer_conflict(asked, form, read_for_page(asked, ident), error)
    return answer_form(asked, form, status=error.status, error=error)


def _number(texts: Mapping[str, str], name: str) -> int:
    text = texts.get(name, "")
    if text.isascii() and text.isdigit() and len(text) < len("1000000000"):
        return int(text)
    raise MalformedError(msg("The record version in this form is not a number"))
