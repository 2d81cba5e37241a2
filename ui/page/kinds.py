"""The switch between the screens of one entity: the same records as a list, on a board, in a calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.extension import services
from ui.page.addresses import screen_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.snapshot import Screen
    from ui.page.addresses import Address
    from ui.page.asked import Asked

_ICONS = {"list": "list", "board": "layout-kanban", "calendar": "calendar"}
# What says which records are shown goes along; how one screen arranges them does not.
_GOES_ALONG = frozenset({"view", "filter", "search"})


@dataclass(frozen=True, slots=True)
class KindLink:
    """One way of looking at the records."""

    kind: str
    label: str
    icon: str
    url: str
    current: bool


def kinds_of(asked: Asked, address: Address) -> tuple[KindLink, ...]:
    """Give the screens of the entity that show the same records; none where there is only one."""
    kept = tuple(pair for pair in address.parameters if pair[0] in _GOES_ALONG or pair[0].startswith("filter["))
    labels = services().catalogue.screen_kinds
    found = tuple(
        KindLink(
            kind,
            asked.text(labels[kind].label),
            icon,
            str(replace(address, path=screen_url(screen), parameters=kept)),
            kind == asked.screen.kind,
        )
        for kind, icon in _ICONS.items()
        if (screen := _screen(asked, kind)) is not None
    )
    return found if len(found) > 1 else ()


def _screen(asked: Asked, kind: str) -> Screen | None:
    """Give the screen of a kind for the reader: the one that is open, else the first that is meant for them."""
    if asked.screen.kind == kind:
        return asked.screen
    return next(iter(_open(asked, asked.context.snapshot.entity_screens.get((asked.entity.name, kind), ()))), None)


def _open(asked: Asked, screens: Iterable[Screen]) -> Iterable[Screen]:
    roles = asked.context.actor.roles
    return (screen for screen in screens if not screen.roles or roles.intersection(screen.roles))
