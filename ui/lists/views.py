"""The views that a list offers: standard ones of the metadata, a person's own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from metadata.expressions.tree import Binary, In, Literal, Logic, Path
from ui.lists.conditions import ME

if TYPE_CHECKING:
    from framework.records import Record
    from ui.page.asked import Asked

ENTITY = "saved_view"
_FIELDS = ("name", "owner", "filter", "columns", "sort", "shared", "pinned")
_MOST = 200
OF_SCREENS = frozenset({"lane", "mode", "on", "without"})
"""What the address of a board or a calendar says beside what a view holds."""


class Origin(StrEnum):
    """Who made a view."""

    STANDARD = "standard"
    OWN = "own"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class View:
    """One view as it is stored; whether its names still mean something shows when it is opened.

    `key` stands in addresses: the name of a standard view, the id of a saved one. `columns` and `sort` are texts as
    addresses have them; a blank one means the list's own.
    """

    key: str
    label: str
    origin: Origin
    filter: str
    columns: str
    sort: str
    pinned: bool
    shared: bool
    owner: str = ""


def views_of(asked: Asked) -> tuple[View, ...]:
    """Give all views of the entity that the reader may see, standard ones first; one statement."""
    return (*_standard(asked), *_saved(asked))


def _standard(asked: Asked) -> list[View]:
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    return [
        View(
            view.name,
            asked.text(view.label),
            Origin.STANDARD,
            view.filter or "",
            ",".join(view.columns),
            ",".join(view.sort),
            pinned=True,
            shared=True,
        )
        for view in asked.context.snapshot.views.values()
        if view.entity == asked.entity.name and (not view.roles or policy.roles.intersection(view.roles))
    ]


def _saved(asked: Asked) -> list[View]:
    readable = policy_for(asked.context.snapshot, asked.context.actor).entity(ENTITY).readable
    if not readable.issuperset(_FIELDS):
        return []
    # Who may read every record still sees only the views that are theirs or meant for others.
    offered = Logic("or", (Binary("=", Path(("owner",)), ME), Path(("shared",))))
    here = In(Path(("entity",)), tuple(Literal(name) for name in _names(asked)))
    query = Query(ENTITY, _FIELDS, Logic("and", (here, offered)), sort=("name",), limit=_MOST, expand=("owner",))
    return [_view(asked, record) for record in services().door.find(asked.context, query).records]


def _names(asked: Asked) -> list[str]:
    """Give the entity's name and those that it had when views were saved."""
    old = [name for name, present in asked.context.snapshot.aliases.items() if present == asked.entity.name]
    return [asked.entity.name, *old]


def _view(asked: Asked, record: Record) -> View:
    values, owner = record.values, record.links.get("owner")
    own = values["owner"] == asked.context.actor.id
    return View(
        record.id,
        record.title or record.id,
        Origin.OWN if own else Origin.SHARED,
        values["filter"] or "",
        values["columns"] or "",
        values["sort"] or "",
        pinned=bool(values["pinned"]),
        shared=bool(values["shared"]),
        owner=(owner.title or "") if owner else "",
    )
