"""The actions that a record's page offers: those that may be done with it as it is, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.extension import services
from framework.permissions import policy_for
from framework.records.runs import holds_for, possible
from ui.page.addresses import action_url
from ui.page.offered import is_open

if TYPE_CHECKING:
    from framework.records import Record
    from metadata.snapshot import Action
    from ui.page.asked import Asked

_MOST_BUTTONS = 2
_KEY = "Alt+D"


@dataclass(frozen=True, slots=True)
class Button:
    """One action; with `asks` it leads to a form, else pressing it does it. `key` is its chord, if it has one."""

    label: str
    icon: str
    url: str
    asks: bool
    key: str


@dataclass(frozen=True, slots=True)
class RecordActions:
    """The first actions as buttons, the others in the menu."""

    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()


def record_actions(asked: Asked, record: Record) -> RecordActions:
    """Give what is offered on the page of a record."""
    found = [_button(asked, record, action, first=not place) for place, action in enumerate(_offered(asked, record))]
    return RecordActions(tuple(found[:_MOST_BUTTONS]), tuple(found[_MOST_BUTTONS:]))


def _offered(asked: Asked, record: Record) -> list[Action]:
    some = list(possible(policy_for(asked.context.snapshot, asked.context.actor), asked.entity))
    some = [one for one in some if not _writes_here(one) or is_open(asked.rights.update, record, asked.context)]
    known = {one.name: holds_for(asked.context, one, record) for one in some}
    open_ = [one for one in some if known[one.name] is None]
    if open_:
        held = services().door.offered(asked.context, asked.entity.name, record.id, open_)
        known |= {one.name: one in held for one in open_}
    return [one for one in some if known[one.name]]


def _writes_here(action: Action) -> bool:
    return any(step.target == "record" for step in action.steps)


def _button(asked: Asked, record: Record, action: Action, *, first: bool) -> Button:
    url = action_url(asked.entity.name, record.id, action.name)
    return Button(asked.text(action.label), action.icon, url, bool(action.inputs.fields), _KEY if first else "")
