"""What can be done with many rows of a list: the bar that takes the filters' place while some are ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from framework.jobs.many import ABILITY
from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from framework.records.merging import MOST_MERGED, may_merge
from framework.records.runs import possible
from ui.forms.many import changeable
from ui.lists.export import may_export
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
    exports: bool
    merges: int
    """How many of them at most are merged; 0 where none may be."""
    actions: tuple[tuple[str, str, str], ...]
    """(name, label, icon) of what may be done with each of them."""


def may_select(asked: Asked) -> bool:
    """Whether there is anything that the reader may do with many of these records."""
    writes = bool(changeable(asked) or _actions(asked) or asked.rights.delete != NOTHING)
    return may_export(asked) or (_may_write(asked) and writes) or _may_merge(asked)


def _may_merge(asked: Asked) -> bool:
    return may_merge(policy_for(asked.context.snapshot, asked.context.actor), asked.entity)


def selection_of(asked: Asked, address: Address) -> Selection:
    """Give the bar of a list at this address."""
    writes = _may_write(asked)
    changes = changeable(asked) if writes else []
    return Selection(
        url=f"{list_url(asked.entity.name)}/selected",
        list=str(address.without({"done", "panel"})),
        key=str(uuid4()),
        changes=bool(changes),
        gives=any(field.name == "owner" for field in changes),
        deletes=writes and asked.rights.delete != NOTHING,
        merges=MOST_MERGED if _may_merge(asked) else 0,
        exports=may_export(asked),
        actions=tuple((one.name, asked.text(one.label), one.icon) for one in _actions(asked)) if writes else (),
    )


def _may_write(asked: Asked) -> bool:
    return ABILITY in policy_for(asked.context.snapshot, asked.context.actor).abilities()


def _actions(asked: Asked) -> list[Action]:
    return possible(policy_for(asked.context.snapshot, asked.context.actor), asked.entity)
