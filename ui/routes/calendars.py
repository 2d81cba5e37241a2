"""The address beside a calendar: another time for one of its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from framework.extension import context, services
from i18n.lazy import msg
from ui.calendars.entries import fields_of
from ui.calendars.shifts import shift_in, shifted_values
from ui.forms.conflict import ChangedSinceError
from ui.forms.controls import texts_of, typed_texts
from ui.forms.filled import Filled, values_of, writable
from ui.forms.reading import read_for_form
from ui.page.addresses import Address
from ui.page.asked import ABSENT, ask
from ui.page.reader import reader
from ui.page.render import is_fragment, redirect
from ui.page.toasts import done_undoable
from ui.routes.screens import opened_screen
from ui.screens.calendar import CalendarKind, answer_shifted
from ui.screens.form import Change, answer_asking

if TYPE_CHECKING:
    from flask import Response

    from framework.records import Record
    from ui.calendars.shifts import Shift
    from ui.page.asked import Asked

blueprint = Blueprint("calendars", __name__)

_SHEET = 1
_FIXED = msg("You may not change when this is")
_CHANGED = msg("Somebody changed this record meanwhile. What you typed is still here; save it again if it is right.")


@blueprint.get("/screens/<name>/time/<ident>")
def show(name: str, ident: str) -> Response:
    """Show the form that asks for just the time of an entry."""
    asked, only = _asked(name)
    record = read_for_form(asked, ident)
    fields = [field for field in writable(asked, creating=False) if field.name in only]
    return _answer(asked, record, texts_of(fields, record.values, asked.reader), only, None)


@blueprint.post("/screens/<name>/time/<ident>")
def change(name: str, ident: str) -> Response:
    """Give an entry another time, as a form or a drag says; show the form again with what is wrong."""
    asked, only = _asked(name)
    record, texts = read_for_form(asked, ident), typed_texts(request.form)
    shift = shift_in(texts)
    if shift is not None:
        return _shifted(asked, record, shift, only, texts)
    typed = {key: text for key, text in texts.items() if key.partition(".")[0] in only}
    version = texts.get("_version", "")
    values, faults = values_of(asked, Filled(record, typed, "", record.version, None, only=only))
    if faults:
        return _answer(asked, record, typed, only, InvalidError(InvalidError.title, faults))
    try:
        services().door.update(asked.context, asked.entity.name, record.id, values, _version(version))
    except InvalidError as error:
        return _answer(asked, record, typed, only, error)
    except ConflictError:
        return _answer(asked, record, typed, only, InvalidError(_CHANGED))
    return redirect(done_undoable(str(_calendar(name)), "moved", asked.context))


def _shifted(asked: Asked, record: Record, shift: Shift, only: tuple[str, ...], texts: dict[str, str]) -> Response:
    """Write a drag, and answer the calendar with it, or why it cannot be."""
    fields, zone = fields_of(asked), asked.reader.formats.zone
    assert fields is not None  # noqa: S101  (else there is no field that says when entries are)
    values = shifted_values(fields, record, shift, zone)
    if not values or not values.keys() <= set(only):
        raise ForbiddenError(_FIXED)
    try:
        services().door.update(asked.context, asked.entity.name, record.id, values, _version(texts.get("_version", "")))
    except ConflictError as error:
        raise ChangedSinceError(error.version) from None
    except InvalidError as error:
        raise InvalidError(error.faults[0].message if error.faults else error.detail, error.faults) from None
    address = _calendar(asked.screen.name)
    if is_fragment("list"):
        return answer_shifted(asked, address, record.id)
    return redirect(done_undoable(str(address), "moved", asked.context))


def _version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else None


def _asked(name: str) -> tuple[Asked, tuple[str, ...]]:
    """Give the calendar, and the fields that say when its entries are."""
    found, kind = opened_screen(name)
    if not isinstance(kind, CalendarKind):
        raise NotFoundError(ABSENT)
    asked = ask(reader(), context(), found)
    fields = fields_of(asked)
    only = tuple(one for one in fields.moved if one in asked.rights.writable) if fields else ()
    if not only:
        raise ForbiddenError(_FIXED)
    return asked, only


def _answer(
    asked: Asked, record: Record, texts: dict[str, str], only: tuple[str, ...], error: InvalidError | None
) -> Response:
    change = Change(
        heading=asked.text(msg("Change time: %(title)s", title=record.title or record.id)),
        url=f"{request.path}{f'?{request.query_string.decode()}' if request.query_string else ''}",
        back_url=str(_calendar(asked.screen.name)),
        inputs=(("_version", str(record.version)),),
    )
    return answer_asking(asked, Filled(record, texts, "", None, None, sheet=_SHEET, only=only), change, error)


def _calendar(name: str) -> Address:
    return Address(f"/screens/{name}", tuple(request.args.items(multi=True)))
