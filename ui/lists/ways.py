"""What rows of a list have beside their columns: buttons for actions, and a mark whose colour says what is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import MalformedError
from framework.permissions import policy_for
from framework.records.planner import plan_filter
from framework.records.runs import holds_as_read, holds_for, possible
from metadata.expressions import Root, parse, refs
from ui.forms.filled import writable
from ui.lists.ticks import tick_of
from ui.page.addresses import action_url
from ui.page.offered import is_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from framework.records import Record
    from metadata.expressions import TypedNode
    from metadata.snapshot import Action, Entity
    from ui.lists.ticks import Tick
    from ui.page.asked import Asked

    Colour = Callable[[Record], str]
    Held = Callable[[Record], bool | None]

COLOURS = ("grey", "petrol", "blue", "violet", "plum", "red", "orange", "ochre", "olive", "green")
"""The colours that a row may be marked with: those of options."""


@dataclass(frozen=True, slots=True)
class RowAct:
    """One button of a row: with `asks` it leads to a form, else pressing it does it.

    `ticked` says how a tick stands; it is None for actions.
    """

    url: str
    label: str
    icon: str
    asks: bool = False
    ticked: bool | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """What the rows of one list have; `needs` are fields that must be read to know.

    `edits` are the fields whose cells can be edited in place, in rows that are `editable`.
    """

    acts: Callable[[Record], tuple[RowAct, ...]] | None = None
    colour: Colour | None = None
    needs: tuple[str, ...] = ()
    entity: str = ""
    edits: frozenset[str] = frozenset()
    editable: Callable[[Record], bool] = bool


NONE = Ways()


def ways_of(asked: Asked) -> Ways:
    """Give what the list's screen says of its rows, as far as the reader may do and know it."""
    actions, tick, needs = _actions(asked), tick_of(asked), list[str]()
    for action in actions:
        needs += _needs(asked, action.when)
    colour, more = _colour(asked)
    acts = _acts_of(asked, tick, actions) if actions or tick else None
    edits, owner = _edits(asked), ["owner"] if asked.entity.owned else []
    more += [field.name for field in asked.readable(owner)] if edits or tick else []
    more += [tick.field.name] if tick else []

    def editable(record: Record) -> bool:
        return is_open(asked.rights.update, record, asked.context)

    return Ways(acts, colour, tuple(dict.fromkeys((*needs, *more))), asked.entity.name, edits, editable)


def _edits(asked: Asked) -> frozenset[str]:
    written = frozenset(asked.screen.options.get("inline_edit", ()))
    return written.intersection(field.name for field in writable(asked, creating=False) if field.lines is None)


def _actions(asked: Asked) -> list[Action]:
    offered = {one.name: one for one in possible(policy_for(asked.context.snapshot, asked.context.actor), asked.entity)}
    return [offered[name] for name in asked.screen.options.get("row_actions", ()) if name in offered]


def _acts_of(asked: Asked, tick: Tick | None, actions: list[Action]) -> Callable[[Record], tuple[RowAct, ...]]:
    entity, some = asked.entity.name, [(one, asked.text(one.label), bool(one.inputs.fields)) for one in actions]

    def acts(record: Record) -> tuple[RowAct, ...]:
        url = tick.url_of(record) if tick else ""
        ticks = (RowAct(url, tick.label, "check", ticked=tick.is_set(record)),) if tick and url else ()
        return ticks + tuple(
            RowAct(action_url(entity, record.id, action.name), label, action.icon, asks)
            for action, label, asks in some
            # What asks for more than was read is offered; the door asks again anyway.
            if holds_for(asked.context, action, record) is not False
        )

    return acts


def _colour(asked: Asked) -> tuple[Colour | None, list[str]]:
    written: Any = asked.screen.options.get("row_color")
    if isinstance(written, str):
        return _of_option(asked, written)
    conditions = [(colour, node) for colour, text in (written or {}).items() if (node := _condition(asked, text))]
    if not conditions:
        return None, []

    def colour(record: Record) -> str:
        return next((one for one, node in conditions if _holds(asked, node, record)), "")

    return colour, [name for _, node in conditions for name in _needs(asked, node)]


def _of_option(asked: Asked, name: str) -> tuple[Colour | None, list[str]]:
    field = next(iter(asked.readable([name])), None)
    if field is None or field.choices is None:
        return None, []
    colours = {key: option.color or "" for key, option in field.choices.options.items()}
    return lambda record: colours.get(record.values.get(name) or "", ""), [name]


def _condition(asked: Asked, text: str) -> TypedNode | None:
    """Give the meaning of a condition for the reader; none where it asks for what they may not read."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    try:
        return plan_filter(policy, asked.entity, parse(text), None)
    except MalformedError:
        return None


def _holds(asked: Asked, node: TypedNode, record: Record) -> bool:
    return holds_as_read(asked.context, node, asked.entity, record.values) is True


def _needs(asked: Asked, node: TypedNode | None) -> list[str]:
    """Give the fields of the record itself that a condition looks at, if the reader may read them."""
    named = {ref.steps[0].field for ref in refs(node) if ref.root is Root.SELF} if node is not None else set()
    return [field.name for field in asked.readable(sorted(named))]


def unknown_actions(entity: Entity, names: list[str]) -> list[tuple[int, str]]:
    """Give the names that are no action of the entity, with their places."""
    return [(place, name) for place, name in enumerate(names) if name not in entity.actions]
