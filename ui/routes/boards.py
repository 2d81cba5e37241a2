"""The address beside a board: moves of its cards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from framework.extension import context, services, takes_files
from framework.records.batch import Item, NotAppliedError
from i18n.lazy import msg
from ui.boards.lanes import lane_field
from ui.boards.moves import FIRST, lacking, move_in
from ui.boards.order import Ordering, may_order, place_in, position_field
from ui.forms.conflict import ChangedSinceError
from ui.forms.controls import typed_texts
from ui.forms.filled import Filled
from ui.forms.reading import read_for_form
from ui.forms.uploads import with_uploads
from ui.forms.whole import all_values_of
from ui.lists.group_values import BLANK, Named, titles_of
from ui.lists.state import state_of
from ui.page.addresses import Address
from ui.page.asked import ABSENT, ask
from ui.page.reader import reader
from ui.page.render import htmx, redirect
from ui.page.toasts import done_undoable
from ui.routes.screens import opened_screen
from ui.screens.board import BoardKind, answer_moved
from ui.screens.form import Change, answer_asking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from framework.records import Record
    from metadata.snapshot import Field
    from ui.boards.moves import Move
    from ui.page.asked import Asked

blueprint = Blueprint("boards", __name__)


_SHEET = 1
_FIXED = msg("You may not move cards on this board")
_OTHERS = msg("The order here can be kept only by who may change the other cards of this lane too")


@blueprint.post("/screens/<name>/move")
@takes_files
def move(name: str) -> Response:
    """Move a card to another lane; ask for what the move lacks, or say why it cannot be."""
    found, kind = opened_screen(name)
    if not isinstance(kind, BoardKind):
        raise NotFoundError(ABSENT)
    asked = ask(reader(), context(), found)
    lane = lane_field(asked)
    if lane is None or lane.name not in asked.rights.writable:
        raise ForbiddenError(_FIXED)
    texts = typed_texts(request.form)
    wanted = _wanted(texts)
    before = read_for_form(asked, wanted.ident)
    texts, refused = with_uploads(asked, texts, creating=False)
    try:
        after = _moved(asked, lane, wanted, replace(_typed(wanted, before, texts), refused=refused))
    except ConflictError as error:
        raise ChangedSinceError(error.version) from None
    except InvalidError as error:
        return _ask_or_refuse(asked, lane, wanted, before, texts, error)
    address = _board()
    if htmx:
        return answer_moved(asked, address, lane, before, after)
    return redirect(done_undoable(str(address), "moved", asked.context))


def _wanted(texts: Mapping[str, str]) -> Move:
    """Give the move; a script tells the place in the lane beside it. Raises MalformedError."""
    wanted = move_in(texts.get("move", ""))
    wanted = replace(wanted, place=wanted.place or texts.get("place", ""))
    place_in(wanted.place)
    return wanted


def _moved(asked: Asked, lane: Field, wanted: Move, form: Filled) -> Record:
    """Write the move with what was typed for it. Raises InvalidError for what is wrong with either."""
    values, faults = all_values_of(asked, form)
    if faults:
        raise InvalidError(InvalidError.title, faults)
    values[lane.name] = None if wanted.key == BLANK else wanted.key
    numbers = _numbers(asked, lane, wanted)
    position = asked.screen.options.get("position", "")
    if wanted.ident in numbers:
        values[position] = numbers.pop(wanted.ident)
    if not numbers:
        return services().door.update(asked.context, asked.entity.name, wanted.ident, values, wanted.version)
    moved = Item("update", wanted.ident, wanted.version, None, values)
    rest = [Item("update", ident, None, None, {position: number}) for ident, number in numbers.items()]
    first, *others = services().door.batch(asked.context, asked.entity.name, [moved, *rest], atomic=True)
    if first.error is not None and not isinstance(first.error, NotAppliedError):
        raise first.error
    if any(one.error for one in others):
        raise ForbiddenError(_OTHERS)
    return read_for_form(asked, wanted.ident)


def _numbers(asked: Asked, lane: Field, wanted: Move) -> dict[str, str]:
    """Give the numbers that keep the card where it was put; none on a board without an order of its own."""
    position = position_field(asked)
    if position is None or not may_order(asked, state_of(asked, _board()).sort):
        return {}
    return Ordering(asked, lane, position, wanted.key).numbers(wanted.ident, place_in(wanted.place))


def _ask_or_refuse(
    asked: Asked, lane: Field, wanted: Move, before: Record, texts: Mapping[str, str], error: InvalidError
) -> Response:
    only = lacking(asked, lane, error, _asked_before(texts))
    if not only:
        # The first reason says it best; the rest follows once that is mended.
        raise InvalidError(error.faults[0].message if error.faults else error.detail, error.faults) from None
    label = Named(asked, lane, titles_of(asked, lane, [wanted.key])).label(wanted.key)
    change = Change(
        heading=asked.text(msg("Move to %(stage)s", stage=label)),
        url=str(_board().below("move")),
        back_url=str(_board()),
        inputs=(("move", str(wanted)), ("_only", ",".join(only))),
        hint=asked.text(FIRST),
    )
    form = _typed(wanted, before, texts)
    # The conditions of the fields are judged as if the card had moved already.
    under = {**form.texts, lane.name: "" if wanted.key == BLANK else wanted.key}
    asking = Filled(before, under, "", None, None, sheet=_SHEET, only=only, lacks=True)
    return answer_asking(asked, asking, change, error)


def _typed(wanted: Move, before: Record, texts: Mapping[str, str]) -> Filled:
    """Give what was typed into the fields that the move asked for."""
    names = _asked_before(texts)
    typed = {name: text for name, text in texts.items() if name.partition(".")[0] in names}
    return Filled(before, typed, "", wanted.version, None, sheet=_SHEET, only=names)


def _asked_before(texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in texts.get("_only", "").split(",") if name)


def _board() -> Address:
    """Give the address of the board on which the card was moved."""
    return Address(request.path.removesuffix("/move"), tuple(request.args.items(multi=True)))
