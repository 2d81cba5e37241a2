"""What can be done with many rows of a list: the bar that takes the filters' place while some are ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from framework.jobs.many import ABILITY
from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from framework.records.runs import possible
from ui.forms.many import changeable
from ui.page.addresses import list_url

if TYPE_CHECKING:
    from metadata.snapshot import Action
    from ui.page.addresses import Address
    from ui.page.asked import Asked


@dataclass(frozen=True, slots=True)
class Selection:
    """What the bar offers; `key` makes the same press of a button count only once."""

    url: str
    list: str
    key: str
    changes: bool
    gives: bool
    deletes: bool
    actions: tuple[tuple[str, str, str], ...]
    """(name, label, icon) of what may be done with each of them."""


def may_select(asked: Asked) -> bool:
    """Whether there is anything that the reader may do with many of these records."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    return ABILITY in policy.abilities() and bool(
        changeable(asked) or _actions(asked) or asked.rights.delete != NOTHING
    )


def selection_of(asked: Asked, address: Address) -> Selection:
    """Give the bar of a list at this address."""
    changes = changeable(asked)
    return Selection(
        url=f"{list_url(asked.entity.name)}/selected",
        list=str(address.without({"done", "panel"})),
        key=str(uuid4()),
        changes=bool(changes),
        gives=any(field.name == "owner" for field in changes),
        deletes=asked.rights.delete != NOTHING,
        actions=tuple((one.name, asked.text(one.label), one.icon) for one in _actions(asked)),
    )


def _actions(asked: Asked) -> list[Action]:
    return possible(policy_for(asked.context.snapshot, asked.context.actor), asked.entity)
