"""The frame of the desk: pages under `/admin` that hang themselves into its menu, each for certain abilities.

A page is a module of `admin.pages` with a `DeskPages` called `pages`; nothing else has to be told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, request

from admin.bench import bench
from framework.errors import ForbiddenError
from framework.extension import context, services
from framework.permissions import policy_for
from framework.publishing.drafts import errors_in
from i18n.lazy import msg
from metadata.problems import Severity
from ui.page import render
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from i18n.lazy import Message

ADMIN_URL = "/admin"


class Area(Enum):
    """Where in the menu of the desk a page stands, in this order."""

    DESIGN = msg("Design")
    PEOPLE = msg("People and rights")
    WORDS = msg("Words")
    OPERATION = msg("Operation")


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the desk's menu: `told` says in a sentence what one does there, `order` where it stands in its area.

    It is there for whoever has one of the abilities; the pages behind it answer 403 to all others.
    """

    area: Area
    order: int
    label: Message
    told: Message
    icon: str
    url: str
    abilities: frozenset[str]
    shown: bool = True
    """Whether it has a row in the menu; pages that belong to another place have none."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a draft: how much is in it, what undoing and redoing would do, whether live moved on."""

    name: str
    changes: int
    errors: int
    warnings: int
    undo: str | None
    redo: str | None
    moved_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the menu as it is drawn."""

    label: str
    told: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one area."""

    label: str
    rows: tuple[Row, ...]


class DeskPages(Blueprint):
    """The addresses of one place of the desk, guarded by its abilities."""

    def __init__(self, name: str, place: Place) -> None:
        """Hang the place into the menu of every application that these addresses are registered with."""
        super().__init__(f"admin_{name}", __name__)
        self.place = place
        self.before_request(self._guard)

    def _guard(self) -> None:
        if not abilities() & self.place.abilities:
            raise ForbiddenError(msg("This page needs an ability that none of your roles gives"))


def abilities() -> frozenset[str]:
    """Give the abilities of whoever asks."""
    known = context()
    return policy_for(known.snapshot, known.actor).abilities()


def require(ability: str) -> None:
    """Raise ForbiddenError unless whoever asks has the ability."""
    if ability not in abilities():
        raise ForbiddenError(
            msg("This needs the ability “%(ability)s”, which none of your roles gives", ability=ability)
        )


def answer(template: str, *, title: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """Answer a page of the desk; its template extends `desk/page.html` and fills the block `body`."""
    return render.answer(template, title=title, status=status, desk=groups(), bar=_bar(), here=_here(), **values)


def _here() -> str:
    """Give the address to come back to from the buttons of the bar."""
    return request.path


def _bar() -> Bar | None:
    draft, target = bench().draft, bench().target()
    if draft is None or target is None:
        return None
    text, errors = reader().words.text, errors_in(target.problems)
    return Bar(
        draft.name,
        len(target.changes) or int(target.moved),
        errors,
        sum(one.severity is Severity.WARNING for one in target.problems),
        text(draft.note) if draft.note else None,
        text(draft.next_note) if draft.next_note else None,
        services().drafts.moved_on(draft),
    )


def groups() -> tuple[Group, ...]:
    """Give the menu of the desk as whoever asks may use it."""
    text, may = reader().words.text, abilities()
    places = sorted((place for place in _places() if place.shown and may & place.abilities), key=lambda one: one.order)
    here = max((one.url for one in places if _begins(request.path, one.url)), key=len, default="")
    found = []
    for area in Area:
        rows = tuple(
            Row(text(one.label), text(one.told), one.icon, one.url, one.url == here)
            for one in places
            if one.area is area
        )
        if rows:
            found.append(Group(text(area.value), rows))
    return tuple(found)


def _begins(path: str, url: str) -> bool:
    return path == url or path.startswith(f"{url}/")


def _places() -> Iterator[Place]:
    return (one.place for one in current_app.blueprints.values() if isinstance(one, DeskPages))
